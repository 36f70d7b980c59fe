"""Tables of texts as rich output: HTML, and plain text that reads as well."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence


def table_bundle(
    head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[str] = ()
) -> dict[str, str]:
    """Give a MIME bundle of a table; columns named in `numeric` end at the right."""
    right = [title in numeric for title in head]
    return {
        "text/plain": _plain(head, rows, right),
        "text/html": _html(head, rows, right),
    }


def _plain(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]
) -> str:
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(head))]
    lines.insert(1, ["─" * width for width in widths])
    return "\n".join(
        "  ".join(map(_padded, line, widths, right)).rstrip() for line in lines
    )


def _padded(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks


def _width(text: str) -> int:
    """Give the columns that a text takes in a terminal."""
    return sum(
        0
        if unicodedata.combining(char)
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _html(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]
) -> str:
    lines = [
        "<table>",
        f"<thead>{_row('th', head, right)}</thead>",
        "<tbody>",
        *(_row("td", row, right) for row in rows),
        "</tbody>",
        "</table>",
    ]
    return "\n".join(lines)


def _row(tag: str, texts: Sequence[str], right: Sequence[bool]) -> str:
    cells = (
        f'<{tag} style="text-align: {"right" if at_right else "left"}">'
        f"{html.escape(text)}</{tag}>"
        for text, at_right in zip(texts, right, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"
