"""Completion and inspection from a table of names, for when the host is busy.

The host pushes the table after each cell. It knows global names, a line of text on
each and the names of their properties: less than the live values, and at any moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .messages import CompleteReply, InspectReply, Match, Name

_KEYWORD_TEXT: Final = (
    "async await break case catch class const continue debugger default delete do else "
    "export extends false finally for function if import in instanceof let new null of "
    "return static super switch this throw true try typeof undefined var void while "
    "with yield"
)
KEYWORDS: Final = tuple(_KEYWORD_TEXT.split())
# A chain of names that ends at the cursor; \w covers the letters of all scripts.
_CHAIN: Final = re.compile(r"(?:(?P<owner>[\w$]+)\s*\.\s*)?(?P<stem>[\w$]*)$")
_NAME_END: Final = re.compile(r"[\w$]*")
_IN_NUMBER_OR_CHAIN: Final = re.compile(r"[\w$)\]}\"'`]\s*\.\s*$")


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

    def complete(self, code: str, cursor: int) -> CompleteReply:
        """Complete a global name, a keyword, or a property of a global."""
        before = code[:cursor]
        chain = _CHAIN.search(before)
        assert chain is not None  # the pattern matches the empty string
        stem, owner = chain["stem"], chain["owner"]
        if owner is not None:
            matches = self._members(owner, before[: chain.start()])
        elif _IN_NUMBER_OR_CHAIN.search(before[: chain.start("stem")]):
            matches = []
        else:
            matches = self._globals()
        found = [match for match in matches if match.text.startswith(stem)]
        return CompleteReply(id=0, start=chain.start("stem"), end=cursor, matches=found)

    def inspect(self, code: str, cursor: int) -> InspectReply:
        """Describe the global name at the cursor."""
        chain = _CHAIN.search(code[:cursor])
        rest = _NAME_END.match(code, cursor)
        assert chain is not None and rest is not None
        name = self._find(chain["stem"] + rest[0])
        if name is None or chain["owner"] is not None:
            return InspectReply(id=0, found=False)
        text = name.detail or f"{name.name}: {name.kind}"
        return InspectReply(id=0, found=True, data={"text/plain": text})

    def _find(self, name: str) -> Name | None:
        return self._made.get(name) or self._builtin.get(name)

    def _members(self, owner: str, before: str) -> list[Match]:
        name = self._find(owner)
        if name is None or _IN_NUMBER_OR_CHAIN.search(before):
            return []
        return [Match(text=text, kind="property") for text in sorted(name.members)]

    def _globals(self) -> list[Match]:
        names = {**self._builtin, **self._made}
        # What the user made comes first: it is what is being worked on.
        order = sorted(names, key=lambda name: (name not in self._made, name))
        return [
            *(Match(text=name, kind=names[name].kind) for name in order),
            *(Match(text=word, kind="keyword") for word in KEYWORDS),
        ]
