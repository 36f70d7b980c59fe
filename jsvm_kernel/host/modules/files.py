"""The files that were loaded, and which of them changed since.

In a notebook one edits ./lib.js and runs the import again. So before a cell's first
import every loaded file is looked at: what changed, and what imports it however far
away, is loaded anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Signature: TypeAlias = tuple[int, int, int]

_SHOWN_TEXTS = 4  # of source, kept for error reports


@dataclass(slots=True)
class Loaded:
    """A module that was loaded; `imports` are the names of those it asked for."""

    name: str
    signature: object
    imports: set[str] = field(default_factory=set)


def path_of(name: str) -> str:
    """Give the file of a module's name, which may end in a query."""
    return name.partition("?")[0]


class LoadedFiles:
    """What is loaded, by the modules' names.

    `native_signature` gives what changes with the native module of a name.
    """

    def __init__(self, native_signature: Callable[[str], object]) -> None:
        self._native_signature = native_signature
        self._loaded: dict[str, Loaded] = {}
        self._signatures: dict[str, Signature] = {}
        self._texts: dict[tuple[str, Signature], str] = {}

    def add(self, name: str) -> None:
        """Note that a module is loaded now."""
        if name in self._loaded:
            return
        self._loaded[name] = Loaded(name, self._state(name))
        signature = signature_of(path_of(name))
        if signature is not None:
            self._signatures[name] = signature

    def names(self) -> list[str]:
        """Give what is loaded as a person calls it: packages, and names of files."""
        return list(dict.fromkeys(map(_shown, self._loaded)))

    def add_import(self, importer: str, name: str) -> None:
        """Note that one module imports another."""
        loaded = self._loaded.get(importer)
        if loaded is not None:
            loaded.imports.add(name)

    def take_stale(self) -> list[str]:
        """Forget what changed and all that depends on it; gives their names."""
        stale = {
            loaded.name
            for loaded in self._loaded.values()
            if loaded.signature != self._state(loaded.name)
        }
        if not stale:
            return []
        importers: dict[str, list[str]] = {}
        for loaded in self._loaded.values():
            for name in loaded.imports:
                importers.setdefault(name, []).append(loaded.name)
        waiting = list(stale)
        while waiting:
            for name in importers.get(waiting.pop(), ()):
                if name not in stale:
                    stale.add(name)
                    waiting.append(name)
        for name in stale:
            del self._loaded[name]
        return sorted(stale)

    def _state(self, name: str) -> object:
        if name.startswith("native:"):
            return self._native_signature(name)
        return signature_of(path_of(name))

    def text(self, name: str) -> str | None:
        """Give the text of a module for an error report, if it is still the one that
        was loaded."""
        signature = self._signatures.get(name)
        if signature is None or signature_of(path_of(name)) != signature:
            return None
        key = name, signature
        if key not in self._texts:
            try:
                with open(path_of(name), encoding="utf-8-sig") as file:
                    text = file.read()
            except (OSError, UnicodeDecodeError):
                return None
            if len(self._texts) >= _SHOWN_TEXTS:
                self._texts.pop(next(iter(self._texts)))
            self._texts[key] = text
        return self._texts[key]


def _shown(name: str) -> str:
    if name.startswith("data:"):
        return "data:"
    path = path_of(name)
    _, package, inside = path.rpartition("/node_modules/")
    if not package:
        return os.path.basename(path)
    return "/".join(inside.split("/")[: 2 if inside.startswith("@") else 1])


def signature_of(path: str) -> Signature | None:
    """Give what changes with a file's content; None: it is gone, or is no file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    # npm gives all files one old time: what changed at replacing them is the ctime.
    return status.st_mtime_ns, status.st_size, status.st_ctime_ns
