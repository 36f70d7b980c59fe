# Modules: what resolves, loads and describes them.

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


cdef int throw_import_error(Env env, BaseException error) noexcept:
    """Let the import fail with the exception's own text."""
    cdef bytes text
    if isinstance(error, (JSError, Stopped)) or not isinstance(error, Exception):
        return throw_python(env, error)
    try:
        text = (str(error) or type(error).__name__).encode("utf-8", "replace")
    except BaseException:
        text = None
    if text is None:
        throw_name(env, error)
    elif isinstance(error, TypeError):
        OH_JSVM_ThrowTypeError(env.handle, NULL, text)
    elif isinstance(error, SyntaxError):
        OH_JSVM_ThrowSyntaxError(env.handle, NULL, text)
    else:
        OH_JSVM_ThrowError(env.handle, NULL, text)
    return 0
