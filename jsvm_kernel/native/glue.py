"""The Cython text that is put behind the author's code, so that its lines stay true.

It holds one thunk per direct function and the description, `__jsvm_exports__`. All
names that it brings begin with `__jsvm_`, so that it clashes with nothing the author
may write.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .analysis import Exports
from .border import Claim
from .result import FunctionExport

_VALUE = """\
cdef extern from "ark_runtime/jsvmx.h" nogil:
    ctypedef union __jsvm_value "JSVMX_DirectValue":
        double f64
        long long i64
        unsigned long long u64
"""


def glue(found: Exports) -> str:
    """Return the text to append to a module's source."""
    parts = []
    if found.claims:
        parts.append(_size_checks(sorted(found.claims)))
    functions = found.description.functions
    direct = [function for function in functions if function.kind == "direct"]
    if direct:
        parts.append(_VALUE)
        parts += map(_thunk, direct)
    always = [f for f in functions if f.name not in found.conditional]
    described = msgspec.to_builtins(found.description)
    described["functions"] = []
    parts.append(f"__jsvm_exports__ = {described!a}\n")
    parts += [_adding(function) for function in always]
    parts += [
        f'if "{function.name}" in globals():\n    {_adding(function)}'
        for function in functions
        if function.name in found.conditional
    ]
    return "\n" + "".join(parts)


def _adding(function: FunctionExport) -> str:
    return f'__jsvm_exports__["functions"].append({_entry(function)})\n'


def _size_checks(claims: Iterable[Claim]) -> str:
    """C assertions that types of the author's headers are what Cython was told."""
    lines = [
        f"    _Static_assert(sizeof({claim.c_name}) == {claim.size}"
        f" && (({claim.c_name})-1 < 0) == {claim.signed:d},"
        f" \"'{claim.name}' has another size or sign in C than its ctypedef says\");\n"
        for claim in claims
    ]
    return f'cdef extern from *:\n    """\n{"".join(lines)}    """\n'


def _field(type_name: str) -> str:
    """Member of the union that carries a number type."""
    if type_name in ("double", "float"):
        return "f64"
    return "u64" if type_name.startswith("u") else "i64"


def _thunk(export: FunctionExport) -> str:
    args = ", ".join(f"args[{i}].{_field(p.type)}" for i, p in enumerate(export.params))
    call = f"{export.name}({args})"
    if export.returns == "bint":
        call = f"1 if {call} else 0"  # a bint may hold any int
    if export.returns != "void":
        call = f"result.{_field(export.returns)} = {call}"
    return (
        f"cdef void __jsvm_thunk_{export.name}(const __jsvm_value *args, "
        f"__jsvm_value *result) noexcept nogil:\n    {call}\n"
    )


def _entry(export: FunctionExport) -> str:
    """Return a Cython expression that makes the function's dict."""
    text = ascii(msgspec.to_builtins(export))
    if export.kind == "direct":
        thunk = f"<unsigned long long><void *>__jsvm_thunk_{export.name}"
        text = f'{text[:-1]}, "thunk": {thunk}}}'
    return text
