"""Cells that hold what a browser shows."""

from __future__ import annotations

from ...session.messages import Display
from .arguments import magic_arguments, parse_argstring
from .call import Call


def _show(call: Call, kind: str, body: str) -> None:
    data = {kind: body, "text/plain": body}
    call.publisher.display(Display(sync=0, cell=call.cell, kind="display", data=data))


@magic_arguments()
async def html(call: Call, line: str, body: str) -> None:
    """Show the cell's HTML."""
    parse_argstring(html, line)
    _show(call, "text/html", body)


@magic_arguments()
async def markdown(call: Call, line: str, body: str) -> None:
    """Show the cell's Markdown, laid out."""
    parse_argstring(markdown, line)
    _show(call, "text/markdown", body)


@magic_arguments()
async def svg(call: Call, line: str, body: str) -> None:
    """Show the cell's SVG as a picture."""
    parse_argstring(svg, line)
    _show(call, "image/svg+xml", body)


@magic_arguments()
async def latex(call: Call, line: str, body: str) -> None:
    """Show the cell's LaTeX, set."""
    parse_argstring(latex, line)
    _show(call, "text/latex", body)
