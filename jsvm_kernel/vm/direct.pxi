# Direct functions: C code that JS calls without Python.
#
# One that may fail leaves an exception in Python and says so; only then is Python
# needed.

cdef dict DIRECT_TYPES = {
    "void": JSVMX_TYPE_VOID, "bint": JSVMX_TYPE_BOOL,
    "int8": JSVMX_TYPE_INT8, "int16": JSVMX_TYPE_INT16,
    "int32": JSVMX_TYPE_INT32, "int64": JSVMX_TYPE_INT64,
    "uint8": JSVMX_TYPE_UINT8, "uint16": JSVMX_TYPE_UINT16,
    "uint32": JSVMX_TYPE_UINT32, "uint64": JSVMX_TYPE_UINT64,
    "float": JSVMX_TYPE_FLOAT32, "double": JSVMX_TYPE_FLOAT64,
    "int8[:]": JSVMX_TYPE_INT8_ARRAY, "int16[:]": JSVMX_TYPE_INT16_ARRAY,
    "int32[:]": JSVMX_TYPE_INT32_ARRAY, "int64[:]": JSVMX_TYPE_INT64_ARRAY,
    "uint8[:]": JSVMX_TYPE_UINT8_ARRAY, "uint16[:]": JSVMX_TYPE_UINT16_ARRAY,
    "uint32[:]": JSVMX_TYPE_UINT32_ARRAY, "uint64[:]": JSVMX_TYPE_UINT64_ARRAY,
    "float[:]": JSVMX_TYPE_FLOAT32_ARRAY, "double[:]": JSVMX_TYPE_FLOAT64_ARRAY,
}


cdef JSVMX_Type direct_type(str name, bint is_result) except *:
    if name.startswith("enum "):
        return JSVMX_TYPE_ENUM
    if name not in DIRECT_TYPES or (
            name.endswith("[:]") if is_result else name == "void"):
        names = ", ".join(DIRECT_TYPES)
        raise ValueError(f"{name!r} is no type of a direct function; there are {names} "
                         "(void only as a result, arrays only as parameters), and the "
                         "enums that are given")
    return DIRECT_TYPES[name]


cdef int64_t flag_bits(list values) except? -1:
    """The bits of an enum that is one of flags, which combine; 0 if it is not.

    The values of flags are bits and combinations of them. Consecutive numbers are what
    an enum has that nobody gave values: no flags, though 1, 2 and 3 could be.
    """
    if not values or not all([type(value) is int and value >= 0 for value in values]):
        return 0
    mask = 0
    for value in values:
        if value & (value - 1) == 0:
            mask |= value
    if any([value & ~mask for value in values]):
        return 0
    if set(values) == set(range(min(values), max(values) + 1)):
        return 0
    return mask


cdef class DirectDefinition:
    """A definition with the memory that it points into."""
    cdef JSVMX_DirectFunction definition
    cdef const char *names[64]
    cdef JSVMX_Type types[64]
    cdef const JSVMX_Enum *parameter_enums[64]
    cdef JSVMX_Enum enums[64]
    cdef c_bool constants[64]
    cdef JSVMX_Fallible fallible
    cdef list kept

    def __cinit__(self):
        self.kept = []
        self.definition.parameterNames = self.names
        self.definition.parameterTypes = self.types
        self.definition.parameterEnums = self.parameter_enums
        self.definition.parameterIsConst = self.constants

    cdef const char *text(self, object value, str what) except NULL:
        cdef bytes text = utf8_source(value, what)
        self.kept.append(text)
        return text

    cdef int add_enum(self, int i, str name, object members) except -1:
        cdef bytearray memory = bytearray(len(members) * sizeof(int64_t))
        cdef int64_t *values = <int64_t *><char *>memory
        for number, value in enumerate(members):
            values[number] = value
        self.kept.append(memory)
        self.enums[i].name = self.text(name, "name of an enum")
        self.enums[i].count = len(members)
        self.enums[i].values = values
        self.enums[i].bits = flag_bits(list(members))
        self.parameter_enums[i] = &self.enums[i]
        return 0


cdef JSVM_Value direct_to_js(
    Env env, object name, list params, object result, object thunk, dict enums,
    Thrower thrower
) except NULL:
    """A new direct function; it may fail if there is a thrower."""
    cdef DirectDefinition made = DirectDefinition()
    cdef size_t address = thunk
    if len(params) > 64:
        raise ValueError(
            f"a direct function has at most 64 parameters, not {len(params)}")
    if address == 0:
        raise ValueError("thunk is the address of a C function, not 0")
    for i, (parameter, type_name) in enumerate(params):
        made.names[i] = made.text(parameter, "parameter name")
        made.constants[i] = type_name.startswith("const ")
        made.types[i] = direct_type(type_name.removeprefix("const "), False)
        if made.types[i] == JSVMX_TYPE_ENUM:
            enum = type_name.removeprefix("enum ")
            if not enums.get(enum):
                raise ValueError(f"the values of the enum {enum} are not given")
            made.add_enum(i, enum, enums[enum])
    made.definition.name = made.text(name, "name")
    made.definition.parameterCount = len(params)
    made.definition.resultType = direct_type(result, True)
    if thrower is not None:
        return fallible_to_js(env, made, address, thrower)
    made.definition.thunk = <JSVMX_Thunk>address
    return created(env, made)


cdef JSVM_Value created(Env env, DirectDefinition made) except NULL:
    cdef JSVM_Value function
    check(env, JSVMX_CreateDirectFunction(env.handle, &made.definition, &function))
    return function


# ---- functions that may fail ---------------------------------------------------------

cdef class Thrower:
    """Throws in JS what a direct function left in Python. A module built on this one
    may do it in its own way."""

    cdef int throw(self, Env env, BaseException error) noexcept:
        return throw_python(env, error)


cdef JSVM_Value fallible_to_js(
    Env env, DirectDefinition made, size_t address, Thrower thrower
) except NULL:
    cdef Held *held = hold_owner(env, thrower)
    made.fallible.thunk = <JSVMX_TryThunk>address
    made.fallible.failed = throw_pending
    made.fallible.running = thrower.running
    made.fallible.data = held
    made.fallible.finalize = bury
    made.definition.fallible = &made.fallible
    try:
        return created(env, made)
    except:
        drop_owner(env, held)
        raise


ctypedef void (*FailureBody)(JSVM_Env, Held *) noexcept nogil

cdef extern from *:
    """
    static int jsvm_raise_pending(void)
    {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_SystemError,
                            "the function failed without setting an exception");
        return -1;
    }
    """
    int jsvm_raise_pending() except -1


cdef void throw_pending(JSVM_Env handle, void *data) noexcept nogil:
    """The `failed` of all direct functions."""
    cdef Held *held = <Held *>data
    cdef VMState *vm = held.vm
    cdef Gil gil
    take_gil(vm, &gil)
    (<FailureBody><void *>throw_left)(handle, held)
    give_gil(vm, &gil)


cdef void throw_left(JSVM_Env handle, Held *held) noexcept:
    """The part of throw_pending that has the GIL."""
    cdef Env env
    try:
        jsvm_raise_pending()
    except BaseException as error:
        if held.env.object == NULL or held.env.closed:
            OH_JSVM_ThrowError(
                handle, NULL, b"the Env of this direct function is closed")
        else:
            env = <Env>held.env.object
            (<Thrower>held.callable).throw(env, error)
