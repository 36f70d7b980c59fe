"""Built modules by content, shared by all sessions of a user.

    <cache>/<key>/module.so      a finished build: the folder appears whole, by a rename
    <cache>/<key>/build.msgpack  what was built, with a checksum of the file
    <cache>/<key>.tmp/           a build under way, or the rest of one that was killed
    <cache>/<key>.lock           held by the process that builds, while it lives

Who holds a key's lock may delete `<key>.tmp`: its maker cannot be alive. The files are
code that is loaded into the user's processes, so nobody else may be able to write them.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from jsvm_kernel import cache_folder

from .diagnostics import Diagnostic
from .result import Description

_RECORD = "build.msgpack"


class CacheError(Exception):
    """The cache folder cannot be used; the text says why and what to do."""


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a finished build; `digest` is the .so file's checksum.

    `shared` is the module of Cython's shared utilities that it imports, if any.
    """

    module: str
    description: Description = Description()
    diagnostics: list[Diagnostic] = []
    shared: str = ""
    digest: bytes = b""


def cache_root() -> Path:
    """Return the folder of native builds, in the user's cache directory."""
    return cache_folder() / "native"


class Cache:
    """The cache folder; made on first use, readable by its user only."""

    def __init__(self, root: Path) -> None:
        """Use the folder root.

        Raises:
            CacheError: it cannot be made, or somebody else may write to it.
        """
        self.root = root
        try:
            root.parent.mkdir(parents=True, exist_ok=True)
            root.mkdir(mode=0o700, exist_ok=True)
            status = root.stat()
        except OSError as error:
            raise CacheError(
                f"the cache folder {root} cannot be made: {error.strerror}; set "
                "XDG_CACHE_HOME to a folder you can write to"
            ) from error
        if status.st_uid != os.getuid() or status.st_mode & (
            stat.S_IWGRP | stat.S_IWOTH
        ):
            raise CacheError(
                f"{root} can be written by others, and what lies there is run as you: "
                f"make it yours alone (chmod 700) or delete it"
            )

    def find(self, key: str) -> tuple[Path, Build] | None:
        """Return the file and record of a finished build, if there is an intact one."""
        folder = self.root / key
        try:
            build = msgspec.msgpack.decode((folder / _RECORD).read_bytes(), type=Build)
            path = folder / f"{build.module}.so"
            intact = _digest(path) == build.digest
        except (OSError, msgspec.MsgspecError):
            return None
        return (path, build) if intact else None

    @contextlib.contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold the right to build a key; waits while another process has it."""
        path = self.root / f"{key}.lock"
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if _is_file_at(descriptor, path):
                    try:
                        yield
                    finally:
                        # Unlinked while held: who waits for it notices and tries anew.
                        path.unlink(missing_ok=True)
                    return
            finally:
                os.close(descriptor)

    @contextlib.contextmanager
    def folder_for(self, key: str) -> Iterator[Path]:
        """Give an empty folder to build in; it is gone at the end. Needs the lock."""
        folder = self.root / f"{key}.tmp"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def store(self, key: str, built: Path, build: Build) -> Path:
        """Make the file `built` in folder_for(key) a finished build; return its path.

        There is no fsync: a file that a power cut tore fails its checksum and is built
        again.
        """
        build = msgspec.structs.replace(build, digest=_digest(built))
        ready = built.parent / "ready"
        ready.mkdir(mode=0o700)
        built.rename(ready / built.name)
        (ready / _RECORD).write_bytes(msgspec.msgpack.encode(build))
        target = self.root / key
        shutil.rmtree(target, ignore_errors=True)  # an entry that was not intact
        ready.rename(target)
        return target / built.name

    def sweep(self) -> None:
        """Delete what killed builds left."""
        for folder in self.root.glob("*.tmp"):
            path = folder.with_suffix(".lock")
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_file_at(descriptor, path):
                    shutil.rmtree(folder, ignore_errors=True)
                    path.unlink(missing_ok=True)
            except BlockingIOError:
                pass  # its build is alive
            finally:
                os.close(descriptor)


def _is_file_at(descriptor: int, path: Path) -> bool:
    """Whether path still names the open file, not one made after an unlink."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
