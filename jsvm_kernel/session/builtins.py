"""What is known of the engine's built-in functions, from builtins.txt.

The engine tells of a native function its name and the number of its parameters. Names
of parameters, types of results and a line on each stand in the file; it is read when
the first completion or inspection comes.
"""

from __future__ import annotations

import functools
import re
from typing import Final

import msgspec

_LINE: Final = re.compile(
    r"(?P<old>~)?(?P<name>[\w$]+)(?P<parameters>\(.*?\))?: (?P<type>[\w\[\]]+)"
    r"(?: \| (?P<doc>.+))?"
)
#: Class of a type that is written in lower case.
WRAPPERS: Final = {
    "string": "String",
    "number": "Number",
    "boolean": "Boolean",
    "bigint": "BigInt",
    "symbol": "Symbol",
}


class Builtin(msgspec.Struct, frozen=True):
    """A function, or an accessor if it has no parameters."""

    name: str
    parameters: str | None
    type: str
    doc: str
    deprecated: bool

    @property
    def signature(self) -> str:
        """As completion shows it; of an accessor nothing."""
        if self.parameters is None:
            return ""
        return f"{self.name}{self.parameters}: {self.type}"


Holders = dict[str, dict[str, Builtin]]


@functools.cache
def builtins() -> Holders:
    """Give holder ("Array.prototype", "Math", "globalThis") to name to function."""
    from importlib import resources  # slow to import, and not needed at the start

    text = (resources.files(__package__) / "builtins.txt").read_text("utf-8")
    holders: Holders = {}
    members: dict[str, Builtin] = {}
    for line in text.splitlines():
        if line.startswith("== "):
            members = holders.setdefault(line[3:], {})
        elif line and not line.startswith("//"):
            found = _LINE.fullmatch(line)
            if found is None:
                raise ValueError(f"builtins.txt: {line!r} is no entry")
            members[found["name"]] = Builtin(
                found["name"],
                found["parameters"],
                found["type"],
                found["doc"] or "",
                found["old"] is not None,
            )
    return holders
