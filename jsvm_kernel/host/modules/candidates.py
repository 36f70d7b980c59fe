"""What an import could go on with: for completion of the text between the quotes."""

from __future__ import annotations

import os
from collections.abc import Iterator

from .errors import ImportFailed
from .packages import Package, Packages, folders_above, split_name
from .targets import subpaths

_SUFFIXES = (".js", ".mjs", ".cjs", ".json", ".ts", ".mts", ".cts")
_MOST = 200


def candidates(packages: Packages, folder: str, prefix: str) -> list[str]:
    """Give specifiers that begin with `prefix` and that a module in `folder` finds.

    A folder's name ends in "/": there is more behind it.
    """
    if prefix.startswith(("./", "../", "/")):
        found = _files(folder, prefix)
    elif prefix in (".", ".."):
        found = iter(["./", "../"])
    elif prefix.startswith("#"):
        found = _imports(packages, folder)
    else:
        found = _bare(packages, folder, prefix)
    try:
        names = sorted({name for name in found if name.startswith(prefix)})
    except ImportFailed:  # a package.json that can't be read
        return []
    return names[:_MOST]


def _files(folder: str, prefix: str) -> Iterator[str]:
    head = prefix[: prefix.rindex("/") + 1]
    hidden = prefix[len(head) :].startswith(".")
    for entry in _entries(os.path.join(folder, head)):
        if entry.name == "node_modules" or (entry.name[0] == "." and not hidden):
            continue
        if entry.is_dir():
            yield f"{head}{entry.name}/"
        elif entry.name.endswith(_SUFFIXES):
            yield head + entry.name


def _imports(packages: Packages, folder: str) -> Iterator[str]:
    package = packages.scope_of(os.path.join(folder, "x"))
    if package is not None and isinstance(package.imports, dict):
        yield from (name for name in package.imports if "*" not in name)


def _bare(packages: Packages, folder: str, prefix: str) -> Iterator[str]:
    try:
        name, subpath = split_name(prefix)
    except ImportFailed:  # not a whole name yet
        name, subpath = "", "."
    for modules in folders_above(folder):
        at = os.path.join(modules, *name.split("/"))
        if subpath != "." and os.path.isdir(at):
            yield from _inside(packages.at(at) or Package(at), name, prefix)
            return
        yield from _packages(modules)


def _packages(modules: str) -> Iterator[str]:
    for entry in _entries(modules):
        if entry.name.startswith("@"):
            inner = _entries(os.path.join(modules, entry.name))
            yield from (f"{entry.name}/{package.name}" for package in inner)
        elif entry.name[0] != "." and entry.is_dir():
            yield entry.name


def _inside(package: Package, name: str, prefix: str) -> Iterator[str]:
    if package.exports is not None:
        yield from (name + path[1:] for path in subpaths(package) if path != ".")
    else:
        path = "." + prefix[len(name) :]
        yield from (name + found[1:] for found in _files(package.folder, path))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []
