"""What a cell holds: JavaScript, line magics above it, a cell magic, or a question.

The rules, which need no JavaScript parser and so can't misjudge a template string:

* A cell whose first line that is not blank begins with ``%%`` is a cell magic; all
  lines below are its body.
* Lines that begin with ``%`` before any JavaScript are line magics, lines that begin
  with ``!`` and a command are shell commands; blank lines and ``//`` comments may stand
  between them. They are blanked, so that JavaScript below keeps its line numbers.
* A cell that is only ``?name``, ``name?`` or either with ``??`` asks for help on name.
* Anything else is JavaScript; a ``%`` further down is the remainder operator, and
  ``!(x)``, ``!!x`` or ``!await f()`` on the first line negate.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

_MAGIC: Final = re.compile(r"(%%?)([^\s%]*)[ \t]*(.*)", re.DOTALL)
_QUESTION: Final = re.compile(
    r"\s*(?:(?P<before>\?\??)(?P<name>[%\w$.]+)|(?P<name2>[%\w$.]+)(?P<after>\?\??))\s*"
)
#: A shell command: what follows "!" is no word with which JavaScript goes on.
_COMMAND: Final = re.compile(
    r"!\s*(?!(?:await|async|class|delete|false|function|import|new|null|super|this|true"
    r"|typeof|undefined|void)\b)(?P<command>[\w./~$].*)"
)
#: The line magic that runs what stands behind "!".
COMMAND_MAGIC: Final = "system"


@dataclass(frozen=True, slots=True)
class LineMagic:
    """``%name rest`` on line `line`, counted from 0."""

    name: str
    rest: str
    line: int


@dataclass(frozen=True, slots=True)
class CellMagic:
    """``%%name rest``; `body` begins on line `line`, counted from 0."""

    name: str
    rest: str
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class Question:
    """Help wanted on `name`, in full if `detail` is 1."""

    name: str
    detail: int


@dataclass(frozen=True, slots=True)
class Script:
    """JavaScript, and the line magics to run before it."""

    magics: tuple[LineMagic, ...]
    code: str


def read_cell(text: str) -> Script | CellMagic | Question:
    """Tell what a cell holds."""
    question = _QUESTION.fullmatch(text)
    if question is not None:
        marks = question["before"] or question["after"]
        return Question(question["name"] or question["name2"], len(marks) - 1)
    lines = text.split("\n")
    magics: list[LineMagic] = []
    for number, line in enumerate(lines):
        # Text that was copied from a file may begin with its byte order mark.
        stripped = line.removeprefix("\ufeff").strip()
        if stripped.startswith("%%") and not magics:
            _, name, rest = _parts(stripped)
            body = "\n".join(lines[number + 1 :])
            return CellMagic(name, rest, body, number + 1)
        if stripped.startswith("%"):
            _, name, rest = _parts(stripped)
            magics.append(LineMagic(name, rest, number))
            lines[number] = ""
        elif (command := _COMMAND.fullmatch(stripped)) is not None:
            magics.append(LineMagic(COMMAND_MAGIC, command["command"], number))
            lines[number] = ""
        elif stripped and not stripped.startswith("//"):
            break
    return Script(tuple(magics), "\n".join(lines))


def _parts(line: str) -> tuple[str, str, str]:
    match = _MAGIC.fullmatch(line)
    assert match is not None  # line begins with %
    return match[1], match[2], match[3]


def is_command(line: str) -> bool:
    """Whether a line above the JavaScript is a shell command."""
    return _COMMAND.fullmatch(line.strip()) is not None


def script_of(
    text: str, content: Script | CellMagic | Question, bodies: Container[str]
) -> str:
    """Give a cell's text with all that is no script blanked; offsets stay true.

    `content` is what read_cell makes of it; `bodies`: the cell magics whose body is a
    script.
    """
    lines = text.split("\n")
    if isinstance(content, Script):
        blank = [magic.line for magic in content.magics]
    elif isinstance(content, CellMagic) and content.name in bodies:
        blank = [*range(content.line)]
    elif isinstance(content, CellMagic):
        blank = [*range(len(lines))]
    else:
        blank = []
    for number in blank:
        lines[number] = " " * len(lines[number])
    return "\n".join(lines)
