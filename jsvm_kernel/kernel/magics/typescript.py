"""The magic that runs a cell as TypeScript."""

from __future__ import annotations

from ...session.messages import Outcome
from .arguments import magic_arguments, parse_argstring
from .call import Call


@magic_arguments()
async def ts(call: Call, line: str, body: str) -> Outcome:
    """Run the cell as TypeScript: its types are taken out, not checked.

    %jsvm_config language=typescript does so for all cells of the notebook.
    """
    parse_argstring(ts, line)
    return await call.client.execute(
        call.cell,
        body,
        name=call.cell_name,
        line_offset=call.lines_above,
        language="typescript",
    )
