"""Which imported names a text uses as types only.

An import of a type names nothing that exists when the program runs, so it has to go,
and TypeScript's users need not write ``import type``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Node

#: Nodes in which every name is a type's.
TYPES: Final = frozenset(
    {
        "type_annotation",
        "type_predicate_annotation",
        "asserts_annotation",
        "type_parameters",
        "type_arguments",
        "implements_clause",
    }
)
#: Declarations of types: nothing of them runs.
TYPE_DECLARATIONS: Final = frozenset(
    {
        "interface_declaration",
        "type_alias_declaration",
        "ambient_declaration",
        "function_signature",
        "method_signature",
        "abstract_method_signature",
        "index_signature",
    }
)
_CASTS: Final = frozenset({"as_expression", "satisfies_expression"})
_NAMES: Final = frozenset(
    {"identifier", "type_identifier", "shorthand_property_identifier"}
)


def erased_imports(root: Node, *, cell: bool) -> set[str]:
    """Give the names whose import declarations must go.

    In a cell a name that is not used at all stays: a later cell may use it.
    """
    values: set[str] = set()
    types: set[str] = set()
    imported: set[str] = set()
    stack = [(root, False)]
    while stack:
        node, in_type = stack.pop()
        kind = node.type
        if kind == "import_clause":
            imported.update(_local_names(node))
            continue
        if kind in _NAMES:
            (types if in_type else values).add(_text(node))
            continue
        if kind in _CASTS:
            stack.append((node.children[0], in_type))
            stack += [(child, True) for child in node.children[2:]]
            continue
        inner = in_type or kind in TYPES or kind in TYPE_DECLARATIONS
        stack += [(child, inner) for child in node.children]
    unused = imported - values
    return unused & types if cell else unused


def declared_types(root: Node) -> set[str]:
    """Give the names that the text declares as types and not as values too."""
    types: set[str] = set()
    values: set[str] = set()
    for node in root.children:
        declaration = node.child_by_field_name("declaration") or node
        name = declaration.child_by_field_name("name")
        if declaration.type in ("interface_declaration", "type_alias_declaration"):
            types.add(_text(name) if name else "")
        elif name is not None:
            values.add(_text(name))
        else:
            values.update(
                _text(child.children[0])
                for child in declaration.children
                if child.type == "variable_declarator"
            )
    return types - values


def local_name(specifier: Node) -> str:
    """Give the name that an import or export specifier stands for in this text."""
    name = specifier.child_by_field_name("name")
    alias = specifier.child_by_field_name("alias")
    if specifier.type == "import_specifier" and alias is not None:
        name = alias
    return _text(name) if name is not None else ""


def _local_names(clause: Node) -> list[str]:
    names: list[str] = []
    for child in clause.children:
        if child.type == "identifier":
            names.append(_text(child))
        elif child.type == "named_imports":
            found = (c for c in child.children if c.type == "import_specifier")
            names += [local_name(specifier) for specifier in found]
    return names


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
