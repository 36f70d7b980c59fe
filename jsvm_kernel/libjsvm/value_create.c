/*
 * value_create.c - numbers, booleans, BigInts, symbols, dates and the constants.
 *
 * Apart from the BigInt of words and the date these are plain functions: they work
 * while an exception is pending and leave it alone, so what they cannot make for want
 * of memory is told by the status only.
 */
#include "internal.h"

/* ---- constants ---------------------------------------------------------- */

JSVM_Status OH_JSVM_GetUndefined(JSVM_Env env, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    *result = &env->undefined;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetNull(JSVM_Env env, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    *result = &env->null;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetBoolean(JSVM_Env env, bool value, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    *result = &env->booleans[value];
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetGlobal(JSVM_Env env, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_value(env, JS_GetGlobalObject(env->ctx), result);
}

/* ---- numbers ------------------------------------------------------------ */

JSVM_Status OH_JSVM_CreateInt32(JSVM_Env env, int32_t value, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_value(env, JS_NewInt32(env->ctx, value), result);
}

JSVM_Status OH_JSVM_CreateUint32(JSVM_Env env, uint32_t value, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_value(env, JS_NewUint32(env->ctx, value), result);
}

JSVM_Status OH_JSVM_CreateInt64(JSVM_Env env, int64_t value, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_value(env, JS_NewInt64(env->ctx, value), result);
}

JSVM_Status OH_JSVM_CreateDouble(JSVM_Env env, double value, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_value(env, JS_NewNumber(env->ctx, value), result);
}

/* ---- BigInt ------------------------------------------------------------- */

JSVM_Status OH_JSVM_CreateBigintInt64(JSVM_Env env, int64_t value, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_plain(env, JS_NewBigInt64(env->ctx, value), result);
}

JSVM_Status OH_JSVM_CreateBigintUint64(JSVM_Env env, uint64_t value, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_plain(env, JS_NewBigUint64(env->ctx, value), result);
}

JSVM_Status OH_JSVM_CreateBigintWords(JSVM_Env env, int signBit, size_t wordCount,
                                      const uint64_t *words, JSVM_Value *result)
{
    JSValue value;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, words);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, wordCount <= INT_MAX, JSVM_INVALID_ARG);
    value = jsvm__engine_new_bigint(env->ctx, signBit != 0, words, wordCount);
    if (JS_IsException(value))
        return jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    return jsvm__return_value(env, value, result);
}

/* ---- symbols ------------------------------------------------------------ */

JSVM_Status OH_JSVM_CreateSymbol(JSVM_Env env, JSVM_Value description,
                                 JSVM_Value *result)
{
    JSValueConst text = JS_UNDEFINED;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    if (description != NULL) {
        text = jsvm__get(description);
        JSVM_CHECK(env, JS_IsString(text), JSVM_STRING_EXPECTED);
    }
    return jsvm__return_plain(env, jsvm__engine_new_symbol(env->ctx, text, false),
                              result);
}

JSVM_Status OH_JSVM_SymbolFor(JSVM_Env env, const char *utf8description, size_t length,
                              JSVM_Value *result)
{
    JSValue text, symbol;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK_TEXT(env, utf8description, length);
    if (length == JSVM_AUTO_LENGTH)
        length = strlen(utf8description);
    text = JS_NewStringLen(env->ctx, utf8description, length);
    if (JS_IsException(text))
        return jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE);
    symbol = jsvm__engine_new_symbol(env->ctx, text, true);
    JS_FreeValue(env->ctx, text);
    return jsvm__return_plain(env, symbol, result);
}

#define WELL_KNOWN_SYMBOL(name, which)                                     \
    JSVM_Status OH_JSVM_GetSymbol##name(JSVM_Env env, JSVM_Value *result)  \
    {                                                                      \
        JSVM_CHECK_ENV(env);                                               \
        JSVM_CHECK_ARG(env, result);                                       \
        return jsvm__return_value(                                         \
            env, jsvm__engine_well_known_symbol(env->ctx, which), result); \
    }

WELL_KNOWN_SYMBOL(AsyncIterator, JSVM_SYMBOL_ASYNC_ITERATOR)
WELL_KNOWN_SYMBOL(HasInstance, JSVM_SYMBOL_HAS_INSTANCE)
WELL_KNOWN_SYMBOL(IsConcatSpreadable, JSVM_SYMBOL_IS_CONCAT_SPREADABLE)
WELL_KNOWN_SYMBOL(Iterator, JSVM_SYMBOL_ITERATOR)
WELL_KNOWN_SYMBOL(Match, JSVM_SYMBOL_MATCH)
WELL_KNOWN_SYMBOL(Replace, JSVM_SYMBOL_REPLACE)
WELL_KNOWN_SYMBOL(Search, JSVM_SYMBOL_SEARCH)
WELL_KNOWN_SYMBOL(Split, JSVM_SYMBOL_SPLIT)
WELL_KNOWN_SYMBOL(ToPrimitive, JSVM_SYMBOL_TO_PRIMITIVE)
WELL_KNOWN_SYMBOL(ToStringTag, JSVM_SYMBOL_TO_STRING_TAG)
WELL_KNOWN_SYMBOL(Unscopables, JSVM_SYMBOL_UNSCOPABLES)

/* ---- dates -------------------------------------------------------------- */

JSVM_Status OH_JSVM_CreateDate(JSVM_Env env, double time, JSVM_Value *result)
{
    JSValue date;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, result);
    date = JS_NewDate(env->ctx, time);
    if (JS_IsException(date))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, date, result);
}
