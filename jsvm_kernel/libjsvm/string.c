/*
 * string.c - strings made from and read as Latin-1, UTF-8 and UTF-16.
 *
 * The engine keeps a string as Latin-1 or as UTF-16 units. Text is read straight from
 * there into the caller's buffer.
 */
#include "internal.h"
#include "utf8.h"

/* ---- making ------------------------------------------------------------- */

JSVM_Status OH_JSVM_CreateStringLatin1(JSVM_Env env, const char *str, size_t length,
                                       JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK_TEXT(env, str, length);
    if (length == JSVM_AUTO_LENGTH)
        length = strlen(str);
    return jsvm__return_plain(env, jsvm__engine_new_latin1(env->ctx, str, length),
                              result);
}

/* The engine cuts malformed text into other parts than the Encoding standard does. */
static JSValue new_from_malformed(JSContext *ctx, const char *text, size_t length)
{
    uint16_t *units = js_malloc(ctx, length * sizeof(*units));
    JSValue string;

    if (units == NULL)
        return JS_EXCEPTION;
    string = jsvm__engine_new_utf16(ctx, units, jsvm__utf8_decode(text, length, units));
    js_free(ctx, units);
    return string;
}

static JSValue new_from_utf8(JSContext *ctx, const char *text, size_t length)
{
    if (jsvm__utf8_is_valid(text, length))
        return JS_NewStringLen(ctx, text, length);
    return new_from_malformed(ctx, text, length);
}

JSVM_Status OH_JSVM_CreateStringUtf8(JSVM_Env env, const char *str, size_t length,
                                     JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK_TEXT(env, str, length);
    if (length == JSVM_AUTO_LENGTH)
        length = strlen(str);
    return jsvm__return_plain(env, new_from_utf8(env->ctx, str, length), result);
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
    return jsvm__return_plain(env, jsvm__engine_new_utf16(env->ctx, str, length),
                              result);
}

/* ---- reading ------------------------------------------------------------ */

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

static size_t encode(const JSVMStringView *view, char *out, size_t capacity)
{
    if (view->wide)
        return jsvm__utf8_from_utf16(view->data, view->length, out, capacity);
    return jsvm__utf8_from_latin1(view->data, view->length, out, capacity);
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
