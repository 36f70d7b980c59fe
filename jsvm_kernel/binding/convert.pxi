# What Python gives back, as a JS value: the one place where that is decided.

cdef JSVM_Value result_to_js(Function function, Env env, object result) except NULL:
    """The result of a call, as a handle in the open scope."""
    cdef JSVM_Value value
    if function.result.code == VOID:
        ok(env, OH_JSVM_GetUndefined(env.handle, &value))
        return value
    if is_simple(result):
        return to_js(env, result)
    try:
        return value_to_js(function.module, env, result, NULL)
    except TypeError as error:
        raise Refusal(f"its result can't go to JavaScript: {error}") from None


cdef inline bint is_simple(object value):
    """Whether it crosses as in jsvm_kernel.vm, without any more questions."""
    cdef type kind = type(value)
    return (kind is float or kind is int or kind is str or kind is bool
            or value is None or isinstance(value, JSValue))


cdef JSVM_Value value_to_js(
    Module module, Env env, object value, const Around *outer
) except NULL:
    """A handle in the open scope; raises TypeError."""
    cdef JSVM_Value result
    if is_simple(value):
        return to_js(env, value)
    exposed = find_exposed(env, type(value))
    if exposed is not None:
        return exposed.to_js(env, value)
    if isinstance(value, (list, tuple)):
        return array_to_js(module, env, value, outer)
    if isinstance(value, dict):
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
    if result != NULL:
        return result
    if PyObject_CheckBuffer(value):
        return memory_to_js(env, value)
    if PyCallable_Check(value):
        return callable_to_js(module, env, value)
    if isinstance(value, (int, float, str, JSError)) or value is undefined:
        return to_js(env, value)
    raise TypeError(
        f"{type(value).__qualname__} has no JavaScript counterpart; numbers, strings, "
        "containers, arrays of numbers, instances of the module's classes, … have one")


cdef JSVM_Value memory_to_js(Env env, object value) except NULL:
    """A typed array that shares the memory, or a copy if it is read-only. That of a
    matrix has its shape as a property."""
    cdef JSVM_Value result
    try:
        result = to_js(env, value)
    except ValueError as error:
        raise TypeError(str(error)) from None
    view = memoryview(value)
    if view.ndim > 1:
        define_keyed(
            env, result, to_js(env, "shape"), to_js(env, list(view.shape)))
    return result


cdef JSVM_Value callable_to_js(Module module, Env env, object value) except NULL:
    """A function that calls a Python callable with whatever it is given."""
    cdef Function function
    cdef str name = name_of(value)
    if isinstance(value, functools.partial):
        name = name_of(value.func)
    function = new_function(module, value, {
        "name": name or "function", "flavour": "plain", "returns": "object",
        "params": [{"name": "args", "type": "object", "kind": "varargs",
                    "optional": False, "nullable": True}]})
    return owned_function(env, function, call_native, name, 0)
