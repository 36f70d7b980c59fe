"""Completion of what an import names: files beside the notebook, and packages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from ...session.messages import Match

#: What an import can load.
MODULE_SUFFIXES: Final = frozenset(
    [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".json"]
)
_MAX_MATCHES: Final = 500


def complete_module(prefix: str, folder: Path) -> list[Match]:
    """Complete a specifier of a cell in a notebook that lies in `folder`."""
    if prefix.startswith(("./", "../", "/")):
        return complete_file(prefix, folder, _is_module)
    texts = sorted(set(_packages(prefix, folder)))
    # A path must say that it is one.
    texts += [text for text in ("./", "../") if text.startswith(prefix)]
    return [Match(text=text, kind="path") for text in texts[:_MAX_MATCHES]]


def complete_file(
    prefix: str, folder: Path, wanted: Callable[[str], bool] = lambda name: True
) -> list[Match]:
    """Complete a path relative to `folder`: folders, and files that are `wanted`."""
    head, slash, stem = prefix.rpartition("/")
    matches = []
    for entry in _entries(folder / Path(head + slash).expanduser()):
        if not entry.name.startswith(stem):
            continue
        if not stem and entry.name.startswith((".", "node_modules")):
            continue  # there for those who ask for it
        if entry.is_dir():
            matches.append(Match(text=f"{head}{slash}{entry.name}/", kind="path"))
        elif wanted(entry.name):
            matches.append(Match(text=f"{head}{slash}{entry.name}", kind="path"))
    return matches[:_MAX_MATCHES]


def _is_module(name: str) -> bool:
    return Path(name).suffix in MODULE_SUFFIXES


def _packages(prefix: str, folder: Path) -> Iterator[str]:
    """Give packages of every node_modules that the notebook sees."""
    scope = prefix.partition("/")[0] if prefix.startswith("@") else ""
    for around in (folder, *folder.parents):
        place = around / "node_modules"
        if scope and "/" in prefix:
            names = (f"{scope}/{entry.name}" for entry in _entries(place / scope))
        else:
            names = (_package_text(entry) for entry in _entries(place))
        yield from (name for name in names if name.startswith(prefix))


def _package_text(entry: os.DirEntry[str]) -> str:
    if entry.name.startswith("."):
        return "\0"  # npm's own notes; no prefix begins so
    return entry.name + "/" if entry.name.startswith("@") else entry.name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []  # a folder that is not there has nothing in it
