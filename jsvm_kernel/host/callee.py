"""What was called that is no function: read from the source; the engine forgot it.

The engine knows the place of a failed call and not how it was written. For a report the
text of the callee is found there, so that it says ``config.load is not a function``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_ENGINE_TEXT: Final = "not a function"
_LONGEST: Final = 60
_CALLS: Final = {"call_expression": "function", "new_expression": "constructor"}


def with_callee(
    described: dict[str, Any], source_of: Callable[[str], str | None]
) -> dict[str, Any]:
    """Give an error's description with what it called, and its causes' and errors'."""
    changed = dict(described)
    if isinstance(described.get("cause"), dict):
        changed["cause"] = with_callee(described["cause"], source_of)
    if described.get("errors"):
        changed["errors"] = [with_callee(e, source_of) for e in described["errors"]]
    frames = described.get("frames")
    if described.get("message") == _ENGINE_TEXT and frames:
        # The innermost frame made the call; a native one has no source.
        source = source_of(frames[0]["file"])
        callee = _callee_at(source, frames[0]["line"], frames[0]["column"])
        # Code that makes such an error itself stands where it makes it.
        if callee is not None and callee.removeprefix("new ") != described["name"]:
            kind = "constructor" if callee.startswith("new ") else "function"
            changed["message"] = f"{callee.removeprefix('new ')} is not a {kind}"
    return changed


def _callee_at(source: str | None, line: int, column: int) -> str | None:
    """Give the text of what is called at a place; `column` counts bytes, from 1."""
    if source is None or column < 1:
        return None
    root = _parser().parse(source.encode("utf-8", "replace")).root_node
    place = (line - 1, column - 1)
    node = root.descendant_for_point_range(place, place)
    while node is not None:
        callee = node.child_by_field_name(_CALLS.get(node.type, "none"))
        if callee is not None and _is_at(node, callee, place):
            text = (callee.text or b"").decode("utf-8", "replace")
            new = "new " if node.type == "new_expression" else ""
            return new + text if len(text) <= _LONGEST and "\n" not in text else None
        node = node.parent
    return None


def _is_at(call: Node, callee: Node, place: tuple[int, int]) -> bool:
    """Whether a failed call is here: in its callee, for `new` where it begins."""
    if call.type == "new_expression":
        return call.start_point == place
    return callee.start_point <= place < callee.end_point


@functools.cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
