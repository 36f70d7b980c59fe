# Properties of objects, their keys, and iteration.

cdef inline JSVM_Value read_property(
    Env env, JSVM_Value target, object key
) except NULL:
    """target[key]; may run JS."""
    cdef VMState *state = env.state.vm
    cdef PyThreadState *previous
    cdef JSVM_Status status
    cdef JSVM_Value key_value, result
    cdef const char *name = NULL
    cdef uint32_t index
    if type(key) is str:
        name = as_name(key)
    if name != NULL:
        previous = leave_python(state)
        status = OH_JSVM_GetNamedProperty(env.handle, target, name, &result)
        enter_python(state, previous)
    elif type(key) is int and 0 <= key < 0xFFFFFFFF:
        index = key
        previous = leave_python(state)
        status = OH_JSVM_GetElement(env.handle, target, index, &result)
        enter_python(state, previous)
    else:
        key_value = key_to_js(env, key)
        previous = leave_python(state)
        status = OH_JSVM_GetProperty(env.handle, target, key_value, &result)
        enter_python(state, previous)
    check(env, status)
    return result


cdef object get_attribute(JSValue proxy, object key):
    """The property, or undefined where there is none."""
    cdef Env env = proxy.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    try:
        return to_python(env, read_property(env, proxy.get(), key))
    finally:
        env.leave(scope)


cdef object get_item(JSValue proxy, object key):
    """The property; KeyError where there is none."""
    value = get_attribute(proxy, key)
    if value is undefined and not has_item(proxy, key):
        raise KeyError(key)
    return value


cdef bint has_item(JSValue proxy, object key) except -1:
    """The operator `in` of JavaScript."""
    cdef Env env = proxy.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef JSVM_Value target, key_value
    cdef PyThreadState *previous
    cdef JSVM_Status status
    cdef c_bool found = False
    try:
        target = proxy.get()
        key_value = key_to_js(env, key)
        previous = leave_python(env.state.vm)
        status = OH_JSVM_HasProperty(env.handle, target, key_value, &found)
        enter_python(env.state.vm, previous)
        check(env, status)
        return found
    finally:
        env.leave(scope)


cdef int set_item(JSValue proxy, object key, object value) except -1:
    """target[key] = value as in sloppy mode: a frozen object ignores it."""
    cdef Env env = proxy.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef JSVM_Value target, key_value, new_value
    cdef PyThreadState *previous
    cdef JSVM_Status status
    try:
        target = proxy.get()
        key_value = key_to_js(env, key)
        new_value = to_js(env, value)
        previous = leave_python(env.state.vm)
        status = OH_JSVM_SetProperty(env.handle, target, key_value, new_value)
        enter_python(env.state.vm, previous)
        check(env, status)
        return 0
    finally:
        env.leave(scope)


cdef int delete_item(JSValue proxy, object key) except -1:
    cdef Env env = proxy.env_of()
    cdef JSVM_HandleScope scope
    cdef JSVM_Value target, key_value
    cdef PyThreadState *previous
    cdef JSVM_Status status
    cdef c_bool gone = False
    if not has_item(proxy, key):
        raise KeyError(key)
    scope = env.enter()
    try:
        target = proxy.get()
        key_value = key_to_js(env, key)
        previous = leave_python(env.state.vm)
        status = OH_JSVM_DeleteProperty(env.handle, target, key_value, &gone)
        enter_python(env.state.vm, previous)
        check(env, status)
        if not gone:
            raise TypeError(f"property {key!r} cannot be deleted")
        return 0
    finally:
        env.leave(scope)


# ---- keys ----------------------------------------------------------------------------

cdef list keys_of(JSValue proxy, JSVM_KeyCollectionMode mode, JSVM_KeyFilter keep):
    cdef Env env = proxy.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef JSVM_Value target, keys
    cdef PyThreadState *previous
    cdef JSVM_Status status
    try:
        target = proxy.get()
        previous = leave_python(env.state.vm)
        status = OH_JSVM_GetAllPropertyNames(
            env.handle, target, mode, keep, JSVM_KEY_NUMBERS_TO_STRINGS, &keys)
        enter_python(env.state.vm, previous)
        check(env, status)
        return elements(env, keys)
    finally:
        env.leave(scope)


