"""Enums: an object, and a function that fills it on the lines of the enum.

``enum Color { Red, Green = 4 }`` becomes ``var Color; (function (Color) {
Color[Color["Red"] = 0] = "Red"; …})(Color || (Color = {}));``, as TypeScript itself
writes it, so that an enum can be declared in parts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .errors import TypeScriptError
from .patch import Patch

if TYPE_CHECKING:
    from tree_sitter import Node


def rewrite_enum(node: Node, patch: Patch) -> None:
    """Rewrite an enum_declaration."""
    name_node, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name_node is None or body is None or not body.children:
        return  # broken: the engine's parser says where
    name = _text(name_node)
    # A declaration inside a block is the block's own.
    in_block = node.parent is not None and node.parent.type == "statement_block"
    patch.blank(node.start_byte, body.start_byte + 1)
    keyword = "let" if in_block else "var"
    patch.insert(node.start_byte, f"{keyword} {name}; (function ({name}) {{")
    _Members(name, patch).rewrite(body)
    patch.insert(body.end_byte, f")({name} || ({name} = {{}}));")


class _Members:
    """The members of one enum, in their order."""

    def __init__(self, enum: str, patch: Patch) -> None:
        self._enum = enum
        self._patch = patch
        self._names: set[str] = set()
        self._texts: set[str] = set()  # those that stand for a string
        self._next: str | None = "0"  # what a member without a value is

    def rewrite(self, body: Node) -> None:
        for node in body.children:
            if node.type == ",":
                self._patch.blank(node.start_byte, node.end_byte)
            elif node.type == "enum_assignment":
                name, value = node.children[0], node.children[-1]
                self._with_value(node, _member_name(name), value)
            elif node.type not in ("{", "}", "comment"):
                self._without_value(node, _member_name(node))

    def _with_value(self, node: Node, name: str, value: Node) -> None:
        is_text = self._is_text(value)
        target = self._place(name)
        before, behind = f"{self._enum}[{target} = (", f")] = {json.dumps(name)};"
        if is_text:  # a string has no way back to its name
            self._texts.add(name)
            before, behind = f"{target} = (", ");"
        self._patch.blank(node.start_byte, value.start_byte)
        self._patch.insert(value.start_byte, before)
        self._qualify_names(value)
        self._patch.insert(value.end_byte, behind)
        self._names.add(name)
        literal = _text(value).replace("_", "")
        if is_text:
            self._next = None
        elif literal.lstrip("+-").isdigit():
            self._next = str(int(literal) + 1)
        else:
            self._next = f"{target} + 1"

    def _without_value(self, node: Node, name: str) -> None:
        if self._next is None:
            raise TypeScriptError(
                f"the enum member {name} needs a value: the one before it is a string",
                node,
            )
        target = self._place(name)
        self._patch.blank(node.start_byte, node.end_byte)
        self._patch.insert(
            node.start_byte,
            f"{self._enum}[{target} = {self._next}] = {json.dumps(name)};",
        )
        self._names.add(name)
        is_integer = self._next.lstrip("-").isdigit()
        self._next = str(int(self._next) + 1) if is_integer else f"{target} + 1"

    def _place(self, name: str) -> str:
        return f"{self._enum}[{json.dumps(name)}]"

    def _qualify_names(self, value: Node) -> None:
        """Members are in scope in the values of later ones."""
        stack = [value]
        while stack:
            node = stack.pop()
            if node.type == "identifier" and _text(node) in self._names:
                self._patch.insert(node.start_byte, f"{self._enum}.")
            stack.extend(node.children)

    def _is_text(self, value: Node) -> bool:
        if value.type in ("string", "template_string"):
            return True
        if value.type == "identifier":
            return _text(value) in self._texts
        if value.type == "parenthesized_expression":
            return any(self._is_text(child) for child in value.children)
        if value.type == "binary_expression" and value.children[1].type == "+":
            return self._is_text(value.children[0]) or self._is_text(value.children[2])
        return False


def _member_name(node: Node) -> str:
    if node.type == "computed_property_name":
        node = node.children[1]
    if node.type == "string":
        return "".join(_text(part) for part in node.children[1:-1])
    if node.type not in ("property_identifier", "number"):
        raise TypeScriptError("an enum member's name is a name or a string", node)
    return _text(node)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
