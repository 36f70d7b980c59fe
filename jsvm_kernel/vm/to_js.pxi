# Python objects to JS values.

cdef extern from "Python.h":
    bint PyCallable_Check(object value) noexcept
    double PyFloat_AS_DOUBLE(object value) noexcept
    int Py_EnterRecursiveCall(const char *where) except 1   # 1, not -1, on failure
    void Py_LeaveRecursiveCall() noexcept


cdef JSVM_Value to_js(Env env, object value) except NULL:
    """A handle in the open scope. Must not release the GIL between checks of value."""
    cdef JSVM_Value result
    cdef type kind = type(value)
    if kind is int:
        return int_to_js(env, value)
    if kind is str:
        return text_to_js(env, value)
    if kind is float:
        check(env, OH_JSVM_CreateDouble(env.handle, <double>value, &result))
        return result
    if kind is bool:
        check(env, OH_JSVM_GetBoolean(env.handle, value is True, &result))
        return result
    if value is None:
        check(env, OH_JSVM_GetNull(env.handle, &result))
        return result
    if value is undefined:
        check(env, OH_JSVM_GetUndefined(env.handle, &result))
        return result
    if isinstance(value, JSValue):
        return proxy_to_js(env, value)
    return other_to_js(env, value)


cdef inline bint give_plain(object value, JSVMX_Given *given) noexcept:
    """Fill in a value that needs neither a handle nor memory; False for others."""
    if value is None:
        given.give = JSVMX_GIVE_NULL
        return True
    return give_scalar(value, given)


cdef bint give_scalar(object value, JSVMX_Given *given) noexcept:
    cdef type kind = type(value)
    cdef int64_t number
    cdef int overflow
    if kind is int:
        number = PyLong_AsLongLongAndOverflow(value, &overflow)
        given.give = JSVMX_GIVE_NUMBER
        given.number = <double>number
        return overflow == 0 and -SAFE_INTEGER <= number <= SAFE_INTEGER
    if kind is float:
        given.give = JSVMX_GIVE_NUMBER
        given.number = PyFloat_AS_DOUBLE(value)
    elif kind is bool:
        given.give = JSVMX_GIVE_BOOLEAN
        given.number = value is True
    elif value is undefined:
        given.give = JSVMX_GIVE_UNDEFINED
    else:
        return False
    return True


cdef inline JSVM_Value int_to_js(Env env, object value) except NULL:
    """A Number where that is exact, else a BigInt."""
    cdef JSVM_Value result
    cdef int overflow
    cdef int64_t number = PyLong_AsLongLongAndOverflow(value, &overflow)
    if overflow != 0 or not -SAFE_INTEGER <= number <= SAFE_INTEGER:
        return bigint_to_js(env, value)
    if -0x80000000 <= number <= 0x7FFFFFFF:
        check(env, OH_JSVM_CreateInt32(env.handle, <int32_t>number, &result))
    else:
        check(env, OH_JSVM_CreateInt64(env.handle, number, &result))
    return result


cdef inline int check_crossing(Env env, JSValue proxy) except -1:
    """An error for a proxy whose value cannot be used in this Env."""
    if proxy.env is not env:
        if proxy.env is None or proxy.env.vm is not env.vm:
            raise ValueError(
                f"{type(proxy).__name__} belongs to another VM; values cannot cross")
        if proxy.env.state.closed:
            raise Closed("the Env of this value is closed")
    return 0


cdef JSVM_Value proxy_to_js(Env env, JSValue proxy) except NULL:
    cdef JSVM_Value result
    check_crossing(env, proxy)
    check(env, OH_JSVM_GetReferenceValue(env.handle, proxy.ref, &result))
    if result == NULL:
        raise_collected()
    return result


cdef JSVM_Value other_to_js(Env env, object value) except NULL:
    cdef JSVM_Value result
    cdef Exposed exposed = find_exposed(env, type(value))
    if exposed is not None:
        return exposed.to_js(env, value)
    if isinstance(value, BigInt):
        return bigint_to_js(env, value)
    if isinstance(value, int):
        return int_to_js(env, value)
    if isinstance(value, float):
        check(env, OH_JSVM_CreateDouble(env.handle, <double>value, &result))
        return result
    if isinstance(value, str):
        return text_to_js(env, str.__str__(value))
    if isinstance(value, (list, tuple)):
        return sequence_to_js(env, value)
    if isinstance(value, dict):
        return mapping_to_js(env, value)
    if PyObject_CheckBuffer(value):
        return buffer_to_js(env, value, None, None)
    if isinstance(value, JSError) and value.has_value:
        return to_js(env, value.value)
    if PyCallable_Check(value):
        return callable_to_js(env, value, name_of(value))
    raise TypeError(
        f"{type(value).__qualname__} has no JavaScript counterpart; what has: int, "
        "float, str, bool, None, undefined, BigInt, list, tuple, dict, callables, "
        "buffers and the proxies of this VM")


cdef JSVM_Value sequence_to_js(Env env, object items) except NULL:
    """A new array. Every element has a scope of its own, so that a long list does not
    keep as many handles."""
    cdef JSVM_Value array, element
    cdef JSVM_HandleScope scope
    cdef uint32_t index = 0
    check(env, OH_JSVM_CreateArrayWithLength(env.handle, len(items), &array))
    Py_EnterRecursiveCall(" while converting a list to JavaScript")
    try:
        for item in items:
            check(env, OH_JSVM_OpenHandleScope(env.handle, &scope))
            try:
                element = to_js(env, item)
                check(env, OH_JSVM_SetElement(env.handle, array, index, element))
            finally:
                OH_JSVM_CloseHandleScope(env.handle, scope)
            index += 1
    finally:
        Py_LeaveRecursiveCall()
    return array


cdef JSVM_Value mapping_to_js(Env env, dict items) except NULL:
    """A new object. Properties are defined, not set: a key like __proto__ is nothing
    special."""
    cdef JSVM_Value result
    cdef JSVM_HandleScope scope
    cdef JSVM_PropertyDescriptor entry
    check(env, OH_JSVM_CreateObject(env.handle, &result))
    Py_EnterRecursiveCall(" while converting a dict to JavaScript")
    try:
        for key, item in items.items():
            if not isinstance(key, (str, int)) or isinstance(key, bool):
                raise TypeError(
                    "keys of a dict that becomes a JavaScript object are str or int, "
                    f"not {type(key).__qualname__}")
            check(env, OH_JSVM_OpenHandleScope(env.handle, &scope))
            try:
                memset(&entry, 0, sizeof(entry))
                entry.name = text_to_js(env, str(key))
                entry.value = to_js(env, item)
                entry.attributes = JSVM_DEFAULT_JSPROPERTY
                check(env, OH_JSVM_DefineProperties(env.handle, result, 1, &entry))
            finally:
                OH_JSVM_CloseHandleScope(env.handle, scope)
    finally:
        Py_LeaveRecursiveCall()
    return result


cdef JSVM_Value key_to_js(Env env, object key) except NULL:
    """A property key: text, a symbol, or an integer that stands for its digits."""
    if isinstance(key, str):
        return text_to_js(env, key)
    if isinstance(key, JSSymbol):
        return proxy_to_js(env, key)
    if isinstance(key, int) and not isinstance(key, bool):
        return text_to_js(env, str(int(key)))
    raise TypeError(
        f"a property key is str, int or JSSymbol, not {type(key).__qualname__}")
