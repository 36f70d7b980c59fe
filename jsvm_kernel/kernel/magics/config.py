"""The magic that shows and changes the notebook's settings."""

from __future__ import annotations

from ..settings import SettingError, Settings
from .arguments import argument, magic_arguments, parse_argstring
from .call import Call, MagicError


@magic_arguments()
@argument(
    "items",
    metavar="NAME=VALUE",
    nargs="*",
    help="what to set; NAME alone shows one setting, nothing shows all",
)
async def jsvm_config(call: Call, line: str) -> None:
    """Show the notebook's settings, or change some, as in %jsvm_config colors=off."""
    items: list[str] = parse_argstring(jsvm_config, line).items
    try:
        wanted = dict(_split(item) for item in items if "=" in item)
        shown = [name for name in items if "=" not in name]
        for name in shown:
            call.settings[name]
        call.settings.change(wanted)
        rows = _rows(call.settings, shown) if shown or not wanted else []
    except SettingError as error:
        raise MagicError(str(error), name="SettingError") from None
    if wanted:
        await call.client.configure(call.settings.for_host())
    if rows:
        call.print("\n".join(rows))


def _split(item: str) -> tuple[str, str]:
    name, _, value = item.partition("=")
    return name.strip(), value


def _rows(settings: Settings, shown: list[str]) -> list[str]:
    chosen = [setting for setting in settings if not shown or setting.name in shown]
    left = [f"{setting.name} = {settings[setting.name]}" for setting in chosen]
    width = max(map(len, left))
    return [
        f"{text:<{width}}  {setting.help} ({' | '.join(setting.choices)})"
        for text, setting in zip(left, chosen, strict=True)
    ]
