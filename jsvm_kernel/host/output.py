"""The host's stdout and stderr: one C stdio stream each, on the front's pipes.

Python's `sys.stdout` and `sys.stderr` are replaced by writers over the same streams, so
that console.log, print and printf keep their order. `Output` numbers what goes out and
says which cell it belongs to; the marks themselves are written in `_stdio`.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from . import _stdio
from .python_errors import report_uncaught
from .thread_cells import cell_of_thread, follow_threads

STDOUT: Final = 1
STDERR: Final = 2


class _ByteWriter(io.RawIOBase):
    """``sys.stdout.buffer``: bytes as they are."""

    def __init__(self, stream: int) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream

    def write(self, data: object) -> int:
        view = bytes(memoryview(data))  # type: ignore[arg-type]
        _stdio.write_stream(self._stream, view)
        return len(view)

    def flush(self) -> None:
        _stdio.flush_stream(self._stream)


class StreamWriter(io.TextIOBase):
    """A text file over a C stdio stream; never closes it."""

    def __init__(self, stream: int, name: str) -> None:
        self._stream = stream
        self.name = name
        self.buffer = _ByteWriter(stream)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Give the only encoding there is."""
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """Give what becomes of a lone surrogate (from JS): it is shown escaped."""
        return "backslashreplace"

    def writable(self) -> bool:
        """Say yes."""
        return True

    def fileno(self) -> int:
        """Give the descriptor; what is written to it is not in order with the rest."""
        return self._stream

    def isatty(self) -> bool:
        """Say no."""
        return False

    def write(self, text: str, /) -> int:
        """Write text; C's buffer holds what has no newline yet."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        data = text.encode("utf-8", "backslashreplace")
        cell = cell_of_thread()
        if cell is None:
            _stdio.write_stream(self._stream, data)
        else:
            _stdio.write_of_cell(self._stream, cell, data)
        return len(text)

    def flush(self) -> None:
        """Hand what is buffered to the front."""
        _stdio.flush_stream(self._stream)

    def close(self) -> None:
        """Flush; the stream is the process's and stays open."""
        self.flush()


class Output:
    """What the process writes. One per process, as there is one stdout."""

    def __init__(self) -> None:
        self._syncs = 0

    def redirect(self, stdout: int, stderr: int) -> None:
        """Put the pipes in place of fds 1 and 2; stdin becomes empty."""
        os.dup2(stdout, STDOUT)
        os.dup2(stderr, STDERR)
        for given in {stdout, stderr} - {STDOUT, STDERR}:
            os.close(given)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)

    def open(self, nonce: str) -> None:
        """Begin to write with marks; `nonce` is the one of the front's Hello."""
        _stdio.open_streams(nonce)
        follow_threads(lambda: self.cell)
        report_uncaught()
        sys.stdout = sys.__stdout__ = StreamWriter(STDOUT, "<stdout>")  # type: ignore
        sys.stderr = sys.__stderr__ = StreamWriter(STDERR, "<stderr>")  # type: ignore

    def sync(self) -> int:
        """Flush everything and mark this point; gives the mark's number."""
        self._syncs += 1
        _stdio.sync_streams(self._syncs)
        return self._syncs

    @property
    def cell(self) -> int:
        """The cell that output belongs to now; 0 before the first."""
        return _stdio.cell_number()

    def enter_cell(self, cell: int) -> None:
        """Output belongs to `cell` from now on."""
        _stdio.enter_cell(cell)

    @contextmanager
    def of_cell(self, cell: int) -> Iterator[None]:
        """Output belongs to `cell` inside the block."""
        before = self.cell
        self.enter_cell(cell)
        try:
            yield
        finally:
            self.enter_cell(before)

    def error(self, text: str) -> None:
        """Write a line (or lines) to stderr."""
        _stdio.write_stream(STDERR, (text + "\n").encode("utf-8", "backslashreplace"))
