/*
 * string.c - strings made from and read as Latin-1, UTF-8 and UTF-16.
 *
 * The engine keeps a string as Latin-1 or as UTF-16 units. Text is read straight from
 * there into the caller's buffer.
 */
#include "internal.h"

/* ---- making ------------------------------------------------------------------- */

JSVM_Status OH_JSVM_CreateStringLatin1(JSVM_Env env, const char *str, size_t length,
                                       JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK_TEXT(env, str, length);
    if (length == JSVM_AUTO_LENGTH)
        length = strlen(str);
    return jsvm__return_plain(env, jsvm__engine_new_latin1(env->ctx, str, length), result);
}

JSVM_Status OH_JSVM_CreateStringUtf8(JSVM_Env env, const char *str, size_t length,
                                     JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK_TEXT(env, str, length);
    if (length == JSVM_AUTO_LENGTH)
        length = strlen(str);
    return jsvm__return_plain(env, JS_NewStringLen(env->ctx, str, length), result);
}

static size_t length_of_units(const char16_t *units)
{
    const char16_t *end = units;

    while (*end != 0)
        end++;
    return (size_t)(end - units);
}

JSVM_Status OH_JSVM_CreateStringUtf16(JSVM_Env env, const char16_t *str, size_t length,
                                      JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK_TEXT(env, str, length);
    if (length == JSVM_AUTO_LENGTH)
        length = length_of_units(str);
    return jsvm__return_plain(env, jsvm__engine_new_utf16(env->ctx, str, length), result);
}

/* ---- UTF-8 -------------------------------------------------------------------- */

/* Whether all of the eight bytes are ASCII. */
static bool is_ascii_block(const uint8_t *bytes)
{
    uint64_t block;

    memcpy(&block, bytes, sizeof(block));
    return (block & 0x8080808080808080u) == 0;
}

/* The encoders write at most `capacity` bytes, whole characters only, and give the number
 * written; with `out` NULL they count. */
static size_t encode_latin1(const uint8_t *units, size_t length, char *out,
                            size_t capacity)
{
    size_t written = 0;

    for (size_t i = 0; i < length;) {
        if (length - i >= 8 && capacity - written >= 8 && is_ascii_block(units + i)) {
            if (out)
                memcpy(out + written, units + i, 8);
            i += 8;
            written += 8;
            continue;
        }
        uint8_t unit = units[i++];
        size_t size = unit < 0x80 ? 1 : 2;
        if (size > capacity - written)
            break;
        if (out && size == 1) {
            out[written] = (char)unit;
        } else if (out) {
            out[written] = (char)(0xc0 | unit >> 6);
            out[written + 1] = (char)(0x80 | (unit & 0x3f));
        }
        written += size;
    }
    return written;
}

/* The code point at *position, which moves behind it; U+FFFD for an unpaired surrogate. */
static uint32_t next_code_point(const uint16_t *units, size_t length, size_t *position)
{
    uint32_t unit = units[(*position)++];

    if (unit < 0xd800 || unit > 0xdfff)
        return unit;
    if (unit < 0xdc00 && *position < length) {
        uint32_t low = units[*position];
        if (low >= 0xdc00 && low <= 0xdfff) {
            ++*position;
            return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return 0xfffd;
}

static size_t encode_utf16(const uint16_t *units, size_t length, char *out,
                           size_t capacity)
{
    size_t written = 0;

    for (size_t i = 0; i < length;) {
        uint32_t c = next_code_point(units, length, &i);
        size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (size > capacity - written)
            break;
        if (out) {
            char *p = out + written;
            if (size == 1)
                *p++ = (char)c;
            else if (size == 2)
                *p++ = (char)(0xc0 | c >> 6);
            else if (size == 3)
                *p++ = (char)(0xe0 | c >> 12);
            else
                *p++ = (char)(0xf0 | c >> 18);
            for (size_t rest = size - 1; rest > 0; rest--)
                *p++ = (char)(0x80 | (c >> (6 * (rest - 1)) & 0x3f));
        }
        written += size;
    }
    return written;
}

static size_t encode(const JSVMStringView *view, char *out, size_t capacity)
{
    if (view->wide)
        return encode_utf16(view->data, view->length, out, capacity);
    return encode_latin1(view->data, view->length, out, capacity);
}

/* ---- reading ------------------------------------------------------------------ */

/* The checks that the three readers share, and the look at the string. */
static JSVM_Status view_text(JSVM_Env env, JSVM_Value value, const void *buf,
                             const size_t *result, JSVMStringView *view)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK(env, buf != NULL || result != NULL, JSVM_INVALID_ARG);
    JSVM_CHECK(env, JS_IsString(jsvm__get(value)), JSVM_STRING_EXPECTED);
    if (!jsvm__engine_view_string(env->ctx, jsvm__get(value), view))
        return jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE);
    return jsvm__ok(env);
}

static void store(size_t *result, size_t length)
{
    if (result)
        *result = length;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

JSVM_Status OH_JSVM_GetValueStringLatin1(JSVM_Env env, JSVM_Value value, char *buf,
                                         size_t bufsize, size_t *result)
{
    JSVMStringView view;
    size_t length;
    JSVM_Status status = view_text(env, value, buf, result, &view);

    if (status != JSVM_OK)
        return status;
    length = view.length;
    if (buf != NULL) {
        length = bufsize > 0 ? smaller(length, bufsize - 1) : 0;
        if (view.wide) {
            const uint16_t *units = view.data;
            for (size_t i = 0; i < length; i++)
                buf[i] = (char)units[i];
        } else {
            memcpy(buf, view.data, length);
        }
        if (bufsize > 0)
            buf[length] = 0;
    }
    store(result, length);
    return status;
}

JSVM_Status OH_JSVM_GetValueStringUtf8(JSVM_Env env, JSVM_Value value, char *buf,
                                       size_t bufsize, size_t *result)
{
    JSVMStringView view;
    size_t length = 0;
    JSVM_Status status = view_text(env, value, buf, result, &view);

    if (status != JSVM_OK)
        return status;
    if (buf == NULL) {
        length = encode(&view, NULL, SIZE_MAX);
    } else if (bufsize > 0) {
        length = encode(&view, buf, bufsize - 1);
        buf[length] = 0;
    }
    store(result, length);
    return status;
}

JSVM_Status OH_JSVM_GetValueStringUtf16(JSVM_Env env, JSVM_Value value, char16_t *buf,
                                        size_t bufsize, size_t *result)
{
    JSVMStringView view;
    size_t length;
    JSVM_Status status = view_text(env, value, buf, result, &view);

    if (status != JSVM_OK)
        return status;
    length = view.length;
    if (buf != NULL) {
        length = bufsize > 0 ? smaller(length, bufsize - 1) : 0;
        if (view.wide) {
            memcpy(buf, view.data, length * sizeof(*buf));
        } else {
            const uint8_t *units = view.data;
            for (size_t i = 0; i < length; i++)
                buf[i] = units[i];
        }
        if (bufsize > 0)
            buf[length] = 0;
    }
    store(result, length);
    return status;
}
