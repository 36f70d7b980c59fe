"""The one error of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


class TypeScriptError(SyntaxError):
    """TypeScript that can't be run by taking its types out.

    `lineno` and `offset` (in bytes, as the engine counts columns) count from 1.
    """

    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.lineno = node.start_point.row + 1
        self.offset = node.start_point.column + 1

    def __str__(self) -> str:
        return str(self.args[0])
