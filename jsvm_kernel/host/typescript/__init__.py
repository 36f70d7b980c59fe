"""TypeScript for the engine: types are taken out, what is left stays where it was.

Types become spaces, byte for byte, so that lines and columns of stack traces, carets
and breakpoints are those of the TypeScript that the user sees. Types are not checked.

The few constructs that are more than types are rewritten on their own lines: enums,
parameter properties, ``import x = …``. What would need a compiler (namespaces with
values, ``export =``, decorators) is refused with its place.
"""

from .erase import strip_types
from .errors import TypeScriptError

__all__ = ["TypeScriptError", "strip_types"]
