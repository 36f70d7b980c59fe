"""JSDoc comments: where the one of a declaration stands, and what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

#: What may stand between a comment and the function or value that it is about.
_LEAD: Final = re.compile(
    r"(?:export\s+(?:default\s+)?)?(?:(?:static|async|get|set)\s+)*"
    r"(?:(?:const|let|var)\s+)?(?:[\w$.]+\s*[=:]\s*)?\(?\s*\Z"
)
_DECLARING: Final = (
    r"^[ \t]*(?:export\s+(?:default\s+)?)?"
    r"(?:const|let|var|class|(?:async\s+)?function)(?:\s*\*\s*|\s+)"
)
_LONGEST_LEAD: Final = 300
_TAG: Final = re.compile(r"^@(\w+)[ \t]*", re.MULTILINE)
_TYPE: Final = re.compile(r"\{((?:[^{}]|\{[^{}]*\})*)\}\s*")
_PARAMETER: Final = re.compile(r"(\[[^\]]*\]|[\w$.]+)\s*(?:-\s*)?")


@dataclass(frozen=True, slots=True)
class Item:
    """What a tag says of one thing: a parameter, the result, an error."""

    name: str
    type: str
    text: str


@dataclass(slots=True)
class Documentation:
    """A comment's description and its tags."""

    text: str = ""
    parameters: list[Item] = field(default_factory=list)
    returns: Item | None = None
    throws: list[Item] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    deprecated: str | None = None
    others: list[str] = field(default_factory=list)


def comment_above(text: str, position: int) -> str:
    """Give the JSDoc right before what begins at `position`, "" if there is none."""
    start = max(0, position - _LONGEST_LEAD)
    lead = _LEAD.search(text, start, position)
    head = text[: lead.start() if lead is not None else position].rstrip()
    if not head.endswith("*/"):
        return ""
    comment = head[head.rfind("/*") :]
    return comment if comment.startswith("/**") and len(comment) > 4 else ""


def comment_on_name(text: str, name: str) -> str:
    """Give the JSDoc of the last statement that declares a name."""
    declared = rf"{_DECLARING}{re.escape(name)}(?![\w$])"
    found = list(re.finditer(declared, text, re.MULTILINE))
    return comment_above(text, found[-1].start()) if found else ""


def read_comment(comment: str) -> Documentation:
    """Read a JSDoc comment; tags that are not known stay as they are written."""
    lines = comment.removeprefix("/**").removesuffix("*/").split("\n")
    body = "\n".join(re.sub(r"^\s*\*? ?", "", line).rstrip() for line in lines).strip()
    tags = list(_TAG.finditer(body))
    found = Documentation(text=body[: tags[0].start()].strip() if tags else body)
    for number, tag in enumerate(tags, start=1):
        end = tags[number].start() if number < len(tags) else len(body)
        _take_tag(found, tag[1], body[tag.end() : end].strip())
    return found


def _take_tag(found: Documentation, tag: str, text: str) -> None:
    match tag:
        case "param" | "arg" | "argument":
            found.parameters.append(_item(text, named=True))
        case "returns" | "return":
            found.returns = _item(text)
        case "throws" | "exception":
            found.throws.append(_item(text))
        case "example":
            found.examples.append(text)
        case "deprecated":
            found.deprecated = text
        case "description" | "summary":
            found.text = f"{found.text}\n\n{text}".strip()
        case _:
            found.others.append(f"@{tag} {text}".rstrip())


def _item(text: str, *, named: bool = False) -> Item:
    kind = _TYPE.match(text)
    if kind is not None:
        text = text[kind.end() :]
    name = _PARAMETER.match(text) if named else None
    if name is not None:
        text = text[name.end() :]
    text = " ".join(text.split())
    return Item(name[1] if name else "", kind[1] if kind else "", text)
