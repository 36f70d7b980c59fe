"""Names of cache entries: checksums of everything that goes into a build."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import sys
import sysconfig
from pathlib import Path

import msgspec

from .toolchain import ToolchainError


def key_of(*parts: object) -> str:
    """Give the key of what is made of these parts, any that msgpack can hold."""
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=20).hexdigest()


def python_abi() -> tuple[str | None, int]:
    """Give what an extension module must fit."""
    return sysconfig.get_config_var("SOABI"), sys.hexversion


@functools.cache
def cython_version() -> str:
    """Give Cython's version without importing it.

    Raises:
        ToolchainError: it is not installed.
    """
    try:
        return importlib.metadata.version("cython")
    except importlib.metadata.PackageNotFoundError:
        why = "Cython is not installed: pip install cython"
        raise ToolchainError(why) from None


@functools.cache
def files_digest(folder: Path, pattern: str) -> bytes:
    """Give the checksum of files that are part of this installation."""
    digest = hashlib.blake2b()
    for path in sorted(folder.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()
