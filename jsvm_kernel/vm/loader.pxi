# Modules and direct functions: what goes into libjsvm as C structures.

cdef int install_loader(Env env, object resolve, object load, object describe) except -1:
    cdef JSVMX_ModuleLoader loader
    if (resolve is None) != (load is None) or (describe and resolve is None):
        raise TypeError("resolve and load are both callables or both None")
    for function in (resolve, load, describe):
        if function is not None and not PyCallable_Check(function):
            raise TypeError(f"{type(function).__qualname__} is not callable")
    if resolve is None:
        JSVMX_SetModuleLoader(env.handle, NULL)
    else:
        loader.resolve = resolve_module
        loader.load = load_module
        loader.describe = NULL
        if describe is not None:
            loader.describe = describe_module
        loader.data = env.state
        JSVMX_SetModuleLoader(env.handle, &loader)
    env.resolve = resolve
    env.load = load
    env.describe = describe
    return 0


ctypedef c_bool (*ResolveBody)(
    EnvState *, const char *, const char *, const char *, char **) noexcept nogil
ctypedef c_bool (*LoadBody)(
    EnvState *, const char *, JSVMX_ModuleContent *) noexcept nogil
ctypedef c_bool (*DescribeBody)(EnvState *, const char *, JSVM_Value) noexcept nogil


cdef c_bool resolve_module(
    JSVM_Env handle, const char *referrer, const char *specifier, const char *type,
    void *data, char **resolved
) noexcept nogil:
    """JSVMX_ResolveModule; data is the state of the Env."""
    cdef EnvState *env = <EnvState *>data
    cdef c_bool found
    cdef Gil gil
    take_gil(env.vm, &gil)
    found = (<ResolveBody><void *>ask_resolve)(env, referrer, specifier, type, resolved)
    give_gil(env.vm, &gil)
    return found


cdef c_bool load_module(
    JSVM_Env handle, const char *name, void *data, JSVMX_ModuleContent *content
) noexcept nogil:
    """JSVMX_LoadModule."""
    cdef EnvState *env = <EnvState *>data
    cdef c_bool found
    cdef Gil gil
    take_gil(env.vm, &gil)
    found = (<LoadBody><void *>ask_load)(env, name, content)
    give_gil(env.vm, &gil)
    return found


cdef c_bool describe_module(
    JSVM_Env handle, const char *name, JSVM_Value meta, void *data
) noexcept nogil:
    """JSVMX_DescribeModule."""
    cdef EnvState *env = <EnvState *>data
    cdef c_bool done
    cdef Gil gil
    take_gil(env.vm, &gil)
    done = (<DescribeBody><void *>ask_describe)(env, name, meta)
    give_gil(env.vm, &gil)
    return done


cdef Env loading_env(EnvState *state):
    """The Env whose JS imports; None, with the exception thrown, when it is closed."""
    if state.object == NULL or state.closed:
        OH_JSVM_ThrowError(state.env, NULL, b"the Env of this import is closed")
        return None
    return <Env>state.object


cdef c_bool ask_resolve(
    EnvState *state, const char *referrer, const char *specifier, const char *type,
    char **resolved
) noexcept:
    cdef Env env = loading_env(state)
    cdef size_t length
    if env is None:
        return False
    try:
        name = env.resolve(referrer.decode("utf-8", "replace"),
                           specifier.decode("utf-8", "replace"),
                           None if type == NULL else type.decode("utf-8", "replace"))
        if isinstance(name, str) and "\0" in name:
            raise ValueError("the name of a module contains a NUL character")
        resolved[0] = copy_text(name, "resolve", &length)
        return True
    except BaseException as error:
        throw_import_error(env, error)
        return False


cdef c_bool ask_load(
    EnvState *state, const char *name, JSVMX_ModuleContent *content
) noexcept:
    cdef Env env = loading_env(state)
    if env is None:
        return False
    try:
        found = env.load(name.decode("utf-8", "replace"))
        if isinstance(found, JSObject):
            content.exports = to_js(env, found)
        else:
            content.source = copy_text(found, "load", &content.length)
        return True
    except BaseException as error:
        throw_import_error(env, error)
        return False


cdef c_bool ask_describe(
    EnvState *state, const char *name, JSVM_Value meta
) noexcept:
    cdef Env env = loading_env(state)
    if env is None:
        return False
    try:
        env.describe(name.decode("utf-8", "replace"), to_python(env, meta))
        return True
    except BaseException as error:
        throw_import_error(env, error)
        return False


cdef char *copy_text(object text, str what, size_t *length) except NULL:
    """UTF-8 in memory of malloc, which libjsvm frees."""
    cdef bytes utf8
    cdef char *copy
    if not isinstance(text, str):
        raise TypeError(f"{what}() of the module loader returned "
                        f"{type(text).__qualname__} instead of str")
    utf8 = text.encode("utf-8", "replace")
    copy = <char *>malloc(len(utf8) + 1)
    if copy == NULL:
        raise MemoryError
    memcpy(copy, <const char *>utf8, len(utf8) + 1)
    length[0] = len(utf8)
    return copy


cdef int throw_import_error(Env env, BaseException error) except -1:
    """Let the import fail with the exception's own text."""
    cdef bytes text
    if isinstance(error, (JSError, Stopped)) or not isinstance(error, Exception):
        return throw_python(env, error)
    text = (str(error) or type(error).__name__).encode("utf-8", "replace")
    if isinstance(error, TypeError):
        OH_JSVM_ThrowTypeError(env.handle, NULL, text)
    elif isinstance(error, SyntaxError):
        OH_JSVM_ThrowSyntaxError(env.handle, NULL, text)
    else:
        OH_JSVM_ThrowError(env.handle, NULL, text)
    return 0


# ---- direct functions ----------------------------------------------------------------

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


cdef class DirectDefinition:
    """A definition with the memory that it points into."""
    cdef JSVMX_DirectFunction definition
    cdef const char *names[64]
    cdef JSVMX_Type types[64]
    cdef const JSVMX_Enum *parameter_enums[64]
    cdef JSVMX_Enum enums[64]
    cdef c_bool constants[64]
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
        self.parameter_enums[i] = &self.enums[i]
        return 0


cdef JSVM_Value direct_to_js(
    Env env, object name, list params, object result, object thunk, dict enums
) except NULL:
    cdef DirectDefinition made = DirectDefinition()
    cdef JSVM_Value function
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
    made.definition.thunk = <JSVMX_Thunk>address
    check(env, JSVMX_CreateDirectFunction(env.handle, &made.definition, &function))
    return function
