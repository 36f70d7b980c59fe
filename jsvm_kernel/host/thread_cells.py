"""Which cell a Python thread works for: the one that was running when it was started.

What such a thread prints appears under that cell, however late. Threads of a pool work
for whoever gives them work, so of them it is not known.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Final

_CELL: Final = "_jsvm_cell"
_POOL: Final = "concurrent.futures.thread"


def cell_of_thread() -> int | None:
    """Give the cell that this thread was started for, None if that is not known."""
    cell: int | None = getattr(threading.current_thread(), _CELL, None)
    return cell


def follow_threads(current_cell: Callable[[], int]) -> None:
    """Have every thread that is started from now on know its cell; once."""
    start = threading.Thread.start

    @functools.wraps(start)
    def start_for_cell(thread: threading.Thread) -> None:
        target = getattr(thread, "_target", None)
        if getattr(target, "__module__", "") != _POOL:
            above = cell_of_thread()
            setattr(thread, _CELL, current_cell() if above is None else above)
        start(thread)

    threading.Thread.start = start_for_cell  # type: ignore[assignment,method-assign]
