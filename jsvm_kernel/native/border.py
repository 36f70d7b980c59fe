"""Which declared types may stand in an exported signature, and what they are called.

Names are exact about the C type's size and sign, whatever the author called it:

    double float bint int8 … int64 uint8 … uint64     numbers, by value
    double[:] uint8[:] … double[:, :] …               the typed array's own memory
    int str bytes bytearray list dict tuple set datetime object
                                                      Python objects; int is one of any
                                                      size
    enum NAME, struct NAME                            of C: a number, a plain object
    class NAME                                        an exported class
    void                                              results only

Cython's types are duck-typed here (attributes `is_int`, `is_memoryviewslice`, …), so
that this module needs no Cython to be imported.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from .c_numbers import Claim, UnsupportedType, number_type
from .result import EnumExport, Field, StructExport

_OBJECTS = frozenset(
    ("int", "str", "bytes", "bytearray", "list", "dict", "tuple", "set")
)
#: What annotations of Python name, and what that is at the border.
PYTHON_TYPES = {
    **{name: name for name in sorted(_OBJECTS)},
    "float": "double",
    "bool": "bint",
}
_CONTAINERS = {
    "vector": "list",
    "list": "list",
    "pair": "tuple",
    "map": "dict",
    "unordered_map": "dict",
    "set": "set",
    "unordered_set": "set",
}
"""C++'s, which Cython makes of Python's by value."""
SUPPORTED = (
    "C numbers, enums and structs, typed memoryviews of C numbers such as double[:] "
    "and double[:, :], int, str, bytes, bytearray, list, dict, tuple, set, datetime, "
    "the module's own classes and object"
)


class BorderType(NamedTuple):
    """A supported type."""

    name: str
    const: bool = False


class Border:
    """Names the types of one module, and collects what these names stand for."""

    def __init__(self, classes: Collection[str] = ()) -> None:
        """Let the named classes of the module cross to JavaScript."""
        self.classes = frozenset(classes)
        self.claims: set[Claim] = set()
        self.enums: dict[str, EnumExport] = {}
        self.enum_constants: dict[str, dict[str, str]] = {}
        """Of each enum the members whose value only C knows, and their names in C."""
        self.structs: dict[str, StructExport] = {}

    def type_of(self, ctype: Any, *, returned: bool = False) -> BorderType:
        """Return the border's name for one of Cython's types.

        Raises:
            UnsupportedType: it cannot be a parameter (or, if returned, a result).
        """
        const = bool(getattr(ctype, "is_const", False))
        if getattr(ctype, "is_cv_qualified", False):
            ctype = ctype.cv_base_type
        if returned and ctype.is_void:
            return BorderType("void")
        if ctype.is_memoryviewslice:
            return self._view(ctype)
        if ctype.is_pyobject:
            return BorderType(self._object(ctype, returned), const)
        return BorderType(self._value(ctype), const)

    # ---- memory ----------------------------------------------------------------------

    def _view(self, ctype: Any) -> BorderType:
        if ctype.ndim > 2:
            raise UnsupportedType(
                f"{ctype} has {ctype.ndim} dimensions and at most two are supported: "
                "take a view of one or two and the shape as integers"
            )
        const = bool(getattr(ctype.dtype, "is_cv_qualified", False))
        dtype = ctype.dtype.cv_base_type if const else ctype.dtype
        try:
            element = self._number(dtype)
        except UnsupportedType as error:
            raise UnsupportedType(
                f"no typed array holds the elements of {ctype}"
            ) from error
        if element == "bint":
            raise UnsupportedType(f"no typed array holds {ctype}; use unsigned char[:]")
        return BorderType(f"{element}[{', '.join(':' * ctype.ndim)}]", const)

    # ---- Python objects --------------------------------------------------------------

    def _object(self, ctype: Any, returned: bool) -> str:
        name = str(getattr(ctype, "name", ctype))
        if ctype.is_extension_type:
            if getattr(ctype, "is_buffer", False):
                raise _as_view(ctype, name)
            return self._instance(ctype, name)
        if not ctype.is_builtin_type:
            return "object"
        if name in _OBJECTS:
            return name
        # A builtin that a function returns: the value itself tells what it is.
        if returned:
            return "object"
        if name == "complex":
            raise UnsupportedType(
                "complex is not supported; pass real and imaginary part"
            )
        if name == "memoryview":
            raise UnsupportedType(
                "memoryview is not supported as a parameter; declare a typed one such "
                "as double[:]"
            )
        raise UnsupportedType(
            f"{name} is not supported as a parameter; declare it as object"
        )

    def _instance(self, ctype: Any, name: str) -> str:
        if name == "datetime" and ctype.module_name == "datetime":
            return "datetime"
        if name in self.classes:
            return f"class {name}"
        if name.startswith("_"):
            raise UnsupportedType(
                f"the class {name} is private to the module; give it a public name"
            )
        raise UnsupportedType(
            f"instances of {name} cannot cross to JavaScript, since it is no class of "
            "this module; declare it as object, or take array data as a typed "
            "memoryview such as double[:]"
        )

    # ---- C values --------------------------------------------------------------------

    def _value(self, ctype: Any) -> str:
        resolved = _without_typedefs(ctype)
        if resolved.is_enum or getattr(resolved, "is_cpp_enum", False):
            return self._enum(resolved)
        if resolved.is_struct_or_union:
            return self._struct(resolved)
        if resolved.is_ctuple:
            for component in resolved.components:
                self._value(component)
            return "tuple"
        if resolved.is_cpp_class:
            return _cpp_type(resolved)
        return self._number(ctype)

    def _number(self, ctype: Any) -> str:
        number = number_type(ctype)
        if number.claim is not None:
            self.claims.add(number.claim)
        return number.name

    def _enum(self, ctype: Any) -> str:
        name = str(ctype.name)
        if name not in self.enums:
            self.add_enum(ctype)
        if not self.enums[name].members:
            raise UnsupportedType(
                f"the enum {name} has no members here: list those that JavaScript may "
                "give, or declare it as int"
            )
        return f"enum {name}"

    def add_enum(self, ctype: Any) -> None:
        """Describe an enum, whether a signature names it or not."""
        name = str(ctype.name)
        members = _members(ctype)
        self.enums[name] = EnumExport(
            name=name,
            doc=str(ctype.doc or ""),
            line=ctype.entry.pos[1],
            members={str(entry.name): value for entry, value in members},
        )
        self.enum_constants[name] = {
            str(entry.name): str(entry.cname)
            for entry, value in members
            if value is None
        }

    def _struct(self, ctype: Any) -> str:
        name = str(ctype.name)
        if not ctype.is_struct:
            raise UnsupportedType(f"{name} is a union; declare a struct of its fields")
        if ctype.scope is None or not ctype.scope.var_entries:
            raise UnsupportedType(
                f"the struct {name} has no fields here: list those that JavaScript "
                "sees, or keep it in the module"
            )
        if name not in self.structs:
            fields = [self._field(name, entry) for entry in ctype.scope.var_entries]
            self.structs[name] = StructExport(name=name, fields=fields)
        return f"struct {name}"

    def _field(self, struct: str, entry: Any) -> Field:
        what = f"the field {entry.name} of {struct}"
        if entry.type.is_array:
            raise UnsupportedType(
                f"{what} is an array, which is not supported in a struct; take it as a "
                "typed memoryview of its own"
            )
        try:
            return Field(name=str(entry.name), type=self._field_type(entry.type))
        except UnsupportedType as error:
            raise UnsupportedType(f"{what}: {error}") from None

    def _field_type(self, ctype: Any) -> str:
        if ctype.is_pyobject or ctype.is_memoryviewslice:
            raise UnsupportedType(f"{ctype} is not supported in a struct")
        return self.type_of(ctype).name


def _as_view(ctype: Any, name: str) -> UnsupportedType:
    """Refuse `np.ndarray[double, ndim=2]`, with the view to declare in its place."""
    view = f"{ctype.dtype}[{', '.join(':' * ctype.ndim)}]"
    return UnsupportedType(
        f"{name}[{ctype.dtype}] is not supported; declare it as {view}, of which "
        "numpy.asarray() makes an array of the same memory"
    )


def _without_typedefs(ctype: Any) -> Any:
    while ctype.is_typedef:
        ctype = ctype.typedef_base_type
    return ctype


def _members(ctype: Any) -> list[tuple[Any, int | None]]:
    """An enum's members with their values as far as Cython knows them."""
    members = []
    # What a header says may differ from what is repeated here.
    extern = ctype.entry.visibility == "extern"
    value = None if extern else -1
    for entry in ctype.entry.enum_values:
        if entry.value_node is not None:
            value = None if extern else _constant(entry.value_node)
        elif value is not None:
            value += 1
        members.append((entry, value))
    return members


def _constant(node: Any) -> int | None:
    value = node.constant_result if node.has_constant_result() else None
    return value if type(value) is int else None


def _cpp_type(ctype: Any) -> str:
    if str(ctype.cname) == "std::string":
        return "bytes"
    namespace, _, name = str(ctype.cname).rpartition("::")
    if namespace == "std" and name.partition("<")[0] in _CONTAINERS:
        return _CONTAINERS[name.partition("<")[0]]
    raise UnsupportedType(
        f"the C++ class {ctype} is not supported; wrap it in a cdef class"
    )
