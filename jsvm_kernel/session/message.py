"""What messages of all families are made of; `messages` has the protocol."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec


class Message(msgspec.Struct, frozen=True, tag_field="type"):
    """Base of all messages: the field that tells them apart is called type."""


#: What a name stands for; the words completion shows.
NameKind: TypeAlias = Literal[
    "function", "class", "module", "variable", "property", "keyword", "magic", "path"
]


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """One global name, as completion and inspection know it while a cell runs.

    `type` is the class of its value ("Array", "Number"); `detail` is text for
    inspection (a signature, or a value in short); `members` are names of properties,
    read without running a getter.
    """

    name: str
    kind: NameKind
    type: str = ""
    detail: str = ""
    members: list[str] = []
