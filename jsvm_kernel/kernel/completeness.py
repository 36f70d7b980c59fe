"""Whether code is a whole cell, told by tree-sitter while the engine's parser is busy.

tree-sitter repairs what it can't parse, so the answer comes from its tokens: a bracket
that is still open, or an end that asks for more, is incomplete; any other error is
invalid. It is right on what people type, not on every program.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from ..session.messages import Language
from .editing.tree import encode, open_brackets, parse, tokens

if TYPE_CHECKING:
    from tree_sitter import Node

Completeness: TypeAlias = Literal["complete", "incomplete", "invalid"]

INDENT: Final = "    "
_OPEN_COMMENT: Final = re.compile(r"/\*(?!.*\*/)", re.DOTALL)
_ASKING: Final = (
    "= => + - * / % ** && || ?? ? : , . ?. ! ~ < > <= >= == != === !== & | ^ << >> >>> "
    "+= -= *= /= %= **= &&= ||= ??= ... await new typeof void delete in instanceof of "
    "else do try finally class extends function import export const let var throw case "
    "async yield"
)
#: Tokens behind which every program goes on.
_ASKS_FOR_MORE: Final = frozenset(_ASKING.split())


def completeness(code: str, language: Language = "javascript") -> Completeness:
    """Judge code without running or compiling it."""
    root = parse(code, language)
    if not root.has_error:
        return "complete"
    opened = open_brackets(root)
    if opened is None:
        return "invalid"
    last = [token.type for token in tokens(root) if not token.is_missing][-1]
    if opened or last in _ASKS_FOR_MORE or _missing_at_end(root, code):
        return "incomplete"
    return "incomplete" if _OPEN_COMMENT.search(code) else "invalid"


def indent_after(code: str) -> str:
    """Give the indentation for the line after incomplete code."""
    last = code.rstrip("\n").rsplit("\n", 1)[-1]
    indent = last[: len(last) - len(last.lstrip())]
    return indent + INDENT if last.rstrip().endswith(("{", "(", "[")) else indent


def _missing_at_end(root: Node, code: str) -> bool:
    """Whether all that lacks is something behind the last token, as in `if (x)`."""
    end = len(encode(code.rstrip()))
    return any(t.is_missing and t.start_byte >= end for t in tokens(root))
