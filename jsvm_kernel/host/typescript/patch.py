"""Changes to a text that leave what is not changed in its place."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import Final

_VISIBLE: Final = re.compile(rb"[^\r\n]")


class Patch:
    """Collects changes of `source` by byte offsets.

    Blanks keep the length and the line ends. What is put over blanks wins, in whatever
    order the two come. Only insertions move the rest of their line.
    """

    def __init__(self, source: bytes) -> None:
        self._bytes = bytearray(source)
        self._puts: list[tuple[int, bytes]] = []
        self._insertions: list[tuple[int, bytes]] = []

    def blank(self, start: int, end: int) -> None:
        """Replace a range by spaces."""
        self._bytes[start:end] = _VISIBLE.sub(b" ", self._bytes[start:end])

    def put(self, at: int, text: bytes) -> None:
        """Write `text` over what is there; it must hold no line end."""
        self._puts.append((at, text))

    def insert(self, at: int, text: str) -> None:
        """Put `text` before the byte at `at`; what comes later stands behind."""
        self._insertions.append((at, text.encode()))

    def apply(self) -> bytes:
        """Give the changed text."""
        result = bytearray(self._bytes)
        for at, text in self._puts:
            result[at : at + len(text)] = text
        pieces: list[bytes | bytearray] = []
        done = 0
        for at, text in sorted(self._insertions, key=itemgetter(0)):
            pieces += [result[done:at], text]
            done = at
        return b"".join([*pieces, result[done:]])
