# Natives of the web platform (prelude/platform/): its scripts, and what is bytes.
#
# Whatever needs Python's libraries is asked of the Env's `platform` (web_platform.py).


cdef bint bytes_of(
    JSVM_Env env, JSVM_Value value, const unsigned char **data, size_t *length
) noexcept nogil:
    """Memory of a Uint8Array; 0: thrown."""
    cdef JSVM_TypedarrayType kind = JSVM_INT8_ARRAY
    cdef void *memory = NULL
    length[0] = 0
    if (
        OH_JSVM_GetTypedarrayInfo(env, value, &kind, length, &memory, NULL, NULL)
        != JSVM_OK
        or kind != JSVM_UINT8_ARRAY
    ):
        OH_JSVM_ThrowTypeError(env, NULL, b"a Uint8Array was expected")
        return False
    data[0] = <const unsigned char *>memory
    return True


cdef object python_text(JSVM_Env env, JSVM_Value value):
    """A JS string for Python; lone surrogates have become U+FFFD."""
    cdef char small[256]
    cdef size_t length = 0
    cdef char *text = text_of(env, value, small, sizeof(small), &length)
    if text == NULL:
        raise ValueError("a string was expected")
    try:
        return text[:length].decode("utf-8")
    finally:
        if text != small:
            free(text)


cdef JSVM_Value js_text(JSVM_Env env, str text):
    cdef bytes data = text.encode("utf-8")
    cdef JSVM_Value result = NULL
    OH_JSVM_CreateStringUtf8(env, data, len(data), &result)
    return result


cdef JSVM_Value js_buffer(JSVM_Env env, const char *bytes, size_t length) noexcept nogil:
    """An ArrayBuffer with a copy of bytes; NULL: an exception is pending."""
    cdef void *memory = NULL
    cdef JSVM_Value result = NULL
    if OH_JSVM_CreateArraybuffer(env, length, &memory, &result) != JSVM_OK:
        return NULL
    if length:
        memcpy(memory, bytes, length)
    return result


cdef JSVM_Value native_load_platform(
    JSVM_Env env, JSVM_CallbackInfo info
) noexcept nogil:
    """loadPlatform(file) -> the completion value of a file of prelude/platform/"""
    cdef JSVM_Value given[1]
    cdef JSVM_Value source = NULL
    cdef JSVM_Value result = NULL
    cdef JSVM_Script script = NULL
    cdef JSVM_ScriptOrigin origin
    cdef bint compiled = False
    if not arguments(env, info, 1, given):
        return NULL
    with gil:
        try:
            platform = <object>data_of(env).platform
            filename, text = platform.script(python_text(env, given[0]))
            source = js_text(env, text)
            name = filename.encode()
            origin = JSVM_ScriptOrigin(NULL, name, 0, 0)
            # The engine keeps the name; it is not read after this call.
            compiled = OH_JSVM_CompileScriptWithOrigin(
                env, source, NULL, 0, False, NULL, &origin, &script) == JSVM_OK
        except BaseException as error:
            throw_python(env, error)
    if compiled:
        OH_JSVM_RunScript(env, script, &result)
    return result


