"""JavaScript objects for described Python and Cython modules.

`bind(env, module)` makes the JS object that stands for a module: its functions check
what they are given against the declared types, convert it, call Python, and convert the
result. What is declared stands in the module's `__jsvm_exports__`, which the builder
writes; docs/reference/native.md is the table of types. Usable without Jupyter.
"""

from jsvm_kernel.vm.frames import Frame

from ._binding import TYPE_NAMES, bind
from .description import DescriptionError, description_of
from .host import BindingHost, PlainHost

__all__ = [
    "TYPE_NAMES",
    "BindingHost",
    "DescriptionError",
    "Frame",
    "PlainHost",
    "bind",
    "description_of",
]
