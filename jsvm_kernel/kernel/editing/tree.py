"""Syntax trees of code as it is being written."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ...session.messages import Language

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

FUNCTIONS: Final = frozenset(
    [
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
    ]
)
CLASSES: Final = frozenset(("class_declaration", "class"))
#: A closing bracket and the one that it closes.
CLOSERS: Final = {")": "(", "]": "[", "}": "{"}
_OPENERS: Final = {"(": "(", "[": "[", "{": "{", "${": "{"}
_CLOSED: Final = {"(": ")", "[": "]", "{": "}", "`": "`"}
_MOST_ANCESTORS: Final = 500


@functools.cache
def parser(language: Language = "javascript") -> Parser:
    """Give the one parser of a language; the first call loads it."""
    import tree_sitter

    if language == "typescript":
        import tree_sitter_typescript

        grammar = tree_sitter_typescript.language_typescript()
    else:
        import tree_sitter_javascript

        grammar = tree_sitter_javascript.language()
    return tree_sitter.Parser(tree_sitter.Language(grammar))


def encode(text: str) -> bytes:
    """Give text as the parser takes it; lone surrogates are no UTF-8."""
    return text.encode("utf-8", "replace")


def parse(text: str, language: Language = "javascript") -> Node:
    """Give the root of a text's tree. What does not parse is in ERROR nodes."""
    return parser(language).parse(encode(text)).root_node


def parse_open(text: str, language: Language = "javascript") -> Node:
    """Parse code that may go on: brackets that are open at its end are closed."""
    root = parse(text, language)
    if not root.has_error:
        return root
    opened = open_brackets(root)
    if not opened:
        return root
    closing = "".join(_CLOSED[bracket] for bracket in reversed(opened))
    return parse(text + closing, language)


def text_of(node: Node | None) -> str:
    """Give a node's text, "" for a node that is not there."""
    if node is None or node.text is None:
        return ""
    return node.text.decode("utf-8", "replace")


def field(node: Node, name: str) -> Node | None:
    """Give the child in that role."""
    return node.child_by_field_name(name)


def ancestors(node: Node) -> Iterator[Node]:
    """Give the nodes around a node, from the inside out, as far as people nest."""
    around = node.parent
    # The library seeks each parent from the root down.
    for _ in range(_MOST_ANCESTORS):
        if around is None:
            return
        yield around
        around = around.parent


def tokens(root: Node) -> Iterator[Node]:
    """Give the leaves of a tree, in their order."""
    # No recursion: a cell may nest deeper than Python's stack.
    stack = [root]
    while stack:
        node = stack.pop()
        if node.child_count == 0:
            yield node
        stack.extend(reversed(node.children))


def open_brackets(root: Node) -> list[str] | None:
    """Give the brackets and backquotes that are open at the end, the outermost first.

    None if one is closed that is not open.
    """
    stack: list[str] = []
    for token in tokens(root):
        kind = token.type
        if token.is_missing:
            continue
        if kind == "`":
            if stack and stack[-1] == "`":
                stack.pop()
            else:
                stack.append("`")
        elif kind in _OPENERS:
            stack.append(_OPENERS[kind])
        elif kind in CLOSERS and (not stack or stack.pop() != CLOSERS[kind]):
            return None
    return stack


def string_value(node: Node) -> str | None:
    """Give what a string literal says, None if it has escapes or is no string."""
    if node.type != "string":
        return None
    parts = node.named_children
    if any(part.type != "string_fragment" for part in parts):
        return None
    return "".join(text_of(part) for part in parts)
