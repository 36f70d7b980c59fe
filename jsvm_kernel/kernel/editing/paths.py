"""Completion of paths of files and folders."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ...session.messages import Match

MAX_MATCHES: Final = 500


def complete_file(
    prefix: str, folder: Path, wanted: Callable[[str], bool] = lambda name: True
) -> list[Match]:
    """Complete a path relative to `folder`: folders, and files that are `wanted`."""
    head, slash, stem = prefix.rpartition("/")
    matches = []
    for entry in entries(folder / Path(head + slash).expanduser()):
        if not entry.name.startswith(stem):
            continue
        if not stem and entry.name.startswith((".", "node_modules")):
            continue  # there for those who ask for it
        if entry.is_dir():
            matches.append(Match(text=f"{head}{slash}{entry.name}/", kind="path"))
        elif wanted(entry.name):
            matches.append(Match(text=f"{head}{slash}{entry.name}", kind="path"))
    return matches[:MAX_MATCHES]


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """Give what is in a folder, by name."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []  # a folder that is not there has nothing in it
