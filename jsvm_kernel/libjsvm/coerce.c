/*
 * coerce.c - conversions and comparisons, which may run user code such as valueOf.
 */
#include "internal.h"

/* ---- conversions -------------------------------------------------------- */

typedef JSValue Conversion(JSContext *ctx, JSValueConst value);

/* What a conversion throws stays pending; the status names the type that was wanted. */
static JSVM_Status convert(JSVM_Env env, JSVM_Value value, JSVM_Value *result,
                           Conversion *conversion, JSVM_Status expected)
{
    JSValue converted;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    jsvm__begin_js(env->vm);
    converted = conversion(env->ctx, jsvm__get(value));
    jsvm__end_js(env->vm);
    if (JS_IsException(converted))
        return jsvm__fail_with_exception(env, expected);
    return jsvm__return_value(env, converted, result);
}

static JSValue to_boolean(JSContext *ctx, JSValueConst value)
{
    return JS_NewBool(ctx, JS_ToBool(ctx, value) > 0);
}

JSVM_Status OH_JSVM_CoerceToBool(JSVM_Env env, JSVM_Value value, JSVM_Value *result)
{
    return convert(env, value, result, to_boolean, JSVM_BOOLEAN_EXPECTED);
}

JSVM_Status OH_JSVM_CoerceToNumber(JSVM_Env env, JSVM_Value value, JSVM_Value *result)
{
    return convert(env, value, result, JS_ToNumber, JSVM_NUMBER_EXPECTED);
}

JSVM_Status OH_JSVM_CoerceToObject(JSVM_Env env, JSVM_Value value, JSVM_Value *result)
{
    return convert(env, value, result, JS_ToObject, JSVM_OBJECT_EXPECTED);
}

JSVM_Status OH_JSVM_CoerceToString(JSVM_Env env, JSVM_Value value, JSVM_Value *result)
{
    return convert(env, value, result, JS_ToString, JSVM_STRING_EXPECTED);
}

JSVM_Status OH_JSVM_CoerceToBigInt(JSVM_Env env, JSVM_Value value, JSVM_Value *result)
{
    return convert(env, value, result, jsvm__engine_to_bigint, JSVM_BIGINT_EXPECTED);
}

/* ---- comparisons -------------------------------------------------------- */

JSVM_Status OH_JSVM_Equals(JSVM_Env env, JSVM_Value lhs, JSVM_Value rhs, bool *result)
{
    int equal;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, lhs);
    JSVM_CHECK_ARG(env, rhs);
    JSVM_CHECK_ARG(env, result);
    jsvm__begin_js(env->vm);
    equal = JS_IsEqual(env->ctx, jsvm__get(lhs), jsvm__get(rhs));
    jsvm__end_js(env->vm);
    if (equal < 0)
        return jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    *result = equal > 0;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_StrictEquals(JSVM_Env env, JSVM_Value lhs, JSVM_Value rhs,
                                 bool *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, lhs);
    JSVM_CHECK_ARG(env, rhs);
    JSVM_CHECK_ARG(env, result);
    *result = JS_IsStrictEqual(env->ctx, jsvm__get(lhs), jsvm__get(rhs));
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_Instanceof(JSVM_Env env, JSVM_Value object, JSVM_Value constructor,
                               bool *result)
{
    JSValue callee;
    int is_instance;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK_ARG(env, result);
    *result = false;
    JSVM_CHECK_ARG(env, constructor);
    if (!jsvm__to_object(env, constructor, &callee))
        return JSVM_OBJECT_EXPECTED;
    if (!JS_IsFunction(env->ctx, callee)) {
        JS_FreeValue(env->ctx, callee);
        OH_JSVM_ThrowTypeError(env, "ERR_NAPI_CONS_FUNCTION",
                               "Constructor must be a function");
        return jsvm__fail(env, JSVM_FUNCTION_EXPECTED);
    }
    jsvm__begin_js(env->vm);
    is_instance = JS_IsInstanceOf(env->ctx, jsvm__get(object), callee);
    JS_FreeValue(env->ctx, callee);
    jsvm__end_js(env->vm);
    if (is_instance < 0)
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    *result = is_instance > 0;
    return jsvm__ok(env);
}
