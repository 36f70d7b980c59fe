"""The cell magic that runs one cell in an Env."""

from __future__ import annotations

from ...session.client import SessionError
from ...session.messages import Outcome
from .arguments import argument, magic_arguments, parse_argstring
from .call import Call, MagicError


@magic_arguments()
@argument("name", metavar="ENV", help="which Env")
@argument("--new", action="store_true", help="make it first, in the current VM")
async def jsvm_env(call: Call, line: str, body: str) -> Outcome:
    """Run the cell in an Env; the current Env stays current."""
    options = parse_argstring(jsvm_env, line)
    if options.new:
        try:
            await call.client.vms.new_env(options.name)
        except SessionError as error:
            raise MagicError(str(error), name=error.name) from None
    return await call.client.execute(
        call.cell,
        body,
        name=call.cell_name,
        line_offset=call.lines_above,
        language=call.settings.language,
        env=options.name,
    )
