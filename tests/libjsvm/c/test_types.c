/* test_types.c - Typeof, the Is* family, conversions and comparisons. */
#include "harness.h"

static JSVM_ValueType type_of(JSVM_Env env, const char *source)
{
    JSVM_ValueType type;

    OK(OH_JSVM_Typeof(env, run(env, source), &type));
    return type;
}

TEST(typeof_names_every_type)
{
    JSVM_ValueType type;

    CHECK(type_of(env, "undefined") == JSVM_UNDEFINED);
    CHECK(type_of(env, "null") == JSVM_NULL);
    CHECK(type_of(env, "true") == JSVM_BOOLEAN);
    CHECK(type_of(env, "1") == JSVM_NUMBER);
    CHECK(type_of(env, "0.5") == JSVM_NUMBER);
    CHECK(type_of(env, "'s' + Math.random()") == JSVM_STRING);
    CHECK(type_of(env, "Symbol()") == JSVM_SYMBOL);
    CHECK(type_of(env, "({})") == JSVM_OBJECT);
    CHECK(type_of(env, "[]") == JSVM_OBJECT);
    CHECK(type_of(env, "(() => 1)") == JSVM_FUNCTION);
    CHECK(type_of(env, "class A {}; A") == JSVM_FUNCTION);
    CHECK(type_of(env, "new Proxy(() => 1, {})") == JSVM_FUNCTION);
    CHECK(type_of(env, "new Proxy({}, {})") == JSVM_OBJECT);
    CHECK(type_of(env, "1n") == JSVM_BIGINT);
    CHECK(type_of(env, "2n ** 80n") == JSVM_BIGINT);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Typeof(env, NULL, &type));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Typeof(env, run(env, "1"), NULL));
}

typedef JSVM_Status Check(JSVM_Env env, JSVM_Value value, bool *result);

/* The check is true for `yes`, false for `no`, and refuses NULL. */
static void check_type(JSVM_Env env, Check *check, const char *yes, const char *no)
{
    JSVM_Value positive = run(env, yes), negative = run(env, no);
    bool result = false;

    OK(check(env, positive, &result));
    CHECK(result);
    OK(check(env, negative, &result));
    CHECK(!result);
    EXPECT(JSVM_INVALID_ARG, check(env, NULL, &result));
    EXPECT(JSVM_INVALID_ARG, check(env, positive, NULL));
    CHECK(check(NULL, positive, &result) == JSVM_INVALID_ARG);
}

