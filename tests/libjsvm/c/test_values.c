/* test_values.c - numbers, booleans, BigInts, symbols, dates and the constants. */
#include <math.h>

#include "harness.h"

TEST(constants_are_what_they_are_called)
{
    JSVM_Value value;

    OK(OH_JSVM_GetUndefined(env, &value));
    set_global(env, "a", value);
    OK(OH_JSVM_GetNull(env, &value));
    set_global(env, "b", value);
    OK(OH_JSVM_GetBoolean(env, true, &value));
    set_global(env, "c", value);
    OK(OH_JSVM_GetBoolean(env, false, &value));
    set_global(env, "d", value);
    CHECK(holds(env, "a === undefined && b === null && c === true && d === false"));
    OK(OH_JSVM_GetGlobal(env, &value));
    set_global(env, "g", value);
    CHECK(holds(env, "g === globalThis"));
}

TEST(creators_refuse_a_null_result)
{
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetUndefined(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetNull(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetBoolean(env, true, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetGlobal(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateInt32(env, 1, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateUint32(env, 1, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateInt64(env, 1, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateDouble(env, 1, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateBigintInt64(env, 1, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateBigintUint64(env, 1, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateSymbol(env, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateDate(env, 0, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetSymbolIterator(env, NULL));
}

TEST(a_null_env_is_an_invalid_argument)
{
    JSVM_Value value;
    double number;

    CHECK(OH_JSVM_GetUndefined(NULL, &value) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_CreateDate(NULL, 0, &value) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_GetValueDouble(NULL, number_of(env, 1), &number) == JSVM_INVALID_ARG);
}

TEST(numbers_keep_their_value)
{
    JSVM_Value value;

    OK(OH_JSVM_CreateInt32(env, INT32_MIN, &value));
    CHECK(double_of(env, value) == INT32_MIN);
    OK(OH_JSVM_CreateUint32(env, UINT32_MAX, &value));
    CHECK(double_of(env, value) == UINT32_MAX);
    OK(OH_JSVM_CreateInt64(env, INT64_MIN, &value));
    CHECK(double_of(env, value) == -0x1p63);
    OK(OH_JSVM_CreateInt64(env, ((int64_t)1 << 53) + 1, &value));
    CHECK(double_of(env, value) == 0x1p53);
    OK(OH_JSVM_CreateDouble(env, -0.0, &value));
    set_global(env, "zero", value);
    CHECK(holds(env, "Object.is(zero, -0)"));
    OK(OH_JSVM_CreateDouble(env, NAN, &value));
    CHECK(isnan(double_of(env, value)));
}

static void check_integers(JSVM_Env env, double number, int32_t as_int32,
                           uint32_t as_uint32, int64_t as_int64)
{
    JSVM_Value value = number_of(env, number);
    int32_t i32;
    uint32_t u32;
    int64_t i64;

    OK(OH_JSVM_GetValueInt32(env, value, &i32));
    OK(OH_JSVM_GetValueUint32(env, value, &u32));
    OK(OH_JSVM_GetValueInt64(env, value, &i64));
    CHECK(i32 == as_int32);
    CHECK(u32 == as_uint32);
    CHECK(i64 == as_int64);
}

TEST(int32_and_uint32_wrap_and_int64_saturates)
{
    check_integers(env, 0, 0, 0, 0);
    check_integers(env, -1.9, -1, UINT32_MAX, -1);
    check_integers(env, 4294967296.0 + 5, 5, 5, 4294967301);
    check_integers(env, 2147483648.0, INT32_MIN, 2147483648u, 2147483648);
    check_integers(env, NAN, 0, 0, 0);
    check_integers(env, INFINITY, 0, 0, 0);
    check_integers(env, -INFINITY, 0, 0, 0);
    check_integers(env, 1e300, 0, 0, INT64_MAX);
    check_integers(env, -1e300, 0, 0, INT64_MIN);
    check_integers(env, 0x1p63, 0, 0, INT64_MAX);
    check_integers(env, -0x1p63, 0, 0, INT64_MIN);
}

TEST(readers_refuse_values_of_another_type)
{
    JSVM_Value text = text_of(env, "1"), number = number_of(env, 1);
    JSVM_Value boxed = run(env, "new Number(1)");
    bool b, lossless;
    double d;
    int32_t i32;
    uint32_t u32;
    int64_t i64;
    uint64_t u64;
    size_t count = 0;

    EXPECT(JSVM_BOOLEAN_EXPECTED, OH_JSVM_GetValueBool(env, number, &b));
    EXPECT(JSVM_NUMBER_EXPECTED, OH_JSVM_GetValueDouble(env, text, &d));
    EXPECT(JSVM_NUMBER_EXPECTED, OH_JSVM_GetValueDouble(env, boxed, &d));
    EXPECT(JSVM_NUMBER_EXPECTED, OH_JSVM_GetValueInt32(env, text, &i32));
    EXPECT(JSVM_NUMBER_EXPECTED, OH_JSVM_GetValueUint32(env, text, &u32));
    EXPECT(JSVM_NUMBER_EXPECTED, OH_JSVM_GetValueInt64(env, text, &i64));
    EXPECT(JSVM_BIGINT_EXPECTED,
           OH_JSVM_GetValueBigintInt64(env, number, &i64, &lossless));
    EXPECT(JSVM_BIGINT_EXPECTED,
           OH_JSVM_GetValueBigintUint64(env, number, &u64, &lossless));
    EXPECT(JSVM_BIGINT_EXPECTED,
           OH_JSVM_GetValueBigintWords(env, number, NULL, &count, NULL));
    EXPECT(JSVM_DATE_EXPECTED, OH_JSVM_GetDateValue(env, number, &d));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueBool(env, NULL, &b));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueBool(env, text, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueInt64(env, number, NULL));
}

/* ---- BigInt -------------------------------------------------------------- */

TEST(bigints_of_64_bits_keep_their_value)
{
    JSVM_Value value;

    OK(OH_JSVM_CreateBigintInt64(env, INT64_MIN, &value));
    set_global(env, "low", value);
    OK(OH_JSVM_CreateBigintUint64(env, UINT64_MAX, &value));
    set_global(env, "high", value);
    CHECK(holds(env, "low === -(2n ** 63n) && high === 2n ** 64n - 1n"));
}

static void check_bigint(JSVM_Env env, const char *source, int64_t as_signed,
                         bool signed_lossless, uint64_t as_unsigned,
                         bool unsigned_lossless)
{
    JSVM_Value value = run(env, source);
    int64_t i64;
    uint64_t u64;
    bool lossless;

    OK(OH_JSVM_GetValueBigintInt64(env, value, &i64, &lossless));
    CHECK(i64 == as_signed && lossless == signed_lossless);
    OK(OH_JSVM_GetValueBigintUint64(env, value, &u64, &lossless));
    CHECK(u64 == as_unsigned && lossless == unsigned_lossless);
}

TEST(bigints_tell_whether_64_bits_hold_them)
{
    check_bigint(env, "0n", 0, true, 0, true);
    check_bigint(env, "-1n", -1, true, UINT64_MAX, false);
    check_bigint(env, "2n ** 31n", 1ll << 31, true, 1ull << 31, true);
    check_bigint(env, "-(2n ** 31n)", -(1ll << 31), true, -(1ull << 31), false);
    check_bigint(env, "-(2n ** 32n)", -(1ll << 32), true, -(1ull << 32), false);
    check_bigint(env, "2n ** 63n - 1n", INT64_MAX, true, INT64_MAX, true);
    check_bigint(env, "2n ** 63n", INT64_MIN, false, 1ull << 63, true);
    check_bigint(env, "-(2n ** 63n)", INT64_MIN, true, 1ull << 63, false);
    check_bigint(env, "-(2n ** 63n) - 1n", INT64_MAX, false, INT64_MAX, false);
    check_bigint(env, "2n ** 64n + 7n", 7, false, 7, false);
    check_bigint(env, "-(2n ** 64n)", 0, false, 0, false);
}

TEST(bigint_words_go_both_ways)
{
    const uint64_t words[] = { 1, 0, UINT64_MAX, 0 };
    uint64_t read[4] = { 9, 9, 9, 9 };
    JSVM_Value value;
    size_t count = 4;
    int sign = 5;

    OK(OH_JSVM_CreateBigintWords(env, 1, 4, words, &value));
    set_global(env, "big", value);
    CHECK(holds(env, "big === -((2n ** 64n - 1n) * 2n ** 128n + 1n)"));
    OK(OH_JSVM_GetValueBigintWords(env, value, &sign, &count, read));
    CHECK(sign == 1 && count == 3);
    CHECK(read[0] == 1 && read[1] == 0 && read[2] == UINT64_MAX && read[3] == 9);
}

TEST(bigint_words_tell_what_is_needed_when_there_is_less_room)
{
    JSVM_Value value = run(env, "-(2n ** 128n)");
    uint64_t word = 9;
    size_t count = 1;
    int sign;

    OK(OH_JSVM_GetValueBigintWords(env, value, &sign, &count, &word));
    CHECK(sign == 1 && count == 3 && word == 0);
    count = 0;
    OK(OH_JSVM_GetValueBigintWords(env, value, NULL, &count, NULL));
    CHECK(count == 3);
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_GetValueBigintWords(env, value, &sign, &count, NULL));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_GetValueBigintWords(env, value, NULL, &count, &word));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_GetValueBigintWords(env, value, &sign, NULL, &word));
}

TEST(no_words_are_zero)
{
    uint64_t word = 0;
    JSVM_Value value;
    size_t count = 1;
    int sign;

    OK(OH_JSVM_CreateBigintWords(env, 1, 0, &word, &value));
    set_global(env, "big", value);
    CHECK(holds(env, "big === 0n"));
    OK(OH_JSVM_GetValueBigintWords(env, value, &sign, &count, &word));
    CHECK(sign == 0 && count == 0);
}

TEST(bigint_words_refuse_what_they_cannot_hold)
{
    uint64_t word = 1;
    size_t many = 1 << 20;
    uint64_t *words = calloc(many, sizeof(*words));
    JSVM_Value value;

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateBigintWords(env, 0, 1, NULL, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateBigintWords(env, 0, 1, &word, NULL));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateBigintWords(env, 0, (size_t)INT32_MAX + 1, &word, &value));
    CHECK(words != NULL);
    words[many - 1] = 1;
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_CreateBigintWords(env, 0, many, words, &value));
    THROWN("RangeError");
    free(words);
}

/* ---- symbols ------------------------------------------------------------- */

TEST(symbols_are_unique_and_keep_their_description)
{
    JSVM_Value value;

    OK(OH_JSVM_CreateSymbol(env, text_of(env, "7"), &value));
    set_global(env, "a", value);
    OK(OH_JSVM_CreateSymbol(env, text_of(env, "7"), &value));
    set_global(env, "b", value);
    OK(OH_JSVM_CreateSymbol(env, NULL, &value));
    set_global(env, "c", value);
    CHECK(
        holds(env, "a !== b && a.description === '7' && c.description === undefined"));
    EXPECT(JSVM_STRING_EXPECTED, OH_JSVM_CreateSymbol(env, number_of(env, 7), &value));
}

TEST(a_symbol_takes_its_text_from_a_string_in_use)
{
    JSVM_Value text = run(env, "globalThis.kept = 'k'.repeat(3) + 'ept'"), value;

    OK(OH_JSVM_CreateSymbol(env, text, &value));
    set_global(env, "s", value);
    CHECK(holds(env, "s.description === kept && kept === 'kkkept' && {[kept]: 1}.kkkept"
                     " === 1"));
}

TEST(registered_symbols_are_those_of_symbol_for)
{
    JSVM_Value value;

    OK(OH_JSVM_SymbolFor(env, "n\xc3\xa4mlich", JSVM_AUTO_LENGTH, &value));
    set_global(env, "s", value);
    CHECK(holds(env, "s === Symbol.for('nämlich')"));
    OK(OH_JSVM_SymbolFor(env, "123456", 3, &value));
    set_global(env, "s", value);
    CHECK(holds(env, "s === Symbol.for('123')"));
    OK(OH_JSVM_SymbolFor(env, NULL, 0, &value));
    set_global(env, "s", value);
    CHECK(holds(env, "s === Symbol.for('')"));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_SymbolFor(env, NULL, 1, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_SymbolFor(env, "x", (size_t)INT32_MAX + 1, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_SymbolFor(env, "x", 1, NULL));
}

#define CHECK_SYMBOL(function, property)             \
    do {                                             \
        JSVM_Value symbol;                           \
        OK(function(env, &symbol));                  \
        set_global(env, "s", symbol);                \
        CHECK(holds(env, "s === Symbol." property)); \
    } while (0)

TEST(well_known_symbols_are_the_languages_own)
{
    run(env, "globalThis.Symbol = Symbol");
    CHECK_SYMBOL(OH_JSVM_GetSymbolAsyncIterator, "asyncIterator");
    CHECK_SYMBOL(OH_JSVM_GetSymbolHasInstance, "hasInstance");
    CHECK_SYMBOL(OH_JSVM_GetSymbolIsConcatSpreadable, "isConcatSpreadable");
    CHECK_SYMBOL(OH_JSVM_GetSymbolIterator, "iterator");
    CHECK_SYMBOL(OH_JSVM_GetSymbolMatch, "match");
    CHECK_SYMBOL(OH_JSVM_GetSymbolReplace, "replace");
    CHECK_SYMBOL(OH_JSVM_GetSymbolSearch, "search");
    CHECK_SYMBOL(OH_JSVM_GetSymbolSplit, "split");
    CHECK_SYMBOL(OH_JSVM_GetSymbolToPrimitive, "toPrimitive");
    CHECK_SYMBOL(OH_JSVM_GetSymbolToStringTag, "toStringTag");
    CHECK_SYMBOL(OH_JSVM_GetSymbolUnscopables, "unscopables");
}

TEST(well_known_symbols_do_not_depend_on_the_global_symbol)
{
    JSVM_Value value;
    bool is_symbol;

    run(env, "globalThis.kept = Symbol.iterator; globalThis.Symbol = null");
    OK(OH_JSVM_GetSymbolIterator(env, &value));
    OK(OH_JSVM_IsSymbol(env, value, &is_symbol));
    CHECK(is_symbol);
    set_global(env, "s", value);
    CHECK(holds(env, "s === kept"));
}

/* ---- dates --------------------------------------------------------------- */

TEST(dates_keep_their_time)
{
    JSVM_Value date;
    double time;

    OK(OH_JSVM_CreateDate(env, 1e12 + 0.5, &date));
    set_global(env, "d", date);
    CHECK(holds(env, "d instanceof Date && d.getTime() === 1e12"));
    run(env, "d.valueOf = () => 1; d.getTime = () => 2");
    OK(OH_JSVM_GetDateValue(env, date, &time));
    CHECK(time == 1e12);
    OK(OH_JSVM_GetDateValue(env, run(env, "new Date(5)"), &time));
    CHECK(time == 5);
    OK(OH_JSVM_CreateDate(env, NAN, &date));
    OK(OH_JSVM_GetDateValue(env, date, &time));
    CHECK(isnan(time));
}

TEST(plain_creators_work_while_an_exception_is_pending)
{
    JSVM_Value value;
    bool pending;

    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    OK(OH_JSVM_GetUndefined(env, &value));
    OK(OH_JSVM_CreateInt32(env, 1, &value));
    OK(OH_JSVM_CreateBigintInt64(env, INT64_MAX, &value));
    OK(OH_JSVM_CreateSymbol(env, NULL, &value));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_CreateDate(env, 0, &value));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_CreateDate(env, 0, NULL));
    OK(OH_JSVM_IsExceptionPending(env, &pending));
    CHECK(pending);
    THROWN("Error");
}
