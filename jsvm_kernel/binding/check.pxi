# One argument: does the JS value fit the declared type, and as what does Python get it.
# Nothing is coerced.

cdef object from_js(
    Env env, const Type *type, JSVM_Value value, const JSVMX_Reading *reading
):
    """The Python object for a value; raises Misfit."""
    cdef TypeCode code = type.code
    cdef JSVMX_Kind kind = reading.kind
    if code == OBJECT:
        return any_from_js(env, value, reading)
    if code == DOUBLE or code == FLOAT:
        if kind == JSVMX_KIND_NUMBER:
            return reading.number
    elif INT8 <= code <= INT or code == ENUM:
        return integer_from_js(env, type, value, reading)
    elif code == STR:
        if kind == JSVMX_KIND_STRING:
            return text_of_units(reading.data, reading.length, reading.wide)
    elif code == BINT:
        if kind == JSVMX_KIND_BOOLEAN:
            return reading.number != 0
    elif code == VIEW or code == VIEW2D:
        if kind == JSVMX_KIND_TYPED_ARRAY and fits_view(type, reading.elementType):
            if reading.data == NULL:
                raise detached(env, type, value)
            if type.writes and reading.immutable:
                raise immutable(env, type, value)
            return adopt_object(env, value, JSTypedArray.__new__(JSTypedArray))
    elif code == BYTES or code == BYTEARRAY:
        if (kind == JSVMX_KIND_ARRAY_BUFFER or kind == JSVMX_KIND_TYPED_ARRAY
                and reading.elementType == JSVM_UINT8_ARRAY):
            return bytes_from_js(env, type, value, reading)
    else:
        return object_from_js(env, type, value, reading)
    raise misfit(env, type, value)


cdef inline object any_from_js(
    Env env, JSVM_Value value, const JSVMX_Reading *reading
):
    """Primitives by value, an object as what it stands for or as a live proxy."""
    if reading.kind == JSVMX_KIND_NUMBER:
        return number_to_python(reading.number)
    if reading.kind == JSVMX_KIND_STRING:
        return text_of_units(reading.data, reading.length, reading.wide)
    return to_python(env, value)


cdef object object_from_js(
    Env env, const Type *type, JSVM_Value value, const JSVMX_Reading *reading
):
    """The same for the types that are less often used."""
    cdef TypeCode code = type.code
    cdef JSVMX_Kind kind = reading.kind
    if code == LIST or code == TUPLE:
        if kind == JSVMX_KIND_ARRAY:
            items = deep_from_js(env, value, reading, NULL)
            return items if code == LIST else tuple(items)
    elif code == DICT:
        if kind == JSVMX_KIND_MAP or (
                kind == JSVMX_KIND_OBJECT and is_plain(env, value)):
            return deep_from_js(env, value, reading, NULL)
    elif code == SET:
        if kind == JSVMX_KIND_SET:
            return deep_from_js(env, value, reading, NULL)
    elif code == DATETIME:
        if kind == JSVMX_KIND_DATE:
            return datetime_from_js(env, value, reading.number)
    elif code == STRUCT:
        if kind == JSVMX_KIND_OBJECT and is_plain(env, value):
            return struct_from_js(env, type, value)
    elif code == CLASS:
        instance = object_behind(env, value)
        if isinstance(instance, <object>type.of):
            return instance
    raise misfit(env, type, value)


# ---- numbers -------------------------------------------------------------------------

cdef object integer_from_js(
    Env env, const Type *type, JSVM_Value value, const JSVMX_Reading *reading
):
    cdef double number = reading.number
    cdef TypeCode code = type.code
    cdef double low, high
    if reading.kind == JSVMX_KIND_BIGINT and code in (INT, INT64, UINT64):
        return bigint_that_fits(env, type, value, reading)
    if reading.kind != JSVMX_KIND_NUMBER or number != floor(number):
        raise misfit(env, type, value)
    if code == ENUM:
        if not is_member(<Enum>type.of, number):
            raise Misfit(f"expects {expected(type)}, got {described(env, value)}",
                         is_range=True)
        return int(number)
    low = LOWEST[INT64 - INT8] if code == INT else LOWEST[code - INT8]
    high = HIGHEST[INT64 - INT8] if code == INT else HIGHEST[code - INT8]
    if not low <= number <= high:
        if could_be_bigint(code, number):
            raise beyond_safe(env, type, value)
        raise out_of_range(env, type, value)
    return <int64_t>number


