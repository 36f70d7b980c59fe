"""What messages of all families are made of; `messages` has the protocol."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec


class Message(msgspec.Struct, frozen=True, tag_field="type"):
    """Base of all messages: the field that tells them apart is called type."""


#: What a name stands for; the words completion shows.
NameKind: TypeAlias = Literal[
    "function", "class", "module", "variable", "property", "keyword", "magic", "path"
]


#: Type of a native module under its own name.
NATIVE_MODULE: Final = "NativeModule"


class NativeMember(msgspec.Struct, frozen=True, kw_only=True):
    """A documented member of a native module, or of one of its classes.

    `type` is what a function gives and a property holds, in words of builtins.txt or
    the name of a class of the module; `declared` and `place` are how and where its
    author declares it. Of a class `members` are those of its instances.
    """

    kind: NameKind
    type: str = "any"
    signature: str = ""
    declared: str = ""
    doc: str = ""
    place: str = ""
    members: dict[str, NativeMember] = {}
    static: dict[str, NativeMember] = {}


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """One global name, as completion and inspection know it while a cell runs.

    `type` is the class of its value ("Array", "Number"); `detail` is text for
    inspection (a signature, or a value in short); `members` are names of properties,
    read without running a getter, `documented` what is known of those of a native
    module.
    """

    name: str
    kind: NameKind
    type: str = ""
    detail: str = ""
    members: list[str] = []
    documented: dict[str, NativeMember] = {}
