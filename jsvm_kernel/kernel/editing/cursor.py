"""What is being typed at a cursor.

The code is parsed with a name put in at the cursor, so that `a.` is a whole expression
and the tree says what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from ...session.messages import Language
from .tree import ancestors, encode, field, parse_open, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

#: A name that nobody writes.
MARK: Final = "$__cursor__$"
#: Code far above the cursor is not read in a cell larger than this.
_MAX_CODE: Final = 300_000
_NAME_END: Final = re.compile(r"[\w$]*\Z")
_NAME: Final = re.compile(r"[\w$]*")
_IMPORTING: Final = re.compile(
    r"(?:\bfrom|\bimport|\bimport\s*\(|\bexport\s*\*\s*from)\s*\Z"
)
_REQUIRING: Final = re.compile(r"\brequire(?:\.resolve)?\s*\(\s*\Z")
_SUBSCRIPT: Final = re.compile(r"\[\s*\Z")
#: A whole string, or the beginning of one that is not closed before the cursor.
_STRING: Final = re.compile(
    r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|(?P<quote>['"])(?P<text>[^\\]*)\Z"""
)
_TEXT: Final = frozenset(
    [
        "string",
        "string_fragment",
        "template_string",
        "comment",
        "html_comment",
        "regex",
        "regex_pattern",
        "regex_flags",
        "number",
        "escape_sequence",
        "hash_bang_line",
    ]
)
_DECLARING_FIELDS: Final = frozenset(("name", "parameter", "alias", "label"))


@dataclass(frozen=True, slots=True)
class Names:
    """A name is being typed at `node`."""

    prefix: str
    node: Node


@dataclass(frozen=True, slots=True)
class Members:
    """A property of what `owner` stands for is being typed.

    `quote` is the quote of a key in brackets, "" behind a dot.
    """

    prefix: str
    owner: Node
    quote: str = ""


@dataclass(frozen=True, slots=True)
class ModulePath:
    """What to import, or to require, is being typed."""

    prefix: str


Typed: TypeAlias = Names | Members | ModulePath


def typed_at(code: str, cursor: int, language: Language = "javascript") -> Typed | None:
    """Tell what is being typed at `cursor`; None where nothing can be completed."""
    before, after = _around(code, cursor)
    prefix = _NAME_END.search(before)
    assert prefix is not None  # the pattern matches the empty string
    stem = prefix[0]
    head = before[: len(before) - len(stem)].rstrip()
    node = _marked(before, after, language)
    if node is None:
        return None
    if node.type in _TEXT or _inside_text(node):
        return _typed_in_string(before, node, language)
    if stem[:1].isdigit() or head.endswith("#"):
        return None
    parent = node.parent
    if node.type == "property_identifier":
        if parent is not None and parent.type in ("member_expression", "ERROR"):
            owner = field(parent, "object") or _before_dot(node)
            return Members(stem, owner) if owner is not None else None
        return None  # the key of an object or the name of a method
    if node.type == "shorthand_property_identifier_pattern":
        value = _destructured(node)
        return Members(stem, value) if value is not None else None
    owner = _before_dot(node)
    if owner is not None:
        return Members(stem, owner)
    if head.endswith(".") and not head.endswith("..."):
        return None  # of what, the tree does not tell
    if _is_declared(node):
        return None
    return Names(stem, node)


