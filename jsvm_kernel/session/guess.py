"""What expressions stand for, told from the table of names while the host is busy.

The twin of the prelude's evaluate.js, which looks at live values: here a name has a
class and keys, and a built-in function the type of its result.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatchmethod
from typing import TypeAlias

from .builtins import WRAPPERS, Builtin, builtins
from .expressions import (
    Await,
    Call,
    Each,
    Either,
    Expression,
    Get,
    Instance,
    ListOf,
    NameOf,
    New,
    Shape,
)
from .message import NativeMember
from .messages import Match, Name


@dataclass(frozen=True, slots=True)
class Known:
    """The value of a global name."""

    name: Name


@dataclass(frozen=True, slots=True)
class Some:
    """Some object of a built-in class; `element` is what its elements are like."""

    of: str
    element: Find | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A built-in function, got from `receiver`."""

    builtin: Builtin
    receiver: Find


@dataclass(frozen=True, slots=True)
class Native:
    """A function or class of a native module; if `made`, some object of the class."""

    member: NativeMember
    module: Name
    made: bool = False

    @property
    def members(self) -> dict[str, NativeMember]:
        """What it has itself."""
        return self.member.members if self.made else self.member.static


Find: TypeAlias = Known | Some | Method | Native | Shape


class Guesser:
    """Follows expressions through global names."""

    def __init__(self, names: dict[str, Name]) -> None:
        self._names = names

    def find(self, expression: Expression | None) -> Find | None:
        """Give what an expression stands for, None if that can't be told."""
        return None if expression is None else self._find(expression)

    def members(self, find: Find) -> list[Match]:
        """Give its members, the nearest first."""
        matches: dict[str, Match] = {}
        at: Find | None = find
        while isinstance(at, Shape):
            for member in at.members:
                value = self.find(member.value)
                matches.setdefault(member.name, _match(member.name, value))
            at = self.find(at.base)
        if isinstance(at, Native):
            for name, native in at.members.items():
                matches.setdefault(name, _of_native(name, native))
        if isinstance(at, Known):
            for name, native in at.name.documented.items():
                matches.setdefault(name, _of_native(name, native))
            documented = builtins().get(at.name.name, {})
            for name in at.name.members:
                match = _of_builtin(name, documented.get(name))
                matches.setdefault(name, match)
        for holder in _holders(at):
            for name, builtin in holder.items():
                if not builtin.deprecated:
                    matches.setdefault(name, _of_builtin(name, builtin))
        return sorted(matches.values(), key=lambda match: match.text.startswith("_"))

    @singledispatchmethod
    def _find(self, expression: Expression) -> Find | None:
        raise TypeError(f"{expression!r} is no expression")

    @_find.register
    def _name(self, expression: NameOf) -> Find | None:
        name = self._names.get(expression.name)
        return Known(name) if name is not None else None

    @_find.register
    def _instance(self, expression: Instance) -> Find | None:
        return Some(expression.of)

    @_find.register
    def _shape(self, expression: Shape) -> Find | None:
        return expression

    @_find.register
    def _list(self, expression: ListOf) -> Find | None:
        return Some("Array", self.find(expression.element))

    @_find.register
    def _get(self, expression: Get) -> Find | None:
        owner = self.find(expression.object)
        return self._member(owner, expression.key) if owner is not None else None

    @_find.register
    def _call(self, expression: Call) -> Find | None:
        function = self.find(expression.function)
        if isinstance(function, Shape):
            return self.find(function.returns)
        if isinstance(function, Method):
            return _of_type(function.builtin.type, function.receiver)
        if isinstance(function, Native):
            return _of_native_type(function.member.type, function.module)
        if isinstance(function, Known):
            builtin = builtins()["globalThis"].get(function.name.name)
            return _of_type(builtin.type, function) if builtin is not None else None
        return None

    @_find.register
    def _new(self, expression: New) -> Find | None:
        cls = self.find(expression.cls)
        if isinstance(cls, Shape):
            return self.find(cls.instance)
        if isinstance(cls, Native):
            return _of_native_type(cls.member.type, cls.module)
        made = isinstance(cls, Known) and f"{cls.name.name}.prototype" in builtins()
        return Some(cls.name.name) if made and isinstance(cls, Known) else None

    @_find.register
    def _await(self, expression: Await) -> Find | None:
        promise = self.find(expression.promise)
        if isinstance(promise, Some) and promise.of == "Promise":
            return promise.element
        return None if _type_of(promise) == "Promise" else promise

    @_find.register
    def _each(self, expression: Each) -> Find | None:
        iterable = self.find(expression.iterable)
        return _element(iterable) if iterable is not None else None

    @_find.register
    def _either(self, expression: Either) -> Find | None:
        found = (self.find(choice) for choice in expression.choices)
        return next((find for find in found if find is not None), None)

    def _member(self, owner: Find, key: str) -> Find | None:
        if isinstance(owner, Shape):
            for member in owner.members:
                if member.name == key:
                    return self.find(member.value)
            base = self.find(owner.base)
            return self._member(base, key) if base is not None else None
        if key.isdigit():
            return _element(owner)
        if isinstance(owner, Native) and key in owner.members:
            return _native_member(owner.members[key], owner.module)
        if isinstance(owner, Known) and key in owner.name.documented:
            return _native_member(owner.name.documented[key], owner.name)
        for holder in _holders(owner, static=True):
            builtin = holder.get(key)
            if builtin is not None and builtin.parameters is not None:
                return Method(builtin, owner)
            if builtin is not None:
                return _of_type(builtin.type, owner)
        return None


