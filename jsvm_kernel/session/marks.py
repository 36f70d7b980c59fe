"""Marks in the host's output: short byte strings that order and attribute it.

The host's stdout and stderr are two pipes; a pipe keeps the order of its own bytes but
says nothing of the other's, nor which cell wrote them. So the host writes *marks* among
the bytes, and the front takes them out:

    NUL ESC "JSVM" nonce kind number NUL

* ``switch n``: written to the stream being *left* when console or Python output goes to
  the other one. n counts the switches of the session from 1; stdout comes first, so
  after an odd n stderr is written, after an even n stdout.
* ``cell n``: written to both; what follows in the stream belongs to cell n.
* ``sync n``: written to both before the host sends the message with that sync number.

The nonce is random and new for each host, so that nothing a cell prints is a mark by
accident. A writer flushes what it has buffered, then writes the mark in one write: it
is shorter than PIPE_BUF, so no other process that shares the pipe can tear it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

MarkKind: TypeAlias = Literal["switch", "cell", "sync"]

_CODES: Final[dict[MarkKind, bytes]] = {"switch": b"w", "cell": b"c", "sync": b"s"}
_KINDS: Final[dict[bytes, MarkKind]] = {code: kind for kind, code in _CODES.items()}
_START: Final = b"\x00\x1bJSVM"
_END: Final = b"\x00"
#: Digits a number may have; a longer one is the user's bytes.
_MAX_DIGITS: Final = 19


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark, as read."""

    kind: MarkKind
    number: int


def new_nonce() -> str:
    """Give a fresh nonce: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def format_mark(nonce: str, kind: MarkKind, number: int) -> bytes:
    """Give the bytes of a mark. `number` is not negative."""
    if not 0 <= number < 10**_MAX_DIGITS:
        raise ValueError(f"the number of a mark must be in 0 … 10^19 - 1, not {number}")
    return _START + nonce.encode("ascii") + _CODES[kind] + b"%d" % number + _END


class MarkParser:
    """Splits one stream's bytes into text and marks, however the reads cut them.

    Bytes that only look like a mark (another nonce, no number, no end) are text.
    """

    def __init__(self, nonce: str) -> None:
        self._prefix = _START + nonce.encode("ascii")
        self._buffer = b""

    def feed(self, data: bytes) -> list[bytes | Mark]:
        """Give what is certain so far, in order; a possible start of a mark waits."""
        buffer = self._buffer + data if self._buffer else data
        pieces: list[bytes | Mark] = []
        text_start = position = 0
        while True:
            start = buffer.find(self._prefix, position)
            if start < 0:
                keep = self._partial_prefix(buffer, position)
                break
            mark, end = self._body(buffer, start + len(self._prefix))
            if end < 0:
                keep = start
                break
            if mark is None:
                position = start + len(self._prefix)
                continue
            if start > text_start:
                pieces.append(buffer[text_start:start])
            pieces.append(mark)
            text_start = position = end
        if keep > text_start:
            pieces.append(buffer[text_start:keep])
        self._buffer = buffer[keep:]
        return pieces

    def finish(self) -> bytes:
        """Give what still waits: at the end of the stream it is text."""
        rest, self._buffer = self._buffer, b""
        return rest

    def _body(self, buffer: bytes, at: int) -> tuple[Mark | None, int]:
        """Read kind, number and end behind a prefix.

        Gives (mark, index behind it); (None, 0) if it is none; (None, -1) to wait.
        """
        window = buffer[at : at + 1 + _MAX_DIGITS + 1]
        kind = _KINDS.get(window[:1])
        if kind is None:
            return (None, 0) if window else (None, -1)
        digits = window[1:]
        end = digits.find(_END)
        number = digits if end < 0 else digits[:end]
        if number and not number.isdigit():
            return None, 0
        if end < 0:
            return (None, 0) if len(digits) > _MAX_DIGITS else (None, -1)
        if not number:
            return None, 0
        return Mark(kind, int(number)), at + 1 + end + 1

    def _partial_prefix(self, buffer: bytes, position: int) -> int:
        """Give where a prefix may have begun at the end of `buffer`, or its length."""
        longest = min(len(self._prefix) - 1, len(buffer) - position)
        for size in range(longest, 0, -1):
            if buffer.endswith(self._prefix[:size]):
                return len(buffer) - size
        return len(buffer)
