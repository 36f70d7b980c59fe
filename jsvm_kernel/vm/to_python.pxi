# JS values to Python objects.

cdef object to_python(Env env, JSVM_Value value):
    """Primitives by value, what stands for a Python object as that object, everything
    else as a live proxy. Needs an open scope."""
    cdef JSVM_ValueType kind
    cdef double number
    cdef c_bool truth
    cdef Instance instance
    check(env, OH_JSVM_Typeof(env.handle, value, &kind))
    if kind == JSVM_NUMBER:
        OH_JSVM_GetValueDouble(env.handle, value, &number)
        return number_to_python(number)
    if kind == JSVM_STRING:
        return text_from_js(env, value)
    if kind == JSVM_UNDEFINED:
        return undefined
    if kind == JSVM_BOOLEAN:
        OH_JSVM_GetValueBool(env.handle, value, &truth)
        return True if truth else False
    if kind == JSVM_NULL:
        return None
    if kind == JSVM_BIGINT:
        return bigint_from_js(env, value)
    if kind == JSVM_FUNCTION:
        return adopt(env, value, new_function(env))
    if kind == JSVM_SYMBOL:
        return adopt(env, value, JSSymbol.__new__(JSSymbol))
    instance = instance_of(env, value)
    if instance is not None:
        return instance.value
    return adopt(env, value, new_object(env, value))


cdef inline object number_to_python(double number):
    """An int where the Number is a safe integer other than -0, else a float."""
    cdef int64_t whole
    if -SAFE_INTEGER <= number <= SAFE_INTEGER:
        whole = <int64_t>number
        if <double>whole == number and (whole != 0 or not signbit(number)):
            return whole
    return number


cdef JSFunction new_function(Env env):
    cdef JSFunction function = JSFunction.__new__(JSFunction)
    function.vectorcall = <void *>call_function
    JSVMX_GetAsyncContext(env.state.vm.vm, &function.context)
    return function


cdef JSPromise new_promise(Env env):
    cdef JSPromise promise = JSPromise.__new__(JSPromise)
    JSVMX_GetAsyncContext(env.state.vm.vm, &promise.context)
    return promise


cdef JSObject new_object(Env env, JSVM_Value value):
    """A proxy of the class that suits an object, still without its object."""
    cdef c_bool answer
    OH_JSVM_IsArray(env.handle, value, &answer)
    if answer:
        return JSArray.__new__(JSArray)
    OH_JSVM_IsPromise(env.handle, value, &answer)
    if answer:
        return new_promise(env)
    OH_JSVM_IsTypedarray(env.handle, value, &answer)
    if answer:
        return JSTypedArray.__new__(JSTypedArray)
    OH_JSVM_IsArraybuffer(env.handle, value, &answer)
    if answer:
        return JSArrayBuffer.__new__(JSArrayBuffer)
    OH_JSVM_IsDataview(env.handle, value, &answer)
    if answer:
        return JSDataView.__new__(JSDataView)
    return JSObject.__new__(JSObject)


cdef inline object adopt(Env env, JSVM_Value value, JSValue proxy):
    """Tie a new proxy to its value."""
    check(env, OH_JSVM_CreateReference(env.handle, value, 1, &proxy.ref))
    proxy.env = env
    return proxy
