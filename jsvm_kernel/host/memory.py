"""How much memory the session's VM may use, and what is kept back for its end.

Without a limit a cell that collects too much would have the machine end the host. With
one it gets an "out of memory" error, but then everything is full: not even the cell
that frees things would run. So a part of the limit is kept back until that happens.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from jsvm_kernel.vm import VM

from . import _natives

#: Bytes kept back, fewer of a small limit; enough to parse and run a cell and to tell
#: of its outcome.
RESERVE: Final = 32 << 20

_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


#: Environment variable that sets the limit: bytes, 0 for none.
VARIABLE: Final = "JSVM_MEMORY_LIMIT"


class LimitError(ValueError):
    """The limit that the user gave is none."""


def session_limit() -> int | None:
    """Give the limit of the session's VM in bytes: the user's, or the default.

    Raises LimitError.
    """
    given = os.environ.get(VARIABLE)
    if given is None:
        return default_limit()
    if not given.isdecimal():
        raise LimitError(f"{VARIABLE} is a number of bytes or 0, not {given!r}")
    limit = int(given)
    if 0 < limit < RESERVE:
        raise LimitError(f"{VARIABLE} is at least {RESERVE} bytes, not {limit}")
    return limit or None


def default_limit() -> int:
    """Give three quarters of the memory this process may use, in bytes."""
    return available_memory() // 4 * 3


def available_memory() -> int:
    """Give the memory this process may use, in bytes."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):  # no control groups, or "max"
        memory = min(memory, int(_CGROUP_LIMIT.read_text()))
    return memory


class MemoryReserve:
    """The part of `vm`'s memory limit that only a full VM may use."""

    def __init__(self, vm: VM) -> None:
        self._vm = vm
        self._limit: int = vm.memory_limit or 0
        # A small VM keeps a small part back: most of it is for what it is there for.
        self._reserve = min(RESERVE, self._limit // 4)
        self._is_open = True
        self._close()

    @property
    def is_open(self) -> bool:
        """Whether the VM uses the reserve."""
        return self._is_open and bool(self._limit)

    def open(self) -> None:
        """Let the VM use the reserve, too."""
        if not self._is_open:
            # The engine waits with it for a heap half as large again.
            self._vm.collect_garbage()
            self._is_open = True
            _natives.set_memory_limit(self._vm.handle, self._limit)

    def settle(self) -> None:
        """Keep the reserve back again if the VM has room without it."""
        if not self._is_open:
            return
        self._vm.collect_garbage()
        if self._vm.heap_statistics().used_heap_size < self._limit - 2 * self._reserve:
            self._close()

    def _close(self) -> None:
        if self._limit:
            self._is_open = False
            _natives.set_memory_limit(self._vm.handle, self._limit - self._reserve)
