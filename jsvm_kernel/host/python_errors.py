"""Exceptions of Python that nobody catches: of threads, and of what can't raise.

They are printed as Python does it, but for the frames of this package, which tell the
author of a cell nothing; and the frames of a native cell are shown by the cell's name.
A report is written at once, so that those of several threads do not mix.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_PACKAGE: Final = f"{Path(__file__).parent.parent}{os.sep}"
_COMPILED: Final = ("jsvm_kernel/vm/", "jsvm_kernel/binding/", "jsvm_kernel/host/")


class _Cell(NamedTuple):
    """What a native module was built from."""

    name: str
    place: str
    lines: list[str]


_cells: dict[str, _Cell] = {}


def note_cell(module: str, name: str, place: str, text: str) -> None:
    """Tell from which cell the functions of an extension module are."""
    _cells[module] = _Cell(name, place, text.split("\n"))


def report_uncaught() -> None:
    """Report what nobody catches from now on; once."""
    threading.excepthook = _report_thread
    sys.unraisablehook = _report_unraisable


def _report_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return  # the thread has ended as it wanted
    name = args.thread.name if args.thread is not None else threading.get_ident()
    _write(f"Exception in thread {name}:\n{_text_of(args.exc_value)}")


def _report_unraisable(args: sys.UnraisableHookArgs) -> None:
    """Report what a function raised whose caller can't be told of it."""
    where = args.object
    if isinstance(where, str):  # the full name of one of Cython
        where = _shown_name(where)
    elif where is not None:
        where = repr(where)
    text = _text_of(args.exc_value) if args.exc_value is not None else ""
    said = args.err_msg or "Exception ignored in"
    _write(f"{said}: {where}\n{text}" if where is not None else f"{said}:\n{text}")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _text_of(error: BaseException) -> str:
    told = traceback.TracebackException.from_exception(error)
    for each in _with_related(told):
        frames = [_shown(frame) for frame in each.stack if not _is_ours(frame.filename)]
        # Without frames there is nothing that could stand below "Traceback".
        each.stack = traceback.StackSummary(frames) if frames else None  # type: ignore[assignment]
    return "".join(told.format())


def _with_related(
    told: traceback.TracebackException,
) -> Iterator[traceback.TracebackException]:
    yield told
    for each in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if each is not None:
            yield from _with_related(each)


def _is_ours(file: str) -> bool:
    return file.startswith((_PACKAGE, *_COMPILED))


def _shown(frame: traceback.FrameSummary) -> traceback.FrameSummary:
    """Show a frame of a native cell by the cell's name, with its source line."""
    cell = _cells.get(frame.name.partition(".")[0])
    if cell is None or frame.filename != f"<{cell.name}.pyx>" or not frame.lineno:
        return frame
    line = cell.lines[frame.lineno - 1] if frame.lineno <= len(cell.lines) else ""
    return traceback.FrameSummary(
        cell.place, frame.lineno, _shown_name(frame.name), line=line
    )


def _shown_name(name: str) -> str:
    module, _, rest = name.partition(".")
    cell = _cells.get(module)
    return f"{cell.name}.{rest}" if cell is not None and rest else name
