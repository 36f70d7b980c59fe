"""Input from the user: the stdin channel, without blocking the event loop.

A request carries the route of the cell's client, which is the same on all of its
channels. One question is open at a time, others wait for their turn; a reply to an
earlier one is dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from .channels import Channel
from .wire import InvalidMessage, Message, Session

#: What a console's client sends for the end of input.
_END_OF_INPUT: Final = "\x04"


class StdinNotImplementedError(RuntimeError):
    """The client takes no input requests."""


class InputStopped(Exception):
    """The stop button was pressed instead of an answer."""


class InputChannel:
    """Asks the user for lines on the channel `stdin`."""

    def __init__(self, session: Session, stdin: Channel) -> None:
        self._session = session
        self._stdin = stdin
        self._stdin.on_message = self._on_message
        self._turn = asyncio.Lock()
        self._asked: Message = {}
        self._question = ""
        self._answer: asyncio.Future[str] | None = None

    async def read(self, parent: Message, prompt: str, password: bool = False) -> str:
        """Ask the client of an execute_request and give its answer.

        Raises StdinNotImplementedError, InputStopped, or EOFError when the user ends
        the input. May be cancelled.
        """
        if not parent.get("content", {}).get("allow_stdin", False):
            raise StdinNotImplementedError("this client takes no input requests")
        async with self._turn:
            self._stdin.receive_all()  # answers to earlier questions: dropped
            self._answer = asyncio.get_running_loop().create_future()
            self._asked = parent
            self._question = self._session.send(
                self._stdin,
                "input_request",
                {"prompt": prompt, "password": password},
                parent,
                ident=parent["idents"],
            )
            try:
                value = await self._answer
            finally:
                self._answer = None
        if value == _END_OF_INPUT:
            raise EOFError("the user ended the input")
        return value

    def stop(self) -> None:
        """Take the open question back."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(InputStopped("stopped while waiting for input"))

    def _on_message(self, frames: list[bytes]) -> None:
        with contextlib.suppress(InvalidMessage):
            reply = self._session.read(frames)
            if self._is_awaited(reply) and self._answer is not None:
                value = reply["content"].get("value", "")
                self._answer.set_result(value if isinstance(value, str) else "")

    def _is_awaited(self, reply: Message) -> bool:
        if self._answer is None or self._answer.done():
            return False  # it was taken back, or this is a second answer
        # Some clients name the question they answer, some do not.
        about = reply["parent_header"].get("msg_id", self._question)
        return bool(
            reply["idents"] == self._asked["idents"] and about == self._question
        )
