"""The order of a host's output: two streams of bytes and marks become one sequence.

Pure logic, no input or output: `output` reads the pipes and says what it has read.

The rule for reading. Console and Python output announce a change of stream with a
switch mark in the stream they leave; C code that writes to the other stream announces
nothing. So bytes in the stream that is not active are either behind a switch mark that
stands in the active one, or unannounced. A reader that reads the inactive stream first
and the active one to its end after it has every mark those bytes may stand behind; what
is then still unannounced is shown where it was found.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

from .marks import Mark, MarkParser
from .streams import STREAMS, StreamName


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes that `cell` wrote to `stream`."""

    cell: int
    stream: StreamName
    data: bytes


class Stop(Enum):
    """Why a merge gave no more."""

    #: The active stream changed: read again, then merge on.
    SWITCH = auto()
    #: All before the next sync marks was given; `Merger.reached` is their number.
    SYNC = auto()
    #: Nothing more is certain, or there.
    END = auto()


@dataclass(slots=True)
class _Stream:
    name: StreamName
    parser: MarkParser
    cell: int = 0
    ended: bool = False
    queue: deque[bytes | Mark] = field(default_factory=deque)

    @property
    def sync(self) -> int | None:
        """Number of the sync mark at the head of the queue."""
        head = self.queue[0] if self.queue else None
        is_sync = isinstance(head, Mark) and head.kind == "sync"
        return head.number if is_sync and isinstance(head, Mark) else None


class Merger:
    """Merges stdout and stderr of one host; `nonce` is that of its marks."""

    def __init__(self, nonce: str) -> None:
        self._streams = {name: _Stream(name, MarkParser(nonce)) for name in STREAMS}
        self._switches = 0
        #: Number of the last sync marks that were taken.
        self.reached = 0

    @property
    def active(self) -> StreamName:
        """The stream console and Python write to, as far as the marks were merged."""
        return STREAMS[self._switches % 2]

    @property
    def inactive(self) -> StreamName:
        """The other one."""
        return STREAMS[1 - self._switches % 2]

    def feed(self, stream: StreamName, data: bytes) -> None:
        """Add what was read from `stream`."""
        self._streams[stream].queue.extend(self._streams[stream].parser.feed(data))

    def end(self, stream: StreamName) -> None:
        """Say that nothing more comes from `stream`: no mark is waited for there."""
        it = self._streams[stream]
        rest = it.parser.finish()
        if rest:
            it.queue.append(rest)
        it.ended = True

    def merge(self, *, active_read: bool) -> tuple[list[Text], Stop]:
        """Take what is certain.

        `active_read` says that the active stream was read to its end after the inactive
        one was read.
        """
        texts: list[Text] = []
        active = self._streams[self.active]
        inactive = self._streams[self.inactive]
        if self._take(active, texts):
            return texts, Stop.SWITCH
        if active.sync is not None or active_read:
            # Whatever the active stream still holds is a sync mark.
            if self._take(inactive, texts):
                return texts, Stop.SWITCH
            if self._take_sync(active, inactive):
                return texts, Stop.SYNC
        return texts, Stop.END

    def skip_sync(self, number: int) -> None:
        """Count `number` as reached and drop marks that wait for their twin in vain."""
        self.reached = max(self.reached, number)
        for it in self._streams.values():
            while it.sync is not None and it.sync <= number:
                it.queue.popleft()

    def _take(self, it: _Stream, texts: list[Text]) -> bool:
        """Take text and cell marks up to a sync; gives True behind a switch."""
        while it.queue and it.sync is None:
            piece = it.queue.popleft()
            if isinstance(piece, bytes):
                texts.append(Text(it.cell, it.name, piece))
            elif piece.kind == "cell":
                it.cell = piece.number
            elif piece.number > self._switches:
                # The number, not a toggle: a lost mark then mends itself.
                self._switches = piece.number
                return True
        return False

    def _take_sync(self, one: _Stream, other: _Stream) -> bool:
        """Take the sync marks both streams stand before, or one if the other ended."""
        if one.sync is None and one.ended:
            one, other = other, one
        if one.sync is None or not (one.sync == other.sync or other.ended):
            return False
        self.skip_sync(one.sync)
        return True
