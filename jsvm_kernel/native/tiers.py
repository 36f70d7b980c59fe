"""The quick tier: tcc compiles a cell in a fraction of gcc's time, for the first calls.

Its code is some times slower, so the C compiler's build follows and takes its place.
Where tcc is missing, or cannot do it, there is no quick build, and the other one is
waited for: nothing depends on this module.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .cache import Build, Cache
from .diagnostics import Diagnostic
from .keys import key_of
from .result import BuildResult, Needed
from .shared import find_shared
from .source import NativeOptions, NativeSource
from .toolchain import Toolchain
from .translate import translate

Trial = Callable[[str, Path, list[Needed], str], list[Diagnostic]]
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


def build_quickly(
    source: NativeSource,
    key: str,
    cache: Cache,
    tools: Toolchain,
    trial: Trial | None,
) -> BuildResult | str:
    """Build with tcc, or find it built; else say why not. `key` is the real build's.

    Errors of the cell are left to the real build, which words them better.
    """
    version = tcc_version()
    if not version:
        return "tcc is not installed, or is not for this Python"
    if source.options != NativeOptions(optimize=source.options.optimize):
        return "options other than --opt are for the C compiler"
    quick_key = key_of(key, version)
    shared = find_shared(cache, tools)
    if (hit := cache.find(quick_key)) and hit[1].shared in ("", _name_of(shared)):
        return _result(source, *hit, shared, cached=True)
    module = f"jsvm_{source.name}_{quick_key[:16]}"
    with cache.lock(quick_key), cache.folder_for(quick_key) as folder:
        description, diagnostics = translate(
            source, module, folder, shared=_name_of(shared)
        )
        if any(each.severity == "error" for each in diagnostics):
            return "the cell has errors"
        if reason := _compile(module, folder, tools):
            return f"tcc failed: {reason}"
        built = folder / f"{module}.so"
        needs = [shared] if shared else []
        if trial is not None and trial(module, built, needs, source.folder):
            return "what tcc made of it can't be imported"
        record = Build(
            module=module,
            description=description,
            diagnostics=diagnostics,
            shared=_name_of(shared),
        )
        path = cache.store(quick_key, built, record)
    return _result(source, path, record, shared, cached=False)


def _name_of(shared: Needed | None) -> str:
    return shared.module if shared else ""


def _result(
    source: NativeSource,
    path: Path,
    record: Build,
    shared: Needed | None,
    *,
    cached: bool,
) -> BuildResult:
    return BuildResult(
        name=source.name,
        diagnostics=record.diagnostics,
        path=str(path),
        module=record.module,
        needs=[shared] if shared and record.shared else [],
        description=record.description,
        compiler=tcc_version(),
        quick=True,
        exchangeable=not keeps_state(source.code),
        cached=cached,
    )


def _compile(module: str, folder: Path, tools: Toolchain) -> str:
    """Compile `folder/module.c`; give why that failed, "" if it did not."""
    done = subprocess.run(
        [
            *("tcc", "-shared", "-DNDEBUG"),
            *(f"-I{include}" for include in tools.includes),
            f"{module}.c",
            *("-o", f"{module}.so", "-lm"),
        ],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "LC_ALL": "C"},
    )
    if done.returncode == 0 and (folder / f"{module}.so").is_file():
        return ""
    return done.stdout.strip()[-_LONGEST_REASON:] or f"status {done.returncode}"
