"""What a cell may be written in, and how it becomes JavaScript."""

from __future__ import annotations

from typing import Any

from jsvm_kernel.session.messages import Language

from .typescript.errors import TypeScriptError

__all__ = ["TypeScriptError", "describe_refusal", "javascript_of"]


def javascript_of(code: str, language: Language) -> str:
    """Give the JavaScript of a cell, each line and column where it was.

    Raises TypeScriptError.
    """
    if language == "javascript":
        return code
    from .typescript import strip_types  # loads tree-sitter

    return strip_types(code, cell=True)


def describe_refusal(error: TypeScriptError, name: str) -> dict[str, Any]:
    """Describe what can't be run, as `describeError` of the prelude would."""
    frame = {"name": "", "file": name, "line": error.lineno, "column": error.offset}
    return {"name": "SyntaxError", "message": str(error), "frames": [frame]}
