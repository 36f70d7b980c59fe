"""What only the program around a binding knows."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from jsvm_kernel.vm.errors import Closed
from jsvm_kernel.vm.frames import Frame, frames_of

if TYPE_CHECKING:
    import asyncio
    import concurrent.futures

    from jsvm_kernel.vm import Env
    from jsvm_kernel.vm.calls import CallQueue

    AnyFuture: TypeAlias = asyncio.Future[Any] | concurrent.futures.Future[Any]


class BindingHost(Protocol):
    """The host of bound modules."""

    @property
    def native_depth(self) -> array[int]:
        """One int64: how many calls of Python code run below one another.

        The binding counts in its memory. While it is 0 the host's own code runs.
        """

    @property
    def outlives_exits(self) -> bool:
        """Whether SystemExit is an error like others, and KeyboardInterrupt a stop.

        Else both go through JavaScript to the Python code that called it.
        """

    def frames(self, error: BaseException) -> list[Frame]:
        """Give the frames of a traceback as they are shown, innermost first."""

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Future[Any]:
        """Make a task of a coroutine that a function gave."""

    def when_done(self, env: Env, future: AnyFuture, tell: Callable[[], None]) -> None:
        """Have `tell` called on the VM's thread once a future is done.

        Raises ValueError for one that can't be waited for.
        """


class PlainHost:
    """A host that shows tracebacks as Python has them.

    Coroutines need an asyncio loop that runs on the VM's thread; so do futures, or, for
    those of concurrent.futures, a VM that accepts calls.
    """

    outlives_exits = False

    def __init__(self) -> None:
        self.native_depth = array("q", [0])

    def frames(self, error: BaseException) -> list[Frame]:
        """Give the frames of a traceback, innermost first."""
        return frames_of(error)

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Future[Any]:
        """Make a task of a coroutine in the loop that runs."""
        return _running_loop().create_task(coroutine)

    def when_done(self, env: Env, future: AnyFuture, tell: Callable[[], None]) -> None:
        """Have `tell` called on the VM's thread once a future is done."""
        import asyncio

        if asyncio.isfuture(future):
            future.add_done_callback(lambda _: tell())
        elif env.vm.calls is not None:
            future.add_done_callback(partial(_tell_queue, env, env.vm.calls, tell))
        else:
            loop = _running_loop()
            future.add_done_callback(lambda _: loop.call_soon_threadsafe(tell))


def _tell_queue(
    env: Env, calls: CallQueue, tell: Callable[[], None], _: AnyFuture
) -> None:
    with suppress(Closed):  # nobody waits for it any more
        calls.add(env, 0, tell, lambda result, error: None)


def _running_loop() -> asyncio.AbstractEventLoop:
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "asynchronous functions need an asyncio loop that runs on the VM's thread: "
            "call JavaScript from a coroutine"
        ) from None
