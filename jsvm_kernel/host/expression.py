"""The piece of code that a completion or inspection is about.

What stands before the cursor is read backwards as a chain of property accesses whose
value can be looked at without running anything: names, ``.key``, ``?.key``,
``["key"]`` and ``[3]``, on a name or on a literal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

#: A root (a global name, or {"literal": kind}) and the keys that follow it.
Path: TypeAlias = list[str | dict[str, str]]

_KEY = re.compile(
    r"""\[\s*(?:(?P<index>\d+)|(?P<quote>['"])(?P<key>[^'"\\]*)(?P=quote))\s*$"""
)
_CLOSERS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Target:
    """What a cursor points at.

    `path` leads to the object whose members are meant; it is empty for a global name
    and None where nothing can be looked up (a call's result). `prefix` is what of the
    name is there, from `start` on.
    """

    path: Path | None
    prefix: str
    start: int


def completion_target(code: str, cursor: int) -> Target | None:
    """Give what is being typed at `cursor`; None inside a string or comment."""
    if inside_text(code, cursor):
        return None
    start = _name_start(code, cursor)
    prefix = code[start:cursor]
    if prefix[:1].isdigit():
        return None
    owner_end = _owner_end(code, start)
    if owner_end is None:
        return Target([], prefix, start)
    return Target(_path_before(code, owner_end), prefix, start)


def inspection_path(code: str, cursor: int) -> Path | None:
    """Give the path of the name at `cursor`, or of the call it stands in."""
    end = cursor
    while end < len(code) and _is_name(code[end]):
        end += 1
    start = _name_start(code, end)
    if start == end or code[start].isdigit():
        opening = _enclosing_call(code, cursor)
        if opening is None:
            return None
        end = len(code[:opening].rstrip())
        start = _name_start(code, end)
        if start == end:
            return None
    return _path_before(code, end)


def _is_name(char: str) -> bool:
    return char == "_" or char == "$" or char.isalnum()


def _name_start(code: str, end: int) -> int:
    while end > 0 and _is_name(code[end - 1]):
        end -= 1
    return end


def _owner_end(code: str, start: int) -> int | None:
    """Give where the object before ``.name`` ends, None if there is no dot."""
    before = code[:start].rstrip()
    if before.endswith("...") or not before.endswith("."):
        return None
    before = before[:-1].removesuffix("?")
    return len(before.rstrip())


def _path_before(code: str, end: int) -> Path | None:
    """Read the chain that ends at `end`."""
    keys: list[str] = []
    while True:
        text = code[:end]
        if text.endswith("]"):
            opening = _matching(text, "[", "]")
            if opening is None:
                return None
            found = _KEY.search(text[opening : end - 1])
            before = text[:opening].rstrip()
            if before and (_is_name(before[-1]) or before[-1] in ")]\"'"):
                if found is None:
                    return None
                keys.append(found["index"] or found["key"] or "")
                end = len(before)
                continue
            return [{"literal": "array"}, *reversed(keys)]
        if text[-1:] in ("'", '"', "`"):
            return [{"literal": "string"}, *reversed(keys)]
        start = _name_start(code, end)
        name = code[start:end]
        if not name or name[0].isdigit():
            return None
        owner_end = _owner_end(code, start)
        if owner_end is None:
            return [name, *reversed(keys)]
        keys.append(name)
        end = owner_end


def _matching(text: str, opener: str, closer: str) -> int | None:
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] == closer:
            depth += 1
        elif text[index] == opener:
            depth -= 1
            if depth == 0:
                return index
    return None


def _enclosing_call(code: str, cursor: int) -> int | None:
    """Give where the innermost call's "(" before the cursor is."""
    depth = 0
    for index in range(cursor - 1, -1, -1):
        char = code[index]
        if char in _CLOSERS:
            depth += 1
        elif char in "([{":
            if depth == 0:
                return index if char == "(" else None
            depth -= 1
    return None


def inside_text(code: str, cursor: int) -> bool:
    """Whether `cursor` is inside a string, a template's text or a comment."""
    templates: list[int] = []  # depth of braces in each open ${
    index = 0
    state = ""
    while index < cursor:
        char = code[index]
        pair = code[index : index + 2]
        if state in ("'", '"'):
            if char == "\\":
                index += 1
            elif char == state or char == "\n":
                state = ""
        elif state == "`":
            if char == "\\":
                index += 1
            elif char == "`":
                state = ""
            elif pair == "${":
                templates.append(0)
                state = ""
                index += 1
        elif state == "//":
            if char == "\n":
                state = ""
        elif state == "/*":
            if pair == "*/":
                state = ""
                index += 1
        elif char in "'\"`":
            state = char
        elif pair in ("//", "/*"):
            state = pair
            index += 1
        elif templates and char == "{":
            templates[-1] += 1
        elif templates and char == "}":
            if templates[-1] == 0:
                templates.pop()
                state = "`"
            else:
                templates[-1] -= 1
        index += 1
    # A cursor behind the last quote of "abc" is outside, between the quotes inside.
    return index > cursor or state != ""
