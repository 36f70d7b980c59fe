"""Where imports of cells and files find their modules: files and nothing else yet.

A specifier is a path that begins with "./", "../" or "/", or a file: URL. It is taken
relative to the file that imports, in a cell to the notebook's folder. The canonical
name of a module is the real path of its file.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jsvm_kernel.vm import JSError

_SOURCE_SUFFIXES = (".js", ".mjs")
_KNOWN_SUFFIXES = (*_SOURCE_SUFFIXES, ".json")


class ImportFailed(JSError):
    """An import that leads nowhere; JS gets an Error whose text says what was tried."""


class FileModules:
    """The module loader of a notebook's VM. `cwd` is the notebook's folder."""

    def __init__(self, cwd: Path) -> None:
        self._cwd = cwd
        self._sources: dict[str, str] = {}

    def resolve(self, referrer: str, specifier: str, type: str | None = None) -> str:
        """Give the canonical name of what `referrer` imports as `specifier`.

        Raises ImportFailed.
        """
        path = Path(os.path.normpath(self._path_of(referrer, specifier)))
        if not path.is_file():
            raise ImportFailed(self._missing_text(referrer, specifier, path))
        if path.suffix not in _KNOWN_SUFFIXES:
            raise ImportFailed(
                f'cannot import "{specifier}" from {referrer}: '
                f"{path} is no {', '.join(_SOURCE_SUFFIXES)} or .json file"
            )
        return os.path.realpath(path)

    def load(self, name: str) -> str:
        """Give the source text of a resolved module; a JSON file as a module.

        Raises OSError, and ImportFailed for a file that is not what it says.
        """
        path = Path(name)
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ImportFailed(
                f"cannot import {name}: it is not UTF-8 text ({error})"
            ) from None
        if path.suffix == ".json":
            return _json_module(name, text)
        self._sources[name] = text
        return text

    def source_of(self, name: str) -> str | None:
        """Give the text of a module that was loaded, for error reports."""
        return self._sources.get(name)

    def _path_of(self, referrer: str, specifier: str) -> Path:
        if specifier.startswith("file:"):
            url = urlsplit(specifier)
            if url.netloc not in ("", "localhost"):
                raise ImportFailed(
                    f'cannot import "{specifier}" from {referrer}: '
                    "a file: URL must name a file of this machine"
                )
            return Path(unquote(url.path))
        if specifier.startswith("/"):
            return Path(specifier)
        if specifier in (".", "..") or specifier.startswith(("./", "../")):
            return self._folder_of(referrer) / specifier
        raise ImportFailed(
            f'cannot import "{specifier}" from {referrer}: packages are not available '
            'yet; import a file by a path that begins with "./", "../" or "/" '
            f'(a file {self._folder_of(referrer) / specifier} is "./{specifier}")'
        )

    def _folder_of(self, referrer: str) -> Path:
        return Path(referrer).parent if referrer.startswith("/") else self._cwd

    def _missing_text(self, referrer: str, specifier: str, path: Path) -> str:
        text = f'cannot import "{specifier}" from {referrer}: tried {path}, '
        if path.is_dir():
            return text + "which is a folder; name the file"
        text += "no such file"
        for suffix in _KNOWN_SUFFIXES:
            if path.with_name(path.name + suffix).is_file():
                return text + f'; did you mean "{specifier}{suffix}"?'
        return text


def _json_module(name: str, text: str) -> str:
    """Wrap JSON as a module; parsed by the engine, so that numbers are JavaScript's."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise ImportFailed(f"cannot import {name}: no JSON, {error}") from None
    # JSON.parse and not a literal: the key "__proto__" is a key like any other in JSON.
    return f"export default JSON.parse({json.dumps(text)});\n"
