"""Magics that tell what magics there are."""

from __future__ import annotations

from typing import Final

from .arguments import argument, magic_arguments, parse_argstring
from .call import Call
from .registry import FAMILIES, find, find_all, shown

_CELLS: Final = """\
Cells are JavaScript: const and let can be run again, await and import stand at the top
level, and the value of the last expression is shown. Lines that begin with % above the
JavaScript are line magics; a cell that begins with %% is a cell magic, with its body on
the lines below.

Help on a magic: %jsvm_help NAME. Help on a value: ?name or name?, in a cell of its own.
"""


@magic_arguments()
async def lsmagic(call: Call, line: str) -> None:
    """List the magics there are."""
    parse_argstring(lsmagic, line)
    for kind, families in FAMILIES.items():
        names = "  ".join(shown(name, kind) for name in sorted(families))
        call.print(f"{kind} magics:\n  {names}")


@magic_arguments()
@argument(
    "name", metavar="NAME", nargs="?", help="a magic, with or without its % signs"
)
async def jsvm_help(call: Call, line: str) -> None:
    """Show help on a magic, or on all of the kernel, in the pager."""
    name = parse_argstring(jsvm_help, line).name
    if name is not None:
        call.page("\n\n".join(magic.help for magic in find_all(name)))
        return
    rows = [_CELLS, "Magics:"]
    for kind, families in FAMILIES.items():
        for magic in (find(name, kind) for name in sorted(families)):
            rows.append(f"  {shown(magic.name, kind):<16} {magic.summary}")
    call.page("\n".join(rows) + "\n")