cpdef list own_keys(JSValue proxy):
    """What Object.keys gives."""
    return keys_of(proxy, JSVM_KEY_OWN_ONLY,
                   <JSVM_KeyFilter>(JSVM_KEY_ENUMERABLE | JSVM_KEY_SKIP_SYMBOLS))


cdef list all_names(JSValue proxy):
    """All string keys, those of prototypes too."""
    return keys_of(proxy, JSVM_KEY_INCLUDE_PROTOTYPES, JSVM_KEY_SKIP_SYMBOLS)


cdef list elements(Env env, JSVM_Value array):
    """The elements of an array that JSVM-API has just made."""
    cdef uint32_t length, i
    cdef JSVM_Value element
    cdef JSVM_HandleScope scope
    cdef list result = []
    check(env, OH_JSVM_GetArrayLength(env.handle, array, &length))
    for i in range(length):
        check(env, OH_JSVM_OpenHandleScope(env.handle, &scope))
        try:
            check(env, OH_JSVM_GetElement(env.handle, array, i, &element))
            result.append(to_python(env, element))
        finally:
            OH_JSVM_CloseHandleScope(env.handle, scope)
    return result


# ---- iteration -----------------------------------------------------------------------

cdef object collection_size(JSObject proxy):
    """`size` of a Map or Set; None for any other object."""
    cdef Env env = proxy.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef c_bool is_map, is_set
    try:
        check(env, OH_JSVM_IsMap(env.handle, proxy.get(), &is_map))
        check(env, OH_JSVM_IsSet(env.handle, proxy.get(), &is_set))
    finally:
        env.leave(scope)
    return get_attribute(proxy, "size") if is_map or is_set else None


cdef object js_iterator(JSObject proxy):
    """A Python iterator over proxy[Symbol.iterator](); None if it is not iterable."""
    iterator = iterator_of(proxy, False)
    return None if iterator is None else iterate(iterator)


cdef object js_async_iterator(JSObject proxy):
    """A Python iterator for `async for`; what is iterable without waiting is, too."""
    iterator = iterator_of(proxy, True)
    if iterator is not None:
        return iterate_async(iterator)
    iterator = iterator_of(proxy, False)
    if iterator is None:
        raise TypeError("the JavaScript object is not iterable")
    return iterate_async(iterator, of_promises=True)


cdef object iterator_of(JSObject proxy, bint is_async):
    """What proxy[Symbol.iterator]() or [Symbol.asyncIterator]() gives; None: it has no
    such method."""
    cdef Env env = proxy.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef JSVM_Value symbol, method, target
    cdef PyThreadState *previous
    cdef JSVM_Status status
    cdef c_bool nothing
    try:
        target = proxy.get()
        if is_async:
            check(env, OH_JSVM_GetSymbolAsyncIterator(env.handle, &symbol))
        else:
            check(env, OH_JSVM_GetSymbolIterator(env.handle, &symbol))
        previous = leave_python(env.state.vm)
        status = OH_JSVM_GetProperty(env.handle, target, symbol, &method)
        enter_python(env.state.vm, previous)
        check(env, status)
        check(env, OH_JSVM_IsNullOrUndefined(env.handle, method, &nothing))
        if nothing:
            return None
        function = to_python(env, method)
    finally:
        env.leave(scope)
    if type(function) is not JSFunction:
        raise TypeError("Symbol.iterator of the JavaScript object is not a function")
    (<JSFunction>function).receiver = proxy
    return function()


def iterate(iterator):
    """Python generator over a JavaScript iterator; leaving it early calls `return`."""
    done = False
    try:
        while True:
            step = iterator.next()
            if not isinstance(step, JSObject):
                raise TypeError("next() of the JavaScript iterator gave no object")
            if get_attribute(step, "done"):
                done = True
                return
            yield get_attribute(step, "value")
    except JSError:
        done = True
        raise
    finally:
        if not done and has_item(iterator, "return"):
            get_attribute_method(iterator, "return")()


cdef object get_attribute_method(JSObject proxy, str name):
    method = get_item(proxy, name)
    if type(method) is JSFunction:
        (<JSFunction>method).receiver = proxy
    return method
