"""The stop button: what SIGUSR1 does to a host.

The signal's handler (C, in `_signals`) stops the JS of the VM that is armed and sets
Python's interrupt flag. The Python side of it is here: native modules in Python get a
KeyboardInterrupt, the host's own code never does, so no message is torn in two.
"""

from __future__ import annotations

import fcntl
import os
import signal
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from . import _signals


class StopButton:
    """Owns the signal dispositions of the process and a pipe that wakes the loop."""

    def __init__(self) -> None:
        #: How many calls of native modules' Python code run below one another: one
        #: int64, in which jsvm_kernel.binding counts without calling us.
        self.native_depth = array("q", [0])
        self._wakeup, self._wakeup_writer = os.pipe()
        os.set_blocking(self._wakeup, False)
        os.set_blocking(self._wakeup_writer, False)

    def install(self) -> None:
        """Take SIGUSR1 over and ignore SIGINT; once, on the main thread."""
        signal.signal(signal.SIGINT, self._interrupt)
        _signals.install_stop_handler(self._wakeup_writer)

    def watch(self, sock: int) -> None:
        """Stop all JS for good once the other end of the socket is closed."""
        _signals.watch_front(sock, signal.SIGIO)
        fcntl.fcntl(sock, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(sock, fcntl.F_GETFL)
        fcntl.fcntl(sock, fcntl.F_SETFL, flags | os.O_ASYNC)

    def fileno(self) -> int:
        """Give the descriptor that is readable once a stop was requested."""
        return self._wakeup

    def arm(self, vm: int) -> None:
        """Let SIGUSR1 stop the VM with this handle; forget earlier requests."""
        self.drain()
        # An interrupt that came between two steps of a wrapper may have left it uneven.
        self.native_depth[0] = 0
        _signals.arm_stop(vm)

    @contextmanager
    def aimed_at(self, vm: int) -> Iterator[None]:
        """Inside the block SIGUSR1 stops this VM, and not the one that is armed.

        Whether it came is still known afterwards: `requested`.
        """
        before = _signals.aim_stop(vm)
        try:
            yield
        finally:
            _signals.aim_stop(before)

    def disarm(self) -> bool:
        """Let SIGUSR1 do nothing; tells whether it came since `arm`."""
        requested = _signals.disarm_stop()
        self.drain()
        return requested

    @property
    def requested(self) -> bool:
        """Whether SIGUSR1 came since `arm`."""
        return _signals.stop_was_requested()

    def drain(self) -> None:
        """Empty the wake-up pipe."""
        try:
            while os.read(self._wakeup, 4096):
                pass
        except BlockingIOError:
            pass

    def enter_native(self) -> None:
        """Begin Python code of a native module: a stop interrupts it."""
        self.native_depth[0] += 1

    def leave_native(self) -> None:
        """End what `enter_native` began."""
        self.native_depth[0] -= 1

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """Inside the block no interrupt is raised: the host's own code runs."""
        depth, self.native_depth[0] = self.native_depth[0], 0
        try:
            yield
        finally:
            self.native_depth[0] = depth

    def _interrupt(self, signal_number: int, frame: FrameType | None) -> None:
        if self.native_depth[0] > 0:
            raise KeyboardInterrupt
