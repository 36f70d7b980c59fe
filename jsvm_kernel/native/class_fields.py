"""The attributes that a Python class has, and what a dataclass makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .border import PYTHON_TYPES
from .syntax import called, children, dotted, keywords_of_call, statements


class Attribute(NamedTuple):
    """An annotated attribute of a class."""

    name: str
    type: str
    optional: bool = False
    """Whether it has a default value."""
    keyword: bool = False
    """Whether the constructor of a dataclass takes it by keyword only."""
    init: bool = True
    """Whether that constructor takes it at all."""


def annotated_fields(node: Any) -> Iterator[Attribute]:
    """The attributes that a class annotates, in the order of the source."""
    values = {
        str(stat.lhs.name): stat.rhs
        for stat in statements(node.body)
        if type(stat).__name__ == "SingleAssignmentNode"
        and type(stat.lhs).__name__ == "NameNode"
    }
    all_keyword = bool(keywords_of_call(node.class_result).get("kw_only"))
    for name, entry in node.scope.entries.items():
        annotation = getattr(entry, "annotation", None)
        if annotation is None or name.startswith("__"):
            continue
        text = str(getattr(annotation.string, "value", ""))
        if text.rpartition(".")[2].partition("[")[0] == "ClassVar":
            continue
        options = (
            keywords_of_call(values[name])
            if name in values and called(values[name]) == "field"
            else None
        )
        yield Attribute(
            name=str(name),
            type=PYTHON_TYPES.get(text, "object"),
            optional=name in values
            if options is None
            else not options.keys().isdisjoint(("default", "default_factory")),
            keyword=bool((options or {}).get("kw_only", all_keyword)),
            init=(options or {}).get("init") is not False,
        )


def own_attributes(node: Any, this: str) -> Iterator[str]:
    """Names of the attributes that code assigns to `this`."""
    kind = type(node).__name__
    targets: list[Any] = []
    if kind == "SingleAssignmentNode":
        targets = [node.lhs]
    elif kind == "CascadedAssignmentNode":
        targets = list(node.lhs_list)
    while targets:
        target = targets.pop(0)
        if type(target).__name__ in ("TupleNode", "ListNode"):
            targets += target.args
        elif type(target).__name__ == "AttributeNode" and dotted(target.obj) == this:
            yield str(target.attribute)
    for child in children(node):
        yield from own_attributes(child, this)
