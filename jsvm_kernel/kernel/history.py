"""The inputs of this session, and the history_request's three ways to ask for them."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

#: The only session there is: a kernel keeps no history of earlier ones.
SESSION: Final = 1

Row: TypeAlias = tuple[int, int, str | tuple[str, str | None]]


@dataclass(slots=True)
class _Entry:
    line: int
    source: str
    output: str | None


class History:
    """Inputs and the plain text of their results, in the order they were run."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def add(self, line: int, source: str, output: str | None) -> None:
        """Keep an input that was run as number `line`."""
        self._entries.append(_Entry(line, source, output))

    def answer(self, request: dict[str, Any]) -> list[Row]:
        """Give the rows a history_request asks for; ValueError for an unknown way.

        tail: the last n; range: numbers from start up to stop, negative ones counted
        from the end, of this session; search: a glob pattern over the inputs, the last
        n of them, each input once (its last run) if unique.
        """
        way = request.get("hist_access_type")
        if way == "tail":
            entries = _last(self._entries, request.get("n"))
        elif way == "range":
            entries = self._range(request)
        elif way == "search":
            entries = self._search(request)
        else:
            raise ValueError(f"hist_access_type {way!r} is not tail, range or search")
        with_output = bool(request.get("output"))
        return [
            (SESSION, e.line, (e.source, e.output) if with_output else e.source)
            for e in entries
        ]

    def _range(self, request: dict[str, Any]) -> list[_Entry]:
        # 0 is the current session, as in IPython.
        if (request.get("session") or 0) not in (0, SESSION):
            return []
        end = self._entries[-1].line + 1 if self._entries else 1
        start, stop = request.get("start"), request.get("stop")
        low = 1 if start is None else start if start >= 0 else end + start
        high = end if stop is None else stop if stop >= 0 else end + stop
        return [entry for entry in self._entries if low <= entry.line < high]

    def _search(self, request: dict[str, Any]) -> list[_Entry]:
        pattern = request.get("pattern") or "*"
        found = [e for e in self._entries if fnmatch.fnmatchcase(e.source, pattern)]
        if request.get("unique"):
            last = {entry.source: entry.line for entry in found}
            found = [e for e in found if last[e.source] == e.line]
        return _last(found, request.get("n"))


def _last(entries: list[_Entry], n: int | None) -> list[_Entry]:
    if n is None:
        return list(entries)
    return entries[-n:] if n > 0 else []
