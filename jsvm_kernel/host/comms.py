"""Comms, as the host sees them: which are open, in which Env, and whose they are.

The ends that JavaScript holds are in prelude/platform/comm.js; here a comm is its id,
an Env and the cell that opened it (or registered its target), which is told when a
handler is stopped.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from typing import Any, Final

from jsvm_kernel.session.comm_messages import (
    CommDelivery,
    CommHandled,
    CommKind,
    CommPost,
)
from jsvm_kernel.session.messages import ToFront

from .cells import Cells
from .output import Output
from .services import PostTaker
from .session_env import SessionEnv

_NO: Final = {"no", "n", "false", "off", "0", "0.0"}


def _echoes() -> bool:
    """Whether clients are told what one of them has changed; as ipywidgets decides."""
    return os.environ.get("JUPYTER_WIDGETS_ECHO", "1").lower() not in _NO


@dataclass(frozen=True, slots=True)
class _Owner:
    env: SessionEnv
    cell: int


class Comms:
    """Passes on what Envs post through comms, and what the front delivers."""

    def __init__(
        self, cells: Cells, output: Output, send: Callable[[ToFront], None]
    ) -> None:
        self._cells = cells
        self._output = output
        self._send = send
        self._open: dict[str, _Owner] = {}
        self._targets: dict[str, _Owner] = {}
        #: Id of the delivery that JavaScript has right now; 0 for none.
        self._handling = 0
        self._echoes = _echoes()

    @property
    def posts(self) -> dict[str, PostTaker]:
        """What the prelude may post, and who takes it."""
        return {
            "comm_target": self._set_target,
            "comm_open": partial(self._post, "open"),
            "comm_msg": partial(self._post, "msg"),
            "comm_close": partial(self._post, "close"),
            "comm_echo": self._echo,
        }

    @property
    def deliveries(self) -> dict[type, Callable[[Any], None]]:
        """What the front delivers, and who takes it."""
        return {CommDelivery: self._take}

    # ---- posts -----------------------------------------------------------------------

    def _set_target(self, env: SessionEnv, content: dict[str, Any], data: bytes) -> int:
        target: str = content["target"]
        if content["on"]:
            self._targets[target] = _Owner(env, self._output.cell)
        elif target in self._targets and self._targets[target].env is env:
            del self._targets[target]
        return 0

    def _post(
        self, kind: CommKind, env: SessionEnv, content: dict[str, Any], data: bytes
    ) -> int:
        comm: str = content["comm"]
        ends = accumulate(content["lengths"], initial=0)
        view = memoryview(data)
        self._send(
            CommPost(
                kind=kind,
                comm=comm,
                target=content["target"],
                data=content["data"],
                metadata=content["metadata"],
                buffers=[view[start:end] for start, end in pairwise(ends)],
                cell=self._output.cell,
                answers=self._handling if content["answers"] else 0,
            )
        )
        if kind == "open":
            self._open[comm] = _Owner(env, self._output.cell)
        elif kind == "close":
            self._open.pop(comm, None)
        return 0

    def _echo(self, env: SessionEnv, content: dict[str, Any], data: bytes) -> int:
        return self._post("msg", env, content, data) if self._echoes else 0

    def drop_env(self, env: SessionEnv) -> None:
        """Close what an Env that is dropped has open, and forget its targets."""
        for comm in [c for c, owner in self._open.items() if owner.env is env]:
            del self._open[comm]
            self._send(CommPost(kind="close", comm=comm, cell=self._output.cell))
        for target in [t for t, owner in self._targets.items() if owner.env is env]:
            del self._targets[target]

    # ---- deliveries ------------------------------------------------------------------

    def _take(self, message: CommDelivery) -> None:
        comm = message.comm
        if message.kind == "open" and message.target in self._targets:
            self._open[comm] = self._targets[message.target]
        elif message.kind == "open":
            close = CommPost(kind="close", comm=comm, answers=message.id)
            self._send(close)
        owner = self._open.get(comm)
        if message.kind == "close":
            self._open.pop(comm, None)
        if owner is not None:
            self._hand_over(message, owner)
        self._send(CommHandled(id=message.id))

    def _hand_over(self, message: CommDelivery, owner: _Owner) -> None:
        call = partial(
            owner.env.deliver,
            f"comm_{message.kind}",
            message.comm,
            message.target,
            message.data,
            message.metadata,
            *message.buffers,
        )
        self._handling = message.id
        try:
            self._cells.call_back(owner.env, owner.cell, "a handler of a comm", call)
        finally:
            self._handling = 0
