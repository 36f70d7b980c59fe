"""What the engine's messages leave out, read from the source at the error's place.

The engine knows the place of a failed call and not how it was written. For a report the
text is found there, so that it says ``config.load is not a function``, ``rows is not
iterable: it is null`` and ``cannot destructure property 'a'``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_LONGEST: Final = 60
_CALLS: Final = {"call_expression": "function", "new_expression": "constructor"}
_PATTERNS: Final = ("array_pattern", "object_pattern")
#: What a pattern takes apart where no expression of the source gives it.
_GIVERS: Final = {
    "formal_parameters": "an argument",
    "arrow_function": "an argument",
    "array_pattern": "an element",
    "catch_clause": "what was thrown",
}
#: What fails inside of these is no matter of what is around them.
_INNER: Final = ("arguments", "statement_block", "arrow_function", "class_body")
_Point = tuple[int, int]


def worded(
    described: dict[str, Any], source_of: Callable[[str], str | None]
) -> dict[str, Any]:
    """Give an error's description in better words, and its causes' and errors'."""
    changed = dict(described)
    if isinstance(described.get("cause"), dict):
        changed["cause"] = worded(described["cause"], source_of)
    if described.get("errors"):
        changed["errors"] = [worded(e, source_of) for e in described["errors"]]
    frames = described.get("frames")
    say = _SAYERS.get(described.get("message", ""))
    if say is not None and frames:
        # The innermost frame is where it failed; a native one has no source.
        source, line, column = source_of(frames[0]["file"]), *_point(frames[0])
        if source is not None and column >= 0:
            root = _parser().parse(source.encode("utf-8", "replace")).root_node
            text = say(root, (line, column), described["name"])
            changed["message"] = text or described["message"]
    return changed


def _point(frame: dict[str, Any]) -> _Point:
    """Give a place as tree-sitter counts; columns are bytes for both."""
    return frame["line"] - 1, frame["column"] - 1


# ---- calls -------------------------------------------------------------------------


def _not_a_function(root: Node, place: _Point, name: str) -> str | None:
    node = root.descendant_for_point_range(place, place)
    while node is not None:
        callee = node.child_by_field_name(_CALLS.get(node.type, "none"))
        if callee is not None and _is_at(node, callee, place):
            text = _text(callee)
            # Code that makes such an error itself stands where it makes it.
            if text is None or text == name:
                return None
            kind = "constructor" if node.type == "new_expression" else "function"
            return f"{text} is not a {kind}"
        node = node.parent
    # `for await` says so of what has no iterator.
    return _not_iterable(root, place, name)


def _is_at(call: Node, callee: Node, place: _Point) -> bool:
    """Whether a failed call is here: in its callee, for `new` where it begins."""
    if call.type == "new_expression":
        return call.start_point == place
    return callee.start_point <= place < callee.end_point


# ---- iteration and patterns --------------------------------------------------------


def _not_iterable(root: Node, place: _Point, name: str, value: str = "") -> str | None:
    subject = _subject(root, place)
    if subject is None:
        return None
    why = f": it is {value}" if value and subject != value else ""
    return f"{subject} is not iterable{why}"


def _not_an_object(root: Node, place: _Point, name: str) -> str | None:
    subject = _subject(root, place)
    if subject is None:
        return None
    why = "" if subject in ("null", "undefined") else ": it is undefined or null"
    return f"cannot destructure {subject}{why}"


def _subject(root: Node, place: _Point) -> str | None:
    """Say what was to be iterated or taken apart at a place."""
    node = root.descendant_for_point_range(place, place)
    while node is not None and node.parent is not None and node.type not in _INNER:
        parent = node.parent
        if node.type in _PATTERNS and node.start_point == place:
            return _given_to(node)
        if parent.type == "spread_element":
            return _text(node)
        if node == parent.child_by_field_name("right"):
            return _text(node) if parent.type == "for_in_statement" else None
        node = parent
    return None


def _given_to(pattern: Node) -> str | None:
    """Say what a pattern was to take apart."""
    parent = pattern.parent
    while parent is not None and parent.type == "assignment_pattern":
        parent = parent.parent  # it has a default
    if parent is None:
        return None
    key = parent.child_by_field_name("key")
    if parent.type == "pair_pattern" and key is not None:
        text = _text(key)
        return text and f"property '{text}'"
    if parent.type == "for_in_statement":
        text = _text(parent.child_by_field_name("right"))
        return text and f"an item of {text}"
    given = parent.child_by_field_name(
        "value" if parent.type == "variable_declarator" else "right"
    )
    return _text(given) or _GIVERS.get(parent.type)


def _text(node: Node | None) -> str | None:
    """Give the text of a node if it fits into a message."""
    text = ((node and node.text) or b"").decode("utf-8", "replace")
    return text if 0 < len(text) <= _LONGEST and "\n" not in text else None


_Sayer = Callable[["Node", _Point, str], str | None]
#: The engine's messages, and what says them better.
_SAYERS: Final[dict[str, _Sayer]] = {
    "not a function": _not_a_function,
    "value is not iterable": _not_iterable,
    "Cannot convert undefined or null to object": _not_an_object,
    **{
        f"cannot read property 'Symbol.iterator' of {value}": functools.partial(
            _not_iterable, value=value
        )
        for value in ("null", "undefined")
    },
}


@functools.cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