def _match(name: str, value: Find | None) -> Match:
    if isinstance(value, Shape) and value.type in ("function", "class"):
        kind = "class" if value.type == "class" else "function"
        return Match(text=name, kind=kind, signature=value.signature)  # type: ignore[arg-type]
    return Match(text=name, kind="property")


def _of_builtin(name: str, builtin: Builtin | None) -> Match:
    if builtin is None or builtin.parameters is None:
        return Match(text=name, kind="property")
    return Match(text=name, kind="function", signature=builtin.signature)


def _of_native(name: str, member: NativeMember) -> Match:
    return Match(text=name, kind=member.kind, signature=member.signature)


def _native_member(member: NativeMember, module: Name) -> Find | None:
    if member.kind == "property":
        return _of_native_type(member.type, module)
    return Native(member, module)


def _of_native_type(type_: str, module: Name) -> Find | None:
    """Give what is of a type of builtins.txt, of a promise of it, or of a class."""
    if type_.startswith("Promise<"):
        inner = type_.removeprefix("Promise<").removesuffix(">")
        return Some("Promise", _of_native_type(inner, module))
    cls = module.documented.get(type_)
    if cls is not None and cls.kind == "class":
        return Native(cls, module, made=True)
    return _of_type(type_, Known(module))


def _type_of(find: Find | None) -> str:
    if isinstance(find, Known):
        return find.name.type
    return find.of if isinstance(find, Some) else ""


def _element(find: Find) -> Find | None:
    if isinstance(find, Some) and find.element is not None:
        return find.element
    of = _type_of(find)
    if of == "String":
        return Some("String")
    if of.endswith("Array") and of != "Array":
        return Some("BigInt" if of.startswith("Big") else "Number")
    return None


def _of_type(type_: str, receiver: Find) -> Find | None:
    if type_ in ("any", "void"):
        return None
    if type_ == "this":
        return receiver
    if type_ == "T":
        return _element(receiver)
    if type_.endswith("[]"):
        return Some("Array", _of_type(type_.removesuffix("[]"), receiver))
    return Some(WRAPPERS.get(type_, type_))


def _holders(find: Find | None, *, static: bool = False) -> list[dict[str, Builtin]]:
    """Give the built-in members a value inherits; with `static` its own as well."""
    table = builtins()
    names = [find.name.name] if static and isinstance(find, Known) else []
    of = _type_of(find)
    if isinstance(find, Method) or (isinstance(find, Native) and not find.made):
        of = "Function"
    if of:
        names.append(f"{of}.prototype")
    if of.endswith("Array") and of != "Array":
        names.append("TypedArray.prototype")
    if of == "Generator":
        names.append("Iterator.prototype")
    if of.endswith("Error"):
        names.append("Error.prototype")
    if find is not None:
        names.append("Object.prototype")
    return [table[name] for name in names if name in table]
