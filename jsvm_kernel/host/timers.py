"""The clock of setTimeout and its kin: when each timer is due and whose it is.

Callbacks stay in the Env (prelude/timers.js); here a timer is a number of its Env, a
time and the cell that started it, whose output and errors its run belongs to.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .session_env import SessionEnv


@dataclass(slots=True)
class Timer:
    """One pending timer. `interval_s` is None for one that runs once."""

    env: SessionEnv
    id: int
    cell: int
    interval_s: float | None


@dataclass(order=True, slots=True)
class _Entry:
    due: float  # on the monotonic clock
    turn: int  # timers of the same time run in the order of their start
    timer: Timer = field(compare=False)


#: As many stopped timers may lie in the heap beside as many as are live.
_MANY_STOPPED: Final = 64


class Timers:
    """A heap of timers of all Envs. Whoever runs what is due asks `take_due`."""

    def __init__(self) -> None:
        self._heap: list[_Entry] = []
        self._live: dict[tuple[SessionEnv, int], Timer] = {}
        self._turn = 0

    def __len__(self) -> int:
        return len(self._live)

    def start(
        self,
        env: SessionEnv,
        timer_id: int,
        delay_s: float,
        repeats: bool,
        cell: int,
    ) -> None:
        """Add a timer that is due in `delay_s` and then, if it repeats, again."""
        timer = Timer(env, timer_id, cell, delay_s if repeats else None)
        self._live[env, timer_id] = timer
        self._push(time.monotonic() + delay_s, timer)

    def stop(self, env: SessionEnv, timer_id: int) -> None:
        """Take a timer out; one that is over already is no mistake."""
        self._live.pop((env, timer_id), None)
        # What is stopped stays in the heap until it is due, which may be long.
        if len(self._heap) > 2 * len(self._live) + _MANY_STOPPED:
            self._heap = [entry for entry in self._heap if self.is_live(entry.timer)]
            heapq.heapify(self._heap)

    def of_env(self, env: SessionEnv) -> list[Timer]:
        """Give the timers of an Env."""
        return [timer for timer in self._live.values() if timer.env is env]

    def drop_cell(self, cell: int) -> list[Timer]:
        """Take out all timers of a cell and give them."""
        timers = [timer for timer in self._live.values() if timer.cell == cell]
        for timer in timers:
            self.stop(timer.env, timer.id)
        return timers

    def drop_env(self, env: SessionEnv) -> None:
        """Take out all timers of an Env."""
        for timer in self.of_env(env):
            self.stop(env, timer.id)
        # What is stopped may lie in the heap for long, and would keep the Env.
        self._heap = [entry for entry in self._heap if entry.timer.env is not env]
        heapq.heapify(self._heap)

    def wait_s(self) -> float | None:
        """Seconds until the next timer is due (0 if one is); None without timers."""
        self._forget_stopped()
        if not self._heap:
            return None
        return max(0.0, self._heap[0].due - time.monotonic())

    def take_due(self) -> list[Timer]:
        """Take out what is due now, in order; intervals are due again later.

        An interval that is late counts from now: it does not run twice to catch up.
        """
        now = time.monotonic()
        due: list[Timer] = []
        self._forget_stopped()
        while self._heap and self._heap[0].due <= now:
            timer = heapq.heappop(self._heap).timer
            due.append(timer)
            self._forget_stopped()
        for timer in due:
            if timer.interval_s is None:
                continue
            self._push(now + timer.interval_s, timer)
        return due

    def is_live(self, timer: Timer) -> bool:
        """Whether a timer taken by `take_due` still has to run.

        An earlier callback of the same round may have cleared it.
        """
        return self._live.get((timer.env, timer.id)) is timer

    def done(self, timer: Timer) -> None:
        """Say that a timer taken by `take_due` is being run."""
        if timer.interval_s is None:
            self.stop(timer.env, timer.id)

    def _push(self, due: float, timer: Timer) -> None:
        self._turn += 1
        heapq.heappush(self._heap, _Entry(due, self._turn, timer))

    def _forget_stopped(self) -> None:
        while self._heap and not self.is_live(self._heap[0].timer):
            heapq.heappop(self._heap)