cdef JSVM_Value native_encode_utf8(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """encodeUtf8(text) -> ArrayBuffer"""
    cdef JSVM_Value given[1]
    cdef char small[1024]
    cdef size_t length = 0
    cdef char *text
    cdef JSVM_Value result
    if not arguments(env, info, 1, given):
        return NULL
    text = text_of(env, given[0], small, sizeof(small), &length)
    if text == NULL:
        return NULL
    result = js_buffer(env, text, length)
    if text != small:
        free(text)
    return result


cdef JSVM_Value native_decode_utf8(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """decodeUtf8(bytes) -> text, with U+FFFD for what is malformed"""
    cdef JSVM_Value given[1]
    cdef const unsigned char *data = NULL
    cdef size_t length = 0
    cdef const char *text = b""
    cdef JSVM_Value result = NULL
    if not arguments(env, info, 1, given):
        return NULL
    if not bytes_of(env, given[0], &data, &length):
        return NULL
    if length:  # an empty array may have no memory
        text = <const char *>data
    OH_JSVM_CreateStringUtf8(env, text, length, &result)
    return result


cdef JSVM_Value native_is_utf8(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """isUtf8(bytes) -> whether they are well-formed"""
    cdef JSVM_Value given[1]
    cdef const unsigned char *data = NULL
    cdef size_t length = 0
    cdef bint valid = True
    cdef bint failed = False
    cdef JSVM_Value result = NULL
    if not arguments(env, info, 1, given):
        return NULL
    if not bytes_of(env, given[0], &data, &length):
        return NULL
    with gil:
        try:
            data[:length].decode("utf-8")
        except UnicodeDecodeError:
            valid = False
        except BaseException as error:
            throw_python(env, error)
            failed = True
    if not failed:
        OH_JSVM_GetBoolean(env, valid, &result)
    return result


cdef JSVM_Value native_decode_legacy(
    JSVM_Env env, JSVM_CallbackInfo info
) noexcept nogil:
    """decodeLegacy(codec, state, bytes, final) -> [text, state]

    The state is "" at first and else what the last call gave.
    """
    cdef JSVM_Value given[4]
    cdef const unsigned char *data = NULL
    cdef size_t length = 0
    cdef c_bool final = False
    cdef JSVM_Value result = NULL
    if not arguments(env, info, 4, given):
        return NULL
    if not bytes_of(env, given[2], &data, &length):
        return NULL
    OH_JSVM_GetValueBool(env, given[3], &final)
    with gil:
        try:
            text, state = (<object>data_of(env).platform).decode(
                python_text(env, given[0]), python_text(env, given[1]),
                data[:length], bool(final))
            OH_JSVM_CreateArray(env, &result)
            OH_JSVM_SetElement(env, result, 0, js_text(env, text))
            OH_JSVM_SetElement(env, result, 1, js_text(env, state))
        except BaseException as error:
            throw_python(env, error)
    return result


cdef JSVM_Value native_domain_to_ascii(
    JSVM_Env env, JSVM_CallbackInfo info
) noexcept nogil:
    """domainToASCII(domain) -> its ASCII form, "" if it is none"""
    cdef JSVM_Value given[1]
    cdef JSVM_Value result = NULL
    if not arguments(env, info, 1, given):
        return NULL
    with gil:
        try:
            result = js_text(env, (<object>data_of(env).platform).domain_to_ascii(
                python_text(env, given[0])))
        except BaseException as error:
            throw_python(env, error)
    return result


cdef void fill_random(JSVM_Env env, unsigned char *data, size_t length) noexcept:
    cdef bytes random
    try:
        random = (<object>data_of(env).platform).random_bytes(length)
        memcpy(data, <const char *>random, length)
    except BaseException as error:
        throw_python(env, error)


cdef JSVM_Value native_random_bytes(
    JSVM_Env env, JSVM_CallbackInfo info
) noexcept nogil:
    """randomBytes(bytes): fills them with what nobody can foretell"""
    cdef JSVM_Value given[1]
    cdef const unsigned char *data = NULL
    cdef size_t length = 0
    if not arguments(env, info, 1, given):
        return NULL
    if bytes_of(env, given[0], &data, &length):
        with gil:
            fill_random(env, <unsigned char *>data, length)
    return NULL


cdef JSVM_Value digest_of(
    JSVM_Env env, JSVM_Value algorithm, const unsigned char *data, size_t length
) noexcept:
    cdef bytes digest
    try:
        digest = (<object>data_of(env).platform).digest(
            python_text(env, algorithm), data[:length])
        return js_buffer(env, <const char *>digest, len(digest))
    except BaseException as error:
        throw_python(env, error)
    return NULL


cdef JSVM_Value native_digest(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """digest(algorithm, bytes) -> ArrayBuffer"""
    cdef JSVM_Value given[2]
    cdef const unsigned char *data = NULL
    cdef size_t length = 0
    if not arguments(env, info, 2, given):
        return NULL
    if not bytes_of(env, given[1], &data, &length):
        return NULL
    with gil:
        return digest_of(env, given[0], data, length)


cdef JSVM_Value png_of(
    JSVM_Env env, const unsigned char *data, size_t length, double *shape
) noexcept:
    cdef bytes image
    try:
        image = (<object>data_of(env).platform).encode_png(
            data[:length], int(shape[0]), int(shape[1]), int(shape[2]))
        return js_buffer(env, <const char *>image, len(image))
    except BaseException as error:
        throw_python(env, error)
    return NULL


cdef JSVM_Value native_encode_png(JSVM_Env env, JSVM_CallbackInfo info) noexcept nogil:
    """encodePng(pixels, width, height, channels) -> ArrayBuffer"""
    cdef JSVM_Value given[4]
    cdef const unsigned char *data = NULL
    cdef size_t length = 0
    cdef double shape[3]
    shape[0] = shape[1] = shape[2] = 0
    if not arguments(env, info, 4, given):
        return NULL
    if not bytes_of(env, given[0], &data, &length):
        return NULL
    OH_JSVM_GetValueDouble(env, given[1], &shape[0])
    OH_JSVM_GetValueDouble(env, given[2], &shape[1])
    OH_JSVM_GetValueDouble(env, given[3], &shape[2])
    with gil:
        return png_of(env, data, length, shape)
