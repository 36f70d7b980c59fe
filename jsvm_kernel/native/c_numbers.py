"""C's number types, and what they are called at the border:

    double float bint int8 … int64 uint8 … uint64

Cython's types are duck-typed here (attributes `is_int`, `is_typedef`, …), so that this
module needs no Cython to be imported.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

# C number types, as Python's own ABI has them: name -> (bytes, signed).
_C_INTEGERS: dict[str, tuple[int, bool]] = {
    # Plain char is signed everywhere: the compiler is called with -fsigned-char.
    "char": (1, True),
    "signed char": (1, True),
    "unsigned char": (1, False),
    "size_t": (ctypes.sizeof(ctypes.c_size_t), False),
    "uintptr_t": (ctypes.sizeof(ctypes.c_void_p), False),
    "intptr_t": (ctypes.sizeof(ctypes.c_void_p), True),
    "uintmax_t": (8, False),
    "intmax_t": (8, True),
}
for _name, _ctype in (
    ("short", ctypes.c_short),
    ("int", ctypes.c_int),
    ("long", ctypes.c_long),
    ("long long", ctypes.c_longlong),
):
    _size = ctypes.sizeof(_ctype)
    _C_INTEGERS[_name] = _C_INTEGERS[f"signed {_name}"] = (_size, True)
    _C_INTEGERS[f"unsigned {_name}"] = (_size, False)
for _name in ("Py_ssize_t", "ssize_t", "ptrdiff_t", "Py_hash_t"):
    _C_INTEGERS[_name] = (ctypes.sizeof(ctypes.c_ssize_t), True)
for _bits in (8, 16, 32, 64):
    _C_INTEGERS[f"int{_bits}_t"] = (_bits // 8, True)
    _C_INTEGERS[f"uint{_bits}_t"] = (_bits // 8, False)


class UnsupportedType(Exception):
    """A type cannot stand at the border; the text says which and what to do."""


class Claim(NamedTuple):
    """What Cython was told of a typedef in a header, to be checked in C."""

    name: str
    c_name: str
    size: int
    signed: bool


class Number(NamedTuple):
    """A number type; `claim` if only the C compiler knows its size."""

    name: str
    claim: Claim | None = None


def number_type(ctype: Any) -> Number:
    """Return the border's name of one of Cython's number types.

    Raises:
        UnsupportedType: it is none, or none that JavaScript has a value for.
    """
    name = str(ctype.empty_declaration_code(pyrex=True))
    if ctype.is_fused:
        raise UnsupportedType(f"{name} is a fused type; name one of its types")
    if ctype.is_complex:
        raise UnsupportedType(f"{name} is not supported; pass real and imaginary part")
    if ctype.is_typedef:
        return _typedef(ctype, name)
    if getattr(ctype, "is_unicode_char", False) or name == "Py_UNICODE":
        raise UnsupportedType(f"{name} is not supported; declare it as str")
    if name == "bint":
        return Number("bint")
    if ctype.is_int and name in _C_INTEGERS:
        return Number(_integer(*_C_INTEGERS[name]))
    if ctype.is_float and name in ("float", "double"):
        return Number(name)
    if ctype.is_ptr and ctype.base_type.is_int and ctype.base_type.rank == 0:
        raise UnsupportedType(f"{name} is a pointer; declare it as bytes or str")
    if ctype.is_ptr:
        raise UnsupportedType(
            f"{name} is a pointer; declare it as a typed memoryview such as double[:]"
        )
    raise UnsupportedType(f"{name} is not supported")


def _typedef(ctype: Any, name: str) -> Number:
    c_name = str(ctype.typedef_cname)
    if ctype.typedef_is_external and c_name in _C_INTEGERS:
        # The names of <stdint.h> mean their size, whatever Cython's declaration says.
        return Number(_integer(*_C_INTEGERS[c_name]))
    base = number_type(ctype.typedef_base_type)
    if not ctype.typedef_is_external or base.name == "bint":
        return base
    if base.name in ("float", "double"):
        size, signed = (4 if base.name == "float" else 8), True
    else:
        size, signed = int(base.name.strip("uint")) // 8, base.name.startswith("int")
    return base._replace(claim=Claim(name, c_name, size, signed))


def _integer(size: int, signed: bool) -> str:
    return f"{'int' if signed else 'uint'}{size * 8}"


def field_of(type_name: str) -> str:
    """Return the member of JSVMX_DirectValue that carries a type; "" if none does."""
    if type_name in ("double", "float"):
        return "f64"
    if type_name == "bint" or type_name.startswith("enum "):
        return "i64"
    if type_name.endswith("[:]"):
        return "array"
    if type_name[-1:].isdigit():
        return "u64" if type_name.startswith("u") else "i64"
    return ""
