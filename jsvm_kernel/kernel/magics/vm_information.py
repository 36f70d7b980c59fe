"""The magic that tells what engine and VM a notebook runs on."""

from __future__ import annotations

from ...session.client import SessionError
from .arguments import magic_arguments, parse_argstring
from .call import Call, MagicError


@magic_arguments()
async def jsvm_info(call: Call, line: str) -> None:
    """Show VM information: engine, versions, code-cache tag, features and limits."""
    parse_argstring(jsvm_info, line)
    try:
        groups = await call.client.info()
    except SessionError as error:
        raise MagicError(str(error), name="SessionError") from None
    call.print("\n".join(_rows(groups)))


def _rows(groups: dict[str, dict[str, object]]) -> list[str]:
    width = max((len(label) for group in groups.values() for label in group), default=0)
    rows = []
    for title, group in groups.items():
        rows.append(title)
        rows.extend(f"  {label:<{width}}  {_text(v)}" for label, v in group.items())
    return rows


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)
