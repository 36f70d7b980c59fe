"""The requests that JavaScript makes to an asynchronous iterator of Python.

They are taken one after the other, as an async generator of JavaScript does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from weakref import WeakKeyDictionary

from jsvm_kernel.vm import undefined

_JUST_STARTED = "can't send non-None value to a just-started async generator"

#: Whose turn it is, by iterator.
_turns: WeakKeyDictionary[AsyncIterator[Any], asyncio.Lock] = WeakKeyDictionary()


async def take_next(iterator: AsyncIterator[Any], value: Any) -> dict[str, Any]:
    """Give the next value; `value` is what `yield` gives."""
    async with _turn_of(iterator):
        return await _outcome(_send(iterator, value))


async def end(iterator: AsyncIterator[Any], value: Any) -> dict[str, Any]:
    """Close a generator; `value` is what JavaScript wants returned."""
    async with _turn_of(iterator):
        close = getattr(iterator, "aclose", None)
        if close is not None:
            await close()
        return {"value": value, "done": True}


async def throw(iterator: AsyncIterator[Any], error: BaseException) -> dict[str, Any]:
    """Raise an error at the `yield`."""
    async with _turn_of(iterator):
        throw = getattr(iterator, "athrow", None)
        if throw is None:
            raise error
        return await _outcome(throw(error))


def _turn_of(iterator: AsyncIterator[Any]) -> asyncio.Lock:
    try:
        return _turns.setdefault(iterator, asyncio.Lock())
    except TypeError:  # it can't be referred to weakly: nobody has to wait
        return asyncio.Lock()


async def _send(iterator: AsyncIterator[Any], value: Any) -> Any:
    send = getattr(iterator, "asend", None)
    if send is not None and value is not undefined:
        try:
            return await send(value)
        except TypeError as error:
            # JavaScript's first value is for nobody, too.
            if str(error) != _JUST_STARTED:
                raise
    return await anext(iterator)


async def _outcome(asked: Awaitable[Any]) -> dict[str, Any]:
    try:
        return {"value": await asked, "done": False}
    except StopAsyncIteration:
        return {"value": undefined, "done": True}
