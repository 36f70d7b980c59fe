"""Completion of what an import names: files beside the notebook, and packages.

All is read from the disk, where the host's resolver looks: a cell that runs is not
waited for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ...entry_points import native_modules
from ...npm.folders import folders_above, package_fields
from ...session.messages import Match
from .paths import MAX_MATCHES, complete_file, entries

#: What an import can load.
MODULE_SUFFIXES: Final = frozenset(
    [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".json"]
)


def complete_module(prefix: str, folder: Path) -> list[Match]:
    """Complete a specifier of a cell in a notebook that lies in `folder`."""
    if prefix.startswith(("./", "../", "/")):
        return complete_file(prefix, folder, _is_module)
    if prefix.startswith("#"):
        found = _own_imports(folder)
    elif prefix.startswith("native:"):
        found = (f"native:{name}" for name in native_modules())
    elif prefix.count("/") > prefix.startswith("@"):
        found = _in_package(prefix, folder)
    else:
        found = _packages(prefix, folder)
    texts = sorted({text for text in found if text.startswith(prefix)})
    # A path must say that it is one.
    texts += [text for text in ("./", "../", "native:") if text.startswith(prefix)]
    return [Match(text=text, kind="path") for text in texts[:MAX_MATCHES]]


def _is_module(name: str) -> bool:
    return Path(name).suffix in MODULE_SUFFIXES


def _packages(prefix: str, folder: Path) -> Iterator[str]:
    """Give packages of every node_modules that the notebook sees, and cached ones."""
    scope, slash, _ = prefix.partition("/")
    for place in folders_above(str(folder)):
        if slash:
            inner = entries(Path(place, scope))
            yield from (f"{scope}/{entry.name}" for entry in inner)
        else:
            names = (entry.name for entry in entries(Path(place)))
            # A dot begins npm's own notes; behind a scope there is more.
            yield from (n + "/" * n.startswith("@") for n in names if n[0] != ".")
    from ...npm.cache import NpmCache  # not loaded before an import is completed

    yield from (f"npm:{name}" for name in NpmCache().names())


def _in_package(prefix: str, folder: Path) -> Iterator[str]:
    """Give what a package exports; the files of one that does not say."""
    name = "/".join(prefix.split("/")[: 2 if prefix.startswith("@") else 1])
    for place in folders_above(str(folder)):
        package = Path(place, name)
        if not package.is_dir():
            continue
        exports = _fields(package).get("exports")
        if exports is None:
            path = "." + prefix[len(name) :]
            files = complete_file(path, package, _is_module)
            yield from (name + match.text[1:] for match in files)
        elif isinstance(exports, dict):
            yield from (name + key[1:] for key in _keys(exports, "./"))
        return


def _own_imports(folder: Path) -> Iterator[str]:
    """Give the "#…" names of the package that the notebook lies in."""
    for around in (folder, *folder.parents):
        if (around / "package.json").is_file():
            imports = _fields(around).get("imports")
            yield from _keys(imports if isinstance(imports, dict) else {}, "#")
            return


def _keys(table: dict[str, Any], start: str) -> Iterator[str]:
    """Give the names in a table of exports or imports; patterns are left out."""
    for key, target in table.items():
        if key.startswith(start) and "*" not in key and target is not None:
            yield key


def _fields(folder: Path) -> dict[str, Any]:
    try:
        return package_fields(str(folder)) or {}
    except (OSError, ValueError):
        return {}  # the import itself says what is wrong with it
