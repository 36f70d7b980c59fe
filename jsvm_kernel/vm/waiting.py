"""Waiting for promises in asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values import undefined

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ._vm import VM, JSObject, JSPromise


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


async def iterate_async(
    iterator: JSObject, *, of_promises: bool = False
) -> AsyncIterator[Any]:
    """Go through an iterator of JavaScript; leaving it early calls `return`.

    `of_promises`: it is a synchronous one, whose values are waited for.
    """
    done = False
    try:
        while True:
            try:
                step = await _settled(iterator.next())
                done = bool(step["done"]) if "done" in step else False
                value = step.value if "value" in step else undefined
                if of_promises and not done:
                    value = await _settled(value)
            except BaseException:
                done = True  # it has failed, or is waited for no longer
                raise
            if done:
                return
            yield value
    finally:
        if not done and "return" in iterator:
            await _settled(getattr(iterator, "return")())


async def _settled(value: Any) -> Any:
    """Give what `await` of JavaScript gives."""
    from ._vm import JSPromise

    return await value if isinstance(value, JSPromise) else value
