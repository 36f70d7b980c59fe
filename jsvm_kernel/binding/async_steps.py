"""The requests that JavaScript makes to an asynchronous iterator of Python."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from weakref import WeakKeyDictionary

from jsvm_kernel.vm import undefined

_JUST_STARTED = "can't send non-None value to a just-started async generator"


class Steps:
    """Takes one request after the other, as an async generator of JavaScript does."""

    def __init__(self, iterator: AsyncIterator[Any]) -> None:
        self._iterator = iterator
        self._turn = asyncio.Lock()

    async def next(self, value: Any) -> dict[str, Any]:
        """Ask for the next value, `value` being what `yield` gives."""
        async with self._turn:
            return await _outcome(self._send(value))

    async def end(self, value: Any) -> dict[str, Any]:
        """Close the generator; `value` is what JavaScript wants returned."""
        async with self._turn:
            close = getattr(self._iterator, "aclose", None)
            if close is not None:
                await close()
            return {"value": value, "done": True}

    async def throw(self, error: BaseException) -> dict[str, Any]:
        """Raise an error at the `yield`."""
        async with self._turn:
            throw = getattr(self._iterator, "athrow", None)
            if throw is None:
                raise error
            return await _outcome(throw(error))

    async def _send(self, value: Any) -> Any:
        send = getattr(self._iterator, "asend", None)
        if send is not None and value is not undefined:
            try:
                return await send(value)
            except TypeError as error:
                # JavaScript's first value is for nobody, too.
                if str(error) != _JUST_STARTED:
                    raise
        return await anext(self._iterator)


async def _outcome(asked: Any) -> dict[str, Any]:
    try:
        return {"value": await asked, "done": False}
    except StopAsyncIteration:
        return {"value": undefined, "done": True}


_steps: WeakKeyDictionary[AsyncIterator[Any], Steps] = WeakKeyDictionary()


def steps_of(iterator: AsyncIterator[Any]) -> Steps:
    """Give what takes the requests to an iterator."""
    try:
        steps = _steps.get(iterator)
        if steps is None:
            steps = _steps[iterator] = Steps(iterator)
    except TypeError:  # it has no weak references, and nobody can ask it twice at once
        return Steps(iterator)
    return steps
