/*
 * value_kind.c - what a value is and holds, in one call and without handles.
 */
#include "internal.h"

/* By JSTypedArrayEnum. */
static const int element_types[] = {
    [JS_TYPED_ARRAY_UINT8C] = JSVM_UINT8_CLAMPED_ARRAY,
    [JS_TYPED_ARRAY_INT8] = JSVM_INT8_ARRAY,
    [JS_TYPED_ARRAY_UINT8] = JSVM_UINT8_ARRAY,
    [JS_TYPED_ARRAY_INT16] = JSVM_INT16_ARRAY,
    [JS_TYPED_ARRAY_UINT16] = JSVM_UINT16_ARRAY,
    [JS_TYPED_ARRAY_INT32] = JSVM_INT32_ARRAY,
    [JS_TYPED_ARRAY_UINT32] = JSVM_UINT32_ARRAY,
    [JS_TYPED_ARRAY_BIG_INT64] = JSVM_BIGINT64_ARRAY,
    [JS_TYPED_ARRAY_BIG_UINT64] = JSVM_BIGUINT64_ARRAY,
    [JS_TYPED_ARRAY_FLOAT16] = 11, /* JSVM-API has no name for it */
    [JS_TYPED_ARRAY_FLOAT32] = JSVM_FLOAT32_ARRAY,
    [JS_TYPED_ARRAY_FLOAT64] = JSVM_FLOAT64_ARRAY,
};

static JSVMX_Kind kind_of_object(JSContext *ctx, JSValueConst value)
{
    if (JS_IsFunction(ctx, value))
        return JSVMX_KIND_FUNCTION;
    if (jsvm__engine_is_ordinary(value))
        return JSVMX_KIND_OBJECT;
    if (JS_IsArray(value))
        return JSVMX_KIND_ARRAY;
    if (JS_IsProxy(value))
        return JSVMX_KIND_PROXY;
    if (JS_IsDate(value))
        return JSVMX_KIND_DATE;
    if (JS_IsMap(value))
        return JSVMX_KIND_MAP;
    if (JS_IsSet(value))
        return JSVMX_KIND_SET;
    return JS_IsPromise(value) ? JSVMX_KIND_PROMISE : JSVMX_KIND_OTHER;
}

static void read_object(JSContext *ctx, JSValueConst value, JSVMX_Reading *result)
{
    JSVMBufferInfo buffer;
    JSVMViewInfo view;

    if (jsvm__engine_view_info(value, &view)) {
        result->data = view.data;
        result->length = view.count;
        if (view.type < 0) {
            result->kind = JSVMX_KIND_DATA_VIEW;
        } else {
            result->kind = JSVMX_KIND_TYPED_ARRAY;
            result->elementType = element_types[view.type];
            result->immutable =
                jsvm__engine_buffer_info(view.buffer, &buffer) && buffer.immutable;
        }
    } else if (jsvm__engine_buffer_info(value, &buffer)) {
        result->kind = JSVMX_KIND_ARRAY_BUFFER;
        result->data = buffer.data;
        result->length = buffer.length;
    } else {
        result->kind = kind_of_object(ctx, value);
        if (result->kind == JSVMX_KIND_DATE)
            result->number = jsvm__engine_date_value(value);
    }
}

static bool read_string(JSContext *ctx, JSValueConst value, JSVMX_Reading *result)
{
    JSVMStringView view;

    if (!jsvm__engine_view_string(ctx, value, &view))
        return false;
    result->kind = JSVMX_KIND_STRING;
    result->data = view.data;
    result->length = view.length;
    result->wide = view.wide;
    return true;
}

static void read_bigint(JSValueConst value, JSVMX_Reading *result)
{
    int negative = 0;

    result->kind = JSVMX_KIND_BIGINT;
    result->word = 0;
    result->length = jsvm__engine_bigint_words(value, &negative, &result->word, 1);
    result->negative = negative != 0;
}

bool jsvm__read_counted(JSContext *ctx, JSValueConst value, JSVMX_Reading *result)
{
    if (JS_IsString(value))
        return read_string(ctx, value, result);
    if (JS_IsObject(value))
        read_object(ctx, value, result);
    else if (JS_IsBigInt(value))
        read_bigint(value, result);
    else
        result->kind = JSVMX_KIND_SYMBOL;
    return true;
}

JSVM_Status JSVMX_ReadValue(JSVM_Env env, JSVM_Value value, JSVMX_Reading *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    if (!jsvm__read(env->ctx, jsvm__get(value), result))
        return jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE);
    return jsvm__ok(env);
}
