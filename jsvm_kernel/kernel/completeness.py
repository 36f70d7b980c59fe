"""Whether code is a whole cell, told by tree-sitter while the engine's parser is busy.

tree-sitter repairs what it can't parse, so the answer comes from its tokens: a bracket
that is still open, or an end that asks for more, is incomplete; any other error is
invalid. It is right on what people type, not on every program.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

Completeness: TypeAlias = Literal["complete", "incomplete", "invalid"]

INDENT: Final = "    "
_CLOSERS: Final = {")": "(", "]": "[", "}": "{"}
_OPENERS: Final = {"(": "(", "[": "[", "{": "{", "${": "{"}
_OPEN_COMMENT: Final = re.compile(r"/\*(?!.*\*/)", re.DOTALL)
_ASKING: Final = (
    "= => + - * / % ** && || ?? ? : , . ?. ! ~ < > <= >= == != === !== & | ^ << >> >>> "
    "+= -= *= /= %= **= &&= ||= ??= ... await new typeof void delete in instanceof of "
    "else do try finally class extends function import export const let var throw case "
    "async yield"
)
#: Tokens behind which every program goes on.
_ASKS_FOR_MORE: Final = frozenset(_ASKING.split())


@functools.cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))


def completeness(code: str) -> Completeness:
    """Judge code without running or compiling it."""
    root = _parser().parse(code.encode("utf-8", "replace")).root_node
    if not root.has_error:
        return "complete"
    stack: list[str] = []
    last = ""
    for token in _tokens(root):
        kind = token.type
        if token.is_missing:
            continue
        last = kind
        if kind == "`":
            if stack and stack[-1] == "`":
                stack.pop()
            else:
                stack.append("`")
        elif kind in _OPENERS:
            stack.append(_OPENERS[kind])
        elif kind in _CLOSERS and (not stack or stack.pop() != _CLOSERS[kind]):
            return "invalid"
    if stack or last in _ASKS_FOR_MORE or _missing_at_end(root, code):
        return "incomplete"
    return "incomplete" if _OPEN_COMMENT.search(code) else "invalid"


def indent_after(code: str) -> str:
    """Give the indentation for the line after incomplete code."""
    last = code.rstrip("\n").rsplit("\n", 1)[-1]
    indent = last[: len(last) - len(last.lstrip())]
    return indent + INDENT if last.rstrip().endswith(("{", "(", "[")) else indent


def _tokens(node: Node) -> Iterator[Node]:
    # No recursion: a cell may nest deeper than Python's stack.
    stack = [node]
    while stack:
        node = stack.pop()
        if node.child_count == 0:
            yield node
        stack.extend(reversed(node.children))


def _missing_at_end(root: Node, code: str) -> bool:
    """Whether all that lacks is something behind the last token, as in `if (x)`."""
    end = len(code.rstrip().encode("utf-8", "replace"))
    return any(t.is_missing and t.start_byte >= end for t in _tokens(root))
