"""Transfers of fetch(): which are open, and whose they are.

The front runs them (`session/transfers.py`); the Env holds what waits for them
(prelude/transfers.js). Between the two a transfer is a number, an Env and the cell that
began it, to which everything that follows belongs.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from jsvm_kernel.session.fetch_messages import (
    FetchBody,
    FetchCancel,
    FetchCredit,
    FetchData,
    FetchEnd,
    FetchFailed,
    FetchHead,
    FetchPull,
    FetchStart,
)
from jsvm_kernel.session.messages import ToFront

from .cells import Cells
from .output import Output
from .services import PostTaker
from .session_env import SessionEnv


@dataclass(frozen=True, slots=True)
class _Transfer:
    env: SessionEnv
    cell: int


class Transfers:
    """Passes on what Envs post about transfers, and what the front delivers."""

    def __init__(
        self, cells: Cells, output: Output, send: Callable[[ToFront], None]
    ) -> None:
        self._cells = cells
        self._output = output
        self._send = send
        self._numbers = itertools.count(1)
        self._open: dict[int, _Transfer] = {}
        cells.when_stopped(self._drop_cell)

    @property
    def posts(self) -> dict[str, PostTaker]:
        """What the prelude may post, and who takes it."""
        return {
            "fetch": self._start,
            "fetch_body": self._send_body,
            "fetch_credit": self._credit,
            "fetch_cancel": self._cancel,
        }

    @property
    def deliveries(self) -> dict[type, Callable[[Any], None]]:
        """What the front delivers, and who takes it."""
        return {
            FetchPull: lambda m: self._deliver("fetch_pull", m.id, m.restart),
            FetchHead: self._take_head,
            FetchData: lambda m: self._deliver("fetch_data", m.id, m.data),
            FetchEnd: self._take_end,
            FetchFailed: self._take_failure,
        }

    # ---- posts -----------------------------------------------------------------------

    def _start(self, env: SessionEnv, content: dict[str, Any], data: bytes) -> int:
        number = next(self._numbers)
        self._open[number] = _Transfer(env, self._output.cell)
        self._send(FetchStart(id=number, **content))
        return number

    def _send_body(self, env: SessionEnv, content: dict[str, Any], data: bytes) -> int:
        number: int = content["number"]
        self._send(FetchBody(id=number, data=data, last=content["last"]))
        return number

    def _credit(self, env: SessionEnv, content: dict[str, Any], data: bytes) -> int:
        number: int = content["number"]
        self._send(FetchCredit(id=number, amount=content["amount"]))
        return number

    def _cancel(self, env: SessionEnv, content: dict[str, Any], data: bytes) -> int:
        number: int = content["number"]
        if self._open.pop(number, None) is not None:
            self._send(FetchCancel(id=number))
        return number

    # ---- deliveries ------------------------------------------------------------------

    def _take_head(self, message: FetchHead) -> None:
        head = {
            "status": message.status,
            "reason": message.reason,
            "url": message.url,
            "redirected": message.redirected,
            "headers": message.headers,
        }
        self._deliver("fetch_head", message.id, json.dumps(head))

    def _take_end(self, message: FetchEnd) -> None:
        self._deliver("fetch_end", message.id)
        self._open.pop(message.id, None)

    def _take_failure(self, message: FetchFailed) -> None:
        self._deliver("fetch_failed", message.id, message.message, message.code)
        self._open.pop(message.id, None)

    def _deliver(self, receiver: str, number: int, *values: Any) -> None:
        transfer = self._open.get(number)
        if transfer is None:
            return  # cancelled while this was on its way
        if not self._call_back(transfer, receiver, number, *values):
            self._drop(number)  # a part of the response may be lost

    def _call_back(self, transfer: _Transfer, *values: Any) -> bool:
        call = partial(transfer.env.deliver, *values)
        return self._cells.call_back(
            transfer.env, transfer.cell, "what a fetch began", call
        )

    def _drop(self, number: int) -> None:
        transfer = self._open.pop(number, None)
        if transfer is not None:
            self._call_back(transfer, "fetch_dropped", number)
            self._send(FetchCancel(id=number))

    def drop_env(self, env: SessionEnv) -> None:
        """End the transfers of an Env that is about to be closed."""
        for number in [n for n, t in self._open.items() if t.env is env]:
            del self._open[number]
            self._send(FetchCancel(id=number))

    def _drop_cell(self, cell: int) -> None:
        """End the transfers of a stopped cell."""
        numbers = [n for n, transfer in self._open.items() if transfer.cell == cell]
        for number in numbers:
            self._drop(number)
