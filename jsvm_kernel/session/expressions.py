"""Expressions whose value can be told without running anything.

The front reads them off the code around a cursor, with what local names stand for put
in their place. The host follows them through live values; while it is busy the front
follows them through the table of names. Neither runs a getter or a function: of a call
only the type of the result may be known.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class _Expression(msgspec.Struct, frozen=True, tag_field="kind"):
    """Base of all: the field that tells them apart is called kind."""


class NameOf(_Expression, frozen=True, tag="name"):
    """A global name."""

    name: str


class Instance(_Expression, frozen=True, tag="instance"):
    """Some object of a built-in class, such as what a literal makes."""

    of: str


class Get(_Expression, frozen=True, tag="get"):
    """``object.key``."""

    object: Expression
    key: str


class Call(_Expression, frozen=True, tag="call"):
    """``function(…)``."""

    function: Expression


class New(_Expression, frozen=True, tag="new"):
    """``new class(…)``."""

    cls: Expression


class Await(_Expression, frozen=True, tag="await"):
    """``await promise``."""

    promise: Expression


class Each(_Expression, frozen=True, tag="each"):
    """An element of ``iterable``, as a for-of or a callback of map gets it."""

    iterable: Expression


class ListOf(_Expression, frozen=True, tag="list"):
    """An array of elements that are like `element`."""

    element: Expression | None = None


class Either(_Expression, frozen=True, tag="either"):
    """The first of `choices` that leads anywhere."""

    choices: list[Expression]


class Member(msgspec.Struct, frozen=True):
    """A property of a shape; None for a value that can't be told."""

    name: str
    value: Expression | None = None


class Shape(_Expression, frozen=True, tag="shape"):
    """What code says that has not been run: an object, a function or a class.

    `base` is what it inherits from, `returns` what a call gives, `instance` what new
    makes. `type` is a kind of name: "function", "class" or "variable".
    """

    type: str = "variable"
    signature: str = ""
    members: list[Member] = []
    base: Expression | None = None
    returns: Expression | None = None
    instance: Expression | None = None


Expression: TypeAlias = (
    NameOf | Instance | Get | Call | New | Await | Each | ListOf | Either | Shape
)


def as_json(expression: Expression | None) -> str:
    """Give an expression as the host's prelude reads it, "" for none."""
    return "" if expression is None else msgspec.json.encode(expression).decode()
