/*
 * private.c - private keys: hidden properties that native code has to itself.
 *
 * A JSVM_Data is a handle of such a key; JS never gets one, so whatever else is passed
 * for it is told apart by what the slot holds.
 */
#include "internal.h"

static JSValueConst key_of(JSVM_Data key)
{
    return jsvm__get((JSVM_Value)key);
}

JSVM_Status OH_JSVM_CreatePrivate(JSVM_Env env, JSVM_Value description,
                                  JSVM_Data *result)
{
    JSValueConst text = description ? jsvm__get(description) : JS_UNDEFINED;
    JSVM_Value handle;
    JSVM_Status status;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, description == NULL || JS_IsString(text), JSVM_STRING_EXPECTED);
    status =
        jsvm__return_plain(env, jsvm__engine_new_private_key(env->ctx, text), &handle);
    if (status == JSVM_OK)
        *result = (JSVM_Data)handle;
    return status;
}

/* What the functions below have in common: their checks, and the status of what
 * throws. */
#define ENTER_WITH_KEY(env, object, key)                                               \
    do {                                                                               \
        JSVM_ENTER(env);                                                               \
        JSVM_CHECK_ARG(env, object);                                                   \
        JSVM_CHECK_ARG(env, key);                                                      \
        JSVM_CHECK(env, JS_IsObject(jsvm__get(object)), JSVM_OBJECT_EXPECTED);         \
        JSVM_CHECK(env, jsvm__engine_is_private_key(key_of(key)), JSVM_INVALID_ARG);   \
    } while (0)

JSVM_Status OH_JSVM_SetPrivate(JSVM_Env env, JSVM_Value object, JSVM_Data key,
                               JSVM_Value value)
{
    ENTER_WITH_KEY(env, object, key);
    JSVM_CHECK_ARG(env, value);
    if (jsvm__engine_set_private(env->ctx, jsvm__get(object), key_of(key),
                                 jsvm__dup(env->ctx, jsvm__get(value))) < 0)
        return jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetPrivate(JSVM_Env env, JSVM_Value object, JSVM_Data key,
                               JSVM_Value *result)
{
    JSValue value;

    ENTER_WITH_KEY(env, object, key);
    JSVM_CHECK_ARG(env, result);
    value = jsvm__engine_get_private(env->ctx, jsvm__get(object), key_of(key));
    if (JS_IsUninitialized(value))
        value = JS_UNDEFINED;
    return jsvm__return_value(env, value, result);
}

JSVM_Status OH_JSVM_DeletePrivate(JSVM_Env env, JSVM_Value object, JSVM_Data key)
{
    ENTER_WITH_KEY(env, object, key);
    if (jsvm__engine_delete_private(env->ctx, jsvm__get(object), key_of(key)) < 0)
        return jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    return jsvm__ok(env);
}
