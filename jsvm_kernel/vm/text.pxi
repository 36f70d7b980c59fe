# Strings and BigInts both ways. Lone surrogates survive in both directions.

cdef extern from "Python.h":
    int PyUnicode_KIND(object text) noexcept
    void *PyUnicode_DATA(object text) noexcept
    Py_ssize_t PyUnicode_GET_LENGTH(object text) noexcept
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    object PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t size)
    object PyUnicode_DecodeUTF16(
        const char *data, Py_ssize_t size, const char *errors, int *byteorder)
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL

cdef enum:
    SHORT_TEXT = 256    # code units that fit on the C stack


# ---- str -----------------------------------------------------------------------------

cdef JSVM_Value text_to_js(Env env, str text) except NULL:
    cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text)
    cdef JSVM_Value result
    cdef bytes units
    cdef int kind = PyUnicode_KIND(text)
    if kind == 1:
        check(env, OH_JSVM_CreateStringLatin1(
            env.handle, <const char *>PyUnicode_DATA(text), length, &result))
    elif kind == 2:
        check(env, OH_JSVM_CreateStringUtf16(
            env.handle, <const char16_t *>PyUnicode_DATA(text), length, &result))
    else:
        encoding = "utf-16-le" if LITTLE_ENDIAN else "utf-16-be"
        units = text.encode(encoding, "surrogatepass")
        check(env, OH_JSVM_CreateStringUtf16(
            env.handle, <const char16_t *><const char *>units, len(units) // 2,
            &result))
    return result


cdef str text_from_units(const uint16_t *units, Py_ssize_t length):
    cdef uint16_t seen = 0
    cdef Py_ssize_t i
    cdef int order = -1 if LITTLE_ENDIAN else 1
    cdef bint has_surrogates = False
    cdef char *narrow
    for i in range(length):
        seen |= units[i]
    if seen < 0x80:
        text = PyUnicode_New(length, 0x7F)
        narrow = <char *>PyUnicode_DATA(text)
        for i in range(length):
            narrow[i] = <char>units[i]
        return text
    if seen & 0xD800 == 0xD800:  # else no unit can be a surrogate
        for i in range(length):
            if units[i] & 0xF800 == 0xD800:
                has_surrogates = True
                break
    if has_surrogates:
        return PyUnicode_DecodeUTF16(
            <const char *>units, length * 2, "surrogatepass", &order)
    return PyUnicode_FromKindAndData(2, units, length)


cdef str text_from_js(Env env, JSVM_Value value):
    """The text of a JS string."""
    cdef uint16_t units[SHORT_TEXT]
    cdef uint16_t *buffer
    cdef size_t length, size
    check(env, OH_JSVM_GetValueStringUtf16(
        env.handle, value, <char16_t *>units, SHORT_TEXT, &length))
    if length < SHORT_TEXT - 1:
        return text_from_units(units, length)
    check(env, OH_JSVM_GetValueStringUtf16(env.handle, value, NULL, 0, &length))
    check(env, OH_JSVM_GetValueStringUtf8(env.handle, value, NULL, 0, &size))
    if size == length:
        # Every character outside ASCII takes more bytes than units: this is ASCII.
        text = PyUnicode_New(length, 0x7F)
        check(env, OH_JSVM_GetValueStringLatin1(
            env.handle, value, <char *>PyUnicode_DATA(text), length + 1, NULL))
        return text
    buffer = <uint16_t *>malloc((length + 1) * 2)
    if buffer == NULL:
        raise MemoryError
    try:
        check(env, OH_JSVM_GetValueStringUtf16(
            env.handle, value, <char16_t *>buffer, length + 1, NULL))
        return text_from_units(buffer, length)
    finally:
        free(buffer)


cdef inline const char *as_name(str text) except? NULL:
    """The text as a name for JSVM-API's functions that take one; NULL, without an
    exception, if it has to be passed as a JS string. Lives as long as text."""
    cdef Py_ssize_t size = 0
    cdef const char *utf8 = NULL
    try:
        utf8 = PyUnicode_AsUTF8AndSize(text, &size)
    except UnicodeEncodeError:
        pass  # a lone surrogate
    return utf8 if utf8 != NULL and <size_t>size == strlen(utf8) else NULL


# ---- BigInt --------------------------------------------------------------------------

cdef JSVM_Value bigint_to_js(Env env, object number) except NULL:
    cdef JSVM_Value result
    cdef int overflow
    cdef int64_t small = PyLong_AsLongLongAndOverflow(number, &overflow)
    cdef Py_ssize_t words
    cdef bytes magnitude
    if overflow == 0:
        check(env, OH_JSVM_CreateBigintInt64(env.handle, small, &result))
        return result
    words = (int.bit_length(number) + 63) // 64
    magnitude = int.to_bytes(abs(int(number)), words * 8, sys.byteorder)
    if not LITTLE_ENDIAN:
        order = range(len(magnitude) - 8, -1, -8)
        magnitude = b"".join([magnitude[i:i + 8] for i in order])
    check(env, OH_JSVM_CreateBigintWords(
        env.handle, overflow < 0, words, <const uint64_t *><const char *>magnitude,
        &result))
    return result


cdef object bigint_from_js(Env env, JSVM_Value value):
    cdef int64_t small
    cdef c_bool lossless
    cdef size_t words
    cdef int sign
    cdef uint64_t *buffer
    check(env, OH_JSVM_GetValueBigintInt64(env.handle, value, &small, &lossless))
    if lossless:
        return BigInt(small)
    check(env, OH_JSVM_GetValueBigintWords(env.handle, value, NULL, &words, NULL))
    buffer = <uint64_t *>malloc(words * 8)
    if buffer == NULL:
        raise MemoryError
    try:
        check(env, OH_JSVM_GetValueBigintWords(
            env.handle, value, &sign, &words, buffer))
        number = 0
        if LITTLE_ENDIAN:
            number = int.from_bytes((<char *>buffer)[:words * 8], "little")
        else:
            while words > 0:
                words -= 1
                number = number << 64 | buffer[words]
        return BigInt(-number if sign else number)
    finally:
        free(buffer)
