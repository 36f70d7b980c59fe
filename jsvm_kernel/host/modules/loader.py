"""The module loader of one Env: the engine's imports and the prelude's require ask it.

The canonical name of a module is the real path of its file (with the query of its
specifier, if it has one), or its data: URL. A file is an ES module, CommonJS or JSON by
its suffix and by the "type" of its package; a .js file of no type is CommonJS unless
only an ES module can have its text.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsvm_kernel.npm.errors import NpmError
from jsvm_kernel.npm.spec import is_npm
from jsvm_kernel.vm import JSObject

from . import data_urls
from .errors import BadSource, ImportFailed, WrongType
from .files import LoadedFiles, path_of
from .resolve import Resolver, is_path, url_of_path

if TYPE_CHECKING:
    from jsvm_kernel.npm.cache import NpmCache

    from ..env import NotebookEnv
    from ..native_packages import NativeImports

_SUFFIXES = {
    ".mjs": "module",
    ".mts": "module",
    ".cjs": "commonjs",
    ".cts": "commonjs",
    ".json": "json",
}
_BY_PACKAGE = (".js", ".ts", "")
_TYPESCRIPT = (".ts", ".mts", ".cts")


class Modules:
    """The modules of `env`, a notebook's in `folder`.

    `open_cache` gives the cache of "npm:" packages and `open_natives` what finds
    "native:" modules; they are called when one is imported.
    """

    def __init__(
        self,
        env: NotebookEnv,
        folder: Path,
        open_cache: Callable[[], NpmCache],
        open_natives: Callable[[], NativeImports] | None = None,
    ) -> None:
        self._env = env
        self._folder = str(folder)
        self._open_cache = open_cache
        self._open_natives = open_natives
        self._natives: NativeImports | None = None
        self._resolver = Resolver()
        self._files = LoadedFiles(lambda name: self._native().signature(name))
        self._commonjs: Any = None
        self._must_look = True
        self._was_stopped = False

    def begin_cell(self) -> None:
        """Let the cell that begins see the files as they are then."""
        self._must_look = True

    def abandon(self) -> None:
        """Know that a stop ended what was being loaded or evaluated."""
        self._was_stopped = True

    def close(self) -> None:
        """Let go of what belongs to the Env."""
        self._commonjs = None
        self._natives = None

    # ---- what the engine asks ------------------------------------------------------

    def resolve(self, referrer: str, specifier: str, type: str | None = None) -> str:
        """Give the canonical name of what `referrer` imports as `specifier`.

        `referrer` is the name of a module or of a cell. Raises ImportFailed.
        """
        self._look_for_changes(referrer)
        try:
            name = self._find(referrer, specifier)
            self._check_type(name, type)
        except ImportFailed as error:
            raise _about(
                error, f'cannot import "{specifier}" from {referrer}'
            ) from None
        self._files.add_import(referrer, name)
        return name

    def load(self, name: str) -> str | JSObject:
        """Give a module's source text, or the object of its exports.

        Raises ImportFailed, and what CommonJS throws.
        """
        kind = self._kind(name)
        if kind == "native":
            return self._load_native(name)
        self._files.add(name)
        if kind in ("commonjs", "unknown"):
            exports: JSObject | None = self._require().importCommonJS(name, kind)
            if exports is not None:
                return exports
        if kind == "json":
            found: JSObject = self._require().importJSON(name)
            return found
        return self.text(name)

    def _load_native(self, name: str) -> JSObject:
        try:
            holder = self._native().load(name)
        except ImportFailed as error:
            raise _about(error, f'cannot import "{name}"') from None
        # Now: what is known of a package's file is known once it is imported.
        self._files.add(name)
        exports: JSObject = self._require().namesOf(holder)
        return exports

    def describe(self, name: str, meta: JSObject) -> None:
        """Fill the import.meta of a module or cell."""
        path = path_of(name)
        facts: dict[str, Any] = {"main": not self._is_module(name)}
        if name.startswith("data:"):
            facts["url"] = name
        elif self._is_module(name):
            facts["url"] = url_of_path(path) + name[len(path) :]
            facts["filename"] = path
            facts["dirname"] = os.path.dirname(path)
        else:
            facts["url"] = url_of_path(self._folder) + "/"
            facts["dirname"] = self._folder
        self._require().describeMeta(meta, json.dumps(facts), name)

    # ---- what the prelude asks -----------------------------------------------------

    def ask(self, question: str, first: str, second: str) -> str:
        """Answer prelude/platform/commonjs.js; failures are in the answer."""
        try:
            if question == "text":
                return json.dumps({"text": self.text(first)})
            if question == "process":
                return json.dumps(self._process())
            if question == "cwd":
                return json.dumps({"cwd": _current_folder()})
            if question == "url":
                return json.dumps({"url": self._url(first, second)})
            return json.dumps(self._required(first, second))
        except ImportFailed as error:
            return json.dumps({"error": error.message, "code": error.code})

    def names(self) -> list[str]:
        """Give the packages and files that are loaded."""
        return self._files.names()

    def source_of(self, name: str) -> str | None:
        """Give the text of a module that was loaded, for error reports."""
        if not name.startswith("data:"):
            text = self._files.text(name)
            if text is None and self._natives is not None:
                text = self._natives.source_of(name)
            return text
        try:
            return data_urls.text_of(name)
        except ImportFailed:  # a stack that somebody wrote names what is no module
            return None

    def text(self, name: str) -> str:
        """Give a module's text, TypeScript without its types. Raises ImportFailed."""
        if name.startswith("data:"):
            return data_urls.text_of(name)
        path = path_of(name)
        try:
            text = Path(path).read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadSource(
                f"cannot import {name}: it is not UTF-8 text ({error})"
            ) from None
        except OSError as error:
            raise ImportFailed(f"cannot read {path}: {error.strerror}") from None
        return _without_types(name, text) if path.endswith(_TYPESCRIPT) else text

    def _required(self, referrer: str, specifier: str) -> dict[str, str]:
        self._look_for_changes(referrer)
        try:
            if is_npm(specifier) or specifier.startswith(("data:", "file:")):
                name = self._find(referrer, specifier, require=True)
            elif ":" in specifier and not is_path(specifier):
                name = self._find(referrer, specifier)
            else:
                folder = self._folder_of(referrer)
                name = self._resolver.resolve_require(specifier, folder)
        except ImportFailed as error:
            raise _about(
                error, f'cannot require "{specifier}" from {referrer}'
            ) from None
        kind = self._kind(name, required=True)
        if kind != "native":  # which an import loads
            self._files.add(name)
        self._files.add_import(referrer, name)
        return {"name": name, "kind": kind}

    def _url(self, referrer: str, specifier: str) -> str:
        """Answer import.meta.resolve."""
        name = self.resolve(referrer, specifier)
        if name.startswith(("data:", "native:")):
            return name
        path = path_of(name)
        return url_of_path(path) + name[len(path) :]

    def _process(self) -> dict[str, Any]:
        """Give what CommonJS sees as `process`."""
        return {
            "env": dict(os.environ),
            "pid": os.getpid(),
            "platform": sys.platform,
        }

    # ---- names ---------------------------------------------------------------------

    def _find(self, referrer: str, specifier: str, *, require: bool = False) -> str:
        scheme = specifier.partition(":")[0] if ":" in specifier else ""
        if scheme == "data":
            return specifier
        if scheme == "native":
            return self._native().find(specifier)
        if is_npm(specifier):
            folder, bare = self._package(specifier)
            if require:
                return self._resolver.resolve_require(bare, folder)
            return self._resolver.resolve_import(bare, folder)
        if scheme in ("http", "https", "blob", "jsr"):
            raise ImportFailed(
                f"modules are not loaded from {scheme}: URLs; save the file beside the "
                'notebook, or import a package from npm: "npm:NAME@VERSION"',
                "ERR_UNSUPPORTED_ESM_URL_SCHEME",
            )
        if referrer.startswith("data:") and is_path(specifier):
            raise ImportFailed("a data: URL has no folder to look in")
        query = ""
        if is_path(specifier) or scheme == "file":
            specifier, query = _split_query(specifier)
        importer = path_of(referrer) if self._is_module(referrer) else ""
        path = self._resolver.resolve_import(
            specifier, self._folder_of(referrer), importer
        )
        return path + query

    def _package(self, specifier: str) -> tuple[str, str]:
        try:
            return self._open_cache().find(specifier)
        except NpmError as error:
            raise ImportFailed(str(error)) from None

    def _folder_of(self, referrer: str) -> str:
        return os.path.dirname(referrer) if referrer.startswith("/") else self._folder

    def _is_module(self, name: str) -> bool:
        return name.startswith(("/", "data:"))

    def _kind(self, name: str, *, required: bool = False) -> str:
        """Give "module", "commonjs", "json", "native", or "unknown".

        Unknown is a .js file of no type.
        """
        if name.startswith("data:"):
            return data_urls.kind_of(name)
        if name.startswith("native:"):
            return "native"
        path = path_of(name)
        suffix = os.path.splitext(path)[1]
        if suffix in _SUFFIXES:
            return _SUFFIXES[suffix]
        if suffix in _BY_PACKAGE:
            package = self._resolver.packages.scope_of(path)
            return (package.type if package else None) or "unknown"
        if suffix in (".node", ".wasm", ".tsx", ".jsx"):
            raise ImportFailed(
                f"{path} can't be loaded: {_WHY_NOT[suffix]}",
                "ERR_UNKNOWN_FILE_EXTENSION",
            )
        if required:
            return "commonjs"
        raise ImportFailed(
            f"{path} is no module: its suffix is none of .js, .mjs, .cjs, .ts, .mts, "
            ".cts and .json",
            "ERR_UNKNOWN_FILE_EXTENSION",
        )

    def _check_type(self, name: str, type: str | None) -> None:
        """Refuse an import attribute that does not fit, and files of no known kind."""
        kind = self._kind(name)
        if type == "json" and kind != "json":
            raise WrongType(f'{name} is not JSON, as "with" says')
        if type not in (None, "json"):
            raise WrongType(f'there is no import type "{type}"; there is "json"')

    # ---- changes -------------------------------------------------------------------

    def _look_for_changes(self, referrer: str) -> None:
        """Before the first import of a cell: see the files as they are now."""
        if self._is_module(referrer) or not self._must_look:
            return
        self._must_look = False
        self._resolver.refresh()
        env = self._env.js
        env.forget_failed_modules(pending=self._was_stopped)
        if self._was_stopped:
            self._require().abandon()
        self._was_stopped = False
        stale = self._files.take_stale()
        for name in stale:
            env.forget_module(name)
        if self._natives is not None and any(n.startswith("native:") for n in stale):
            self._natives.refresh()
        if stale:
            self._require().forget(json.dumps(stale))

    def _native(self) -> NativeImports:
        if self._natives is None:
            if self._open_natives is None:
                raise ImportFailed("native modules belong to a session, there is none")
            self._natives = self._open_natives()
        return self._natives

    def _require(self) -> Any:
        if self._commonjs is None:
            self._commonjs = self._env.kit.platform("commonjs")
        return self._commonjs


def _current_folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise ImportFailed("the current folder has been deleted", "ENOENT") from None


_WHY_NOT = {
    ".node": "addons of Node.js need Node.js; %%jsvm_native makes native modules",
    ".wasm": "WebAssembly is not there",
    ".tsx": "JSX has to be compiled first",
    ".jsx": "JSX has to be compiled first",
}


def _about(error: ImportFailed, what: str) -> ImportFailed:
    return type(error)(f"{what}: {error.message}", error.code)


def _split_query(specifier: str) -> tuple[str, str]:
    """Take "?…" off a path or file: URL; "#…" means nothing to a file."""
    path = specifier.partition("#")[0]
    path, mark, query = path.partition("?")
    return path, mark + query


def _without_types(name: str, text: str) -> str:
    from ..typescript import TypeScriptError, strip_types

    try:
        return strip_types(text)
    except TypeScriptError as error:
        raise BadSource(f"{error} ({name}:{error.lineno}:{error.offset})") from None
