"""An asyncio loop that another loop turns: it runs what is ready and never sleeps.

Everything is asyncio's own but for two places. The selector, which is where a loop
sleeps, notes how long it would have slept and ends the turn instead; its descriptor
tells the other loop when to come back. And each callback is run by a keeper, which
knows whose work it is.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any, Final, Protocol

#: Tasks that are always ready leave time for everything else.
_TURN_S: Final = 0.02


class Keeper(Protocol):
    """Knows whose work runs in a loop; a context remembers it."""

    def run_step(self, callback: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Run a callback with its arguments, in its context."""

    def own(self, context: Context) -> None:
        """Note in a context whose work it is, unless that is known; on any thread."""

    def adopt(self, task: asyncio.Task[Any], context: Context) -> None:
        """Take note of a new task."""


class _Selector(selectors.DefaultSelector):
    """Sleeps only for who has `run_until_complete` called, not in a turn."""

    def __init__(self) -> None:
        super().__init__()
        self.end_turn: Callable[[], None] | None = None
        self.deadline = 0.0
        #: When the loop wants to be turned again, at the latest; None: no timer runs.
        self.due: float | None = None

    def select(self, timeout: float | None = None) -> Any:
        if self.end_turn is None:
            return super().select(timeout)
        now = time.monotonic()
        self.due = None if timeout is None else now + timeout
        events = super().select(0)
        idle = timeout != 0 and not events
        if idle or now >= self.deadline:
            self.end_turn()
        return events


class TurnedLoop(asyncio.SelectorEventLoop):
    """The loop. `turn` runs what is ready, `wait_s` says when to call it again."""

    def __init__(self, keeper: Keeper) -> None:
        self._turn_selector = _Selector()
        self._keeper = keeper
        # Whether something was scheduled that the selector has not been asked about.
        self._is_stirred = False
        super().__init__(self._turn_selector)

    def fileno(self) -> int:
        """Give the descriptor that is readable once a file or thread has something."""
        return self._turn_selector.fileno()

    def wait_s(self) -> float | None:
        """Seconds until the next turn is due (0 if it is); None: `fileno` will tell."""
        if self._is_stirred:
            return 0.0
        due = self._turn_selector.due
        return None if due is None else max(0.0, due - time.monotonic())

    def turn(self) -> None:
        """Run all that is ready and becomes so meanwhile, for a while."""
        selector = self._turn_selector
        selector.deadline = time.monotonic() + _TURN_S
        selector.end_turn = self._end_turn
        try:
            self.run_forever()
        finally:
            selector.end_turn = None

    def _end_turn(self) -> None:
        self._is_stirred = False  # what is ready now is run before the turn ends
        self.stop()

    # ---- scheduling ------------------------------------------------------------------

    def call_soon(  # type: ignore[override]
        self,
        callback: Callable[..., Any],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """As asyncio's."""
        self._is_stirred = True
        run = self._keeper.run_step
        return super().call_soon(run, callback, args, context=context)

    def call_soon_threadsafe(  # type: ignore[override]
        self,
        callback: Callable[..., Any],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """As asyncio's; the descriptor of the loop becomes readable."""
        if context is None:
            context = copy_context()
        self._keeper.own(context)
        return super().call_soon_threadsafe(
            self._keeper.run_step, callback, args, context=context
        )

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., Any],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """As asyncio's."""
        self._is_stirred = True
        run = self._keeper.run_step
        return super().call_at(when, run, callback, args, context=context)

    def create_task(  # type: ignore[override]
        self, coro: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        """As asyncio's."""
        context = options.pop("context", None)
        if context is None:
            context = copy_context()
        self._keeper.own(context)
        task: asyncio.Task[Any] = super().create_task(coro, context=context, **options)
        self._keeper.adopt(task, context)
        return task
