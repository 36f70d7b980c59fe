"""Waiting for a promise in asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._vm import VM, JSPromise


async def wait(
    promise: JSPromise,
    vm: VM,
    when_settled: Callable[[JSPromise, Callable[[], None]], None],
) -> Any:
    """Return the promise's value, or raise its JSError, as soon as it is settled."""
    vm.run_microtasks()
    if promise.state == "pending":
        import asyncio  # a host waits for no promise, and asyncio is half of its start

        settled = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not settled.done():  # the waiting task may have been cancelled
                settled.set_result(None)

        # Whoever settles the promise runs on this thread, which owns the VM.
        when_settled(promise, wake)
        await settled
    return promise.result()
