"""What a native build starts from: a module's name, its source text and options."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec

from jsvm_kernel.signatures import RESERVED

from .diagnostics import Diagnostic, line_of


class NativeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a module is to be built, as the magic's options say.

    Every field is part of the cache key. `flags.py` says what they mean to a compiler.
    """

    language: Literal["cython"] = "cython"
    cplus: bool = False
    """Whether Cython makes C++ of it."""
    optimize: Literal[0, 1, 2, 3] = 2
    """Level of the C compiler's optimizer."""
    std: str = ""
    """Language standard, such as c11 or c++20; "": the compiler's own."""
    cflags: tuple[str, ...] = ()
    """Words for the compiler, several may stand in one text."""
    libs: tuple[str, ...] = ()
    """Names of libraries, or words for the linker."""
    include: tuple[str, ...] = ()
    """Folders of headers."""
    sources: tuple[str, ...] = ()
    """Further files to compile into the module."""
    packages: tuple[str, ...] = ()
    """Names for pkg-config."""
    openmp: bool = False
    numpy: bool = False
    """Whether NumPy's headers are used."""
    annotate: bool = False
    """Whether Cython's annotated HTML is made as well."""

    @property
    def suffix(self) -> str:
        """Suffix of the file that Cython writes."""
        return "cpp" if self.cplus else "c"


class NativeSource(msgspec.Struct, frozen=True, kw_only=True):
    """One module to build.

    `code` is what stands below the cell's magic line and `line_offset` the number of
    lines of the cell above it (1 under a `%%` line), so that every line number that
    leaves the builder is one the author sees in the cell. `cell` names the cell in
    diagnostics ("In[7]"); it is no part of what is built. `file` is what the source is
    called if it is a file's, and `search` the folders of what it includes and cimports.
    `folder` is where relative paths of options start and where headers are found; ""
    for none.
    """

    name: str
    code: str
    options: NativeOptions = NativeOptions()
    cell: str = "cell"
    line_offset: int = 0
    quick: bool = False
    """Whether a build of tcc will do at first; no part of what is built."""
    file: str = ""
    search: tuple[str, ...] = ()
    folder: str = ""

    @property
    def file_name(self) -> str:
        """What the built module calls its source in tracebacks and line tables.

        The angle brackets keep Python's linecache from reading a file of that name.
        """
        return self.file or f"<{self.name}.pyx>"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where Cython looks for what the source includes and cimports."""
        beside = (self.folder,) if self.folder else ()
        return tuple(map(Path, (*self.search, *beside)))

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """Where the author's own files lie."""
        base = Path(self.folder) if self.folder else None
        named = [Path(name).expanduser() for name in self.options.include]
        if base is None:
            return tuple(path for path in named if path.is_absolute())
        return (base, *(base / path for path in named))

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
    if name in RESERVED:  # it could be reached through globalThis only
        text = (
            f"{name} cannot name a native module: it is a reserved word of JavaScript"
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
