"""Asking the user for a line, from the middle of a cell.

JavaScript's prompt() gives its answer when it returns, so nothing else runs meanwhile:
no timer, no delivery. What arrives from the front is kept in its order.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, Final

from jsvm_kernel.session.input_messages import InputReply, InputRequest
from jsvm_kernel.session.messages import ToFront

from .output import Output
from .stop import StopButton

_OVER: Final = "the session ends"


class Inputs:
    """Asks one question at a time.

    `wait` takes in a message or sleeps until there is one, or a stop; it gives False
    when the session is over.
    """

    def __init__(
        self,
        output: Output,
        stop: StopButton,
        send: Callable[[ToFront], None],
        wait: Callable[[], bool],
    ) -> None:
        self._output = output
        self._stop = stop
        self._send = send
        self._wait = wait
        self._numbers = itertools.count(1)
        self._awaited = 0
        self._reply: InputReply | None = None

    def ask(self, content: dict[str, Any]) -> dict[str, Any]:
        """Ask; gives {"value", "problem"}. A stop ends the JavaScript that asked."""
        self._awaited = next(self._numbers)
        self._reply = None
        self._send(
            InputRequest(
                sync=self._output.sync(),
                id=self._awaited,
                cell=self._output.cell,
                prompt=content["prompt"],
                password=content["password"],
            )
        )
        while self._reply is None:
            if self._stop.requested or not self._wait():
                self._awaited = 0
                return {"problem": _OVER}
        return {"value": self._reply.value, "problem": self._reply.problem}

    def take(self, reply: InputReply) -> None:
        """Take a reply; one to a question that was given up is dropped."""
        if reply.id == self._awaited:
            self._reply = reply
