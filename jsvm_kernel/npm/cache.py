"""Packages of "npm:" specifiers, in a cache that all kernels of a user share.

    <cache>/lodash@4.17.21/node_modules/…   a package and its own: it appears whole
    <cache>/lodash@4.17.21.tmp/             an installation under way, or what is left
    <cache>/specs/lodash@%5E4               the version that "^4" was when it was asked
    <cache>/locks/lodash                    held by the process that installs

What was installed once is found without npm and without a network: a version by its
folder, a range or tag by its record, which stays until it is deleted. Packages are run
as the user, so nobody else may be able to write the folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from jsvm_kernel import cache_folder

from .errors import NpmError
from .spec import NpmSpec, split_specifier

#: Runs npm: installs a spec into a folder; raises NpmError.
Install = Callable[[NpmSpec, Path], None]


class NpmCache:
    """The folder of installed packages, made when it is first needed."""

    def __init__(self, install: Install | None = None) -> None:
        """Use the user's cache; without `install` nothing is added to it."""
        self._install = install
        self._root = cache_folder() / "npm"

    def find(self, specifier: str) -> tuple[str, str]:
        """Give the folder from which a package is found, and its bare specifier.

        Installs the package if it is not there. Raises NpmError.
        """
        spec, subpath = split_specifier(specifier)
        folder = self._installed(spec)
        if folder is None:
            self._make_root()
            with self._lock(spec.name):
                # Another kernel may have installed it meanwhile.
                folder = self._installed(spec) or self._add(spec)
        return str(folder), spec.name + subpath

    def remove(self, spec: NpmSpec) -> list[str]:
        """Delete a package, all its versions if none is named; gives their names."""
        found = [
            name
            for name in self.names()
            if name == str(spec) or (not spec.version and _name_of(name) == spec.name)
        ]
        for name in found:
            folder = self._root / name.replace("/", "+")
            # Renamed first: it is there whole, or not at all.
            gone = folder.with_name(f"{folder.name}.tmp")
            shutil.rmtree(gone, ignore_errors=True)
            folder.rename(gone)
            shutil.rmtree(gone)
        return found

    def names(self) -> list[str]:
        """Give what is installed, as name@version."""
        try:
            found = [path.name.replace("+", "/") for path in self._root.iterdir()]
        except OSError:
            return []
        return sorted(n for n in found if "@" in n[1:] and not n.endswith(".tmp"))

    def _installed(self, spec: NpmSpec) -> Path | None:
        version = spec.version if spec.is_exact else self._recorded(spec)
        if version is None:
            return None
        folder = self._folder(spec.name, version)
        return folder if (folder / "node_modules" / spec.name).is_dir() else None

    def _recorded(self, spec: NpmSpec) -> str | None:
        try:
            return self._record(spec).read_text("utf-8").strip()
        except OSError:
            return None

    def _add(self, spec: NpmSpec) -> Path:
        """Install; needs the lock."""
        if self._install is None:
            raise NpmError(f"{spec} is not in the cache")
        work = self._folder(spec.name, spec.version or "any")
        work = work.with_name(quote(work.name, safe="@+") + ".tmp")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        try:
            self._install(spec, work)
            version = _version_in(work, spec)
            folder = self._folder(spec.name, version)
            if not folder.is_dir():
                work.rename(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if not spec.is_exact:
            record = self._record(spec)
            record.parent.mkdir(mode=0o700, exist_ok=True)
            fresh = record.with_name(record.name + ".tmp")
            fresh.write_text(version, "utf-8")
            fresh.replace(record)
        return folder

    def _folder(self, name: str, version: str) -> Path:
        return self._root / f"{name.replace('/', '+')}@{version}"

    def _record(self, spec: NpmSpec) -> Path:
        return self._root / "specs" / quote(str(spec), safe="@")

    def _make_root(self) -> None:
        root = self._root
        try:
            root.parent.mkdir(parents=True, exist_ok=True)
            root.mkdir(mode=0o700, exist_ok=True)
            status = root.stat()
        except OSError as error:
            raise NpmError(
                f"the cache folder {root} cannot be made: {error.strerror}; set "
                "XDG_CACHE_HOME to a folder you can write to"
            ) from None
        if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o022:
            raise NpmError(
                f"{root} can be written by others, and what lies there is run as you: "
                "make it yours alone (chmod 700) or delete it"
            )

    @contextlib.contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        """Hold the right to install a package; waits while another process has it."""
        folder = self._root / "locks"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / name.replace("/", "+")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _name_of(package: str) -> str:
    return package[: package.rindex("@")]


def _version_in(folder: Path, spec: NpmSpec) -> str:
    """Give the version that npm installed."""
    path = folder / "node_modules" / spec.name / "package.json"
    try:
        version = json.loads(path.read_text("utf-8"))["version"]
    except (OSError, ValueError, KeyError) as error:
        raise NpmError(f"npm installed no package {spec}: {error}") from None
    return str(version)