def questions_at(
    code: str, cursor: int, language: Language = "javascript"
) -> Iterator[Node]:
    """Give the nodes an inspection may be about, the nearest first.

    The name at the cursor, then the functions of the calls it stands in.
    """
    before, after = _around(code, cursor)
    head, tail = _NAME_END.search(before), _NAME.match(after)
    assert head is not None and tail is not None
    if head[0] or tail[0]:
        # At a name: the tree of the code as it is, the mark behind the name if need be.
        node = _at(
            parse_open(before + after, language),
            len(encode(before)) - (0 if tail[0] else 1),
        )
    else:
        node = _marked(before, after, language)
    if node is None:
        return
    if node.type in ("property_identifier", "private_property_identifier"):
        if node.parent is not None and node.parent.type == "member_expression":
            yield node.parent
        else:
            yield node
    elif node.type.endswith("identifier") or "identifier_pattern" in node.type:
        if MARK not in text_of(node):
            yield node
    elif node.type in ("this", "super"):
        yield node
    for around in (node, *ancestors(node)):
        if around.type == "arguments" and _is_behind_opening(around, before):
            call = around.parent
            callee = call and (field(call, "function") or field(call, "constructor"))
            if callee:
                yield callee
        elif around.type == "ERROR":
            callee = _open_call(around, len(encode(before)))
            if callee is not None:
                yield callee


def _around(code: str, cursor: int) -> tuple[str, str]:
    if len(code) <= _MAX_CODE:
        return code[:cursor], code[cursor:]
    start = code.rfind("\n", 0, max(0, cursor - _MAX_CODE // 2)) + 1
    return code[start:cursor], code[cursor : cursor + _MAX_CODE // 2]


def _marked(before: str, after: str, language: Language) -> Node | None:
    """Give the node that the mark at the cursor is in."""
    root = parse_open(before + MARK + after, language)
    start = len(encode(before))
    return root.descendant_for_byte_range(start, start + len(MARK))


def _at(root: Node, position: int) -> Node | None:
    return root.descendant_for_byte_range(position, position + 1)


def _inside_text(node: Node) -> bool:
    # In a template, text and ${} are both children of the template.
    return node.type == "ERROR" and text_of(node).lstrip()[:1] in ("'", '"', "`")


def _before_dot(node: Node) -> Node | None:
    """Give what stands before the dot before a node that no member expression holds."""
    dot = node.prev_sibling
    if dot is None or dot.type not in (".", "?.", "optional_chain"):
        return None
    return dot.prev_named_sibling


def _is_declared(node: Node) -> bool:
    """Whether a node is a name that is being made up, such as a parameter's."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type in ("formal_parameters", "array_pattern", "rest_pattern"):
        return True
    if parent.type in ("import_clause", "namespace_import", "import_specifier"):
        return True
    return any(
        (found := field(parent, name)) is not None and found.id == node.id
        for name in _DECLARING_FIELDS
    )


def _destructured(node: Node) -> Node | None:
    """Give the value whose properties a pattern names, if the pattern is flat."""
    pattern = node.parent
    if pattern is not None and pattern.type == "object_assignment_pattern":
        pattern = pattern.parent
    declarator = pattern.parent if pattern is not None else None
    if declarator is None or declarator.type != "variable_declarator":
        return None
    return field(declarator, "value")


def _typed_in_string(before: str, node: Node, language: Language) -> Typed | None:
    if node.type not in ("string", "string_fragment", "ERROR"):
        return None
    if node.parent is not None and node.parent.type == "template_string":
        return None
    line = before.rfind("\n") + 1
    found = next((m for m in _STRING.finditer(before, line) if m["quote"]), None)
    if found is None:
        return None
    outside = before[: found.start()]
    if _REQUIRING.search(outside) or _IMPORTING.search(outside):
        return ModulePath(found["text"])
    bracket = _SUBSCRIPT.search(outside)
    if bracket is None:
        return None
    owner = typed_at(outside[: bracket.start()] + ".", bracket.start() + 1, language)
    if not isinstance(owner, Members):
        return None
    return Members(found["text"], owner.owner, found["quote"])


def _is_behind_opening(arguments: Node, before: str) -> bool:
    return arguments.start_byte < len(encode(before))


def _open_call(error: Node, position: int) -> Node | None:
    """Give the function of a call that is not closed: `f(a, ` is no call yet."""
    depth = 0
    for child in reversed(error.children):
        if child.start_byte >= position:
            continue
        if child.type in (")", "]", "}"):
            depth += 1
        elif child.type in ("(", "[", "{"):
            if depth == 0:
                return child.prev_named_sibling if child.type == "(" else None
            depth -= 1
    return None
