# Containers by value, as deep as they go: arrays and lists, plain objects or Maps and
# dicts, Sets and sets. What is no container inside one crosses as it does elsewhere.

cdef extern from "Python.h":
    bint PyCallable_Check(object value) noexcept
    int Py_EnterRecursiveCall(const char *where) except 1   # 1, not -1, on failure
    void Py_LeaveRecursiveCall() noexcept

cdef enum:
    STOPPABLE = 0x10000     # after so many elements a stop is heeded

# The containers around what is being converted, innermost first; on the C stack.
cdef struct Around:
    const Around *outer
    JSVM_Value value
    PyObject *object


# ---- JS to Python --------------------------------------------------------------------

cdef object deep_from_js(
    Env env, JSVM_Value value, const JSVMX_Reading *reading, const Around *outer
):
    """By value what has a counterpart in Python, the rest as a live proxy."""
    cdef Around around
    cdef JSVMX_Kind kind = reading.kind
    if kind == JSVMX_KIND_DATE:
        return datetime_from_js(env, value, reading.number)
    if kind == JSVMX_KIND_BIGINT:
        return to_python(env, value)
    if not (kind == JSVMX_KIND_ARRAY or kind == JSVMX_KIND_MAP or kind == JSVMX_KIND_SET
            or (kind == JSVMX_KIND_OBJECT and is_plain(env, value))):
        return to_python(env, value)
    refuse_cycle(env, value, outer)
    around.outer = outer
    around.value = value
    around.object = NULL
    Py_EnterRecursiveCall(" while converting a value from JavaScript")
    try:
        if kind == JSVMX_KIND_ARRAY:
            return list_from_js(env, value, &around)
        if kind == JSVMX_KIND_SET:
            return set_from_js(env, value, &around)
        if kind == JSVMX_KIND_MAP:
            return dict_of_map(env, value, &around)
        return dict_of_object(env, value, &around)
    finally:
        Py_LeaveRecursiveCall()


cdef object read_deep(Env env, JSVM_Value value, const Around *around):
    cdef JSVMX_Reading reading
    ok(env, JSVMX_ReadValue(env.handle, value, &reading))
    return deep_from_js(env, value, &reading, around)


cdef int refuse_cycle(Env env, JSVM_Value value, const Around *outer) except -1:
    cdef c_bool same = False
    while outer != NULL:
        ok(env, OH_JSVM_StrictEquals(env.handle, value, outer.value, &same))
        if same:
            raise Misfit("is a cycle: a value that contains itself can't be copied to "
                         "Python; declare the parameter as object")
        outer = outer.outer
    return 0


cdef bint is_plain(Env env, JSVM_Value value) except -1:
    """Whether an ordinary object is of no class: a literal, or without a prototype."""
    cdef JSVM_Value prototype
    cdef c_bool is_null = False
    ok(env, OH_JSVM_GetPrototype(env.handle, value, &prototype))
    ok(env, OH_JSVM_IsNull(env.handle, prototype, &is_null))
    if is_null:
        return True
    ok(env, OH_JSVM_GetPrototype(env.handle, prototype, &prototype))
    ok(env, OH_JSVM_IsNull(env.handle, prototype, &is_null))
    return is_null


cdef list list_from_js(Env env, JSVM_Value array, const Around *around):
    cdef uint32_t length, i
    cdef JSVM_Value element
    cdef JSVM_HandleScope scope
    cdef list result = []
    ok(env, OH_JSVM_GetArrayLength(env.handle, array, &length))
    for i in range(length):
        if i % STOPPABLE == 0:
            heed_stop(env)
        ok(env, OH_JSVM_OpenHandleScope(env.handle, &scope))
        try:
            ok(env, OH_JSVM_GetElement(env.handle, array, i, &element))
            result.append(read_deep(env, element, around))
        except Misfit as error:
            raise error.within(f"[{i}]")
        finally:
            OH_JSVM_CloseHandleScope(env.handle, scope)
    return result


cdef int heed_stop(Env env) except -1:
    """Raise a stop: no JS runs here that would, and an array of holes may be long."""
    stopped = stop_exception(env.vm)
    if stopped is not None:
        raise stopped
    return 0


cdef set set_from_js(Env env, JSVM_Value value, const Around *around):
    cdef JSVM_Value entries
    ok(env, JSVMX_GetEntries(env.handle, value, &entries))
    return {hashable(item) for item in list_from_js(env, entries, around)}


cdef dict dict_of_map(Env env, JSVM_Value value, const Around *around):
    cdef JSVM_Value entries
    ok(env, JSVMX_GetEntries(env.handle, value, &entries))
    flat = list_from_js(env, entries, around)
    return dict(zip([hashable(key) for key in flat[::2]], flat[1::2]))


cdef object hashable(object value):
    """An element of a set or a key: lists among them become tuples."""
    if type(value) is list:
        return tuple([hashable(item) for item in value])
    if isinstance(value, (dict, set)):
        raise Misfit(f"has a {type(value).__name__} as a key or element of a set, "
                     "which Python can't have")
    return value


cdef dict dict_of_object(Env env, JSVM_Value value, const Around *around):
    cdef JSVM_Value element
    cdef JSVM_HandleScope scope
    cdef dict result = {}
    for key in own_names(env, value):
        ok(env, OH_JSVM_OpenHandleScope(env.handle, &scope))
        try:
            ok(env, OH_JSVM_GetProperty(env.handle, value, to_js(env, key), &element))
            result[key] = read_deep(env, element, around)
        except Misfit as error:
            raise error.within(f".{key}")
        finally:
            OH_JSVM_CloseHandleScope(env.handle, scope)
    return result


