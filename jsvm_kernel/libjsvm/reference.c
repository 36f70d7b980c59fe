/*
 * reference.c - references: values that outlive their handle scope.
 *
 * A reference with a count is strong and holds the value; with count 0 it is weak and
 * holds the engine's weak reference instead, or nothing when the value was a primitive.
 * References survive their Env as empty shells, because callers delete them late.
 */
#include "internal.h"

static JSValue weak_or_nothing(JSContext *ctx, JSValueConst value)
{
    return jsvm__engine_can_be_weak(value) ? jsvm__engine_new_weak(ctx, value)
                                           : JS_UNINITIALIZED;
}

static JSVM_Status create(JSVM_Env env, JSValueConst value, uint32_t count,
                          bool is_data, JSVM_Ref *result)
{
    JSVM_Ref ref = malloc(sizeof(*ref));

    JSVM_CHECK_MEMORY(env, ref);
    ref->value =
        count > 0 ? jsvm__dup(env->ctx, value) : weak_or_nothing(env->ctx, value);
    if (JS_IsException(ref->value)) {
        free(ref);
        return jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE);
    }
    ref->env = env;
    ref->count = count;
    ref->is_data = is_data;
    ref->previous = NULL;
    ref->next = env->references;
    if (ref->next)
        ref->next->previous = ref;
    env->references = ref;
    jsvm__count(JSVM_LIVE_REFERENCES, 1);
    *result = ref;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_CreateReference(JSVM_Env env, JSVM_Value value,
                                    uint32_t initialRefcount, JSVM_Ref *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    return create(env, jsvm__get(value), initialRefcount, false, result);
}

JSVM_Status OH_JSVM_CreateDataReference(JSVM_Env env, JSVM_Data data,
                                        uint32_t initialRefcount, JSVM_Ref *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, data);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, initialRefcount > 0, JSVM_INVALID_ARG);
    JSVM_CHECK(env, jsvm__engine_is_private_key(jsvm__get((JSVM_Value)data)),
               JSVM_INVALID_ARG);
    return create(env, jsvm__get((JSVM_Value)data), initialRefcount, true, result);
}

JSVM_Status OH_JSVM_DeleteReference(JSVM_Env env, JSVM_Ref ref)
{
    JSVM_Env owner;

    JSVM_CHECK_ENV(env);
    if (ref == NULL)
        return jsvm__fail(env, JSVM_INVALID_ARG);
    owner = ref->env;
    if (owner) {
        if (ref->previous)
            ref->previous->next = ref->next;
        else
            owner->references = ref->next;
        if (ref->next)
            ref->next->previous = ref->previous;
        JS_FreeValue(owner->ctx, ref->value);
    }
    free(ref);
    jsvm__count(JSVM_LIVE_REFERENCES, -1);
    /* Without its Env the reference outlived, env points to memory that is gone. */
    return owner ? jsvm__ok(env) : JSVM_OK;
}

JSVM_Status OH_JSVM_ReferenceRef(JSVM_Env env, JSVM_Ref ref, uint32_t *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, ref);
    if (ref->count == 0) {
        JSValue target = JS_IsUninitialized(ref->value)
                             ? JS_UNINITIALIZED
                             : jsvm__engine_weak_target(env->ctx, ref->value);
        if (JS_IsUninitialized(target)) {
            if (result)
                *result = 0;
            return jsvm__ok(env);
        }
        JS_FreeValue(env->ctx, ref->value);
        ref->value = target;
    }
    ref->count++;
    if (result)
        *result = ref->count;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_ReferenceUnref(JSVM_Env env, JSVM_Ref ref, uint32_t *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, ref);
    JSVM_CHECK(env, ref->count > 0, JSVM_GENERIC_FAILURE);
    if (ref->count == 1) {
        JSValue weak = weak_or_nothing(env->ctx, ref->value);
        if (JS_IsException(weak))
            return jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE);
        JSValue strong = ref->value;
        ref->value = weak;
        ref->count = 0;
        JS_FreeValue(env->ctx, strong);
    } else {
        ref->count--;
    }
    if (result)
        *result = ref->count;
    return jsvm__ok(env);
}

JSValue jsvm__weak_target(JSVM_Env env, JSVM_Ref ref)
{
    jsvm__release_limbo(env); /* it may hold the last reference to the target */
    if (JS_IsUninitialized(ref->value))
        return JS_UNINITIALIZED;
    return jsvm__engine_weak_target(env->ctx, ref->value);
}

/* Handles and data share their slots. */
static JSVM_Status get(JSVM_Env env, JSVM_Ref ref, JSVM_Value *result)
{
    JSValue value = jsvm__target(env, ref);

    if (JS_IsUninitialized(value)) {
        *result = NULL;
        return jsvm__ok(env);
    }
    return jsvm__return_value(env, value, result);
}

JSVM_Status OH_JSVM_GetReferenceValue(JSVM_Env env, JSVM_Ref ref, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, ref);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, !ref->is_data, JSVM_INVALID_ARG);
    return get(env, ref, result);
}

JSVM_Status OH_JSVM_GetReferenceData(JSVM_Env env, JSVM_Ref ref, JSVM_Data *result)
{
    JSVM_Value slot;
    JSVM_Status status;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, ref);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, ref->is_data, JSVM_INVALID_ARG);
    status = get(env, ref, &slot);
    *result = (JSVM_Data)slot;
    return status;
}

void jsvm__free_references(JSVM_Env env)
{
    while (env->references) {
        JSVM_Ref ref = env->references;
        env->references = ref->next;
        if (ref->next)
            ref->next->previous = NULL;
        ref->env = NULL;
        JS_FreeValue(env->ctx, ref->value);
        ref->value = JS_UNINITIALIZED;
    }
}
