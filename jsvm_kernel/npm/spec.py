"""What "npm:" specifiers and %jsvm_npm name: a package, a version, a file in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import NpmError

_PART = r"[A-Za-z0-9_~][\w.~-]*"
_NAME = re.compile(rf"(?:@{_PART}/)?{_PART}")
_EXACT = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
# A range (^4, >=1 <2, 1.x || 2) or a tag (latest, next).
_VERSION = re.compile(r"[\^~<>=v\dxX*][\^~<>=|\s\w.*+-]*|[A-Za-z][\w.-]*")
_LONGEST_NAME = 214


@dataclass(frozen=True)
class NpmSpec:
    """A package and the version that is wanted of it, "" for any."""

    name: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name

    @property
    def is_exact(self) -> bool:
        """Whether there is only one version that fits."""
        return _EXACT.fullmatch(self.version) is not None


def is_npm(specifier: str) -> bool:
    """Whether a specifier names a package of npm and not of a node_modules folder."""
    return specifier.startswith("npm:")


def parse_spec(text: str) -> NpmSpec:
    """Read NAME or NAME@VERSION. Raises NpmError.

    Nothing that npm would take for an option, a path or an address gets through.
    """
    name, at, version = text[1:].partition("@")
    name, version = text[:1] + name, version.strip()
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise NpmError(f'"{name}" is no name of an npm package')
    if at and not _VERSION.fullmatch(version):
        raise NpmError(
            f'"{version}" is no version of an npm package: write a version (1.2.3), a '
            "range (^1.2) or a tag (latest)"
        )
    return NpmSpec(name, version)


def split_specifier(specifier: str) -> tuple[NpmSpec, str]:
    """Take "npm:name@version/path" apart; the path is "" or begins with "/".

    Raises NpmError.
    """
    text = specifier.removeprefix("npm:").removeprefix("/")
    parts = text.split("/")
    count = 2 if text.startswith("@") else 1
    subpath = "".join("/" + part for part in parts[count:])
    return parse_spec("/".join(parts[:count])), subpath