cdef bint could_be_bigint(TypeCode code, double number):
    """Whether an integer beyond 2^53 fits the type as a BigInt."""
    if code == INT:
        return not isinf(number)
    if code == INT64 or code == UINT64:
        low, high = integer_range(code)
        return not isinf(number) and low <= int(number) <= high
    return False


cdef object bigint_that_fits(
    Env env, const Type *type, JSVM_Value value, const JSVMX_Reading *reading
):
    number = int(bigint_from_js(env, value))
    if type.code != INT:
        low, high = integer_range(type.code)
        if not low <= number <= high:
            raise out_of_range(env, type, value)
    return number


cdef bint is_member(Enum enumeration, double number) except -1:
    """Whether an integer is the value of a member, or a combination of flags."""
    if number in enumeration.values:
        return True
    return (enumeration.bits != 0 and 0 <= number <= enumeration.bits
            and <int64_t>number & ~enumeration.bits == 0)


# ---- memory --------------------------------------------------------------------------

cdef inline bint fits_view(const Type *type, int element) noexcept:
    return element == type.element or (
        type.element == JSVM_UINT8_ARRAY and element == JSVM_UINT8_CLAMPED_ARRAY)


cdef object bytes_from_js(
    Env env, const Type *type, JSVM_Value value, const JSVMX_Reading *reading
):
    if reading.data == NULL:
        raise detached(env, type, value)
    if type.code == BYTEARRAY:
        return PyByteArray_FromStringAndSize(
            <const char *>reading.data, reading.length)
    return PyBytes_FromStringAndSize(<const char *>reading.data, reading.length)


cdef object shaped(Env env, const Type *type, object typed_array, JSVM_Value value):
    """The typed array as a matrix whose shape is the next argument of JS."""
    cdef JSVMX_Reading reading
    shape = None
    if value != NULL:
        ok(env, JSVMX_ReadValue(env.handle, value, &reading))
        if reading.kind == JSVMX_KIND_ARRAY:
            shape = deep_from_js(env, value, &reading, NULL)
    if not is_shape(shape):
        given = "nothing" if value == NULL else described(env, value)
        raise Misfit(f"expects {expected(type)} and behind it its shape "
                     f"[rows, columns], got as shape {given}")
    rows, columns = shape
    if rows * columns != len(typed_array):
        raise Misfit(
            f"expects {expected(type)} of {rows} x {columns} elements, as its shape "
            f"says, got one of {len(typed_array)}", is_range=True)
    view = memoryview(typed_array)
    if rows * columns == 0:
        return empty_matrix(view, rows, columns)
    return view.cast("B").cast(view.format, shape)


cdef bint is_shape(object value):
    if type(value) is not list or len(value) != 2:
        return False
    return all([type(size) is int and size >= 0 for size in value])


cdef object empty_matrix(object view, object rows, object columns):
    # memoryview.cast refuses a shape with a 0; an array of ctypes has one.
    import ctypes
    kinds = {"b": ctypes.c_int8, "B": ctypes.c_uint8, "h": ctypes.c_int16,
             "H": ctypes.c_uint16, "i": ctypes.c_int32, "I": ctypes.c_uint32,
             "q": ctypes.c_int64, "Q": ctypes.c_uint64, "f": ctypes.c_float,
             "d": ctypes.c_double}
    return ((kinds[view.format] * columns) * rows)()


# ---- structs -------------------------------------------------------------------------

cdef dict struct_from_js(Env env, const Type *type, JSVM_Value value):
    """The fields of a C struct, each checked, as the dict that Cython makes it from."""
    cdef Struct struct = <Struct>type.of
    cdef JSVM_Value field
    cdef JSVMX_Reading reading
    cdef dict result = {}
    refuse_other_fields(env, struct, value)
    for i, name in enumerate(struct.names):
        ok(env, OH_JSVM_GetProperty(env.handle, value, to_js(env, name), &field))
        ok(env, JSVMX_ReadValue(env.handle, field, &reading))
        if reading.kind == JSVMX_KIND_UNDEFINED:
            raise Misfit(f"expects {expected(type)} ({', '.join(struct.names)}), but "
                         f"{name} is missing in {described(env, value)}")
        try:
            result[name] = from_js(env, &struct.types[i], field, &reading)
        except Misfit as error:
            raise error.within(f".{name}")
    return result


cdef int refuse_other_fields(Env env, Struct struct, JSVM_Value value) except -1:
    for name in own_names(env, value):
        if name not in struct.names:
            raise Misfit(f"has the field {name}, which {struct.name} does not; its "
                         f"fields are {', '.join(struct.names)}")
    return 0
