"""The frames of a Python traceback, as the stack of a JS error shows them."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypedDict

__all__ = ["Frame", "frame_lines", "frames_of"]

_PACKAGE: Final = Path(__file__).parent.parent
_OUR_FOLDERS: Final = (f"{_PACKAGE / 'vm'}{os.sep}", f"{_PACKAGE / 'binding'}{os.sep}")


class Frame(TypedDict):
    """A line of a stack; line and column are 0 where they are not known."""

    name: str
    file: str
    line: int
    column: int


def frames_of(error: BaseException) -> list[Frame]:
    """Give the frames of a traceback, innermost first."""
    return [
        Frame(
            name=entry.name,
            file=entry.filename,
            line=entry.lineno or 0,
            column=0 if entry.colno is None else entry.colno + 1,
        )
        for entry in reversed(traceback.extract_tb(error.__traceback__))
    ]


def frame_lines(frames: Iterable[Frame]) -> list[str]:
    """Write frames as JS does, without those between the languages, which are ours."""
    return [_line(frame) for frame in frames if not _is_ours(frame["file"])]


def _is_ours(file: str) -> bool:
    if file.startswith("jsvm_kernel/"):
        return file.endswith((".pxi", ".pyx"))
    return file.startswith(_OUR_FOLDERS)


def _line(frame: Frame) -> str:
    place = frame["file"]
    if frame["line"] > 0:
        place += f":{frame['line']}"
    if frame["column"] > 0:
        place += f":{frame['column']}"
    name = frame["name"]
    return f"    at {name} ({place})" if name else f"    at {place}"
