/* array.c - arrays. Their elements are properties: property.c. */
#include "internal.h"

JSVM_Status OH_JSVM_CreateArray(JSVM_Env env, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_plain(env, JS_NewArray(env->ctx), result);
}

JSVM_Status OH_JSVM_CreateArrayWithLength(JSVM_Env env, size_t length,
                                          JSVM_Value *result)
{
    JSValue array;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, length <= UINT32_MAX, JSVM_INVALID_ARG);
    array = JS_NewArray(env->ctx);
    if (!JS_IsException(array) && JS_SetLength(env->ctx, array, (int64_t)length) < 0) {
        JS_FreeValue(env->ctx, array);
        array = JS_EXCEPTION;
    }
    return jsvm__return_plain(env, array, result);
}

JSVM_Status OH_JSVM_GetArrayLength(JSVM_Env env, JSVM_Value value, uint32_t *result)
{
    int64_t length;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    if (!JS_IsArray(jsvm__get(value))) {
        *result = 0;
        return jsvm__fail(env, JSVM_ARRAY_EXPECTED);
    }
    if (JS_GetLength(env->ctx, jsvm__get(value), &length) < 0)
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    *result = (uint32_t)length;
    return jsvm__ok(env);
}
