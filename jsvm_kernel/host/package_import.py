"""Imports the extension modules of packages: as Python does, and anew if they changed.

A process loads a file once. To see what a build has put in its place, all of the
package is forgotten and imported again, with copies in place of files that are loaded.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import site
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from jsvm_kernel.entry_points import Offer

from .modules.files import Signature, signature_of


class _Imported(NamedTuple):
    """A module that this process has, its file, and the state of the file then."""

    module: ModuleType
    file: str
    signature: Signature | None


_imported: dict[str, _Imported] = {}
#: Files of extension modules that this process has loaded. It never unloads one.
_loaded: set[str] = set()


def import_offer(offer: Offer) -> ModuleType:
    """Give the module, imported anew if its file is not the one that was imported.

    What the import raises comes through, and leaves everything as it was.
    """
    known = _imported.get(offer.module)
    if known is not None and known.signature == signature_of(known.file):
        return known.module
    package = _package_of(offer.module)
    before = _modules_of(package)
    if known is not None:
        for name in before:
            del sys.modules[name]
    try:
        _see_folders(offer)
        with _copies(package):
            module = importlib.import_module(offer.module)
    except BaseException:
        for name in _modules_of(package):
            del sys.modules[name]
        sys.modules.update(before)
        raise
    file = str(module.__file__)
    _imported[offer.module] = _Imported(module, file, signature_of(file))
    return module


def imported_file(offer: Offer) -> str | None:
    """Give the file of a module that was imported."""
    known = _imported.get(offer.module)
    return known.file if known is not None else None


def builds_for_others(offer: Offer) -> list[str]:
    """Give the files of the module that another Python than this one could import."""
    *parents, name = offer.module.split(".")
    folders = [Path(folder, *parents) for folder in sys.path]
    found = (path.name for folder in folders for path in folder.glob(f"{name}.*"))
    return sorted({each for each in found if each.endswith((".so", ".pyd"))})


def _package_of(module: str) -> str:
    return module.rpartition(".")[0] or module


def _modules_of(package: str) -> dict[str, ModuleType]:
    return {
        name: module
        for name, module in sys.modules.items()
        if name == package or name.startswith(package + ".")
    }


def _see_folders(offer: Offer) -> None:
    """Put the folder of an editable install on sys.path.

    Python does so when it starts; this process may have started before the install.
    """
    if importlib.util.find_spec(offer.module.partition(".")[0]) is not None:
        return
    for file in offer.distribution.files or ():
        if file.suffix == ".pth":
            folder = offer.distribution.locate_file(file.parent)
            site.addpackage(str(folder), file.name, None)
    importlib.invalidate_caches()


@contextmanager
def _copies(package: str) -> Iterator[None]:
    """Inside the block a loaded file of an extension module is imported as a copy."""
    with tempfile.TemporaryDirectory(prefix="jsvm-") as folder:
        finder = _Copies(package, Path(folder))
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)
            for module in _modules_of(package).values():
                finder.tell_file(module)


class _Copies:
    """A finder for the extension modules of a package."""

    def __init__(self, package: str, folder: Path) -> None:
        self._package = package
        self._folder = folder
        self._originals: dict[str, str] = {}

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find a module if its file is loaded already."""
        if name != self._package and not name.startswith(self._package + "."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, ExtensionFileLoader):
            return None
        file = str(spec.origin)
        if file not in _loaded:
            _loaded.add(file)
            return None
        copy = self._folder / str(len(self._originals)) / Path(file).name
        copy.parent.mkdir()
        shutil.copyfile(file, copy)
        self._originals[str(copy)] = file
        loader = ExtensionFileLoader(name, str(copy))
        return importlib.util.spec_from_file_location(name, copy, loader=loader)

    def tell_file(self, module: ModuleType) -> None:
        """Let a module that came from a copy say which file it is of."""
        file = getattr(module, "__file__", None)
        if file in self._originals:
            module.__file__ = file = self._originals[file]
        if isinstance(getattr(module, "__loader__", None), ExtensionFileLoader):
            _loaded.add(str(file))
