"""What a native build starts from: a module's name, its source text and options."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from .diagnostics import Diagnostic, line_of


class NativeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a module is to be built, as the magic's options say.

    Every field is part of the cache key.
    """

    language: Literal["cython"] = "cython"
    optimize: Literal[0, 1, 2, 3] = 2
    """Level of the C compiler's optimizer."""


class NativeSource(msgspec.Struct, frozen=True, kw_only=True):
    """One module to build.

    `code` is what stands below the cell's magic line and `line_offset` the number of
    lines of the cell above it (1 under a `%%` line), so that every line number that
    leaves the builder is one the author sees in the cell. `cell` names the cell in
    diagnostics ("In[7]"); it is no part of what is built. `file` is what the source is
    called if it is a file's, and `search` the folders of what it includes and cimports.
    """

    name: str
    code: str
    options: NativeOptions = NativeOptions()
    cell: str = "cell"
    line_offset: int = 0
    file: str = ""
    search: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """What the built module calls its source in tracebacks and line tables.

        The angle brackets keep Python's linecache from reading a file of that name.
        """
        return self.file or f"<{self.name}.pyx>"

    @property
    def text(self) -> str:
        """The source with the cell's line numbers, as Cython reads it."""
        code = self.code.removeprefix("\ufeff")
        code = code.replace("\r\n", "\n").replace("\r", "\n")
        return "\n" * self.line_offset + code.rstrip() + "\n"


def check_source(source: NativeSource) -> list[Diagnostic]:
    """Return what is wrong with a source before any compiler has seen it."""
    name, code = source.name, source.code
    # ASCII: the name becomes part of C symbols and of file names.
    if not (name.isascii() and name.isidentifier()) or name.startswith("__"):
        text = (
            f"{name!r} cannot name a native module: use ASCII letters, digits and "
            "underscores, not starting with a digit or with two underscores"
        )
        return [Diagnostic(severity="error", message=text)]
    if not code.strip().removeprefix("\ufeff"):
        text = "the cell is empty: write Cython functions below the magic line"
        return [Diagnostic(severity="error", message=text)]
    if bad := re.search("[\0\ud800-\udfff]", code):
        before = code[: bad.start()]
        line = before.count("\n") + 1 + source.line_offset
        return [
            Diagnostic(
                severity="error",
                message=f"the character U+{ord(bad[0]):04X} cannot stand in source",
                line=line,
                column=bad.start() - (before.rfind("\n") + 1) + 1,
                source_line=line_of(source.text, line).replace(bad[0], "\ufffd"),
            )
        ]
    return []
