"""Native modules as imports know them: "native:NAME" is a cell's or a package's.

A module that a cell made goes before a package's of the same name. A package's module
is imported once per process, so that its parts find each other and Python code sees the
same; each Env has objects of its own for it.
"""

from __future__ import annotations

import difflib
import importlib
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from jsvm_kernel.entry_points import Offer, native_modules
from jsvm_kernel.vm import JSObject

from . import package_import
from .modules.errors import ImportFailed
from .modules.files import signature_of
from .native_modules import CellHost, CellSource

if TYPE_CHECKING:
    from .native_modules import NativeModules
    from .session_env import SessionEnv
    from .stop import StopButton
    from .tasks import Tasks

SCHEME = "native:"
_BROKEN = "ERR_NATIVE_MODULE"
#: Files whose frames are not of what is imported.
_IMPORTERS = {importlib.__file__, package_import.__file__}


class PackageSource(CellSource):
    """The source of a package's module: tracebacks name its file, if it is there."""

    def __init__(self, offer: Offer) -> None:
        self.name = offer.name
        # So jsvm_kernel.native.packaging has it built in.
        self.file = self.place = offer.module.replace(".", "/") + ".pyx"
        self.text = ""

    def look_beside(self, module: ModuleType) -> None:
        """Take the source that lies beside the extension module."""
        name = self.file.rpartition("/")[2]
        path = Path(str(module.__file__)).with_name(name)
        with suppress(OSError, UnicodeDecodeError):
            self.text = path.read_text("utf-8")
            self.place = str(path)


class NativeImports:
    """What "native:NAME" means to one Env; `cells` are the modules of its cells."""

    def __init__(
        self, env: SessionEnv, stop: StopButton, tasks: Tasks, cells: NativeModules
    ) -> None:
        self._env = env
        self._stop = stop
        self._tasks = tasks
        self._cells = cells
        self._offers: dict[str, list[Offer]] = {}
        self._taken: dict[str, Offer] = {}
        self._sources: dict[str, PackageSource] = {}

    def refresh(self) -> None:
        """Let the next import see what is installed then."""
        self._offers = {}

    def find(self, specifier: str) -> str:
        """Give the canonical name of a module that is there. Raises ImportFailed."""
        name = specifier.removeprefix(SCHEME)
        if self._cells.holder(name) is None:
            self._offer(name)
        return SCHEME + name

    def load(self, canonical: str) -> JSObject:
        """Give the object of a module. Raises ImportFailed."""
        name = canonical.removeprefix(SCHEME)
        holder = self._cells.holder(name)
        if holder is not None:
            return holder
        offer = self._offer(name)
        source = PackageSource(offer)
        module = self._import(offer, source)
        self._taken[name] = offer
        source.look_beside(module)
        self._sources[source.place] = source
        holder = self._bind(offer, module, source)
        registry = self._cells.registry
        registry.add_package(name, module, holder, str(offer), source.text)
        return holder

    def signature(self, canonical: str) -> object:
        """Give what is another once another module has the name."""
        name = canonical.removeprefix(SCHEME)
        if self._cells.holder(name) is not None:
            return self._cells.load_number(name)
        offer = self._taken.get(name)
        file = package_import.imported_file(offer) if offer is not None else None
        return signature_of(file) if file is not None else None

    def source_of(self, place: str) -> str | None:
        """Give the text of a package's source, for error reports."""
        source = self._sources.get(place)
        return source.text if source is not None else None

    def _offer(self, name: str) -> Offer:
        if name not in self._offers:
            self._offers = native_modules()
        offers = self._offers.get(name)
        if not offers:
            raise ImportFailed(_missing(name, [*self._cells.names(), *self._offers]))
        if len(offers) > 1:
            packages = " and ".join(map(str, offers))
            raise ImportFailed(
                f'more than one package offers "{SCHEME}{name}": {packages}; '
                "uninstall all but one"
            )
        return offers[0]

    def _import(self, offer: Offer, source: PackageSource) -> ModuleType:
        self._stop.enter_native()
        try:
            return package_import.import_offer(offer)
        except KeyboardInterrupt:  # the VM is being stopped, too
            raise ImportFailed(f"the import of {offer} was stopped", _BROKEN) from None
        except Exception as error:
            self.refresh()
            raise ImportFailed(_failure(offer, error, source), _BROKEN) from None
        finally:
            self._stop.leave_native()

    def _bind(
        self, offer: Offer, module: ModuleType, source: PackageSource
    ) -> JSObject:
        from jsvm_kernel.binding import DescriptionError, bind, description_of

        try:
            return bind(
                self._env.js,
                module,
                description_of(module),
                name=offer.name,
                host=CellHost(source, self._stop, self._tasks, self._env),
            )
        except DescriptionError as error:
            raise ImportFailed(
                f"the module {offer.module} of the package {offer} {error}. The "
                "setup.py of such a package builds it with "
                "jsvm_kernel.native.packaging",
                _BROKEN,
            ) from None


def _missing(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    there = "there is none yet"
    if known:
        there = f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}"
    hint = f'; did you mean "{SCHEME}{near[0]}"?' if near else "."
    return (
        f'no native module is called "{name}", {there}{hint} A package that brings '
        f'one is installed with "!{sys.executable} -m pip install PACKAGE"; a cell '
        f'that begins with "%%jsvm_native {name}" makes one'
    )


def _failure(offer: Offer, error: Exception, source: PackageSource) -> str:
    """Say why a module that a package promises could not be imported."""
    what = f"the module {offer.module} of the package {offer}"
    if isinstance(error, ModuleNotFoundError) and error.name in _names_to(offer):
        why = "is not there, although the package says so"
        if others := package_import.builds_for_others(offer):
            why = f"was built for another Python ({', '.join(others)})"
        return f"{what} {why}: install it again, with {sys.executable} -m pip"
    text = f"{type(error).__name__}: {error}"
    frames = source.frames(error)
    if frames and frames[0]["file"] not in _IMPORTERS:
        text += f" ({frames[0]['file']}:{frames[0]['line']})"
    return f"{what} can't be imported: {text}"


def _names_to(offer: Offer) -> set[str]:
    """Give the names of a module and of the packages that hold it."""
    parts = offer.module.split(".")
    return {".".join(parts[: count + 1]) for count in range(len(parts))}
