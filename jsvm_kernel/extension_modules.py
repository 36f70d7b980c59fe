"""Loads an extension module from a file, under any name.

Both the builder, which tries what it has built, and the session's host do so.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import ExtensionFileLoader
from types import ModuleType


def load_extension(name: str, path: str) -> ModuleType:
    """Import a shared object under a name; run its code.

    What that raises comes through, and the name is free again.
    """
    loader = ExtensionFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    # Pickling and type checks between modules look a module up by name.
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def see_current_folder() -> None:
    """Let what is loaded import Python files of the folder that is current then.

    It stands behind all others: a file there hides no module of Python's or ours.
    """
    if "" not in sys.path:
        sys.path.append("")
