"""Whether code is a whole cell, told by tree-sitter.

It is asked about TypeScript, and about JavaScript while the engine's parser is busy.
It repairs what it can't parse, so the answer comes from trying: code with a
bracket still open, or that some continuation makes whole, is incomplete; any other
error is invalid. It is right on what people type; it lets pass what is wrong by rules
beyond the grammar, such as a name declared twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from ..session.messages import Language
from .editing.tree import FUNCTIONS, ancestors, field, open_brackets, parse, tokens

if TYPE_CHECKING:
    from tree_sitter import Node

Completeness: TypeAlias = Literal["complete", "incomplete", "invalid"]

#: What JavaScript is indented by where the code does not show another habit.
INDENT: Final = "  "
#: Continuations: what is missing is an operand or a body, a block, a class's or
#: function's name, the end of a do, a source of imports, a comment's or string's end.
_CONTINUATIONS: Final = (
    "x",
    "{}",
    "x {}",
    "x() {}",
    "x : x",
    "x; while (x)",
    "while (x)",
    "from 'x'",
    "'x'",
    "*/",
)
_LOOPS: Final = frozenset(
    ("for_statement", "for_in_statement", "while_statement", "do_statement")
)
_BREAKABLE: Final = _LOOPS | {"switch_statement", "labeled_statement"}
_UNKNOWN_SYNTAX: Final = frozenset(
    ("decorator", "jsx_element", "jsx_self_closing_element")
)
#: Ends that ask for a body on the next line.
_HEAD: Final = re.compile(
    r"(?:\belse|\bdo|=>|(?:^|[\s};])(?:if|for|while)\b.*\))\s*(?://.*)?$"
)
_AWAITS: Final = re.compile(r"(?:^|[^\w$.])await\s*\Z")
_CONTINUED_STRING: Final = re.compile(r"\\\n?\Z")


def completeness(code: str, language: Language = "javascript") -> Completeness:
    """Judge code without running or compiling it."""

    def parses(text: str) -> bool:
        return not parse(text, language).has_error

    root = parse(code, language)
    if not root.has_error:
        if _AWAITS.search(code):
            return "incomplete"  # await is no name in a cell
        return _judge_parsed(root)
    opened = open_brackets(root)
    if opened is None:
        return "invalid"
    goes_on = any(parses(f"{code}\n{more}") for more in _CONTINUATIONS)
    if opened or goes_on or _is_open_string(code, parses):
        return "incomplete"
    return "invalid"


def indent_after(code: str) -> str:
    """Give the indentation for the line after incomplete code."""
    root = parse(code)
    if _is_in_template(root, code):
        return ""  # it would be part of the text
    lines = code.rstrip().split("\n")
    last = lines[-1]
    indent = last[: len(last) - len(last.lstrip())]
    opens = _opens_on(root, len(lines) - 1)
    return indent + _unit(lines) if opens or _HEAD.search(last) else indent


def _is_open_string(code: str, parses: Callable[[str], bool]) -> bool:
    """Whether code ends in a string that goes on behind a backslash."""
    if _CONTINUED_STRING.search(code) is None:
        return False
    line = code.removesuffix("\n")
    return any(parses(f"{line}\n{quote}") for quote in ("'", '"'))


def _judge_parsed(root: Node) -> Completeness:
    """Find what the grammar of tree-sitter lets pass and no cell may have."""
    for node in _nodes(root):
        if node.type == "try_statement" and not (
            field(node, "handler") or field(node, "finalizer")
        ):
            return "invalid" if node.end_byte < root.end_byte else "incomplete"
        if _is_misplaced(node):
            return "invalid"
    return "complete"


def _is_misplaced(node: Node) -> bool:
    match node.type:
        case "return_statement":
            return not _is_inside(node, FUNCTIONS)
        case "break_statement":
            return not _is_inside(node, _BREAKABLE)
        case "continue_statement":
            return not _is_inside(node, _LOOPS)
        case "lexical_declaration":
            kind = field(node, "kind")
            return (
                kind is not None
                and kind.type == "const"
                and (node.parent is None or node.parent.type != "ambient_declaration")
                and any(_has_no_value(child) for child in node.named_children)
            )
        case _:
            return node.type in _UNKNOWN_SYNTAX


def _has_no_value(declarator: Node) -> bool:
    return declarator.type == "variable_declarator" and not field(declarator, "value")


def _is_inside(node: Node, types: frozenset[str]) -> bool:
    for around in ancestors(node):
        if around.type in types:
            return True
        if around.type in FUNCTIONS:
            return False
    return False


def _nodes(root: Node) -> Iterator[Node]:
    # No recursion: a cell may nest deeper than Python's stack.
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.named_children))


def _is_in_template(root: Node, code: str) -> bool:
    """Whether code ends in a template's text, not in one of its substitutions."""
    if "`" not in (open_brackets(root) or ()):
        return False
    return "${" not in code[code.rindex("`") :]


def _opens_on(root: Node, row: int) -> bool:
    """Whether more brackets are opened than closed on a line."""
    depth = 0
    for token in tokens(root):
        if token.start_point[0] == row and not token.is_missing:
            if token.type in ("(", "[", "{", "${"):
                depth += 1
            elif token.type in (")", "]", "}"):
                depth = max(depth - 1, 0)
    return depth > 0


def _unit(lines: list[str]) -> str:
    """Give what the code is indented by."""
    for line in lines:
        if line.startswith("\t"):
            return "\t"
        if line.startswith("  ") and line.strip():
            return line[: min(len(line) - len(line.lstrip()), 8)]
    return INDENT
