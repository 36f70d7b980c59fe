"""Which declared types may stand in an exported signature, and what they are called.

Names are exact about the C type's size and sign, whatever the author called it:

    double float bint int8 … int64 uint8 … uint64     numbers, by value
    double[:] uint8[:] …                              the typed array's own memory
    str bytes list dict tuple object                  Python objects
    class NAME                                        instances of an exported class
    void                                              results only

Cython's types are duck-typed here (attributes `is_int`, `is_memoryviewslice`, …), so
that this module needs no Cython to be imported.
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

_OBJECTS = {"str", "bytes", "list", "dict", "tuple"}
SUPPORTED = (
    "C integers, float, double, bint, str, bytes, list, dict, tuple, object and "
    "one-dimensional typed memoryviews of C numbers such as double[:]"
)


class UnsupportedType(Exception):
    """A type cannot stand at the border; the text says which and what to do."""


class Claim(NamedTuple):
    """What Cython was told of a typedef in a header, to be checked in C."""

    name: str
    c_name: str
    size: int
    signed: bool


class BorderType(NamedTuple):
    """A supported type; `claim` if only the C compiler knows the size of a number."""

    name: str
    const: bool = False
    claim: Claim | None = None

    @property
    def is_number(self) -> bool:
        """Whether a direct function can take it."""
        return (
            "[" not in self.name
            and " " not in self.name
            and self.name not in {*_OBJECTS, "object"}
        )


def border_type(
    ctype: Any, classes: frozenset[str] = frozenset(), *, returned: bool = False
) -> BorderType:
    """Return the border's name for one of Cython's types.

    `classes` are the names of the module's exported classes.

    Raises:
        UnsupportedType: it cannot be a parameter (or, if returned, a result).
    """
    const = bool(getattr(ctype, "is_const", False))
    if getattr(ctype, "is_cv_qualified", False):
        ctype = ctype.cv_base_type
    if returned and ctype.is_void:
        return BorderType("void")
    if ctype.is_memoryviewslice:
        return _view(ctype)
    if ctype.is_pyobject:
        return BorderType(_object(ctype, classes, returned), const)
    number = _number(ctype)
    return number._replace(const=const)


def _view(ctype: Any) -> BorderType:
    if ctype.ndim != 1:
        raise UnsupportedType(
            f"{ctype} has {ctype.ndim} dimensions and a typed array has one: take a "
            f"one-dimensional view and the shape as integers"
        )
    if ctype.is_cv_qualified or getattr(ctype.dtype, "is_cv_qualified", False):
        const, dtype = True, ctype.dtype.cv_base_type
    else:
        const, dtype = False, ctype.dtype
    try:
        element = _number(dtype)
    except UnsupportedType as error:
        raise UnsupportedType(
            f"no typed array holds the elements of {ctype}"
        ) from error
    if element.name == "bint":
        raise UnsupportedType(f"no typed array holds {ctype}; use unsigned char[:]")
    # No claim: Cython compares the element's real size with the buffer's on every call.
    return BorderType(f"{element.name}[:]", const)


def _object(ctype: Any, classes: frozenset[str], returned: bool) -> str:
    if not (ctype.is_builtin_type or ctype.is_extension_type):
        return "object"
    name = str(getattr(ctype, "name", ctype))
    if ctype.is_extension_type and name in classes and not ctype.is_external:
        return f"class {name}"
    if ctype.is_extension_type:
        raise UnsupportedType(
            f"instances of the class {name} cannot cross to JavaScript; keep them in "
            "the module, or take array data as a typed memoryview such as double[:]"
        )
    if name in _OBJECTS:
        return name
    # An int of any size, or a builtin that a function returns: the value itself tells
    # what it is, and Cython checks an argument's class.
    if returned or name == "int":
        return "object"
    raise UnsupportedType(
        f"{name} is not supported as a parameter; declare it as object"
    )


def _number(ctype: Any) -> BorderType:
    name = str(ctype.empty_declaration_code(pyrex=True))
    if ctype.is_fused:
        raise UnsupportedType(f"{name} is a fused type; name one of its types")
    if ctype.is_complex:
        raise UnsupportedType(f"{name} is not supported; pass real and imaginary part")
    if ctype.is_enum:
        raise UnsupportedType(f"the enum {name} is not supported; declare it as int")
    if ctype.is_typedef:
        return _typedef(ctype, name)
    if getattr(ctype, "is_unicode_char", False) or name == "Py_UNICODE":
        raise UnsupportedType(f"{name} is not supported; declare it as str")
    if name == "bint":
        return BorderType("bint")
    if ctype.is_int and name in _C_INTEGERS:
        return BorderType(_integer(*_C_INTEGERS[name]))
    if ctype.is_float and name in ("float", "double"):
        return BorderType(name)
    if ctype.is_ptr and ctype.base_type.is_int and ctype.base_type.rank == 0:
        raise UnsupportedType(f"{name} is a pointer; declare it as bytes or str")
    if ctype.is_ptr:
        raise UnsupportedType(
            f"{name} is a pointer; declare it as a typed memoryview such as double[:]"
        )
    raise UnsupportedType(f"{name} is not supported")


def _typedef(ctype: Any, name: str) -> BorderType:
    c_name = str(ctype.typedef_cname)
    if ctype.typedef_is_external and c_name in _C_INTEGERS:
        # The names of <stdint.h> mean their size, whatever Cython's declaration says.
        return BorderType(_integer(*_C_INTEGERS[c_name]))
    base = _number(ctype.typedef_base_type)
    if not ctype.typedef_is_external or base.name == "bint":
        return base
    if base.name in ("float", "double"):
        size, signed = (4 if base.name == "float" else 8), True
    else:
        size, signed = int(base.name.strip("uint")) // 8, base.name.startswith("int")
    return base._replace(claim=Claim(name, c_name, size, signed))


def _integer(size: int, signed: bool) -> str:
    return f"{'int' if signed else 'uint'}{size * 8}"
