"""A Jupyter kernel for JavaScript that implements OpenHarmony's JSVM-API.

`jsvm_kernel.vm` is the Python API and needs no Jupyter; `python -m jsvm_kernel` is the
kernel. The functions here tell where the C headers and the library are.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

__all__ = ["__version__", "get_include", "get_library_dir"]

__version__ = version("jsvm_kernel")


def get_include() -> str:
    """Folder to put on the include path for `#include "ark_runtime/jsvm.h"`."""
    return str(Path(str(files("jsvm_kernel.libjsvm").joinpath("include"))))


def get_library_dir() -> str:
    """Folder that holds `libjsvm.so`."""
    library = Path(str(files("jsvm_kernel.libjsvm").joinpath("libjsvm.so")))
    return str(library.parent)
