# JS values to Python objects.

cdef object to_python(Env env, JSVM_Value value):
    """Primitives by value, what stands for a Python object as that object, everything
    else as a live proxy. Needs an open scope."""
    cdef JSVMX_Reading reading
    check(env, JSVMX_ReadValue(env.handle, value, &reading))
    return read_to_python(env, value, &reading)


cdef inline object read_to_python(
    Env env, JSVM_Value value, const JSVMX_Reading *reading
):
    """The same for a value that was read."""
    if reading.kind == JSVMX_KIND_NUMBER:
        return number_to_python(reading.number)
    if reading.kind == JSVMX_KIND_STRING:
        return text_of_units(reading.data, reading.length, reading.wide)
    if reading.kind == JSVMX_KIND_UNDEFINED:
        return undefined
    if reading.kind == JSVMX_KIND_BOOLEAN:
        return True if reading.number else False
    if reading.kind == JSVMX_KIND_NULL:
        return None
    if reading.kind == JSVMX_KIND_BIGINT:
        return bigint_from_js(env, value)
    return object_to_python(env, value, reading.kind)


cdef object object_to_python(Env env, JSVM_Value value, JSVMX_Kind kind):
    cdef Instance instance
    if kind == JSVMX_KIND_FUNCTION:
        return adopt(env, value, new_function(env))
    if kind == JSVMX_KIND_SYMBOL:
        return adopt(env, value, JSSymbol.__new__(JSSymbol))
    instance = instance_of(env, value)
    if instance is not None:
        return instance.value
    return adopt(env, value, new_object(env, kind))


cdef JSFunction new_function(Env env):
    cdef JSFunction function = JSFunction.__new__(JSFunction)
    function.vectorcall = <void *>call_function
    JSVMX_GetAsyncContext(env.state.vm.vm, &function.context)
    return function


cdef JSPromise new_promise(Env env):
    cdef JSPromise promise = JSPromise.__new__(JSPromise)
    JSVMX_GetAsyncContext(env.state.vm.vm, &promise.context)
    return promise


cdef JSObject new_object(Env env, JSVMX_Kind kind):
    """A proxy of the class that suits an object, still without its object."""
    if kind == JSVMX_KIND_ARRAY:
        return JSArray.__new__(JSArray)
    if kind == JSVMX_KIND_PROMISE:
        return new_promise(env)
    if kind == JSVMX_KIND_TYPED_ARRAY:
        return JSTypedArray.__new__(JSTypedArray)
    if kind == JSVMX_KIND_ARRAY_BUFFER:
        return JSArrayBuffer.__new__(JSArrayBuffer)
    if kind == JSVMX_KIND_DATA_VIEW:
        return JSDataView.__new__(JSDataView)
    return JSObject.__new__(JSObject)


cdef inline object adopt(Env env, JSVM_Value value, JSValue proxy):
    """Tie a new proxy to its value."""
    check(env, OH_JSVM_CreateReference(env.handle, value, 1, &proxy.ref))
    proxy.env = env
    return proxy
