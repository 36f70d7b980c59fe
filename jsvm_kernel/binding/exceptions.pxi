# Exception classes: in JS their instances are errors, so that they have a stack and are
# shown as errors.

cdef JSVM_Value new_error(
    Class cls, Env env, object error, JSVM_Value prototype
) except NULL:
    """A JS error with this prototype that stands for a Python exception."""
    cdef JSVM_Value result
    ok(env, OH_JSVM_CreateError(
        env.handle, NULL, to_js(env, exception_text(error)), &result))
    ok(env, OH_JSVM_ObjectSetPrototypeOf(env.handle, result, prototype))
    tie(env, error, result)
    return result


cdef int error_prototype(Env env, JSVM_Value *result) except -1:
    """Error.prototype, whatever the global Error is by now."""
    cdef JSVM_Value error
    ok(env, OH_JSVM_CreateError(env.handle, NULL, to_js(env, ""), &error))
    ok(env, OH_JSVM_ObjectGetPrototypeOf(env.handle, error, result))
    return 0
