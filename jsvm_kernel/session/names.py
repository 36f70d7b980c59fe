"""Completion and inspection from a table of names, for when the host is busy.

The host pushes the table after each cell. It knows global names, a line of text on
each, its class and the names of its properties: less than the live values, and at any
moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .message import NATIVE_MODULE, NativeMember
from .messages import Facts, Match, Name

if TYPE_CHECKING:
    from .expressions import Expression
    from .guess import Guesser


class NameTable:
    """Global names: those a fresh host has, and those that cells made."""

    def __init__(self) -> None:
        self._builtin: dict[str, Name] = {}
        self._made: dict[str, Name] = {}

    def reset(self, builtin: Iterable[Name]) -> None:
        """Begin anew with the names of a fresh host."""
        self._builtin = {name.name: name for name in builtin}
        self._made = {}

    def replace(self, made: Iterable[Name]) -> None:
        """Take the names that cells have made by now."""
        self._made = {name.name: name for name in made}

    def fresh(self) -> NameTable:
        """Give the names alone that a fresh host, and each new Env, has."""
        table = NameTable()
        table.reset(self._builtin.values())
        return table

    def native_modules(self) -> list[str]:
        """Give the names of native modules."""
        made = self._made.values()
        return [name.name for name in made if name.type == NATIVE_MODULE]

    def complete(self, subject: Expression | None, prefix: str) -> list[Match]:
        """Complete a member of `subject`, without one a global name."""
        if subject is None:
            matches = self._globals()
        else:
            guesser = self._guesser()
            find = guesser.find(subject)
            matches = guesser.members(find) if find is not None else []
        return [match for match in matches if match.text.startswith(prefix)]

    def inspect(self, subject: Expression, name: str) -> Facts | None:
        """Describe what `subject` stands for."""
        from .guess import Known, Method, Native, Some

        find = self._guesser().find(subject)
        match find:
            case Known():
                return _facts_of_name(find.name)
            case Method():
                return Facts(
                    kind="function",
                    type="function",
                    name=name,
                    signature=find.builtin.signature,
                    doc=find.builtin.doc,
                )
            case Native(made=True):
                return Facts(kind="variable", type=find.member.type, name=name)
            case Native():
                return _facts_of_native(find.member, name)
            case Some():
                return Facts(kind="variable", type=find.of, name=name)
            case _:
                return None

    def _guesser(self) -> Guesser:
        from .guess import Guesser  # not loaded before a question comes

        return Guesser({**self._builtin, **self._made})

    def _globals(self) -> list[Match]:
        names = {**self._builtin, **self._made}
        from .builtins import builtins

        known = builtins()["globalThis"]
        old = {name for name, builtin in known.items() if builtin.deprecated}
        # What the user made comes first: it is what is being worked on.
        order = sorted(
            names, key=lambda name: (name not in self._made, name in old, name)
        )
        return [
            Match(text=name, kind=names[name].kind, signature=_signature(names[name]))
            for name in order
        ]


def _facts_of_native(member: NativeMember, name: str) -> Facts:
    return Facts(
        kind=member.kind,
        type="function",
        name=name,
        signature=member.signature,
        declared=member.declared,
        doc=member.doc,
        place=member.place,
        members=[each.signature for each in member.members.values()]
        + [f"static {each.signature}" for each in member.static.values()],
    )


def _signature(name: Name) -> str:
    return name.detail if name.kind in ("function", "class") else ""


def _facts_of_name(name: Name) -> Facts:
    from .builtins import builtins

    known = builtins()["globalThis"].get(name.name)
    if name.kind in ("function", "class"):
        builtin = known is not None and name.detail.partition("(")[0] == name.name
        return Facts(
            kind=name.kind,
            type="function",
            name=name.name,
            signature=known.signature if builtin and known else name.detail,
            doc=known.doc if builtin and known else "",
        )
    if name.type == NATIVE_MODULE:
        members = [member.signature for member in name.documented.values()]
        return Facts(
            kind="module", type="native module", name=name.name, members=members
        )
    return Facts(
        kind=name.kind, type=name.type or "object", name=name.name, preview=name.detail
    )
