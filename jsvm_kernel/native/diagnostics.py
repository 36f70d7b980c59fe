"""What compilers say about a cell, in the cell's own lines and columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Severity = Literal["error", "warning", "hint"]

#: A missing semicolon in a header can give thousands of messages.
_MOST_SHOWN = 50
#: Of a line that is longer, what is around the caret is shown.
_LONGEST_LINE = 120


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a compiler.

    Line and column count from 1 and are those of the cell, the magic line being line 1;
    None where the message is about no place in it. A column counts code points. `file`
    is another file of the author that line and column are about; "" for the cell.
    """

    severity: Severity
    message: str
    line: int | None = None
    column: int | None = None
    source_line: str = ""
    file: str = ""


def has_error(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether one of them keeps a module from being built."""
    return any(diagnostic.severity == "error" for diagnostic in diagnostics)


def line_of(text: str, line: int) -> str:
    """Return a line of text, counted from 1; "" if there is none."""
    lines = text.split("\n")
    return lines[line - 1] if 0 < line <= len(lines) else ""


def render(diagnostics: Iterable[Diagnostic], cell: str) -> str:
    """Return the text to show: place, message, source line and a caret below it.

    In[7]:3:12: error: undeclared name not builtin: nam
        3 |     return nam
          |            ^
    """
    diagnostics = list(diagnostics)
    texts = [_render_one(diagnostic, cell) for diagnostic in diagnostics[:_MOST_SHOWN]]
    if more := len(diagnostics) - len(texts):
        texts.append(f"{cell}: and {more} more messages")
    return "\n".join(texts)


def _render_one(diagnostic: Diagnostic, cell: str) -> str:
    place = [diagnostic.file or cell, diagnostic.line, diagnostic.column]
    where = ":".join(str(part) for part in place if part is not None)
    lines = [f"{where}: {diagnostic.severity}: {diagnostic.message}"]
    if diagnostic.line is not None and diagnostic.source_line:
        number = f"{diagnostic.line:5}"
        shown, column = _window(diagnostic.source_line, diagnostic.column)
        lines.append(f"{number} | {shown}")
        if column is not None:
            before = shown[: column - 1]
            # Tabs are kept, so that the caret stands where the text above it does.
            blank = "".join("\t" if char == "\t" else " " for char in before)
            lines.append(f"{' ' * len(number)} | {blank}^")
    return "\n".join(lines)


def _window(line: str, column: int | None) -> tuple[str, int | None]:
    """The part of a line to show, and the column in it."""
    if len(line) <= _LONGEST_LINE:
        return line, column
    start = max(0, (column or 1) - 1 - _LONGEST_LINE // 2)
    part = line[start : start + _LONGEST_LINE]
    after = "…" if start + _LONGEST_LINE < len(line) else ""
    if not start:
        return part + after, column
    return "…" + part + after, None if column is None else column - start + 1
