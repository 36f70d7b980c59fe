# What Python gives back, as a JS value: the one place where that is decided.

cdef JSVM_Value result_to_js(Function function, Env env, object result) except NULL:
    cdef JSVM_Value value
    if function.result.code == VOID:
        ok(env, OH_JSVM_GetUndefined(env.handle, &value))
        return value
    return value_to_js(function.module, env, result, NULL)


cdef JSVM_Value value_to_js(
    Module module, Env env, object value, const Around *outer
) except NULL:
    """A handle in the open scope; raises TypeError for what has no counterpart."""
    cdef JSVM_Value result
    cdef type kind = type(value)
    if (kind is float or kind is int or kind is str or kind is bool or value is None
            or isinstance(value, JSValue)):
        return to_js(env, value)
    if kind is list or kind is tuple:
        return array_to_js(module, env, value, outer)
    if kind is dict:
        return object_to_js(module, env, <dict>value, outer)
    if isinstance(value, (set, frozenset)):
        return set_to_js(module, env, value, outer)
    if isinstance(value, datetime.datetime):
        return datetime_to_js(env, value)
    if isinstance(value, enum.Enum):
        return value_to_js(module, env, value.value, outer)
    result = iterator_to_js(module, env, value)
    if result == NULL:
        result = awaitable_to_js(module, env, value)
    return to_js(env, value) if result == NULL else result
