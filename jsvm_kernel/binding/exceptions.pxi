# Exception classes: in JS their instances are errors, so that they have a stack and are
# shown as errors. A hidden property ties such an error to its Python exception.

cdef JSVM_Value exception_key(Env env) except NULL:
    cdef JSVM_Value key
    ok(env, OH_JSVM_SymbolFor(
        env.handle, b"jsvm.exception", JSVM_AUTO_LENGTH, &key))
    return key


cdef JSVM_Value new_error(
    Class cls, Env env, object error, JSVM_Value prototype
) except NULL:
    """A JS error with this prototype that stands for a Python exception."""
    cdef JSVM_Value result, nothing
    ok(env, OH_JSVM_CreateError(
        env.handle, NULL, to_js(env, error_text(error)), &result))
    ok(env, OH_JSVM_ObjectSetPrototypeOf(env.handle, result, prototype))
    ok(env, OH_JSVM_GetNull(env.handle, &nothing))
    define_hidden_value(
        env, result, exception_key(env), new_instance(env, error, nothing))
    return result


cdef JSVM_Value class_error_to_js(Env env, object error) except? NULL:
    """A JS error for an exception of an exported class; NULL, without an exception, for
    any other."""
    exposed = find_exposed(env, type(error))
    return NULL if exposed is None else exposed.to_js(env, error)


cdef object object_behind(Env env, JSVM_Value value):
    """The Python object that a JS object, or error, stands for; None: it stands for
    none."""
    cdef JSVM_Value tied
    cdef c_bool is_error = False
    found = instance_of(env, value)
    if found is None:
        ok(env, OH_JSVM_IsError(env.handle, value, &is_error))
        if is_error:
            ok(env, OH_JSVM_GetProperty(
                env.handle, value, exception_key(env), &tied))
            found = instance_of(env, tied)
    return None if found is None else found.value


cdef int error_prototype(Env env, JSVM_Value *result) except -1:
    """Error.prototype, whatever the global Error is by now."""
    cdef JSVM_Value error
    ok(env, OH_JSVM_CreateError(env.handle, NULL, to_js(env, ""), &error))
    ok(env, OH_JSVM_ObjectGetPrototypeOf(env.handle, error, result))
    return 0