TEST(type_checks_tell_yes_from_no)
{
    check_type(env, OH_JSVM_IsUndefined, "undefined", "null");
    check_type(env, OH_JSVM_IsNull, "null", "undefined");
    check_type(env, OH_JSVM_IsNullOrUndefined, "null", "0");
    check_type(env, OH_JSVM_IsNullOrUndefined, "undefined", "({})");
    check_type(env, OH_JSVM_IsBoolean, "false", "new Boolean(false)");
    check_type(env, OH_JSVM_IsNumber, "0.5", "'1'");
    check_type(env, OH_JSVM_IsNumber, "7", "1n");
    check_type(env, OH_JSVM_IsString, "'' + 1", "new String('')");
    check_type(env, OH_JSVM_IsSymbol, "Symbol.iterator", "Object(Symbol())");
    check_type(env, OH_JSVM_IsBigInt, "3n", "3");
    check_type(env, OH_JSVM_IsObject, "(() => 1)", "null");
    check_type(env, OH_JSVM_IsObject, "[]", "'text'");
    check_type(env, OH_JSVM_IsFunction, "Math.max", "({})");
    check_type(env, OH_JSVM_IsCallable, "async () => 1", "({call() {}})");
    check_type(env, OH_JSVM_IsConstructor, "class A {}; A", "() => 1");
    check_type(env, OH_JSVM_IsConstructor, "Object", "1");
    check_type(env, OH_JSVM_IsBooleanObject, "new Boolean(1)", "true");
    check_type(env, OH_JSVM_IsNumberObject, "new Number(1)", "1");
    check_type(env, OH_JSVM_IsStringObject, "new String('a')", "'a'");
    check_type(env, OH_JSVM_IsSymbolObject, "Object(Symbol())", "Symbol()");
    check_type(env, OH_JSVM_IsBigIntObject, "Object(1n)", "1n");
    check_type(env, OH_JSVM_IsArray, "[]", "new Proxy([], {})");
    check_type(env, OH_JSVM_IsDate, "new Date()", "({__proto__: Date.prototype})");
    check_type(env, OH_JSVM_IsError, "class E extends Error {}; new E()",
               "({__proto__: Error.prototype})");
    check_type(env, OH_JSVM_IsMap, "new Map()", "new WeakMap()");
    check_type(env, OH_JSVM_IsSet, "new Set()", "new WeakSet()");
    check_type(env, OH_JSVM_IsPromise, "Promise.resolve()", "({then() {}})");
    check_type(env, OH_JSVM_IsRegExp, "/a/", "'/a/'");
    check_type(env, OH_JSVM_IsArraybuffer, "new ArrayBuffer(1)",
               "new SharedArrayBuffer(1)");
    check_type(env, OH_JSVM_IsTypedarray, "new Float32Array(1)",
               "new DataView(new ArrayBuffer(1))");
    check_type(env, OH_JSVM_IsDataview, "new DataView(new ArrayBuffer(1))",
               "new Uint8Array(1)");
    check_type(env, OH_JSVM_IsDetachedArraybuffer,
               "const b = new ArrayBuffer(1); b.transfer(); b", "new ArrayBuffer(1)");
    check_type(env, OH_JSVM_IsDetachedArraybuffer,
               "const c = new ArrayBuffer(1); c.transfer(); c", "7");
}

/* ---- conversions --------------------------------------------------------- */

TEST(conversions_follow_the_language)
{
    JSVM_Value value;

    OK(OH_JSVM_CoerceToBool(env, run(env, "''"), &value));
    CHECK(is_json(env, value, "false"));
    OK(OH_JSVM_CoerceToBool(env, run(env, "Symbol()"), &value));
    CHECK(is_json(env, value, "true"));
    OK(OH_JSVM_CoerceToNumber(env, run(env, "' 0x10 '"), &value));
    CHECK(double_of(env, value) == 16);
    OK(OH_JSVM_CoerceToNumber(env, run(env, "({valueOf: () => 5})"), &value));
    CHECK(double_of(env, value) == 5);
    OK(OH_JSVM_CoerceToString(env, run(env, "[1, [2, 3]]"), &value));
    CHECK(is_text(env, value, "1,2,3"));
    OK(OH_JSVM_CoerceToObject(env, run(env, "'ab'"), &value));
    set_global(env, "o", value);
    CHECK(holds(env, "o instanceof String && o.length === 2"));
    OK(OH_JSVM_CoerceToBigInt(env, run(env, "'0x1f'"), &value));
    set_global(env, "b", value);
    CHECK(holds(env, "b === 31n"));
    OK(OH_JSVM_CoerceToBigInt(env, run(env, "true"), &value));
    set_global(env, "b", value);
    CHECK(holds(env, "b === 1n"));
}

TEST(failed_conversions_name_the_type_and_leave_the_exception)
{
    JSVM_Value value, symbol = run(env, "Symbol()");

    EXPECT(JSVM_NUMBER_EXPECTED, OH_JSVM_CoerceToNumber(env, symbol, &value));
    THROWN("TypeError");
    EXPECT(JSVM_NUMBER_EXPECTED, OH_JSVM_CoerceToNumber(env, run(env, "1n"), &value));
    THROWN("TypeError");
    EXPECT(JSVM_NUMBER_EXPECTED,
           OH_JSVM_CoerceToNumber(
               env, run(env, "({valueOf() { throw new EvalError('x') }})"), &value));
    THROWN("EvalError");
    EXPECT(JSVM_STRING_EXPECTED, OH_JSVM_CoerceToString(env, symbol, &value));
    THROWN("TypeError");
    EXPECT(JSVM_OBJECT_EXPECTED,
           OH_JSVM_CoerceToObject(env, run(env, "undefined"), &value));
    THROWN("TypeError");
    EXPECT(JSVM_BIGINT_EXPECTED, OH_JSVM_CoerceToBigInt(env, run(env, "1"), &value));
    THROWN("TypeError");
    EXPECT(JSVM_BIGINT_EXPECTED, OH_JSVM_CoerceToBigInt(env, run(env, "'x'"), &value));
    THROWN("SyntaxError");
}

