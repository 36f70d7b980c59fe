/*
 * array_buffer.c - ArrayBuffers: of the engine's memory, over a backing store, over
 * external memory; detaching.
 */
#include "internal.h"

/* ---- memory of the engine ----------------------------------------------- */

JSVM_Status OH_JSVM_CreateArraybuffer(JSVM_Env env, size_t byteLength, void **data,
                                      JSVM_Value *result)
{
    JSVMBufferInfo info;
    JSValue buffer;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, result);
    buffer =
        JS_NewArrayBufferCopy(env->ctx, NULL, byteLength); /* zeroed, for no source */
    if (JS_IsException(buffer))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    if (data && jsvm__engine_buffer_info(buffer, &info))
        *data = info.data;
    return jsvm__return_value(env, buffer, result);
}

/* ---- backing stores: memory that the caller owns ------------------------ */

JSVM_Status OH_JSVM_AllocateArrayBufferBackingStoreData(
    size_t byteLength, JSVM_InitializedFlag initialized, void **data)
{
    size_t size = byteLength > 0 ? byteLength : 1;

    if (data == NULL)
        return JSVM_INVALID_ARG;
    *data = initialized == JSVM_UNINITIALIZED ? malloc(size) : calloc(1, size);
    return *data ? JSVM_OK : JSVM_GENERIC_FAILURE;
}

JSVM_Status OH_JSVM_FreeArrayBufferBackingStoreData(void *data)
{
    if (data == NULL)
        return JSVM_INVALID_ARG;
    free(data);
    return JSVM_OK;
}

JSVM_Status OH_JSVM_CreateArrayBufferFromBackingStoreData(JSVM_Env env, void *data,
                                                          size_t backingStoreSize,
                                                          size_t offset,
                                                          size_t arrayBufferSize,
                                                          JSVM_Value *result)
{
    JSValue buffer;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, data);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, backingStoreSize > 0 && arrayBufferSize > 0, JSVM_INVALID_ARG);
    JSVM_CHECK(env, arrayBufferSize <= backingStoreSize, JSVM_INVALID_ARG);
    JSVM_CHECK(env, offset <= backingStoreSize - arrayBufferSize, JSVM_INVALID_ARG);
    buffer = JS_NewArrayBuffer(env->ctx, (uint8_t *)data + offset, arrayBufferSize, 0,
                               NULL, NULL, false);
    if (JS_IsException(buffer))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, buffer, result);
}

/* ---- external memory: the buffer tells when it is gone ------------------ */

static const size_t EXTERNAL_ALIGNMENT = 8;
static const uint64_t EXTERNAL_LIMIT = (uint64_t)32 << 30;

typedef struct {
    JSVM_FinalizeArrayBuffer finalizer;
    void *data;
    void *hint;
} ExternalMemory;

/* The engine asks for size 0 to free the memory, and for another size to resize it. */
static void *resize_external(JSRuntime *rt, void *opaque, void *data, size_t size)
{
    ExternalMemory *memory = opaque;

    (void)rt;
    (void)data;
    if (size > 0)
        return NULL;
    jsvm__count(JSVM_LIVE_FINALIZERS, -1);
    memory->finalizer(NULL, memory->data, memory->hint, false);
    free(memory);
    return NULL;
}

