"""package.json files: what a folder says about the modules in it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from jsvm_kernel.npm.folders import package_fields

from .errors import ImportFailed


@dataclass(frozen=True)
class Package:
    """A folder with a package.json; `fields` is that file's object."""

    folder: str
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str | None:
        """The name it is imported by."""
        return self._text("name")

    @property
    def main(self) -> str | None:
        """The file that stands for the package, if it has no `exports`."""
        return self._text("main") or None

    @property
    def type(self) -> str | None:
        """What a .js file in it is: "module", "commonjs" or None (not said)."""
        type = self._text("type")
        return type if type in ("module", "commonjs") else None

    @property
    def exports(self) -> Any:
        """What may be imported of it; None: any file."""
        return self.fields.get("exports")

    @property
    def imports(self) -> Any:
        """What its own modules find under names that begin with "#"."""
        return self.fields.get("imports")

    def _text(self, key: str) -> str | None:
        value = self.fields.get(key)
        return value if isinstance(value, str) else None


class Packages:
    """Reads package.json files, each once until `refresh`."""

    def __init__(self) -> None:
        self._found: dict[str, Package | None] = {}

    def refresh(self) -> None:
        """Forget what was read: files may have changed."""
        self._found.clear()

    def at(self, folder: str) -> Package | None:
        """Give the package of exactly this folder.

        Raises ImportFailed for a package.json that cannot be read.
        """
        if folder not in self._found:
            self._found[folder] = _read(folder)
        return self._found[folder]

    def scope_of(self, path: str) -> Package | None:
        """Give the package that a file belongs to: the nearest one upward."""
        folder = os.path.dirname(path)
        while os.path.basename(folder) != "node_modules":
            package = self.at(folder)
            if package is not None:
                return package
            parent = os.path.dirname(folder)
            if parent == folder:
                break
            folder = parent
        return None


def split_name(specifier: str) -> tuple[str, str]:
    """Give a bare specifier's package name and its subpath, "." or "./…".

    Raises ImportFailed for what is no package name.
    """
    parts = specifier.split("/")
    count = 2 if specifier.startswith("@") else 1
    name = "/".join(parts[:count])
    if (
        len(parts) < count
        or not all(parts[:count])
        or name.startswith(".")
        or any(sign in name for sign in "\\%")
    ):
        raise ImportFailed(
            f'"{specifier}" is no name of a package', "ERR_INVALID_MODULE_SPECIFIER"
        )
    return name, "/".join([".", *parts[count:]])


def _read(folder: str) -> Package | None:
    try:
        fields = package_fields(folder)
    except (OSError, ValueError) as error:
        raise ImportFailed(
            f"{folder}/package.json can't be read: {error}",
            "ERR_INVALID_PACKAGE_CONFIG",
        ) from None
    return Package(folder, fields) if fields is not None else None
