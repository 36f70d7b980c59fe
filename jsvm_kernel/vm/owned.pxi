# What a module built on this one (jsvm_kernel.binding) needs besides the proxies.

cdef JSVM_Value owned_function(
    Env env, object owner, JSVMX_CallHandler call, str name, int parameters
) except NULL:
    """A new JS function that keeps owner alive; `call` gets a Held of owner as data."""
    return new_owned(env, owner, call, name, parameters, False)


cdef JSVM_Value owned_constructor(
    Env env, object owner, JSVMX_CallHandler call, str name, int parameters
) except NULL:
    """The same for a function that may be called with new."""
    return new_owned(env, owner, call, name, parameters, True)


cdef JSVM_Value new_owned(
    Env env, object owner, JSVMX_CallHandler call, str name, int parameters,
    bint is_constructor
) except NULL:
    cdef JSVM_Value result
    cdef JSVMX_Function definition
    cdef bytes utf8 = name.encode("utf-8", "replace")
    cdef Held *held = hold_owner(env, owner)
    definition.name = utf8
    definition.nameLength = len(utf8)
    definition.parameterCount = parameters
    definition.isConstructor = is_constructor
    definition.call = call
    definition.data = held
    definition.finalize = bury
    definition.finalizeHint = NULL
    try:
        check(env, JSVMX_CreateFunction(env.handle, &definition, &result))
    except:
        drop_owner(env, held)
        raise
    return result


cdef Held *hold_owner(Env env, object owner) except NULL:
    """Keep a Python object for a function of JS, which buries it when it is gone."""
    cdef object key     # the very object that is in the dict
    cdef Held *held = new_held(env)
    held.callable = <PyObject *>owner
    held.env = env.state
    env.state.users += 1
    try:
        key = <size_t>held
        env.vm.callables[key] = owner
        held.key = <PyObject *>key
    except:
        drop_owner(env, held)
        raise
    return held


cdef int drop_owner(Env env, Held *held) noexcept:
    """Undo hold_owner, as the function was not made."""
    if held.key != NULL:
        del env.vm.callables[<object>held.key]
    drop_env_state(held.env)
    drop_vm_state(held.vm)
    free(held)
    return 0


cdef object adopt_object(Env env, JSVM_Value value, JSObject proxy):
    """Tie a new proxy, whose class suits the value, to it."""
    return adopt(env, value, proxy)


cdef str text_of_units(const void *units, Py_ssize_t length, bint wide):
    """The text of a string's units: UTF-16 if wide, else Latin-1."""
    if wide:
        return text_from_units(<const uint16_t *>units, length)
    return PyUnicode_FromKindAndData(1, units, length)
