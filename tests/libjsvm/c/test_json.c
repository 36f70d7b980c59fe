/* test_json.c - JSON text to values and back. */
#include "harness.h"

TEST(json_text_becomes_a_value)
{
    JSVM_Value value;

    OK(OH_JSVM_JsonParse(env, text_of(env, "{\"a\": [1, true, null, \"\\u00e4\"]}"),
                         &value));
    set_global(env, "v", value);
    CHECK(holds(env, "v.a.length === 4 && v.a[0] === 1 && v.a[1] === true &&"
                     " v.a[2] === null && v.a[3] === '\\u00e4'"));
    OK(OH_JSVM_JsonParse(env, text_of(env, " 12 "), &value));
    CHECK(double_of(env, value) == 12);
}

TEST(json_with_a_key_proto_has_that_key)
{
    JSVM_Value value;

    OK(OH_JSVM_JsonParse(env, text_of(env, "{\"__proto__\": 1}"), &value));
    set_global(env, "v", value);
    CHECK(holds(env, "Object.getPrototypeOf(v) === Object.prototype &&"
                     " Object.keys(v)[0] === '__proto__'"));
}

TEST(bad_json_is_a_syntax_error)
{
    const char *texts[] = { "", "{", "[1,]", "{'a': 1}", "1 2", "undefined", "nul" };
    JSVM_Value value;

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        EXPECT(JSVM_GENERIC_FAILURE,
               OH_JSVM_JsonParse(env, text_of(env, texts[i]), &value));
        THROWN("SyntaxError");
    }
}

TEST(parsing_json_checks_its_arguments)
{
    JSVM_Value value = text_of(env, "1");

    CHECK(OH_JSVM_JsonParse(NULL, value, &value) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_JsonParse(env, NULL, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_JsonParse(env, value, NULL));
    EXPECT(JSVM_STRING_EXPECTED, OH_JSVM_JsonParse(env, number_of(env, 1), &value));
    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_JsonParse(env, value, &value));
    THROWN("Error");
}

TEST(a_value_becomes_json_text)
{
    const char *cases[][2] = {
        { "({ a: [1, 'x', undefined], b: undefined, c: null })",
          "{\"a\":[1,\"x\",null],\"c\":null}" },
        { "'a\\n'", "\"a\\n\"" },
        { "-0", "0" },
        { "NaN", "null" },
        { "({ toJSON() { return 5 } })", "5" },
        { "new Date(0)", "\"1970-01-01T00:00:00.000Z\"" },
        { "undefined", "undefined" },
        { "() => 1", "undefined" },
        { "Symbol()", "undefined" },
    };
    JSVM_Value text;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        OK(OH_JSVM_JsonStringify(env, run(env, cases[i][0]), &text));
        CHECK(is_text(env, text, cases[i][1]));
    }
}

TEST(what_cannot_be_json_throws)
{
    const char *sources[] = { "(() => { const a = []; a[0] = a; return a })()", "1n",
                              "({ get a() { throw new TypeError('mine') } })" };
    JSVM_Value text;

    for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
        EXPECT(JSVM_GENERIC_FAILURE,
               OH_JSVM_JsonStringify(env, run(env, sources[i]), &text));
        THROWN("TypeError");
    }
}

TEST(making_json_checks_its_arguments)
{
    JSVM_Value value = number_of(env, 1);

    CHECK(OH_JSVM_JsonStringify(NULL, value, &value) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_JsonStringify(env, NULL, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_JsonStringify(env, value, NULL));
    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_JsonStringify(env, value, &value));
    THROWN("Error");
}

TEST(json_does_not_ask_the_global_json)
{
    JSVM_Value value;

    run(env, "globalThis.JSON = null");
    OK(OH_JSVM_JsonParse(env, text_of(env, "[1]"), &value));
    OK(OH_JSVM_JsonStringify(env, value, &value));
    CHECK(is_text(env, value, "[1]"));
}

SCENARIO(json_under_failing_allocations)
{
    JSVM_Value text, value;

    TRY(OH_JSVM_CreateStringUtf8(env, "{\"key\": [1, 2.5, \"text\", {\"a\": null}]}",
                                 JSVM_AUTO_LENGTH, &text));
    TRY(OH_JSVM_JsonParse(env, text, &value));
    TRY(OH_JSVM_JsonStringify(env, value, &text));
    TRY(OH_JSVM_GetUndefined(env, &value));
    TRY(OH_JSVM_JsonStringify(env, value, &text));
    return true;
}
