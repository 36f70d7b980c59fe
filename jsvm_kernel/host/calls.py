"""Calls that threads make to JavaScript functions, served between the cells' turns.

A native module may keep a function and call it from threads of its own, long after the
cell that passed it is over. Such a call runs as a timer does: its output and errors go
to that cell, the stop button stops it, and what a stopped cell set going ends with it.
"""

from __future__ import annotations

import os
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from jsvm_kernel.vm import Call, Stopped

from . import _stdio
from .output import STDERR

if TYPE_CHECKING:
    from .cells import Cells
    from .stop import StopButton
    from .vms import VMs

#: Threads that call without end leave time for everything else.
_TURN_S: Final = 0.02

_SLOW: Final = (
    b"A thread waits for a JavaScript function that this cell passed on, while native "
    b"code runs. If that code waits for the thread, neither goes on: press stop.\n"
)


class ThreadCalls:
    """What threads want of the VMs of the session. One per process."""

    def __init__(self, stop: StopButton) -> None:
        self._stop = stop
        self._wakeup, self._wakeup_writer = os.pipe()
        os.set_blocking(self._wakeup, False)
        os.set_blocking(self._wakeup_writer, False)
        self._stopped: set[int] = set()

    def fileno(self) -> int:
        """Give the descriptor that is readable once calls wait."""
        return self._wakeup

    def wake(self) -> None:
        """Make `fileno` readable; from any thread."""
        with suppress(BlockingIOError):  # full: it is
            os.write(self._wakeup_writer, b"\0")

    def tell_slow(self, call: Call) -> None:
        """Say why a call may never be made; on the thread that waits for it."""
        if self._stop.native_depth[0] > 0:
            _stdio.write_of_cell(STDERR, call.context, _SLOW)

    def serve(self, vms: VMs, cells: Cells) -> None:
        """Make the calls that wait, for a while; the rest is left for the next time."""
        if not self._take_wakes():
            return
        deadline = time.monotonic() + _TURN_S
        for machine in vms.all:
            assert machine.vm.calls is not None
            envs = {env.js: env for env in machine.envs.values()}
            waiting = deque(machine.vm.calls.take())
            while waiting and time.monotonic() < deadline:
                call = waiting[0]
                if call.context in self._stopped:
                    waiting.popleft().settle(error=_stopped())
                    continue
                run = partial(_run_those_like, call, waiting, deadline)
                env = envs[call.env]
                if not cells.call_back(env, call.context, "a thread's call", run):
                    break
            machine.vm.calls.give_back(list(waiting))

    def _take_wakes(self) -> bool:
        try:
            return bool(os.read(self._wakeup, 4096))
        except BlockingIOError:
            return False

    def drop_cell(self, vms: VMs, cell: int) -> None:
        """End the calls of a stopped cell, also those that its threads still make."""
        self._stopped.add(cell)
        for machine in vms.all:
            assert machine.vm.calls is not None
            machine.vm.calls.drop(lambda call: call.context == cell, _stopped)


def _run_those_like(first: Call, waiting: deque[Call], deadline: float) -> None:
    """Run the calls in front that belong to the same work: one turn for all."""
    while waiting and time.monotonic() < deadline:
        call = waiting[0]
        if call.env is not first.env or call.context != first.context:
            return
        waiting.popleft()
        try:
            call.run()
        except KeyboardInterrupt:  # of Python code below the call
            raise Stopped("the call was stopped") from None


def _stopped() -> Stopped:
    return Stopped("the cell that passed this function on was stopped")
