# Modules and direct functions: what goes into libjsvm as C structures.

cdef Loader make_loader(object resolve, object load):
    """A checked pair of functions, or None for two Nones."""
    cdef Loader loader
    if (resolve is None) != (load is None):
        raise TypeError("resolve and load are both callables or both None")
    if resolve is None:
        return None
    for function in (resolve, load):
        if not PyCallable_Check(function):
            raise TypeError(f"{type(function).__qualname__} is not callable")
    loader = Loader.__new__(Loader)
    loader.resolve = resolve
    loader.load = load
    return loader


cdef Env env_with(VM vm, JSVM_Env handle):
    """The Env object of an Env that runs JS, None for one that C code made."""
    for env in vm.envs:
        if (<Env>env).handle == handle:
            return env
    return None


cdef Loader loader_for(VM vm, JSVM_Env handle, const char *wanted):
    """The loader of the Env that imports `wanted`."""
    cdef Env env = env_with(vm, handle)
    cdef Loader loader = vm.loader
    if env is not None and env.loader is not None:
        loader = env.loader
    if loader is None:
        raise TypeError(f"cannot import '{wanted.decode('utf-8', 'replace')}': "
                        "there is no module loader for this Env")
    return loader


ctypedef c_bool (*ResolveBody)(
    JSVM_Env, void *, const char *, const char *, char **) noexcept nogil
ctypedef c_bool (*LoadBody)(
    JSVM_Env, void *, const char *, char **, size_t *) noexcept nogil


cdef c_bool resolve_module(
    JSVM_Env env, const char *referrer, const char *specifier, void *data,
    char **resolved
) noexcept nogil:
    """JSVMX_ResolveModule; data is the VM, which outlives its JS."""
    cdef VMState *state = (<VM>data).state
    cdef c_bool found
    cdef Gil gil
    take_gil(state, &gil)
    found = (<ResolveBody><void *>ask_resolve)(
        env, data, referrer, specifier, resolved)
    give_gil(state, &gil)
    return found


cdef c_bool load_module(
    JSVM_Env env, const char *name, void *data, char **source, size_t *length
) noexcept nogil:
    """JSVMX_LoadModule."""
    cdef VMState *state = (<VM>data).state
    cdef c_bool found
    cdef Gil gil
    take_gil(state, &gil)
    found = (<LoadBody><void *>ask_load)(env, data, name, source, length)
    give_gil(state, &gil)
    return found


cdef c_bool ask_resolve(
    JSVM_Env handle, void *data, const char *referrer, const char *specifier,
    char **resolved
) noexcept:
    cdef VM vm = <VM>data
    cdef size_t length
    try:
        loader = loader_for(vm, handle, specifier)
        name = loader.resolve(referrer.decode("utf-8", "replace"),
                              specifier.decode("utf-8", "replace"))
        if isinstance(name, str) and "\0" in name:
            raise ValueError("the name of a module contains a NUL character")
        resolved[0] = copy_text(name, "resolve", &length)
        return True
    except BaseException as error:
        throw_import_error(vm, handle, error)
        return False


cdef c_bool ask_load(
    JSVM_Env handle, void *data, const char *name, char **source, size_t *length
) noexcept:
    cdef VM vm = <VM>data
    try:
        text = loader_for(vm, handle, name).load(name.decode("utf-8", "replace"))
        source[0] = copy_text(text, "load", length)
        return True
    except BaseException as error:
        throw_import_error(vm, handle, error)
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


cdef int throw_import_error(VM vm, JSVM_Env handle, BaseException error) except -1:
    """Let the import fail with the exception's own text."""
    cdef bytes text
    if isinstance(error, (JSError, Stopped)) or not isinstance(error, Exception):
        env = env_with(vm, handle)
        if env is not None:
            return throw_python(env, error)
    text = (str(error) or type(error).__name__).encode("utf-8", "replace")
    if isinstance(error, TypeError):
        OH_JSVM_ThrowTypeError(handle, NULL, text)
    elif isinstance(error, SyntaxError):
        OH_JSVM_ThrowSyntaxError(handle, NULL, text)
    else:
        OH_JSVM_ThrowError(handle, NULL, text)
    return 0


# ---- direct functions ----------------------------------------------------------------

cdef dict DIRECT_TYPES = {
    "void": JSVMX_TYPE_VOID, "bint": JSVMX_TYPE_BOOL,
    "int8": JSVMX_TYPE_INT8, "int16": JSVMX_TYPE_INT16,
    "int32": JSVMX_TYPE_INT32, "int64": JSVMX_TYPE_INT64,
    "uint8": JSVMX_TYPE_UINT8, "uint16": JSVMX_TYPE_UINT16,
    "uint32": JSVMX_TYPE_UINT32, "uint64": JSVMX_TYPE_UINT64,
    "float": JSVMX_TYPE_FLOAT32, "double": JSVMX_TYPE_FLOAT64,
}


cdef JSVMX_Type direct_type(object name, bint is_result) except *:
    if name not in DIRECT_TYPES or (name == "void" and not is_result):
        names = ", ".join(DIRECT_TYPES)
        raise ValueError(f"{name!r} is no type of a direct function; there are {names} "
                         "(void only as a result)")
    return DIRECT_TYPES[name]


cdef JSVM_Value direct_to_js(
    Env env, object name, list params, object result, object thunk
) except NULL:
    cdef JSVMX_DirectFunction definition
    cdef const char *names[64]
    cdef JSVMX_Type types[64]
    cdef JSVM_Value function
    cdef size_t address = thunk
    cdef bytes text = utf8_source(name, "name")
    cdef list kept = []     # the texts that names points into
    if len(params) > 64:
        raise ValueError(
            f"a direct function has at most 64 parameters, not {len(params)}")
    if address == 0:
        raise ValueError("thunk is the address of a C function, not 0")
    for i, (parameter, type_name) in enumerate(params):
        kept.append(utf8_source(parameter, "parameter name"))
        names[i] = <bytes>kept[i]
        types[i] = direct_type(type_name, False)
    definition.name = text
    definition.parameterCount = len(params)
    definition.parameterNames = names
    definition.parameterTypes = types
    definition.resultType = direct_type(result, True)
    definition.thunk = <JSVMX_Thunk>address
    check(env, JSVMX_CreateDirectFunction(env.handle, &definition, &function))
    return function
