"""The notebook's settings: what there is to set, and the values in force.

A setting is one line of SETTINGS. Values are words, and live in the front, so that a
new host finds them as they were: those that the host acts on are sent to each one
(`Configure`) before its first cell.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..session.messages import Language

ON_OFF: Final = ("on", "off")
#: Other words people write for on and off.
_ALIASES: Final = {
    "true": "on",
    "yes": "on",
    "1": "on",
    "false": "off",
    "no": "off",
    "0": "off",
}


class SettingError(ValueError):
    """An unknown setting or value; the text names what there is."""


@dataclass(frozen=True)
class Setting:
    """One setting. `default` looks at the environment of the kernel."""

    name: str
    help: str
    default: Callable[[Mapping[str, str]], str]
    choices: tuple[str, ...] = ON_OFF
    #: Whether the host needs the value.
    for_host: bool = False
    #: The variable of the environment that `default` takes a value from.
    variable: str = ""


def _colors(environ: Mapping[str, str]) -> str:
    # https://no-color.org: set and not empty means no.
    return "off" if environ.get("NO_COLOR") else "on"


def _tcc(environ: Mapping[str, str]) -> str:
    return environ.get(_TCC_VARIABLE) or "auto"


_TCC_VARIABLE: Final = "JSVM_NATIVE_TCC"

#: auto: what the C compiler's build can replace while it is in use.
_TCC: Final = ("auto", "on", "off")

SETTINGS: Final = (
    Setting("colors", "Colour values and errors.", _colors, for_host=True),
    Setting(
        "language",
        "What a cell without a magic is written in.",
        lambda environ: "javascript",
        choices=("javascript", "typescript"),
    ),
    Setting(
        "native_tcc",
        "Run native cells from a build of tcc until the C compiler's is there.",
        _tcc,
        choices=_TCC,
        variable=_TCC_VARIABLE,
    ),
    Setting(
        "tables",
        "Show arrays of records as tables.",
        lambda environ: "on",
        for_host=True,
    ),
)


class Settings:
    """The values in force in one kernel."""

    def __init__(
        self,
        settings: tuple[Setting, ...] = SETTINGS,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._settings = {setting.name: setting for setting in settings}
        self._values = {setting.name: setting.default(environ) for setting in settings}

    def __iter__(self) -> Iterator[Setting]:
        return iter(self._settings.values())

    def __getitem__(self, name: str) -> str:
        """Give a value. SettingError: there is none, the environment's is wrong."""
        setting = self._find(name)
        try:
            return self._checked(name, self._values[name])
        except SettingError as error:
            raise SettingError(
                f"{setting.variable} in the kernel's environment is wrong: {error}; "
                f"%jsvm_config {name}=… is for this session"
            ) from None

    @property
    def language(self) -> Language:
        """What a cell without a magic is written in."""
        return "typescript" if self["language"] == "typescript" else "javascript"

    def change(self, wanted: Mapping[str, str]) -> None:
        """Set all that is wanted, or nothing: SettingError says what is wrong."""
        checked = {name: self._checked(name, text) for name, text in wanted.items()}
        self._values.update(checked)

    def for_host(self) -> dict[str, bool | str]:
        """Give what the host needs; on and off as booleans."""
        return {
            setting.name: self._values[setting.name] == "on"
            if setting.choices == ON_OFF
            else self._values[setting.name]
            for setting in self._settings.values()
            if setting.for_host
        }

    def _find(self, name: str) -> Setting:
        setting = self._settings.get(name)
        if setting is None:
            near = difflib.get_close_matches(name, self._settings, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            known = ", ".join(self._settings)
            raise SettingError(
                f"there is no setting {name!r}{hint} (there are: {known})"
            )
        return setting

    def _checked(self, name: str, text: str) -> str:
        setting = self._find(name)
        word = text.strip().lower()
        if setting.choices == ON_OFF:
            word = _ALIASES.get(word, word)
        if word not in setting.choices:
            near = difflib.get_close_matches(word, setting.choices, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingError(
                f"{name} can't be {text!r}{hint} "
                f"(it can be: {', '.join(setting.choices)})"
            )
        return word
