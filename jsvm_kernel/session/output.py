"""The front's side of a host's two output pipes.

`OutputReader` reads them on the event loop, puts them in order (`merge`), decodes UTF-8
and hands text to a sink in few, large pieces: when 32 KiB wait, 20 ms after the first
waiting byte, when cell or stream changes, and before every message of the host that is
ordered with the output.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import sys
from typing import Final, Protocol

from .merge import Merger, Stop, Text
from .streams import STREAMS, OutputPipes, StreamName

BATCH_BYTES: Final = 32 * 1024
BATCH_DELAY_S: Final = 0.02
_READ_BYTES: Final = 64 * 1024
#: Limits of one turn on the event loop, so that other work gets its own.
_TURN_BYTES: Final = 64 * 1024
_TURN_STEPS: Final = 2


class TextSink(Protocol):
    """Takes decoded output."""

    def stream(self, cell: int, name: StreamName, text: str) -> None:
        """Show `text` that `cell` wrote to stream `name`; cell 0 is none."""


class _Batch:
    """Joins texts of one cell and stream; decodes them without cutting characters."""

    def __init__(self, sink: TextSink) -> None:
        self._sink = sink
        self._decoders = {name: _decoder() for name in STREAMS}
        self._cells: dict[StreamName, int] = dict.fromkeys(STREAMS, 0)
        self._key: tuple[int, StreamName] | None = None
        self._parts: list[str] = []
        self._size = 0

    @property
    def empty(self) -> bool:
        return not self._parts

    def add(self, text: Text) -> None:
        if self._cells[text.stream] != text.cell:
            self._end_character(text.stream)
            self._cells[text.stream] = text.cell
        self._put(text.cell, text.stream, self._decoders[text.stream].decode(text.data))
        self._size += len(text.data)
        if self._size >= BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hand over what waits; a character that is not whole yet goes on waiting."""
        if self._key is not None and self._parts:
            cell, stream = self._key
            text = "".join(self._parts)
            self._parts.clear()
            self._size = 0
            self._sink.stream(cell, stream, text)

    def finish(self) -> None:
        """Hand over all: a character that is not whole by now never will be."""
        for name in STREAMS:
            self._end_character(name)
        self.flush()

    def _end_character(self, stream: StreamName) -> None:
        self._put(
            self._cells[stream], stream, self._decoders[stream].decode(b"", final=True)
        )

    def _put(self, cell: int, stream: StreamName, text: str) -> None:
        if not text:
            return
        if self._key != (cell, stream):
            self.flush()
            self._key = (cell, stream)
        self._parts.append(text)


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")(errors="replace")


class OutputReader:
    """Reads a host's pipes until `close`. Owns the read ends of `pipes`."""

    def __init__(self, pipes: OutputPipes, nonce: str, sink: TextSink) -> None:
        self._pipes = pipes
        self._merger = Merger(nonce)
        self._batch = _Batch(sink)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._next_turn: asyncio.Handle | None = None
        self._watched: set[StreamName] = set()
        #: Output behind sync marks of a higher number waits for their message.
        self._released = 0
        self._watch()

    def advance_to(self, sync: int) -> None:
        """Show all output before the sync marks `sync`, and let later output follow.

        To be called when a message with that number arrived. Its marks were written
        before it was sent, so they are in the pipes by now: nothing is waited for. If a
        mark can't be found (the cell closed its stdout, say), what there is is shown.
        """
        self._released = max(self._released, sync)
        while self._merger.reached < sync and self._step():
            pass
        if self._merger.reached < sync:
            self._merger.skip_sync(sync)
        self._flush()
        self._watch()
        # Later output may have been read already: no descriptor would announce it.
        self._step_soon()

    def close(self) -> None:
        """Show all that was written, close the pipes. The host is dead by now.

        Its children may still hold the write ends, so the end of the pipes is not
        waited for: what they hold now is everything the host wrote.
        """
        self._unwatch()
        if self._next_turn is not None:
            self._next_turn.cancel()
        self._released = sys.maxsize
        while self._step():
            pass
        self._pipes.close_read()
        for name in STREAMS:
            self._merger.end(name)
        while self._step():
            pass
        self._flush()

    def _on_readable(self) -> None:
        for _ in range(_TURN_STEPS):
            if not self._step():
                break
        else:
            self._step_soon()
        if self._merger.reached > self._released:
            # The message is on its way; watching on would spin the loop till then.
            self._unwatch()
        elif not self._batch.empty and self._timer is None:
            self._timer = self._loop.call_later(BATCH_DELAY_S, self._on_timer)

    def _step_soon(self) -> None:
        if self._next_turn is None:
            self._next_turn = self._loop.call_soon(self._on_next_turn)

    def _on_next_turn(self) -> None:
        self._next_turn = None
        self._on_readable()

    def _on_timer(self) -> None:
        self._timer = None
        self._batch.flush()

    def _flush(self) -> None:
        self._batch.finish()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _step(self) -> bool:
        """Read and merge one round; gives whether another may bring more."""
        if self._merger.reached > self._released:
            return False
        full_inactive = self._read(self._merger.inactive)
        full_active = self._read(self._merger.active)
        texts, stop = self._merger.merge(active_read=not full_active)
        for text in texts:
            self._batch.add(text)
        if stop is Stop.SYNC:
            self._batch.finish()
        return full_inactive or full_active or stop is not Stop.END

    def _read(self, name: StreamName) -> bool:
        """Read what is there; gives True when it stopped at its limit."""
        count = 0
        while count < _TURN_BYTES:
            fd = self._pipes.read.get(name)
            if fd is None:
                return False
            try:
                data = os.read(fd, _READ_BYTES)
            except BlockingIOError:
                return False
            if not data:
                self._end(name)
                return False
            self._merger.feed(name, data)
            count += len(data)
        return True

    def _end(self, name: StreamName) -> None:
        if name in self._watched:
            self._loop.remove_reader(self._pipes.read[name])
            self._watched.discard(name)
        os.close(self._pipes.read.pop(name))
        self._merger.end(name)

    def _watch(self) -> None:
        for name, fd in self._pipes.read.items():
            if name not in self._watched:
                self._loop.add_reader(fd, self._on_readable)
                self._watched.add(name)

    def _unwatch(self) -> None:
        for name in self._watched:
            self._loop.remove_reader(self._pipes.read[name])
        self._watched.clear()
