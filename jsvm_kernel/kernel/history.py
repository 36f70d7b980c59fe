"""Inputs of this session and earlier ones, and history_request's three ways to ask.

Whatever touches the file happens on a thread of its own, in the order of the calls: a
cell's reply waits neither for the disk nor for another kernel.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from .history_store import Entry, HistoryStore

Row: TypeAlias = tuple[int, int, str | tuple[str, str | None]]

WAYS: Final = ("tail", "range", "search")


class History:
    """Inputs and the plain text of their results; `path` is None for memory alone.

    `report` is called on the event loop, at most once, with what is wrong with the
    file.
    """

    def __init__(self, path: Path | None, report: Callable[[str], None]) -> None:
        self._path = path
        self._report = report
        self._store: HistoryStore | None = None
        self._worker = ThreadPoolExecutor(1, "history")

    def add(self, line: int, source: str, output: str | None) -> None:
        """Keep an input that was run as number `line`."""
        loop = asyncio.get_running_loop()
        added = self._worker.submit(self._add, line, source, output)
        added.add_done_callback(lambda done: _tell(loop, self._added, done))

    async def answer(self, request: dict[str, Any]) -> list[Row]:
        """Give the rows a history_request asks for; ValueError for an unknown way.

        tail: the last n, of all sessions; range: numbers from start up to stop of one
        session, negative ones counted from its end, 0 and negative sessions from this
        one; search: a glob pattern over all inputs, the last n of them, each input
        once (its last run) if unique.
        """
        way = request.get("hist_access_type")
        if way not in WAYS:
            raise ValueError(f"hist_access_type {way!r} is not tail, range or search")
        loop = asyncio.get_running_loop()
        entries, problem = await loop.run_in_executor(
            self._worker, self._answer, way, request
        )
        if problem is not None:
            self._report(problem)
        with_output = bool(request.get("output"))
        return [
            (session, line, (source, output) if with_output else source)
            for session, line, source, output in entries
        ]

    async def close(self) -> None:
        """Write what is not written yet and let go of the file."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._worker, self._close)
        self._worker.shutdown()

    # ---- on the worker's thread -----------------------------------------------------

    def _open(self) -> HistoryStore:
        if self._store is None:
            from .history_store import HistoryStore  # loads sqlite3

            self._store = HistoryStore(self._path)
        return self._store

    def _add(self, line: int, source: str, output: str | None) -> str | None:
        store = self._open()
        store.add(line, source, output)
        return _taken_problem(store)

    def _answer(
        self, way: str, request: dict[str, Any]
    ) -> tuple[list[Entry], str | None]:
        store = self._open()
        if way == "tail":
            entries = store.select("1", last=request.get("n"))
        elif way == "range":
            entries = _range(store, request)
        else:
            entries = store.select(
                "source GLOB ?",
                (request.get("pattern") or "*",),
                unique=bool(request.get("unique")),
                last=request.get("n"),
            )
        return entries, _taken_problem(store)

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()

    # ---- on the event loop ----------------------------------------------------------

    def _added(self, done: Future[str | None]) -> None:
        problem = done.result()
        if problem is not None:
            self._report(problem)


def _range(store: HistoryStore, request: dict[str, Any]) -> list[Entry]:
    session = request.get("session") or 0
    if session <= 0:
        session += store.session
    end = store.last_line(session) + 1
    start, stop = request.get("start"), request.get("stop")
    low = 1 if start is None else start if start >= 0 else end + start
    high = end if stop is None else stop if stop >= 0 else end + stop
    values = (session, low, high)
    return store.select("session = ? AND line >= ? AND line < ?", values)


def _taken_problem(store: HistoryStore) -> str | None:
    problem, store.problem = store.problem, None
    return problem


def _tell(
    loop: asyncio.AbstractEventLoop, call: Callable[[Any], None], done: Any
) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, done)
