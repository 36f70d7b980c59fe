"""What the readers of Cython's syntax tree ask of its nodes.

Nodes are told by the names of their classes, so that this needs no Cython.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def statements(node: Any) -> Iterator[Any]:
    """The statements of a body, in the order of the source."""
    kind = type(node).__name__
    if kind in ("StatListNode", "IndirectionNode"):
        for stat in node.stats:
            yield from statements(stat)
    elif kind == "CompilerDirectivesNode":
        yield from statements(node.body)
    elif node is not None:
        yield node


def children(node: Any) -> Iterator[Any]:
    """The nodes right below one."""
    for attribute in node.child_attrs or ():
        found = getattr(node, attribute)
        for child in found if isinstance(found, list) else [found]:
            if hasattr(child, "child_attrs"):
                yield child


def dotted(node: Any) -> str:
    """A name, or attributes of one, as text; "" for any other expression."""
    kind = type(node).__name__
    if kind == "NameNode":
        return str(node.name)
    if kind == "AttributeNode":
        of = dotted(node.obj)
        return f"{of}.{node.attribute}" if of else ""
    if kind == "IndexNode":  # Generic[T]
        return dotted(node.base)
    return ""


def called(node: Any) -> str:
    """Last part of the name of what an expression calls; "" if it calls nothing."""
    if type(node).__name__ not in ("SimpleCallNode", "GeneralCallNode"):
        return ""
    # A decorator with arguments is a call of what a call gave.
    return dotted(node.function).rpartition(".")[2] or called(node.function)


def keywords_of_call(node: Any) -> dict[str, Any]:
    """The keyword arguments of a call, those with a constant value by value."""
    if type(node).__name__ == "SimpleCallNode":
        # A decorator with arguments is a call of what a call gave.
        return keywords_of_call(node.function)
    items = getattr(getattr(node, "keyword_args", None), "key_value_pairs", ())
    return {
        str(item.key.value): getattr(item.value, "constant_result", None)
        for item in items
    }


def strings(node: Any) -> list[str]:
    """The names in a literal: a string with spaces or commas, or several of them."""
    kind = type(node).__name__
    if kind in ("UnicodeNode", "IdentifierStringNode", "StringNode"):
        return str(node.value).replace(",", " ").split()
    if kind in ("TupleNode", "ListNode", "SetNode"):
        return [name for item in node.args for name in strings(item)]
    return []