cdef list own_names(Env env, JSVM_Value value):
    """What Object.keys gives."""
    cdef JSVM_Value names
    ok(env, OH_JSVM_GetAllPropertyNames(
        env.handle, value, JSVM_KEY_OWN_ONLY,
        <JSVM_KeyFilter>(JSVM_KEY_ENUMERABLE | JSVM_KEY_SKIP_SYMBOLS),
        JSVM_KEY_NUMBERS_TO_STRINGS, &names))
    return list_from_js(env, names, NULL)


# ---- Python to JS --------------------------------------------------------------------

cdef int refuse_python_cycle(object value, const Around *outer) except -1:
    while outer != NULL:
        if outer.object == <PyObject *>value:
            raise TypeError(
                f"a {type(value).__name__} that contains itself can't be copied")
        outer = outer.outer
    return 0


cdef JSVM_Value array_to_js(
    Module module, Env env, object items, const Around *outer
) except NULL:
    """A new array. Every element has a scope of its own, so that a long list does not
    keep as many handles."""
    cdef Around around
    cdef JSVM_Value result, element
    cdef JSVM_HandleScope scope
    cdef uint32_t index = 0
    refuse_python_cycle(items, outer)
    around.outer = outer
    around.value = NULL
    around.object = <PyObject *>items
    ok(env, OH_JSVM_CreateArrayWithLength(env.handle, len(items), &result))
    Py_EnterRecursiveCall(" while converting a list to JavaScript")
    try:
        for item in items:
            ok(env, OH_JSVM_OpenHandleScope(env.handle, &scope))
            try:
                element = value_to_js(module, env, item, &around)
                ok(env, OH_JSVM_SetElement(env.handle, result, index, element))
            finally:
                OH_JSVM_CloseHandleScope(env.handle, scope)
            index += 1
    finally:
        Py_LeaveRecursiveCall()
    return result


cdef JSVM_Value set_to_js(
    Module module, Env env, object items, const Around *outer
) except NULL:
    cdef JSVM_Value result, element
    cdef JSVM_HandleScope scope
    ok(env, OH_JSVM_CreateSet(env.handle, &result))
    for item in items:
        ok(env, OH_JSVM_OpenHandleScope(env.handle, &scope))
        try:
            element = value_to_js(module, env, item, outer)
            ok(env, JSVMX_AddEntry(env.handle, result, element, NULL))
        finally:
            OH_JSVM_CloseHandleScope(env.handle, scope)
    return result


cdef JSVM_Value object_to_js(
    Module module, Env env, dict items, const Around *outer
) except NULL:
    """A new object. Properties are defined, not set: a key like __proto__ is nothing
    special."""
    cdef Around around
    cdef JSVM_Value result
    cdef JSVM_HandleScope scope
    refuse_python_cycle(items, outer)
    around.outer = outer
    around.value = NULL
    around.object = <PyObject *>items
    ok(env, OH_JSVM_CreateObject(env.handle, &result))
    Py_EnterRecursiveCall(" while converting a dict to JavaScript")
    try:
        for key, item in items.items():
            if not isinstance(key, (str, int)) or isinstance(key, bool):
                raise TypeError(
                    "keys of a dict that becomes a JavaScript object are str or int, "
                    f"not {type(key).__qualname__}")
            ok(env, OH_JSVM_OpenHandleScope(env.handle, &scope))
            try:
                define(env, result, str(key), value_to_js(module, env, item, &around))
            finally:
                OH_JSVM_CloseHandleScope(env.handle, scope)
    finally:
        Py_LeaveRecursiveCall()
    return result


# ---- dates ---------------------------------------------------------------------------

cdef object EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
cdef object NAIVE_EPOCH = datetime.datetime(1970, 1, 1)
cdef object MILLISECOND = datetime.timedelta(milliseconds=1)


cdef object datetime_from_js(Env env, JSVM_Value value, double milliseconds):
    """An aware datetime in UTC."""
    if isnan(milliseconds):
        raise Misfit("expects a valid Date, got the object Invalid Date")
    try:
        return EPOCH + <int64_t>milliseconds * MILLISECOND
    except OverflowError:
        raise Misfit(
            "expects a Date of the years 1 to 9999, which are all that Python's "
            f"datetime has, got {described(env, value)}", is_range=True) from None


cdef JSVM_Value datetime_to_js(Env env, object moment) except NULL:
    """A Date; a naive datetime is one of local time, as elsewhere in Python."""
    cdef JSVM_Value result
    # Without zones, since in UTC it may be of a year that datetime does not have.
    passed = moment.replace(tzinfo=None) - NAIVE_EPOCH - utc_offset(moment)
    cdef int64_t milliseconds = passed // MILLISECOND
    ok(env, OH_JSVM_CreateDate(env.handle, <double>milliseconds, &result))
    return result


cdef object utc_offset(object moment):
    offset = moment.utcoffset()
    if offset is not None:
        return offset
    try:
        return moment.astimezone().utcoffset()
    except (ValueError, OverflowError):
        # Python looks at the days around, which the first and the last do not have.
        inwards = datetime.timedelta(days=2 if moment.year == 1 else -2)
    return (moment + inwards).astimezone().utcoffset()
