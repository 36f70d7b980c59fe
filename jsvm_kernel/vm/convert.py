"""Copies of JavaScript values as plain Python data."""

from __future__ import annotations

from typing import Any

from ._vm import (
    JSArray,
    JSArrayBuffer,
    JSFunction,
    JSObject,
    JSPromise,
    JSTypedArray,
    JSValue,
    own_keys,
)

__all__ = ["to_python"]


def to_python(value: Any) -> Any:
    """Return a deep copy of a value: arrays as lists, objects as dicts.

    A typed array becomes a list of numbers and an ArrayBuffer bytes; an object becomes
    a dict of its own enumerable properties with string keys. Functions, symbols and
    promises stay live proxies. An object that occurs twice, or within itself, is one
    Python object in the copy too.
    """
    return _copy(value, {})


def _copy(value: Any, seen: dict[JSValue, Any]) -> Any:
    if not isinstance(value, JSObject) or isinstance(value, JSFunction | JSPromise):
        return value
    if value in seen:
        return seen[value]
    if isinstance(value, JSArrayBuffer):
        return bytes(value)
    if isinstance(value, JSTypedArray):
        return list(value)
    if isinstance(value, JSArray):
        items: list[Any] = []
        seen[value] = items
        items.extend(_copy(item, seen) for item in value)
        return items
    properties: dict[str, Any] = {}
    seen[value] = properties
    for key in own_keys(value):
        properties[key] = _copy(value[key], seen)
    return properties
