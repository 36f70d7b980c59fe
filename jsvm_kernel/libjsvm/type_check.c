/*
 * type_check.c - Typeof and the Is* family (IsError: error.c). None of them runs JS or
 * fails for a value.
 */
#include "internal.h"

JSVM_Status OH_JSVM_Typeof(JSVM_Env env, JSVM_Value value, JSVM_ValueType *result)
{
    JSValueConst v;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    v = jsvm__get(value);
    if (JS_IsNumber(v))
        *result = JSVM_NUMBER;
    else if (JS_IsBigInt(v))
        *result = JSVM_BIGINT;
    else if (JS_IsString(v))
        *result = JSVM_STRING;
    else if (JS_IsFunction(env->ctx, v))
        *result = JSVM_FUNCTION;
    else if (JS_IsObject(v))
        *result = jsvm__holder(env->vm, v) ? JSVM_EXTERNAL : JSVM_OBJECT;
    else if (JS_IsBool(v))
        *result = JSVM_BOOLEAN;
    else if (JS_IsUndefined(v))
        *result = JSVM_UNDEFINED;
    else if (JS_IsSymbol(v))
        *result = JSVM_SYMBOL;
    else if (JS_IsNull(v))
        *result = JSVM_NULL;
    else /* a private key that was passed as a value */
        return jsvm__fail(env, JSVM_INVALID_ARG);
    return jsvm__ok(env);
}

/* One check; the condition sees the value as `v`. */
#define TYPE_CHECK(name, condition)                                          \
    JSVM_Status OH_JSVM_##name(JSVM_Env env, JSVM_Value value, bool *result) \
    {                                                                        \
        JSValueConst v;                                                      \
                                                                             \
        JSVM_CHECK_ENV(env);                                                 \
        JSVM_CHECK_ARG(env, value);                                          \
        JSVM_CHECK_ARG(env, result);                                         \
        v = jsvm__get(value);                                                \
        *result = (condition);                                               \
        return jsvm__ok(env);                                                \
    }

/* ---- primitives --------------------------------------------------------- */

TYPE_CHECK(IsUndefined, JS_IsUndefined(v))
TYPE_CHECK(IsNull, JS_IsNull(v))
TYPE_CHECK(IsNullOrUndefined, JS_IsNull(v) || JS_IsUndefined(v))
TYPE_CHECK(IsBoolean, JS_IsBool(v))
TYPE_CHECK(IsNumber, JS_IsNumber(v))
TYPE_CHECK(IsString, JS_IsString(v))
TYPE_CHECK(IsSymbol, JS_IsSymbol(v))
TYPE_CHECK(IsBigInt, JS_IsBigInt(v))

/* ---- objects ------------------------------------------------------------ */

TYPE_CHECK(IsObject, JS_IsObject(v))
TYPE_CHECK(IsFunction, JS_IsFunction(env->ctx, v))
TYPE_CHECK(IsCallable, JS_IsFunction(env->ctx, v))
TYPE_CHECK(IsConstructor, JS_IsConstructor(env->ctx, v))

TYPE_CHECK(IsBooleanObject, jsvm__engine_wrapped(v) == JSVM_WRAPS_BOOLEAN)
TYPE_CHECK(IsNumberObject, jsvm__engine_wrapped(v) == JSVM_WRAPS_NUMBER)
TYPE_CHECK(IsStringObject, jsvm__engine_wrapped(v) == JSVM_WRAPS_STRING)
TYPE_CHECK(IsSymbolObject, jsvm__engine_wrapped(v) == JSVM_WRAPS_SYMBOL)
TYPE_CHECK(IsBigIntObject, jsvm__engine_wrapped(v) == JSVM_WRAPS_BIGINT)

TYPE_CHECK(IsArray, JS_IsArray(v))
TYPE_CHECK(IsDate, JS_IsDate(v))
TYPE_CHECK(IsMap, JS_IsMap(v))
TYPE_CHECK(IsSet, JS_IsSet(v))
TYPE_CHECK(IsPromise, JS_IsPromise(v))
TYPE_CHECK(IsRegExp, JS_IsRegExp(v))

/* ---- buffers and their views -------------------------------------------- */

static bool is_detached(JSValueConst value)
{
    JSVMBufferInfo info;

    return jsvm__engine_buffer_info(value, &info) && info.detached;
}

TYPE_CHECK(IsArraybuffer, JS_IsArrayBuffer(v))
TYPE_CHECK(IsDetachedArraybuffer, is_detached(v))
TYPE_CHECK(IsTypedarray, JS_GetTypedArrayType(v) >= 0)
TYPE_CHECK(IsDataview, JS_IsDataView(v))
