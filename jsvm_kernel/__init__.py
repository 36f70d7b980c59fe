"""A Jupyter kernel for JavaScript that implements OpenHarmony's JSVM-API.

`jsvm_kernel.vm` is the Python API and needs no Jupyter; `python -m jsvm_kernel` is the
kernel. The functions here tell where the C headers, the library and the caches are.

Every process of a session imports this package first, so what costs time to import is
imported where it is used.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["__version__", "cache_folder", "get_include", "get_library_dir"]

__version__ = "0.1.0"


def get_include() -> str:
    """Folder to put on the include path for `#include "ark_runtime/jsvm.h"`."""
    return str(_in_libjsvm("include"))


def get_library_dir() -> str:
    """Folder that holds `libjsvm.so`."""
    return str(_in_libjsvm("libjsvm.so").parent)


def cache_folder() -> Path:
    """Folder of what can be made again, in the user's cache directory."""
    if base := os.environ.get("XDG_CACHE_HOME"):
        cache = Path(base)
    elif sys.platform == "darwin":
        cache = Path.home() / "Library" / "Caches"
    else:
        cache = Path.home() / ".cache"
    return cache.absolute() / "jsvm_kernel"


def _in_libjsvm(name: str) -> Path:
    """Path of a file of libjsvm: an editable install keeps some of them elsewhere."""
    from importlib.resources import files

    return Path(str(files("jsvm_kernel.libjsvm").joinpath(name)))
