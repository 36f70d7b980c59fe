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
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from jsvm_kernel import cache_folder

from .diagnostics import Diagnostic
from .result import Description

_RECORD = "build.msgpack"
#: Mebibytes that finished builds may take; the environment variable of that name.
LIMIT_VARIABLE: Final = "JSVM_NATIVE_CACHE_MB"
_USUAL_LIMIT_MB: Final = 1024


class CacheError(Exception):
    """The cache folder cannot be used; the text says why and what to do."""


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a finished build; `digest` is the .so file's checksum.

    `shared` is the module of Cython's shared utilities that it imports, if any;
    `files` has the checksums of the author's other files that the compiler has read,
    and `folder` is where the notebook was.
    """

    module: str
    description: Description = Description()
    diagnostics: list[Diagnostic] = []
    shared: str = ""
    files: dict[str, bytes] = {}
    folder: str = ""
    digest: bytes = b""


class Entry(NamedTuple):
    """A finished build, as `Cache.entries` lists it."""

    key: str
    module: str
    size: int
    """Bytes of its files."""
    used: float
    """When it was made or found last, in seconds since 1970."""


def cache_limit() -> int:
    """Give how many bytes finished builds may take.

    Raises:
        CacheError: the environment variable says no number.
    """
    text = os.environ.get(LIMIT_VARIABLE, str(_USUAL_LIMIT_MB))
    try:
        megabytes = float(text)
    except ValueError:
        megabytes = -1
    if not 0 <= megabytes < float("inf"):
        raise CacheError(f"{LIMIT_VARIABLE}={text} is no number of mebibytes")
    return int(megabytes * 1024 * 1024)


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
            if _digest(path) != build.digest:
                return None
        except (OSError, msgspec.MsgspecError):
            return None
        with contextlib.suppress(OSError):  # the cache may be one to read only
            os.utime(folder / _RECORD)  # used now
        return path, build

    def entries(self) -> list[Entry]:
        """List the finished builds, the one used last in front."""
        found = []
        for record in self.root.glob(f"*/{_RECORD}"):
            try:
                build = msgspec.msgpack.decode(record.read_bytes(), type=Build)
                size = sum(file.stat().st_size for file in record.parent.iterdir())
                used = record.stat().st_mtime
            except (OSError, msgspec.MsgspecError):
                continue  # torn, or being deleted: the next build of it sees to that
            found.append(Entry(record.parent.name, build.module, size, used))
        return sorted(found, key=lambda entry: -entry.used)

    def trim(self, limit: int, keep: str = "") -> int:
        """Delete the builds used longest ago until the rest takes at most `limit`.

        The build of the module `keep` is none of them. Gives the bytes that were freed.
        What a process has loaded stays loaded.
        """
        total = freed = 0
        for entry in self.entries():
            total += entry.size
            if total <= limit or entry.module == keep:
                continue
            if self._delete(entry.key):
                freed += entry.size
        return freed

    def _delete(self, key: str) -> bool:
        """Delete a finished build; False if its key is being built."""
        with self._try_lock(key) as held:
            if held:
                # Renamed first: nobody finds half of it.
                leaving = self.root / f"{key}.tmp"
                shutil.rmtree(leaving, ignore_errors=True)
                with contextlib.suppress(FileNotFoundError):
                    (self.root / key).rename(leaving)
                shutil.rmtree(leaving, ignore_errors=True)
            return held

    @contextlib.contextmanager
    def _try_lock(self, key: str) -> Iterator[bool]:
        """Hold the right to build a key if nobody else does; gives whether it does."""
        path = self.root / f"{key}.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            held = _lock_now(descriptor) and _is_file_at(descriptor, path)
            try:
                yield held
            finally:
                if held:
                    path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)

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

    def store(
        self, key: str, built: Path, build: Build, extras: Iterable[Path] = ()
    ) -> Path:
        """Make the file `built` in folder_for(key) a finished build; return its path.

        `extras` are files that lie beside it.
        There is no fsync: a file that a power cut tore fails its checksum and is built
        again.
        """
        build = msgspec.structs.replace(build, digest=_digest(built))
        ready = built.parent / "ready"
        ready.mkdir(mode=0o700)
        for file in (built, *extras):
            file.rename(ready / file.name)
        (ready / _RECORD).write_bytes(msgspec.msgpack.encode(build))
        target = self.root / key
        shutil.rmtree(target, ignore_errors=True)  # an entry that was not intact
        ready.rename(target)
        # What the new build imports is loaded with it, however small the cache.
        self.trim(cache_limit(), keep=build.shared)
        return target / built.name

    def sweep(self) -> None:
        """Delete what killed builds left."""
        for folder in self.root.glob("*.tmp"):
            with self._try_lock(folder.stem) as held:
                if held:  # else its build is alive
                    shutil.rmtree(folder, ignore_errors=True)


def _lock_now(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_file_at(descriptor: int, path: Path) -> bool:
    """Whether path still names the open file, not one made after an unlink."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
