/* test_keys.c - the keys of objects, filtered and with prototypes. */
#include "harness.h"

static bool has_keys(JSVM_Env env, const char *source, JSVM_KeyCollectionMode mode,
                     int filter, JSVM_KeyConversion conversion, const char *json)
{
    JSVM_Value keys;

    OK(OH_JSVM_GetAllPropertyNames(env, run(env, source), mode, (JSVM_KeyFilter)filter,
                                   conversion, &keys));
    set_global(env, "keys", keys);
    return is_json(
        env, run(env, "keys.map(k => typeof k === 'symbol' ? String(k) : k)"), json);
}

#define OWN JSVM_KEY_OWN_ONLY
#define CHAIN JSVM_KEY_INCLUDE_PROTOTYPES
#define NUMBERS JSVM_KEY_KEEP_NUMBERS
#define STRINGS JSVM_KEY_NUMBERS_TO_STRINGS

TEST(own_keys_are_filtered)
{
    const char *object = "Object.defineProperties({}, {"
                         "plain: {value: 1, writable: true, enumerable: true, "
                         "configurable: true},"
                         "hidden: {value: 1, writable: true, configurable: true},"
                         "fixed: {value: 1, writable: true, enumerable: true},"
                         "constant: {value: 1, enumerable: true, configurable: true},"
                         "accessor: {get() {}, enumerable: true, configurable: true},"
                         "[Symbol('s')]: {value: 1, writable: true, enumerable: true, "
                         "configurable: true}})";

    CHECK(has_keys(env, object, OWN, JSVM_KEY_ALL_PROPERTIES, STRINGS,
                   "[\"plain\",\"hidden\",\"fixed\",\"constant\",\"accessor\","
                   "\"Symbol(s)\"]"));
    CHECK(has_keys(env, object, OWN, JSVM_KEY_ENUMERABLE | JSVM_KEY_SKIP_SYMBOLS,
                   STRINGS, "[\"plain\",\"fixed\",\"constant\",\"accessor\"]"));
    CHECK(has_keys(env, object, OWN, JSVM_KEY_WRITABLE | JSVM_KEY_SKIP_SYMBOLS, STRINGS,
                   "[\"plain\",\"hidden\",\"fixed\",\"accessor\"]"));
    CHECK(has_keys(env, object, OWN, JSVM_KEY_CONFIGURABLE | JSVM_KEY_SKIP_SYMBOLS,
                   STRINGS, "[\"plain\",\"hidden\",\"constant\",\"accessor\"]"));
    CHECK(has_keys(env, object, OWN,
                   JSVM_KEY_WRITABLE | JSVM_KEY_ENUMERABLE | JSVM_KEY_CONFIGURABLE,
                   STRINGS, "[\"plain\",\"accessor\",\"Symbol(s)\"]"));
    CHECK(
        has_keys(env, object, OWN, JSVM_KEY_SKIP_STRINGS, STRINGS, "[\"Symbol(s)\"]"));
    CHECK(has_keys(env, object, OWN, JSVM_KEY_SKIP_STRINGS | JSVM_KEY_SKIP_SYMBOLS,
                   STRINGS, "[]"));
}

TEST(indices_come_as_numbers_or_strings)
{
    const char *object = "({b: 1, 7: 1, 3: 1, '4294967295': 1, '01': 1})";

    CHECK(has_keys(env, object, OWN, 0, NUMBERS, "[3,7,\"b\",\"4294967295\",\"01\"]"));
    CHECK(has_keys(env, object, OWN, 0, STRINGS,
                   "[\"3\",\"7\",\"b\",\"4294967295\",\"01\"]"));
    CHECK(has_keys(env, "['x', 'y']", OWN, JSVM_KEY_ENUMERABLE, NUMBERS, "[0,1]"));
    CHECK(has_keys(env, "'ab'", OWN, JSVM_KEY_ENUMERABLE, NUMBERS, "[0,1]"));
}

TEST(prototypes_contribute_keys_that_are_not_hidden)
{
    const char *object =
        "const p = {shared: 1, far: 1, later: 1};"
        "const o = Object.create(p, {near: {value: 1, enumerable: true},"
        "shared: {value: 1, enumerable: true}, far: {value: 1}}); o";

    CHECK(has_keys(env, object, CHAIN, JSVM_KEY_ENUMERABLE, STRINGS,
                   "[\"near\",\"shared\",\"later\"]"));
    CHECK(
        has_keys(env, "o", OWN, JSVM_KEY_ENUMERABLE, STRINGS, "[\"near\",\"shared\"]"));
    CHECK(has_keys(env, "p.later = 1; Object.create(Object.create(p))", CHAIN,
                   JSVM_KEY_ENUMERABLE, STRINGS, "[\"shared\",\"far\",\"later\"]"));
    CHECK(has_keys(env, "Object.create(null)", CHAIN, 0, STRINGS, "[]"));
}

TEST(property_names_are_those_of_for_in)
{
    JSVM_Value names;

    OK(OH_JSVM_GetPropertyNames(
        env,
        run(env, "globalThis.o = Object.assign(Object.create({far: 1,"
                 " 5: 1}), {b: 1, 2: 1, a: 1, [Symbol()]: 1}); o"),
        &names));
    CHECK(is_json(env, names, "[\"2\",\"b\",\"a\",\"5\",\"far\"]"));
    CHECK(is_json(env, run(env, "const n = []; for (const k in o) n.push(k); n"),
                  "[\"2\",\"b\",\"a\",\"5\",\"far\"]"));
}

TEST(proxies_are_asked)
{
    CHECK(has_keys(env,
                   "new Proxy({}, {ownKeys: () => ['a', 'b'],"
                   "getOwnPropertyDescriptor: (t, k) => ({value: 1, enumerable: "
                   "k === 'a', configurable: true})})",
                   OWN, JSVM_KEY_ENUMERABLE, STRINGS, "[\"a\"]"));
}

TEST(key_functions_check_their_arguments_and_keep_exceptions)
{
    JSVM_Value object = run(env, "({})"), keys;

    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_GetAllPropertyNames(env, object, (JSVM_KeyCollectionMode)2, 0,
                                       NUMBERS, &keys));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetAllPropertyNames(env, object, OWN, 0,
                                                         (JSVM_KeyConversion)2, &keys));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_GetAllPropertyNames(env, NULL, OWN, 0, NUMBERS, &keys));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_GetAllPropertyNames(env, object, OWN, 0, NUMBERS, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetPropertyNames(env, object, NULL));
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_GetPropertyNames(
               env, run(env, "new Proxy({}, {ownKeys() { throw new EvalError() }})"),
               &keys));
    THROWN("EvalError");
}

TEST(an_endless_prototype_chain_ends_in_an_error)
{
    JSVM_Value keys;

    EXPECT(
        JSVM_GENERIC_FAILURE,
        OH_JSVM_GetPropertyNames(
            env,
            run(env, "const t = {}; const p = new Proxy(t, {getPrototypeOf: () => p});"
                     "p"),
            &keys));
    THROWN("RangeError");
}
