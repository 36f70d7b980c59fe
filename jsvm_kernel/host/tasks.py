"""Asynchronous Python of a session: coroutines, and what becomes of futures.

There is one asyncio loop, made when it is first needed, and the host's loop turns it.
All that runs in it belongs to an Env and a cell: those whose code asked for it, and
what a task starts is its cell's, too. Output and errors go to that cell, a stop of the
cell cancels its tasks, and so does the end of the Env.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from weakref import WeakKeyDictionary, WeakSet

from jsvm_kernel.vm import Stopped

from .thread_cells import cell_of_thread

if TYPE_CHECKING:
    import asyncio
    import concurrent.futures

    from .cells import Cells
    from .event_loop import TurnedLoop
    from .output import Output
    from .session_env import SessionEnv
    from .stop import StopButton
    from .vms import VMs

    AnyFuture: TypeAlias = asyncio.Future[Any] | concurrent.futures.Future[Any]

#: What cancelled tasks have to end, when a cell was stopped or an Env is closed.
_PARTING_S: Final = 0.2


@dataclass(eq=False, slots=True, weakref_slot=True)
class Owner:
    """Whose a task is. `is_over`: what comes of it is told to nobody any more."""

    env: SessionEnv
    cell: int
    is_over: bool = False


_owner: ContextVar[Owner] = ContextVar("owner")


class Tasks:
    """The asyncio loop of a session, and whose its tasks are.

    `watch` is told the descriptor of the loop once there is one.
    """

    def __init__(
        self, output: Output, stop: StopButton, watch: Callable[[int], None]
    ) -> None:
        self._output = output
        self._stop = stop
        self._watch = watch
        self._loop: TurnedLoop | None = None
        self._owners: WeakSet[Owner] = WeakSet()
        self._tasks: WeakKeyDictionary[asyncio.Task[Any], Owner] = WeakKeyDictionary()

    def attach(self, vms: VMs, cells: Cells) -> None:
        """Learn who runs code; before any JavaScript does."""
        self._vms = vms
        self._cells = cells
        vms.when_dropped(self.drop_env)
        cells.when_stopped(self.drop_cell)

    # ---- the loop --------------------------------------------------------------------

    @property
    def loop(self) -> TurnedLoop:
        """The loop; made now if there is none, as importing asyncio takes long."""
        if self._loop is None:
            import asyncio

            from .event_loop import TurnedLoop

            self._loop = TurnedLoop(self)
            asyncio.set_event_loop(self._loop)
            self._watch(self._loop.fileno())
        return self._loop

    def wait_s(self) -> float | None:
        """Seconds until the loop wants to be turned; None: its descriptor tells."""
        return None if self._loop is None else self._loop.wait_s()

    def turn(self) -> None:
        """Run what is ready."""
        if self._loop is not None and not self._loop.is_running():
            self._loop.turn()

    def close(self) -> None:
        """Cancel all tasks and close the loop."""
        self._cancel(lambda owner: True)
        if self._loop is not None:
            # What has not ended by now is nobody's business any more.
            self._loop.set_exception_handler(lambda loop, context: None)
            self._loop.close()

    # ---- what code of an Env asks ----------------------------------------------------

    def start(
        self, env: SessionEnv, coroutine: Coroutine[Any, Any, Any]
    ) -> asyncio.Task[Any]:
        """Make a task of a coroutine; it is of the cell whose code runs now."""
        context, _ = self._context_of(env)
        return self.loop.create_task(coroutine, context=context)

    def when_done(
        self, env: SessionEnv, future: AnyFuture, tell: Callable[[], None]
    ) -> None:
        """Have `tell` called on this thread once a future is done, however it is.

        Not if it was stopped, nor once the cell whose code runs now was stopped or the
        Env was closed. Raises ValueError for a future of another asyncio loop.
        """
        context, owner = self._context_of(env)

        def take(future: AnyFuture) -> None:
            error = None if future.cancelled() else future.exception()
            if not owner.is_over and not isinstance(error, Stopped | KeyboardInterrupt):
                tell()

        import asyncio

        loop = self.loop
        if not asyncio.isfuture(future):
            # From whichever thread, possibly after the session's end.
            future.add_done_callback(
                lambda done: (
                    loop.is_closed()
                    or loop.call_soon_threadsafe(take, done, context=context)
                )
            )
            return
        if future.get_loop() is not loop:
            raise ValueError(
                "the future belongs to an asyncio loop that is not the session's; what "
                "runs in another loop is given as a concurrent.futures.Future, which "
                "asyncio.run_coroutine_threadsafe makes"
            )
        future.add_done_callback(take, context=context)

    def drop_cell(self, cell: int) -> None:
        """Cancel the tasks of a stopped cell."""
        self._cancel(lambda owner: owner.cell == cell)

    def drop_env(self, env: SessionEnv) -> None:
        """Cancel the tasks of an Env that is about to be closed."""
        self._cancel(lambda owner: owner.env is env)

    # ---- parts -----------------------------------------------------------------------

    def _context_of(self, env: SessionEnv) -> tuple[Context, Owner]:
        """A context for what the code that runs now, of `env`, sets going."""
        context = copy_context()
        owner = Owner(env, self._output.cell)
        self._owners.add(owner)
        context.run(_owner.set, owner)
        return context, owner

    def _cancel(self, is_meant: Callable[[Owner], bool]) -> None:
        """Cancel tasks, and give them a moment for what they do to end well."""
        for owner in self._owners:
            owner.is_over = owner.is_over or is_meant(owner)
        tasks = [
            task
            for task, owner in self._tasks.items()
            if is_meant(owner) and not task.done()
        ]
        for task in tasks:
            task.cancel()
        deadline = time.monotonic() + _PARTING_S
        while (
            self.wait_s() == 0
            and not all(task.done() for task in tasks)
            and time.monotonic() < deadline
        ):
            self.turn()

    # ---- what the loop asks (event_loop.Keeper) --------------------------------------

    def own(self, context: Context) -> None:
        """Note whose work a context is for, unless a task began it."""
        if _owner not in context:
            cell = cell_of_thread()
            owner = Owner(
                self._vms.current, self._output.cell if cell is None else cell
            )
            self._owners.add(owner)
            context.run(_owner.set, owner)

    def adopt(self, task: asyncio.Task[Any], context: Context) -> None:
        """Note whose a new task is: that of the one that made it, as a rule."""
        self._tasks[task] = context[_owner]

    def run_step(self, callback: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Run a callback of the loop as a timer's is run: under its cell, stoppable."""
        owner = _owner.get(None)
        env = self._vms.current if owner is None or owner.env.closed else owner.env
        cell = self._output.cell if owner is None else owner.cell
        failure: Exception | None = None

        def run() -> None:
            nonlocal failure
            self._stop.enter_native()
            try:
                callback(*args)
            except KeyboardInterrupt:
                raise Stopped("asynchronous Python was stopped") from None
            except SystemExit:
                pass  # its task has it for a result
            except Exception as error:
                failure = error
            finally:
                self._stop.leave_native()

        self._cells.call_back(env, cell, "an async function", run)
        if failure is not None:
            raise failure  # the loop knows what to say
