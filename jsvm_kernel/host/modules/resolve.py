"""From a specifier to a file: Node.js's two algorithms, for import and for require.

Both know paths, packages in node_modules folders, a package's own name and its "#…"
imports. They differ in what they try: an import names its file whole; require adds
.js and .json and looks into folders. A specifier is taken relative to the folder of
whoever imports.

The conditions for `exports` and `imports` are "jsvm", "module-sync", "import" or
"require", and "default". "node" is not among them: its files need Node.js's own
modules; nor is "browser", whose files need a page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, urlsplit

from jsvm_kernel.npm.folders import folders_above

from .errors import ImportFailed
from .packages import Package, Packages, split_name
from .targets import resolve_exports, resolve_imports

IMPORT_CONDITIONS = frozenset({"jsvm", "module-sync", "import"})
REQUIRE_CONDITIONS = frozenset({"jsvm", "module-sync", "require"})

#: Names of Node.js's own modules, which are not here.
NODE_BUILTINS = frozenset(
    re.findall(
        r"\w+",
        """
        assert async_hooks buffer child_process cluster console constants crypto dgram
        diagnostics_channel dns domain events fs http http2 https inspector module net
        os path perf_hooks process punycode querystring readline repl stream
        string_decoder sys timers tls trace_events tty url util v8 vm wasi
        worker_threads zlib
        """,
    )
)

#: What an import of TypeScript without a suffix, or with JavaScript's, may mean.
_TYPESCRIPT_OF = {".js": (".ts",), ".mjs": (".mts",), ".cjs": (".cts",)}
_TYPESCRIPT = (".ts", ".mts", ".cts")
_WITHOUT_SUFFIX = (".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json")


class Resolver:
    """Finds files. It keeps what it read of package.json files until `refresh`."""

    def __init__(self) -> None:
        self.packages = Packages()

    def refresh(self) -> None:
        """Look at the files anew."""
        self.packages.refresh()

    # ---- import --------------------------------------------------------------------

    def resolve_import(self, specifier: str, folder: str, importer: str = "") -> str:
        """Give the real path of what a module in `folder` imports.

        `importer` is the module's file, if it has one. Raises ImportFailed.
        """
        if specifier.startswith("#"):
            path = resolve_imports(
                self._scope(folder),
                specifier,
                IMPORT_CONDITIONS,
                self._import_package,
            )
        elif specifier.startswith("file:"):
            path = path_of_url(specifier)
        elif is_path(specifier):
            path = os.path.normpath(os.path.join(folder, unquote(specifier)))
            if importer.endswith(_TYPESCRIPT) and not os.path.isfile(path):
                path = _typescript_file(path) or path
            if specifier.endswith(("/", "/.", "/..")) or specifier in (".", ".."):
                raise _is_folder(path)
        else:
            path = self._import_package(folder, specifier)
        return _existing(path, specifier)

    def _import_package(self, folder: str, specifier: str) -> str:
        """PACKAGE_RESOLVE, with `folder` as that of the parent module."""
        refuse_node_url(specifier)
        name, subpath = split_name(specifier)
        own = self._scope(folder)
        if own is not None and own.name == name and own.exports is not None:
            return resolve_exports(own, subpath, IMPORT_CONDITIONS)
        tried = []
        for modules in folders_above(folder):
            at = os.path.join(modules, *name.split("/"))
            if not os.path.isdir(at):
                tried.append(at)
                continue
            package = self.packages.at(at) or Package(at)
            if package.exports is not None:
                return resolve_exports(package, subpath, IMPORT_CONDITIONS)
            if subpath != ".":
                return os.path.normpath(os.path.join(at, unquote(subpath)))
            return _main_file(package)
        raise missing_package(name, folder, tried)

    # ---- require -------------------------------------------------------------------

    def resolve_require(self, specifier: str, folder: str) -> str:
        """Give the real path of what CommonJS in `folder` requires.

        Raises ImportFailed.
        """
        if specifier.startswith("#"):
            path = resolve_imports(
                self._scope(folder),
                specifier,
                REQUIRE_CONDITIONS,
                self._require_package,
            )
            return _existing(path, specifier)
        if not is_path(specifier):
            return os.path.realpath(self._require_package(folder, specifier))
        path = os.path.join(folder, specifier)
        found = None
        if not path.endswith("/") and specifier not in (".", ".."):
            found = _file(os.path.normpath(path))
        found = found or self._file_of_folder(os.path.normpath(path))
        if found is None:
            raise ImportFailed(
                "tried " + ", ".join(_tried_by_require(os.path.normpath(path))),
                "MODULE_NOT_FOUND",
            )
        return os.path.realpath(found)

    def _require_package(self, folder: str, specifier: str) -> str:
        refuse_node_url(specifier)
        name, subpath = split_name(specifier)
        own = self._scope(folder)
        if own is not None and own.name == name and own.exports is not None:
            return _existing(
                resolve_exports(own, subpath, REQUIRE_CONDITIONS), specifier
            )
        tried = []
        for modules in folders_above(folder):
            at = os.path.join(modules, *name.split("/"))
            package = self.packages.at(at) if os.path.isdir(at) else None
            if package is not None and package.exports is not None:
                found = resolve_exports(package, subpath, REQUIRE_CONDITIONS)
                return _existing(found, specifier)
            path = os.path.normpath(os.path.join(modules, specifier))
            file = None if specifier.endswith("/") else _file(path)
            file = file or self._file_of_folder(path)
            if file is not None:
                return file
            tried.append(path)
        raise missing_package(name, folder, tried, "MODULE_NOT_FOUND")

    def _file_of_folder(self, path: str) -> str | None:
        """LOAD_AS_DIRECTORY: the main file or index of a folder."""
        if not os.path.isdir(path):
            return None
        package = self.packages.at(path)
        if package is not None and package.main is not None:
            main = os.path.normpath(os.path.join(path, package.main))
            found = _file(main) or _index(main)
            if found is not None:
                return found
        return _index(path)

    def _scope(self, folder: str) -> Package | None:
        return self.packages.scope_of(os.path.join(folder, "x"))


# ---- specifiers --------------------------------------------------------------------


def is_path(specifier: str) -> bool:
    """Whether a specifier is a path and not the name of a package."""
    return specifier in (".", "..") or specifier.startswith(("./", "../", "/"))


def path_of_url(url: str) -> str:
    """Give the path of a file: URL."""
    parts = urlsplit(url)
    if parts.netloc not in ("", "localhost"):
        raise ImportFailed(
            "a file: URL must name a file of this machine", "ERR_INVALID_FILE_URL_HOST"
        )
    return os.path.normpath(unquote(parts.path))


def url_of_path(path: str) -> str:
    """Give the file: URL of a path."""
    return "file://" + quote(path, safe="/~!$&'()*+,;=:@-._")


def refuse_node_url(specifier: str) -> None:
    """Raise ImportFailed for "node:fs" and its like."""
    if specifier.startswith("node:"):
        raise _builtin(specifier)


def missing_package(
    name: str, folder: str, tried: list[str], code: str = "ERR_MODULE_NOT_FOUND"
) -> ImportFailed:
    """Say where a package was looked for, and how to get it."""
    if name in NODE_BUILTINS:  # a package of that name would have been found
        return _builtin(name)
    shown = tried if len(tried) <= 4 else [*tried[:4], "…"]
    text = (
        f'there is no package "{name}": tried {", ".join(shown)}; install it with '
        f'"%jsvm_npm install {name}", or import "npm:{name}"'
    )
    file = os.path.join(folder, name)
    if os.path.isfile(file):
        text += f'; the file {file} is "./{name}"'
    return ImportFailed(text, code)


def _builtin(name: str) -> ImportFailed:
    return ImportFailed(
        f'"{name}" is a module of Node.js itself, which is not here: this kernel runs '
        "JavaScript in an engine of its own. Look for a build of the library for "
        "browsers, or for an npm package that takes the module's place",
        "ERR_UNKNOWN_BUILTIN_MODULE",
    )


# ---- files -------------------------------------------------------------------------


def _existing(path: str, specifier: str) -> str:
    """Give the real path of a file that must be there, or say what was tried."""
    if os.path.isfile(path):
        return os.path.realpath(path)
    if os.path.isdir(path):
        raise _is_folder(path)
    near = next((s for s in _WITHOUT_SUFFIX if os.path.isfile(path + s)), None)
    hint = f'; did you mean "{specifier}{near}"?' if near else ""
    raise ImportFailed(f"tried {path}, no such file{hint}")


def _is_folder(path: str) -> ImportFailed:
    return ImportFailed(
        f"tried {path}, which is a folder; name the file", "ERR_UNSUPPORTED_DIR_IMPORT"
    )


def _file(path: str) -> str | None:
    """LOAD_AS_FILE."""
    return next(
        (path + s for s in ("", ".js", ".json") if os.path.isfile(path + s)), None
    )


def _index(folder: str) -> str | None:
    """LOAD_INDEX."""
    paths = (os.path.join(folder, name) for name in ("index.js", "index.json"))
    return next((path for path in paths if os.path.isfile(path)), None)


def _tried_by_require(path: str) -> Iterator[str]:
    yield from (path, path + ".js", path + ".json")
    yield from (os.path.join(path, name) for name in ("index.js", "index.json"))


def _main_file(package: Package) -> str:
    """Give the file of a package without `exports`, as imports find it."""
    tried = []
    if package.main is not None:
        main = package.main
        tried = [main, main + ".js", main + ".json"]
        tried += [main + "/index.js", main + "/index.json"]
    tried += ["index.js", "index.json"]
    paths = [os.path.normpath(os.path.join(package.folder, name)) for name in tried]
    found = next((path for path in paths if os.path.isfile(path)), None)
    if found is None:
        raise ImportFailed(
            f"the package {package.folder} names no file that is there: "
            f"tried {', '.join(paths)}"
        )
    return found


def _typescript_file(path: str) -> str | None:
    """Give the file that an import in TypeScript means, where `path` is none."""
    stem, suffix = os.path.splitext(path)
    paths = [stem + other for other in _TYPESCRIPT_OF.get(suffix, ())]
    paths += [path + other for other in _WITHOUT_SUFFIX]
    paths += [os.path.join(path, "index" + other) for other in (".ts", ".js")]
    return next((found for found in paths if os.path.isfile(found)), None)
