"""Which files of the author a module is made of, besides its own text.

What Cython reads is found in the text before a build; what the C compiler reads it
tells itself after one (`-MMD`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

_CIMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+cimport\b|cimport\s+(.+))", re.M)
_INCLUDE = re.compile(r"""^\s*include\s+["']([^"'\n]+)["']""", re.M)


def cython_files(text: str, folders: Iterable[Path]) -> list[Path]:
    """Give the .pxd and included files that a source reads from these folders."""
    found: dict[Path, None] = {}
    waiting = [text]
    while waiting:
        for name in _names(waiting.pop()):
            path = _first_file(name, folders)
            if path is not None and path not in found:
                found[path] = None
                waiting.append(path.read_text("utf-8", errors="replace"))
    return list(found)


def compiled_files(folder: Path, own: Iterable[Path]) -> list[Path]:
    """Give the files below the folders `own` that the C compiler says it has read.

    It has left what it says in `folder`: rules for make, in files that end in .d.
    """
    found: dict[Path, None] = {}
    for rules in folder.glob("*.d"):
        text = rules.read_text("utf-8", errors="replace")
        text = text.partition(": ")[2].replace("\\\n", " ")
        for word in re.findall(r"(?:\\.|[^\s\\])+", text):
            path = Path(re.sub(r"\\(.)", r"\1", word))
            if path.is_absolute() and any(path.is_relative_to(f) for f in own):
                found[path] = None
    return list(found)


def digest_of(path: Path) -> bytes:
    """Give a file's checksum; empty if it is gone."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "blake2b").digest()
    except OSError:
        return b""


def _names(text: str) -> list[str]:
    """File names, without folder, that Cython may look for."""
    names = [match[1] for match in _INCLUDE.finditer(text)]
    for match in _CIMPORT.finditer(text):
        modules = [match[1]] if match[1] else re.split(r"\s*,\s*", match[2])
        for module in modules:
            words = module.split()
            if words:
                base = words[0].strip(".").replace(".", "/")
                names += [f"{base}.pxd", f"{base}/__init__.pxd"]
    return names


def _first_file(name: str, folders: Iterable[Path]) -> Path | None:
    return next((f / name for f in folders if (f / name).is_file()), None)