JSVM_Status OH_JSVM_CreateArrayBufferFromExternalMemory(
    JSVM_Env env, void *externalData, size_t byteLength,
    JSVM_FinalizeArrayBuffer finalizeCb, void *finalizeHint, bool *copied,
    JSVM_Value *result)
{
    ExternalMemory *memory = NULL;
    JSVM_Value handle;
    JSValue buffer;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, externalData != NULL || byteLength == 0, JSVM_INVALID_ARG);
    JSVM_CHECK(env, (uintptr_t)externalData % EXTERNAL_ALIGNMENT == 0,
               JSVM_INVALID_ARG);
    JSVM_CHECK(env, byteLength < EXTERNAL_LIMIT, JSVM_INVALID_ARG);
    JSVM_CHECK(env, byteLength > 0 || finalizeCb == NULL, JSVM_INVALID_ARG);

    /* What can fail comes first: a buffer that was made and dropped would finalize
     * memory that the caller, told of a failure, still owns. */
    handle = jsvm__push(env, JS_UNDEFINED);
    JSVM_CHECK_MEMORY(env, handle);
    if (finalizeCb) {
        memory = malloc(sizeof(*memory));
        JSVM_CHECK_MEMORY(env, memory);
        *memory = (ExternalMemory){ finalizeCb, externalData, finalizeHint };
    }
    buffer = JS_NewArrayBuffer(env->ctx, externalData, byteLength, 0,
                               memory ? resize_external : NULL, memory, false);
    if (JS_IsException(buffer)) {
        free(memory);
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    }
    if (memory)
        jsvm__count(JSVM_LIVE_FINALIZERS, 1);
    handle->value = buffer;
    *result = handle;
    if (copied)
        *copied = false;
    return jsvm__ok(env);
}

/* ---- looking and detaching ---------------------------------------------- */

JSVM_Status OH_JSVM_GetArraybufferInfo(JSVM_Env env, JSVM_Value arraybuffer,
                                       void **data, size_t *byteLength)
{
    JSVMBufferInfo info;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, arraybuffer);
    JSVM_CHECK(env, jsvm__engine_buffer_info(jsvm__get(arraybuffer), &info),
               JSVM_INVALID_ARG);
    if (data)
        *data = info.data;
    if (byteLength)
        *byteLength = info.length;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_DetachArraybuffer(JSVM_Env env, JSVM_Value arraybuffer)
{
    JSVMBufferInfo info;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, arraybuffer);
    JSVM_CHECK(env, jsvm__engine_buffer_info(jsvm__get(arraybuffer), &info),
               JSVM_ARRAYBUFFER_EXPECTED);
    JSVM_CHECK(env, info.detachable, JSVM_DETACHABLE_ARRAYBUFFER_EXPECTED);
    JS_DetachArrayBuffer(env->ctx, jsvm__get(arraybuffer));
    return jsvm__ok(env);
}

/* ---- memory that is held ------------------------------------------------- */

static bool is_array_buffer(JSValueConst value)
{
    JSVMBufferInfo info;

    return jsvm__engine_buffer_info(value, &info);
}

JSVM_Status JSVMX_HoldMemory(JSVM_Env env, JSVM_Value value, JSVMX_Memory *result)
{
    JSVMBufferInfo buffer = { .immutable = false };
    JSVMX_Reading reading = { .elementType = -1 };
    JSVMViewInfo view;
    JSValueConst owner;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    owner = jsvm__get(value);
    if (jsvm__engine_view_info(owner, &view))
        owner = view.buffer; /* may be a SharedArrayBuffer, which never moves */
    else
        JSVM_CHECK(env, is_array_buffer(owner), JSVM_ARRAYBUFFER_EXPECTED);
    JSVMX_ReadValue(env, value, &reading);
    if (reading.data == NULL || (jsvm__engine_buffer_info(owner, &buffer) &&
                                 !jsvm__engine_pin_buffer(owner, 1)))
        return jsvm__fail_with(env, JSVM_GENERIC_FAILURE,
                               "The ArrayBuffer is detached");
    *result = (JSVMX_Memory){
        .data = (void *)(uintptr_t)reading.data,
        .length = reading.length,
        .elementType = reading.elementType,
        .isReadonly = buffer.immutable,
        .hold = JS_VALUE_GET_PTR(JS_DupValue(env->ctx, owner)),
    };
    return jsvm__ok(env);
}

JSVM_Status JSVMX_ReleaseMemory(JSVM_Env env, void *hold)
{
    JSValue owner;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, hold);
    owner = JS_MKPTR(JS_TAG_OBJECT, hold);
    if (is_array_buffer(owner))
        jsvm__engine_pin_buffer(owner, -1);
    JS_FreeValue(env->ctx, owner);
    return jsvm__ok(env);
}
