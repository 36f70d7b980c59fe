"""The `exports` and `imports` of a package.json: from a name to a file.

This is Node.js's algorithm (its documentation calls the parts
PACKAGE_IMPORTS_EXPORTS_RESOLVE and PACKAGE_TARGET_RESOLVE): keys may hold one "*",
targets are paths, null (not exported), lists of alternatives, or objects whose keys are
conditions, of which the first that holds counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from .errors import ImportFailed
from .packages import Package

#: Finds the file of a bare specifier from a folder, for targets of `imports`.
FindPackage = Callable[[str, str], str]

_INDEX = re.compile(r"0|[1-9]\d*")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class _Nothing:
    """No condition of an object held: the next alternative is looked at."""


class _InvalidTarget(ImportFailed):
    pass


def resolve_exports(package: Package, subpath: str, conditions: frozenset[str]) -> str:
    """Give the file that `subpath` ("." or "./…") of a package means.

    Raises ImportFailed when the package does not export it.
    """
    exports = package.exports
    keys = list(exports) if isinstance(exports, dict) else []
    dotted = [key for key in keys if key.startswith(".")]
    if dotted and len(dotted) < len(keys):
        raise _invalid_config(package, '"exports" mixes paths and conditions')
    if not dotted:
        exports = {".": exports}
    found = _match(package, subpath, exports, conditions, None)
    if not isinstance(found, str):
        raise ImportFailed(
            _not_exported(package, subpath, exports, conditions),
            "ERR_PACKAGE_PATH_NOT_EXPORTED",
        )
    return found


def resolve_imports(
    package: Package | None,
    specifier: str,
    conditions: frozenset[str],
    find_package: FindPackage,
) -> str:
    """Give the file that a "#name" means to the modules of a package."""
    if specifier == "#" or specifier.startswith("#/"):
        raise ImportFailed(
            f'"{specifier}" is no name of an import', "ERR_INVALID_MODULE_SPECIFIER"
        )
    found = None
    if package is not None and isinstance(package.imports, dict):
        found = _match(package, specifier, package.imports, conditions, find_package)
    if not isinstance(found, str):
        where = f"{package.folder}/package.json" if package else "a package.json"
        raise ImportFailed(
            f'"{specifier}" is not among the "imports" of {where}',
            "ERR_PACKAGE_IMPORT_NOT_DEFINED",
        )
    return found


def _match(
    package: Package,
    key: str,
    table: dict[str, Any],
    conditions: frozenset[str],
    find_package: FindPackage | None,
) -> Any:
    """PACKAGE_IMPORTS_EXPORTS_RESOLVE; a path, None or _Nothing."""
    if key.endswith("/"):
        return None
    if key in table and "*" not in key:
        return _target(package, table[key], None, conditions, find_package, key)
    patterns = [pattern for pattern in table if pattern.count("*") == 1]
    # The longest text before the star wins, then the longest key.
    patterns.sort(key=lambda pattern: (-pattern.index("*"), -len(pattern)))
    for pattern in patterns:
        base, trailer = pattern.split("*")
        if key == base or not key.startswith(base) or not key.endswith(trailer):
            continue
        if trailer and len(key) < len(pattern):
            continue
        star = key[len(base) : len(key) - len(trailer)]
        return _target(package, table[pattern], star, conditions, find_package, key)
    return None


def _target(
    package: Package,
    target: Any,
    star: str | None,
    conditions: frozenset[str],
    find_package: FindPackage | None,
    key: str,
) -> Any:
    """PACKAGE_TARGET_RESOLVE; a path, None or _Nothing."""
    if isinstance(target, str):
        return _path(package, target, star, find_package, key)
    if isinstance(target, list):
        return _alternatives(package, target, star, conditions, find_package, key)
    if isinstance(target, dict):
        if any(_INDEX.fullmatch(condition) for condition in target):
            raise _invalid_config(package, f'"{key}" has a number as a condition')
        for condition, inner in target.items():
            if condition != "default" and condition not in conditions:
                continue
            found = _target(package, inner, star, conditions, find_package, key)
            if found is not _Nothing:
                return found
        return _Nothing
    if target is None:
        return None
    raise _invalid_target(package, key, target)


def _alternatives(
    package: Package,
    targets: list[Any],
    star: str | None,
    conditions: frozenset[str],
    find_package: FindPackage | None,
    key: str,
) -> Any:
    last: Any = _Nothing if targets else None
    for target in targets:
        try:
            found = _target(package, target, star, conditions, find_package, key)
        except _InvalidTarget as error:
            last = error
            continue
        if isinstance(found, str):
            return found
        if found is None:
            last = None
    if isinstance(last, _InvalidTarget):
        raise last
    return last


def _path(
    package: Package,
    target: str,
    star: str | None,
    find_package: FindPackage | None,
    key: str,
) -> str:
    if not target.startswith("./"):
        inner = target if star is None else target.replace("*", star)
        if (
            find_package is None
            or target.startswith(("../", "/"))
            or _URL.match(target)
        ):
            raise _invalid_target(package, key, target)
        return find_package(package.folder, inner)
    if _leaves_folder(target[2:]):
        raise _invalid_target(package, key, target)
    if star is not None:
        if _leaves_folder(star):
            raise ImportFailed(
                f'"{key}" must not leave the package {package.folder}',
                "ERR_INVALID_MODULE_SPECIFIER",
            )
        target = target.replace("*", star)
    return os.path.normpath(os.path.join(package.folder, unquote(target)))


def _leaves_folder(path: str) -> bool:
    parts = re.split(r"[/\\]", unquote(path).lower())
    return any(part in (".", "..", "node_modules") for part in parts)


def _invalid_target(package: Package, key: str, target: Any) -> _InvalidTarget:
    return _InvalidTarget(
        f'{package.folder}/package.json gives "{key}" the target {target!r}, which is '
        'no path that begins with "./"',
        "ERR_INVALID_PACKAGE_TARGET",
    )


def _invalid_config(package: Package, why: str) -> ImportFailed:
    return ImportFailed(
        f"{package.folder}/package.json is wrong: {why}", "ERR_INVALID_PACKAGE_CONFIG"
    )


def _not_exported(
    package: Package,
    subpath: str,
    exports: dict[str, Any],
    conditions: frozenset[str],
) -> str:
    what = "itself" if subpath == "." else f'"{subpath}"'
    names = [key for key, target in exports.items() if target is not None]
    if subpath in exports:
        held = ", ".join(sorted(conditions))
        names = [f"{subpath} only under other conditions than {held}"]
    elif len(names) > 12:
        names = [*names[:12], f"… ({len(names)} names)"]
    return (
        f"the package {package.folder} does not export {what}; "
        f"it exports {', '.join(names) or 'nothing'}"
    )
