"""What only the program around a binding knows."""

from __future__ import annotations

import traceback
from array import array
from typing import Protocol, TypedDict


class Frame(TypedDict):
    """A line of a stack; line and column are 0 where they are not known."""

    name: str
    file: str
    line: int
    column: int


class BindingHost(Protocol):
    """The host of bound modules."""

    @property
    def native_depth(self) -> array[int]:
        """One int64: how many calls of Python code run below one another.

        The binding counts in its memory. While it is 0 the host's own code runs.
        """

    def frames(self, error: BaseException) -> list[Frame]:
        """Give the frames of a traceback as they are shown, innermost first."""


class PlainHost:
    """A host that shows tracebacks as Python has them."""

    def __init__(self) -> None:
        self.native_depth = array("q", [0])

    def frames(self, error: BaseException) -> list[Frame]:
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
