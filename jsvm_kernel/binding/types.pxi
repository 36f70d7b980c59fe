# The types that a declaration may name, compiled.

cdef enum TypeCode:
    VOID
    DOUBLE
    FLOAT
    BINT
    INT8        # the C integers, in the order of their ranges below
    INT16
    INT32
    INT64
    UINT8
    UINT16
    UINT32
    UINT64
    INT         # a Python int of any size
    STR
    BYTES
    BYTEARRAY
    LIST
    TUPLE
    DICT
    SET
    DATETIME
    OBJECT
    VIEW        # a one-dimensional view of a typed array
    VIEW2D      # with two arguments of JS: the array and its shape
    ENUM
    STRUCT
    CLASS

cdef struct Type:
    TypeCode code
    int element         # of a view: JSVM_TypedarrayType
    bint writes         # a view that is not const
    PyObject *of        # Enum, Struct or Python class; borrowed from the Module

cdef dict TYPE_CODES = {
    "void": VOID, "double": DOUBLE, "float": FLOAT, "bint": BINT,
    "int8": INT8, "int16": INT16, "int32": INT32, "int64": INT64,
    "uint8": UINT8, "uint16": UINT16, "uint32": UINT32, "uint64": UINT64,
    "int": INT, "str": STR, "bytes": BYTES, "bytearray": BYTEARRAY, "list": LIST,
    "tuple": TUPLE, "dict": DICT, "set": SET, "datetime": DATETIME, "object": OBJECT,
}
cdef dict ELEMENT_CODES = {
    "double": JSVM_FLOAT64_ARRAY, "float": JSVM_FLOAT32_ARRAY,
    "int8": JSVM_INT8_ARRAY, "int16": JSVM_INT16_ARRAY, "int32": JSVM_INT32_ARRAY,
    "int64": JSVM_BIGINT64_ARRAY, "uint8": JSVM_UINT8_ARRAY,
    "uint16": JSVM_UINT16_ARRAY, "uint32": JSVM_UINT32_ARRAY,
    "uint64": JSVM_BIGUINT64_ARRAY,
}
cdef dict ARRAY_NAMES = {
    JSVM_FLOAT64_ARRAY: "Float64Array", JSVM_FLOAT32_ARRAY: "Float32Array",
    JSVM_INT8_ARRAY: "Int8Array", JSVM_INT16_ARRAY: "Int16Array",
    JSVM_INT32_ARRAY: "Int32Array", JSVM_BIGINT64_ARRAY: "BigInt64Array",
    JSVM_UINT8_ARRAY: "Uint8Array", JSVM_UINT16_ARRAY: "Uint16Array",
    JSVM_UINT32_ARRAY: "Uint32Array", JSVM_BIGUINT64_ARRAY: "BigUint64Array",
}

# All of them, for the reference.
TYPE_NAMES = (
    *TYPE_CODES, *[f"{name}[:]" for name in ELEMENT_CODES],
    *[f"{name}[:, :]" for name in ELEMENT_CODES], "enum NAME", "struct NAME",
    "class NAME",
)


cdef int read_type(Module module, str name, Type *type) except -1:
    """Compile the name of a type."""
    memset(type, 0, sizeof(Type))
    element, bracket, rest = name.partition("[")
    if bracket:
        if element not in ELEMENT_CODES or rest not in (":]", ":, :]"):
            raise ValueError(f"no JS value fits the type {name}")
        type.code = VIEW if rest == ":]" else VIEW2D
        type.element = ELEMENT_CODES[element]
        return 0
    kind, space, of = name.partition(" ")
    if space:
        return read_named_type(module, kind, of, type)
    if name not in TYPE_CODES:
        raise ValueError(f"no JS value fits the type {name}")
    type.code = TYPE_CODES[name]
    return 0


cdef int read_named_type(Module module, str kind, str name, Type *type) except -1:
    cdef dict named = module.named.get(kind, {})
    if name not in named:
        raise ValueError(f"the module describes no {kind} {name}")
    type.code = {"enum": ENUM, "struct": STRUCT, "class": CLASS}[kind]
    type.of = <PyObject *>named[name]
    return 0


# ---- integers ------------------------------------------------------------------------

# Of the Numbers: beyond 2^53 one no longer says which integer was meant. The 64-bit
# types also take BigInts.
cdef double[8] LOWEST = [
    -128, -32768, -2147483648.0, -9007199254740991.0, 0, 0, 0, 0]
cdef double[8] HIGHEST = [
    127, 32767, 2147483647.0, 9007199254740991.0,
    255, 65535, 4294967295.0, 9007199254740991.0]
