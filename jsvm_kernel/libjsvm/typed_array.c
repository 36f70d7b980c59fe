/* typed_array.c - views of ArrayBuffers: typed arrays and DataViews. */
#include "internal.h"

#include <stdio.h>

/* ---- typed arrays ------------------------------------------------------- */

typedef struct {
    const char *name;
    JSTypedArrayEnum engine_type;
    unsigned size; /* bytes of an element */
} ElementType;

/* By JSVM_TypedarrayType. */
static const ElementType element_types[] = {
    [JSVM_INT8_ARRAY] = { "Int8Array", JS_TYPED_ARRAY_INT8, 1 },
    [JSVM_UINT8_ARRAY] = { "Uint8Array", JS_TYPED_ARRAY_UINT8, 1 },
    [JSVM_UINT8_CLAMPED_ARRAY] = { "Uint8ClampedArray", JS_TYPED_ARRAY_UINT8C, 1 },
    [JSVM_INT16_ARRAY] = { "Int16Array", JS_TYPED_ARRAY_INT16, 2 },
    [JSVM_UINT16_ARRAY] = { "Uint16Array", JS_TYPED_ARRAY_UINT16, 2 },
    [JSVM_INT32_ARRAY] = { "Int32Array", JS_TYPED_ARRAY_INT32, 4 },
    [JSVM_UINT32_ARRAY] = { "Uint32Array", JS_TYPED_ARRAY_UINT32, 4 },
    [JSVM_FLOAT32_ARRAY] = { "Float32Array", JS_TYPED_ARRAY_FLOAT32, 4 },
    [JSVM_FLOAT64_ARRAY] = { "Float64Array", JS_TYPED_ARRAY_FLOAT64, 8 },
    [JSVM_BIGINT64_ARRAY] = { "BigInt64Array", JS_TYPED_ARRAY_BIG_INT64, 8 },
    [JSVM_BIGUINT64_ARRAY] = { "BigUint64Array", JS_TYPED_ARRAY_BIG_UINT64, 8 },
};

enum { ELEMENT_TYPES = sizeof(element_types) / sizeof(element_types[0]) };

static JSVM_Status throw_range_error(JSVM_Env env, JSVM_Status status, const char *code,
                                     const char *message)
{
    OH_JSVM_ThrowRangeError(env, code, message);
    return jsvm__fail(env, status);
}

JSVM_Status OH_JSVM_CreateTypedarray(JSVM_Env env, JSVM_TypedarrayType type,
                                     size_t length, JSVM_Value arraybuffer,
                                     size_t byteOffset, JSVM_Value *result)
{
    const ElementType *element;
    JSVMBufferInfo buffer;
    JSValue array;
    char text[128];

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, arraybuffer);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, jsvm__engine_buffer_info(jsvm__get(arraybuffer), &buffer),
               JSVM_INVALID_ARG);
    JSVM_CHECK(env, (unsigned)type < ELEMENT_TYPES, JSVM_INVALID_ARG);
    element = &element_types[type];
    if (byteOffset % element->size != 0) {
        snprintf(text, sizeof(text), "byte offset %zu of a %s is not a multiple of %u",
                 byteOffset, element->name, element->size);
        return throw_range_error(env, JSVM_GENERIC_FAILURE,
                                 "ERR_JSVM_INVALID_TYPEDARRAY_ALIGNMENT", text);
    }
    if (byteOffset > buffer.length ||
        length > (buffer.length - byteOffset) / element->size) {
        snprintf(text, sizeof(text),
                 "%s of length %zu at byte offset %zu exceeds the buffer's %zu bytes",
                 element->name, length, byteOffset, buffer.length);
        return throw_range_error(env, JSVM_GENERIC_FAILURE,
                                 "ERR_JSVM_INVALID_TYPEDARRAY_LENGTH", text);
    }
    JSValueConst arguments[] = {
        jsvm__get(arraybuffer),
        JS_NewInt64(env->ctx, (int64_t)byteOffset),
        JS_NewInt64(env->ctx, (int64_t)length),
    };
    array = JS_NewTypedArray(env->ctx, 3, arguments, element->engine_type);
    if (JS_IsException(array))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, array, result);
}

/* What a view tells, as far as it is asked for. */
static JSVM_Status return_view(JSVM_Env env, const JSVMViewInfo *info, size_t *length,
                               void **data, JSVM_Value *arraybuffer, size_t *byteOffset)
{
    if (arraybuffer) {
        JSValue buffer = JS_DupValue(env->ctx, info->buffer);
        JSVM_Status status = jsvm__return_value(env, buffer, arraybuffer);
        if (status != JSVM_OK)
            return status;
    }
    if (length)
        *length = info->count;
    if (data)
        *data = info->data;
    if (byteOffset)
        *byteOffset = info->offset;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetTypedarrayInfo(JSVM_Env env, JSVM_Value typedarray,
                                      JSVM_TypedarrayType *type, size_t *length,
                                      void **data, JSVM_Value *arraybuffer,
                                      size_t *byteOffset)
{
    unsigned i = 0;
    JSVMViewInfo info;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, typedarray);
    JSVM_CHECK(env,
               jsvm__engine_view_info(jsvm__get(typedarray), &info) && info.type >= 0,
               JSVM_INVALID_ARG);
    if (type) {
        while (i < ELEMENT_TYPES && (int)element_types[i].engine_type != info.type)
            i++;
        if (i == ELEMENT_TYPES)
            return jsvm__fail_with(env, JSVM_GENERIC_FAILURE,
                                   "JSVM_TypedarrayType has no name for Float16Array");
        *type = (JSVM_TypedarrayType)i;
    }
    return return_view(env, &info, length, data, arraybuffer, byteOffset);
}

/* ---- DataView ----------------------------------------------------------- */

JSVM_Status OH_JSVM_CreateDataview(JSVM_Env env, size_t length, JSVM_Value arraybuffer,
                                   size_t byteOffset, JSVM_Value *result)
{
    JSVMBufferInfo buffer;
    JSValue view;
    char text[128];

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, arraybuffer);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, jsvm__engine_buffer_info(jsvm__get(arraybuffer), &buffer),
               JSVM_INVALID_ARG);
    if (byteOffset > buffer.length || length > buffer.length - byteOffset) {
        snprintf(
            text, sizeof(text),
            "DataView of %zu bytes at byte offset %zu exceeds the buffer's %zu bytes",
            length, byteOffset, buffer.length);
        return throw_range_error(env, JSVM_PENDING_EXCEPTION,
                                 "ERR_JSVM_INVALID_DATAVIEW_ARGS", text);
    }
    view =
        jsvm__engine_new_dataview(env->ctx, jsvm__get(arraybuffer), byteOffset, length);
    if (JS_IsException(view))
        return jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    return jsvm__return_value(env, view, result);
}

JSVM_Status OH_JSVM_GetDataviewInfo(JSVM_Env env, JSVM_Value dataview,
                                    size_t *bytelength, void **data,
                                    JSVM_Value *arraybuffer, size_t *byteOffset)
{
    JSVMViewInfo info;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, dataview);
    JSVM_CHECK(env, jsvm__engine_view_info(jsvm__get(dataview), &info) && info.type < 0,
               JSVM_INVALID_ARG);
    return return_view(env, &info, bytelength, data, arraybuffer, byteOffset);
}
