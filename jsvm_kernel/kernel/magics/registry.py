"""Which magics there are, and how to get one. Importing this loads no family.

Names are needed for every unknown `%word` and every completion, IPython's argument
parser only when a magic is used: so the names stand here, and a test compares them with
what the families define.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from ...session.messages import Language, Outcome
from .call import MagicError

MagicKind: TypeAlias = Literal["line", "cell"]

#: Name to family (a module of this package), for each kind.
FAMILIES: Final[dict[MagicKind, dict[str, str]]] = {
    "line": {
        "lsmagic": "help",
        "jsvm_help": "help",
        "jsvm_info": "vm_information",
        "jsvm_doctor": "doctor",
        "jsvm_config": "config",
        "jsvm_npm": "npm",
        "jsvm_native": "native_modules",
        "cd": "shell",
        "env": "shell",
        "load": "shell",
        "run": "shell",
        "system": "shell",
        "jsvm_vm": "vm_life_cycle",
        "jsvm_env": "context",
        "who": "context",
        "whos": "context",
        "reset": "context",
        "jsvm_new": "new",
    },
    "cell": {
        "jsvm_native": "native",
        "ts": "typescript",
        "time": "timing",
        "html": "markup",
        "latex": "markup",
        "markdown": "markup",
        "svg": "markup",
        "jsvm_env": "context_cell",
    },
}
#: What the body of a cell magic is written in, if the kernel helps to write it.
BODIES: Final[dict[str, Language]] = {
    "jsvm_env": "javascript",
    "time": "javascript",
    "ts": "typescript",
}
_PREFIX: Final[dict[MagicKind, str]] = {"line": "%", "cell": "%%"}


@dataclass(frozen=True)
class Magic:
    """A magic: its name, and the decorated function."""

    name: str
    kind: MagicKind
    function: Callable[..., Awaitable[Outcome | None]]

    @property
    def parser(self) -> Any:
        """IPython's MagicArgumentParser of the function."""
        return self.function.parser  # type: ignore[attr-defined]

    @property
    def usage(self) -> str:
        """How to call it, in one line."""
        return self._without_rst(self.parser.format_usage())

    @property
    def help(self) -> str:
        """Usage, description and options."""
        return self._without_rst(self.parser.format_help())

    @property
    def summary(self) -> str:
        """The first line of the description."""
        return str(self.parser.description).strip().splitlines()[0]

    def expected(self, typed: list[str]) -> Any:
        """Give the argument (argparse's action) that stands behind these words."""
        named = {o: a for a in self.parser._actions for o in a.option_strings}
        last = named.get(typed[-1]) if typed else None
        if last is not None and last.nargs != 0:
            return last
        places = [a for a in self.parser._actions if not a.option_strings]
        filled = 0
        for before, word in zip(["", *typed], typed, strict=False):
            option = named.get(before)
            takes_value = option is not None and option.nargs != 0
            filled += not word.startswith("-") and not takes_value
        if not places:
            return None
        several = places[-1].nargs in ("*", "+", "...")
        index = min(filled, len(places) - 1) if several else filled
        return places[index] if index < len(places) else None

    @property
    def options(self) -> list[str]:
        """The names of its options."""
        return [name for a in self.parser._actions for name in a.option_strings]

    def _without_rst(self, text: str) -> str:
        text = text.strip().removeprefix("::").lstrip()
        return text.replace("%", _PREFIX[self.kind], 1).strip()


def shown(name: str, kind: MagicKind) -> str:
    """Give a name as it is typed."""
    return _PREFIX[kind] + name


def all_names() -> list[str]:
    """Give the names of all magics as they are typed."""
    return [shown(n, kind) for kind, family in FAMILIES.items() for n in family]


def find(name: str, kind: MagicKind) -> Magic:
    """Load a magic; MagicError names the nearest one there is."""
    family = FAMILIES[kind].get(name)
    if family is None:
        raise MagicError(_unknown_text(name, kind), name="UnknownMagic")
    module = importlib.import_module(f".{family}", __package__)
    return Magic(name, kind, getattr(module, name))


def find_all(name: str) -> list[Magic]:
    """Load the magics of this name: one, or a line and a cell magic.

    "%name" is the line magic and "%%name" the cell magic, if there are both.
    """
    bare = name.lstrip("%")
    kinds = [kind for kind, families in FAMILIES.items() if bare in families]
    marked = next((k for k in kinds if name == shown(bare, k)), None)
    return [find(bare, kind) for kind in ([marked] if marked else kinds or ["line"])]


def _unknown_text(name: str, kind: MagicKind) -> str:
    other: MagicKind = "cell" if kind == "line" else "line"
    if name in FAMILIES[other]:
        return f"{shown(name, kind)} is no {kind} magic: write {shown(name, other)}" + (
            " on the first line of a cell" if other == "cell" else ""
        )
    names = {**FAMILIES[other], **FAMILIES[kind]}
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if not near:
        return f"there is no magic {shown(name, kind)}; %lsmagic lists those there are"
    at = kind if near[0] in FAMILIES[kind] else other
    return f"there is no magic {shown(name, kind)}; the nearest is {shown(near[0], at)}"
