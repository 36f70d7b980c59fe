/*
 * value_read.c - C values out of primitives and dates. Strings: string.c.
 *
 * No function here converts: a value of another type is an error.
 */
#include <math.h>

#include "internal.h"

/* ---- booleans and numbers ----------------------------------------------- */

JSVM_Status OH_JSVM_GetValueBool(JSVM_Env env, JSVM_Value value, bool *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsBool(jsvm__get(value)), JSVM_BOOLEAN_EXPECTED);
    *result = JS_VALUE_GET_BOOL(jsvm__get(value)) != 0;
    return jsvm__ok(env);
}

static double number_of(JSValueConst value)
{
    if (JS_VALUE_GET_TAG(value) == JS_TAG_INT)
        return JS_VALUE_GET_INT(value);
    return JS_VALUE_GET_FLOAT64(value);
}

JSVM_Status OH_JSVM_GetValueDouble(JSVM_Env env, JSVM_Value value, double *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsNumber(jsvm__get(value)), JSVM_NUMBER_EXPECTED);
    *result = number_of(jsvm__get(value));
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetValueInt32(JSVM_Env env, JSVM_Value value, int32_t *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsNumber(jsvm__get(value)), JSVM_NUMBER_EXPECTED);
    JS_ToInt32(env->ctx, result, jsvm__get(value)); /* cannot fail for a Number */
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetValueUint32(JSVM_Env env, JSVM_Value value, uint32_t *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsNumber(jsvm__get(value)), JSVM_NUMBER_EXPECTED);
    JS_ToUint32(env->ctx, result, jsvm__get(value)); /* cannot fail for a Number */
    return jsvm__ok(env);
}

/* Unlike ToInt32 this does not wrap: what is out of range goes to the nearest end, and
 * the infinities to 0. */
static int64_t saturate(double number)
{
    if (!isfinite(number))
        return 0;
    if (number >= 0x1p63)
        return INT64_MAX;
    if (number < -0x1p63)
        return INT64_MIN;
    return (int64_t)number;
}

JSVM_Status OH_JSVM_GetValueInt64(JSVM_Env env, JSVM_Value value, int64_t *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsNumber(jsvm__get(value)), JSVM_NUMBER_EXPECTED);
    *result = saturate(number_of(jsvm__get(value)));
    return jsvm__ok(env);
}

/* ---- BigInt ------------------------------------------------------------- */

/* The low 64 bits in two's complement, and what else there is. */
static uint64_t low_word(JSValueConst bigint, int *sign, size_t *count,
                         uint64_t *magnitude)
{
    *magnitude = 0;
    *count = jsvm__engine_bigint_words(bigint, sign, magnitude, 1);
    return *sign ? 0 - *magnitude : *magnitude;
}

JSVM_Status OH_JSVM_GetValueBigintInt64(JSVM_Env env, JSVM_Value value, int64_t *result,
                                        bool *lossless)
{
    uint64_t low, magnitude;
    size_t count;
    int sign;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK_ARG(env, lossless);
    JSVM_CHECK(env, JS_IsBigInt(jsvm__get(value)), JSVM_BIGINT_EXPECTED);
    low = low_word(jsvm__get(value), &sign, &count, &magnitude);
    *result = (int64_t)low;
    *lossless = count <= 1 && magnitude <= (uint64_t)INT64_MAX + (sign ? 1 : 0);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetValueBigintUint64(JSVM_Env env, JSVM_Value value,
                                         uint64_t *result, bool *lossless)
{
    uint64_t low, magnitude;
    size_t count;
    int sign;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK_ARG(env, lossless);
    JSVM_CHECK(env, JS_IsBigInt(jsvm__get(value)), JSVM_BIGINT_EXPECTED);
    low = low_word(jsvm__get(value), &sign, &count, &magnitude);
    *result = low;
    *lossless = count <= 1 && !sign;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetValueBigintWords(JSVM_Env env, JSVM_Value value, int *signBit,
                                        size_t *wordCount, uint64_t *words)
{
    int sign;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, wordCount);
    JSVM_CHECK(env, (signBit == NULL) == (words == NULL), JSVM_INVALID_ARG);
    JSVM_CHECK(env, JS_IsBigInt(jsvm__get(value)), JSVM_BIGINT_EXPECTED);
    if (words == NULL) {
        *wordCount = jsvm__engine_bigint_words(jsvm__get(value), &sign, NULL, 0);
        return jsvm__ok(env);
    }
    *wordCount =
        jsvm__engine_bigint_words(jsvm__get(value), signBit, words, *wordCount);
    return jsvm__ok(env);
}

/* ---- dates -------------------------------------------------------------- */

JSVM_Status OH_JSVM_GetDateValue(JSVM_Env env, JSVM_Value value, double *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsDate(jsvm__get(value)), JSVM_DATE_EXPECTED);
    *result = jsvm__engine_date_value(jsvm__get(value));
    return jsvm__ok(env);
}