TEST(conversions_do_nothing_while_an_exception_is_pending)
{
    JSVM_Value value = NULL, object = run(env, "({valueOf() { globalThis.ran = 1 }})");

    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_CoerceToNumber(env, object, &value));
    CHECK(value == NULL);
    THROWN("Error");
    CHECK(holds(env, "typeof ran === 'undefined'"));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CoerceToNumber(env, NULL, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CoerceToNumber(env, object, NULL));
}

TEST(microtasks_of_a_conversion_run_before_it_returns_and_keep_its_exception)
{
    JSVM_Value value;
    JSVM_Value object = run(env, "({valueOf() { Promise.resolve().then(() => { "
                                 "globalThis.done = true; try { null.x } catch {} });"
                                 " throw new EvalError('mine') }})");

    EXPECT(JSVM_NUMBER_EXPECTED, OH_JSVM_CoerceToNumber(env, object, &value));
    THROWN("EvalError");
    CHECK(holds(env, "done"));
}

/* ---- comparisons --------------------------------------------------------- */

TEST(comparisons_follow_the_language)
{
    JSVM_Value one = number_of(env, 1), text = text_of(env, "1"), nan = run(env, "NaN");
    bool result;

    OK(OH_JSVM_Equals(env, one, text, &result));
    CHECK(result);
    OK(OH_JSVM_StrictEquals(env, one, text, &result));
    CHECK(!result);
    OK(OH_JSVM_StrictEquals(env, nan, nan, &result));
    CHECK(!result);
    OK(OH_JSVM_StrictEquals(env, text, run(env, "'1'"), &result));
    CHECK(result);
    OK(OH_JSVM_Equals(env, run(env, "null"), run(env, "undefined"), &result));
    CHECK(result);
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_Equals(env, one, run(env, "({valueOf() { throw new EvalError() }})"),
                          &result));
    THROWN("EvalError");
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Equals(env, NULL, one, &result));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Equals(env, one, NULL, &result));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_StrictEquals(env, one, one, NULL));
}

TEST(instanceof_follows_prototypes_and_has_instance)
{
    JSVM_Value array = run(env, "[]");
    bool result;

    OK(OH_JSVM_Instanceof(env, array, run(env, "Array"), &result));
    CHECK(result);
    OK(OH_JSVM_Instanceof(env, array, run(env, "Map"), &result));
    CHECK(!result);
    OK(OH_JSVM_Instanceof(env, number_of(env, 4),
                          run(env, "(class { static [Symbol.hasInstance](v) "
                                   "{ return v % 2 === 0 } })"),
                          &result));
    CHECK(result);
}

TEST(instanceof_of_something_else_than_a_function_fails)
{
    JSVM_Value array = run(env, "[]"), exception, code;
    bool result = true;

    EXPECT(JSVM_FUNCTION_EXPECTED,
           OH_JSVM_Instanceof(env, array, run(env, "({})"), &result));
    CHECK(!result);
    OK(OH_JSVM_GetAndClearLastException(env, &exception));
    OK(OH_JSVM_GetNamedProperty(env, exception, "code", &code));
    CHECK(is_text(env, code, "ERR_NAPI_CONS_FUNCTION"));
    result = true;
    EXPECT(JSVM_OBJECT_EXPECTED,
           OH_JSVM_Instanceof(env, array, run(env, "undefined"), &result));
    CHECK(!result);
    THROWN("TypeError");
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_Instanceof(env, array,
                              run(env, "(class { static get [Symbol.hasInstance]() "
                                       "{ throw new EvalError() } })"),
                              &result));
    THROWN("EvalError");
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Instanceof(env, array, NULL, &result));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Instanceof(env, array, array, NULL));
}
