"""The quick tier: tcc compiles a cell in a fraction of gcc's time, for the first calls.

Its code is some times slower, so the C compiler's build follows and takes its place.
Where tcc is missing, or cannot do it, there is no quick build, and the other one is
waited for: nothing needs it.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .diagnostics import Diagnostic
from .source import NativeOptions, NativeSource
from .toolchain import NO_FLAGS, Flags, Toolchain

#: Headers of later Pythons use what tcc does not know.
_LAST_PYTHON = (3, 12)
_LONGEST_REASON = 300
# Lines at the left margin that leave nothing behind but functions and types.
_STATELESS = re.compile(
    r"""
    (cpdef|cdef)\b[^=]*\(.*            # a C function
    | (async\s+)?def\s
    | (from|import|cimport)\s
    | (ctypedef|cpdef\s+enum|cdef\s+(enum|struct|union))\b
    | cdef\s+extern\s+from\s+["'<]
    | @cython\. | \#.* | [)\]}].*
    """,
    re.VERBOSE,
)
_DOCSTRING = re.compile(
    r"""\s*[rRuU]?(\"{3}.*?\"{3}|'{3}.*?'{3}|"[^"\n]*"|'[^'\n]*')""", re.DOTALL
)
_KEPT_DEFAULT = re.compile(r"^\s*(?:async\s+)?(?:cp?)?def\b.*=\s*(?:[\[{]|\w[\w.]*\()")


def keeps_state(code: str) -> bool:
    """Whether a module may remember something between calls, as far as its text tells.

    One that does is not exchanged for another build while it is in use: what it
    remembers would be gone. Said no only where it is sure.
    """
    text = _DOCSTRING.sub("", code, count=1) if _DOCSTRING.match(code) else code
    for line in text.split("\n"):
        if _KEPT_DEFAULT.match(line) or re.match(r"\s*global\s", line):
            return True
        if line.strip() and not line[0].isspace() and not _STATELESS.match(line):
            return True
    return "class " in code


@functools.cache
def tcc_version() -> str:
    """Give name and version of tcc, "" if there is none that can be used."""
    program = shutil.which("tcc")
    if program is None or sys.version_info[:2] > _LAST_PYTHON:
        return ""
    done = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def why_not_quick(source: NativeSource) -> str:
    """Say why tcc can't be asked to build a source, "" if it can."""
    if source.options != NativeOptions(optimize=source.options.optimize):
        return "options other than --opt are for the C compiler"
    return ""


class QuickToolchain(Toolchain):
    """tcc, with the headers of the C compiler.

    It has no atomics: what Cython counts with those in gcc's builds, it counts under a
    lock in tcc's. So builds of both never share memoryviews' classes, see shared.py.
    """

    __slots__ = ()

    def compile_line(
        self, c_file: Path, output: Path, optimize: int, flags: Flags = NO_FLAGS
    ) -> list[str]:
        """Return the command that makes an extension module of one C file."""
        return [
            *(*self.command, "-shared", "-DNDEBUG"),
            *(f"-I{include}" for include in self.includes),
            *(c_file.name, "-o", output.name, "-lm"),
        ]


def quick_toolchain(tools: Toolchain) -> QuickToolchain | None:
    """Give tcc to go with a C compiler, None if there is none that can be used."""
    if version := tcc_version():
        return QuickToolchain(("tcc",), version, tools.includes)
    return None


def compile_quickly(
    module: str, folder: Path, tools: QuickToolchain
) -> list[Diagnostic]:
    """Compile `folder/module.c` to `folder/module.so`; an error means there is none.

    What tcc says is not read: the C compiler will word it better.
    """
    done = subprocess.run(
        tools.compile_line(Path(f"{module}.c"), Path(f"{module}.so"), optimize=0),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "LC_ALL": "C"},
    )
    if done.returncode == 0 and (folder / f"{module}.so").is_file():
        return []
    why = done.stdout.strip()[-_LONGEST_REASON:] or f"status {done.returncode}"
    return [Diagnostic(severity="error", message=f"tcc failed: {why}")]
