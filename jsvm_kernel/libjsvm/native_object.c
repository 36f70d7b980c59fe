/*
 * native_object.c - JS objects that stand for something of C.
 *
 * They are objects of an engine class of their own, whose opaque pointer is the
 * caller's JSVMX_NativeObject. That one points back, without a reference: it is cleared
 * by the finalizer, before anything could find it stale.
 */
#include "internal.h"

/* What an object holds for the C side, where the engine's collector sees it. */
typedef struct {
    size_t count;
    JSValue values[];
} Edges;

static JSVMX_NativeObject *native_of(JSVM_VM vm, JSValueConst value)
{
    return JS_GetOpaque(value, vm->native_object_class);
}

static void free_edges(JSRuntime *rt, JSVMX_NativeObject *native)
{
    Edges *edges = native->edges;
    size_t i;

    native->edges = NULL; /* first: to free a value may free the object */
    for (i = 0; edges && i < edges->count; i++)
        JS_FreeValueRT(rt, edges->values[i]);
    free(edges);
}

static void finalize_object(JSRuntime *rt, JSValueConst value)
{
    JSVMX_NativeObject *native = native_of(JS_GetRuntimeOpaque(rt), value);

    if (native == NULL)
        return; /* it could not be made */
    free_edges(rt, native);
    native->object = NULL;
    jsvm__count(JSVM_LIVE_FINALIZERS, -1);
    native->finalize(NULL, native, NULL);
}

static void mark_object(JSRuntime *rt, JSValueConst value, JS_MarkFunc *mark)
{
    JSVMX_NativeObject *native = native_of(JS_GetRuntimeOpaque(rt), value);
    Edges *edges = native ? native->edges : NULL;
    size_t i;

    for (i = 0; edges && i < edges->count; i++)
        JS_MarkValue(rt, edges->values[i], mark);
}

static const JSClassDef native_object_class = {
    .class_name = "Object",
    .finalizer = finalize_object,
    .gc_mark = mark_object,
};

int jsvm__register_native_objects(JSVM_VM vm)
{
    JSClassID id = 0;

    vm->native_object_class = JS_NewClassID(vm->rt, &id);
    return JS_NewClass(vm->rt, id, &native_object_class);
}

JSVM_Status JSVMX_CreateNativeObject(JSVM_Env env, JSVM_Value prototype,
                                     JSVMX_NativeObject *native, JSVM_Value *result)
{
    JSValueConst proto;
    JSVM_Value handle;
    JSValue object;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, prototype);
    JSVM_CHECK_ARG(env, native);
    JSVM_CHECK_ARG(env, native->finalize);
    JSVM_CHECK_ARG(env, result);
    proto = jsvm__get(prototype);
    JSVM_CHECK(env, JS_IsObject(proto) || JS_IsNull(proto), JSVM_OBJECT_EXPECTED);
    /* What can fail comes first: an object that was made and dropped would finalize
     * what the caller, told of a failure, still owns. */
    handle = jsvm__push(env, JS_UNDEFINED);
    JSVM_CHECK_MEMORY(env, handle);
    object = JS_NewObjectProtoClass(env->ctx, proto, env->vm->native_object_class);
    if (JS_IsException(object))
        return jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE);
    native->object = JS_VALUE_GET_PTR(object);
    native->edges = NULL;
    JS_SetOpaque(object, native);
    jsvm__count(JSVM_LIVE_FINALIZERS, 1);
    handle->value = object;
    *result = handle;
    return jsvm__ok(env);
}

JSVM_Status JSVMX_GetNativeObject(JSVM_Env env, JSVM_Value value, const void *kind,
                                  JSVMX_NativeObject **result)
{
    JSVMX_NativeObject *native;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    native = native_of(env->vm, jsvm__get(value));
    *result = native && (kind == NULL || native->kind == kind) ? native : NULL;
    return jsvm__ok(env);
}

JSVM_Status JSVMX_GetObjectOfNative(JSVM_Env env, const JSVMX_NativeObject *native,
                                    JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, native);
    JSVM_CHECK_ARG(env, result);
    if (native->object == NULL) {
        *result = NULL;
        return jsvm__ok(env);
    }
    return jsvm__return_value(
        env, JS_DupValue(env->ctx, JS_MKPTR(JS_TAG_OBJECT, native->object)), result);
}

JSVM_Status JSVMX_SetNativeEdges(JSVM_Env env, JSVMX_NativeObject *native, size_t count,
                                 const JSVM_Value *values)
{
    Edges *edges = NULL;
    size_t i;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, native);
    JSVM_CHECK(env, count == 0 || values != NULL, JSVM_INVALID_ARG);
    JSVM_CHECK(env, count == 0 || native->object != NULL, JSVM_INVALID_ARG);
    if (count > 0) {
        edges = malloc(sizeof(*edges) + count * sizeof(JSValue));
        JSVM_CHECK_MEMORY(env, edges);
        edges->count = count;
        for (i = 0; i < count; i++)
            edges->values[i] = jsvm__dup(env->ctx, jsvm__get(values[i]));
    }
    free_edges(env->vm->rt, native);
    native->edges = edges;
    return jsvm__ok(env);
}
