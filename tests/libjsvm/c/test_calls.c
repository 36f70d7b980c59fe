/* test_calls.c - what the border of native modules stands on: calls without handles,
 * values at a glance, words for values, entries of collections. */
#include "harness.h"

#include <math.h>

/* ---- calls without handles ----------------------------------------------- */

static JSVM_Value count_arguments(JSVM_Env env, const JSVMX_Call *call)
{
    JSVM_Value result;
    double sum = 0, number;

    CHECK(call->data == (void *)count_arguments);
    for (size_t i = 0; i < call->argc; i++) {
        OK(OH_JSVM_GetValueDouble(env, call->argv[i], &number));
        sum += number;
    }
    OK(OH_JSVM_CreateDouble(env, sum, &result));
    return result;
}

static JSVM_Value new_function(JSVM_Env env, JSVMX_CallHandler call)
{
    JSVMX_Function definition = { "f", 1, 2, true, call, (void *)call, NULL, NULL };
    JSVM_Value function;

    OK(JSVMX_CreateFunction(env, &definition, &function));
    set_global(env, "f", function);
    return function;
}

TEST(arguments_are_read_where_the_engine_has_them)
{
    new_function(env, count_arguments);
    CHECK(holds(env, "f.name === 'f' && f.length === 2"));
    CHECK(holds(env, "f() === 0 && f(1, 2.5) === 3.5"));
    CHECK(holds(env, "f(...Array(1000).fill(1)) === 1000"));
    CHECK(holds(env, "f.apply(null, [1, 2, 3]) === 6"));
}

static JSVM_Value give_first(JSVM_Env env, const JSVMX_Call *call)
{
    (void)env;
    return call->argc > 0 ? call->argv[0] : NULL;
}

TEST(an_argument_may_be_the_result)
{
    new_function(env, give_first);
    CHECK(holds(env, "const o = {}; f(o) === o && f('a'.repeat(9)) === 'aaaaaaaaa'"));
    CHECK(holds(env, "f() === undefined"));
}

static JSVM_Ref stored;

static JSVM_Value store_result(JSVM_Env env, const JSVMX_Call *call)
{
    double number;

    OK(OH_JSVM_GetValueDouble(env, call->argv[0], &number));
    call->result->give = (JSVMX_Give)number;
    call->result->number = 1;
    call->result->units = "text";
    call->result->length = number == JSVMX_GIVE_UTF16 ? 2 : 4;
    call->result->handle = call->thisValue;
    call->result->reference = stored;
    return NULL;
}

TEST(a_result_may_be_stored_without_a_handle)
{
    new_function(env, store_result);
    OK(OH_JSVM_CreateReference(env, run(env, "globalThis.o = {}"), 1, &stored));
    CHECK(holds(env, "f(0) === undefined && f(1) === null && f(2) === true"));
    CHECK(holds(env, "f(3) === 1 && f(4) === 'text' && f(5).length === 2"));
    CHECK(holds(env, "f.call(o, 6) === o && f(7) === o && new f(7) === o"));
    OK(OH_JSVM_DeleteReference(env, stored));
    OK(OH_JSVM_CreateReference(env, run(env, "1"), 0, &stored));
    CHECK(holds(env, "try { f(7); false } catch (e) { e instanceof TypeError }"));
    OK(OH_JSVM_DeleteReference(env, stored));
}

static JSVM_Value tell_receiver(JSVM_Env env, const JSVMX_Call *call)
{
    JSVM_Value array, flag;

    OK(OH_JSVM_CreateArray(env, &array));
    OK(OH_JSVM_SetElement(env, array, 0, call->thisValue));
    OK(OH_JSVM_GetBoolean(env, call->newTarget != NULL, &flag));
    OK(OH_JSVM_SetElement(env, array, 1, flag));
    set_global(env, "told", array);
    return call->newTarget ? flag : array; /* a primitive: the instance stays */
}

TEST(the_receiver_is_what_was_passed)
{
    new_function(env, tell_receiver);
    CHECK(holds(env, "f()[0] === undefined && f()[1] === false"));
    CHECK(holds(env, "f.call(5)[0] === 5"));
    CHECK(holds(env, "f.prototype.x = 1; const made = new f(); made.x === 1"));
    CHECK(holds(env, "told[0] === made && told[1] === true"));
    CHECK(holds(env, "class D extends f {}; new D() instanceof D"));
}

TEST(a_function_that_is_no_constructor_has_no_prototype)
{
    JSVMX_Function definition = { "f", 1, 0, false, give_first, NULL, NULL, NULL };
    JSVM_Value function;

    OK(JSVMX_CreateFunction(env, &definition, &function));
    set_global(env, "f", function);
    CHECK(holds(env, "!('prototype' in f) && f(1) === 1"));
    CHECK(holds(env, "try { new f(1); false } catch (e) { e instanceof TypeError }"));
}

static JSVM_Value throw_error(JSVM_Env env, const JSVMX_Call *call)
{
    OK(OH_JSVM_ThrowRangeError(env, NULL, "no"));
    return call->argv[0];
}

TEST(a_pending_exception_is_thrown)
{
    new_function(env, throw_error);
    CHECK(holds(env, "try { f(1); false } catch (e) { e instanceof RangeError }"));
}

static void note(JSVM_Env env, void *data, void *hint)
{
    CHECK(env == NULL && data == hint);
    ++*(int *)data;
}

TEST(a_function_ends_with_its_finalizer)
{
    int finalized = 0;
    JSVMX_Function definition = { "f",        1,    0,         false, give_first,
                                  &finalized, note, &finalized };
    JSVM_HandleScope scope;
    JSVM_Value function;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(JSVMX_CreateFunction(env, &definition, &function));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    collect_garbage(env);
    CHECK(finalized == 1);
    definition.call = NULL;
    EXPECT(JSVM_INVALID_ARG, JSVMX_CreateFunction(env, &definition, &function));
}

static int given_back;

static void give_back(JSVM_Env env, void *data, void *hint)
{
    (void)env, (void)data, (void)hint;
    given_back++;
}

SCENARIO(a_function_that_was_not_made_finalizes_nothing)
{
    JSVMX_Function definition = { "f", 1, 0, false, give_first, NULL, give_back, NULL };
    JSVM_HandleScope scope;
    JSVM_Value function;
    JSVM_Status status;

    given_back = 0;
    TRY(OH_JSVM_OpenHandleScope(env, &scope));
    status = JSVMX_CreateFunction(env, &definition, &function);
    CHECK(OH_JSVM_CloseHandleScope(env, scope) == JSVM_OK);
    collect_garbage(env);
    CHECK(given_back == (status == JSVM_OK));
    return status == JSVM_OK;
}

/* ---- values at a glance -------------------------------------------------- */

static JSVMX_Reading reading_of(JSVM_Env env, const char *source)
{
    JSVMX_Reading reading;

    memset(&reading, 0, sizeof(reading));
    OK(JSVMX_ReadValue(env, run(env, source), &reading));
    return reading;
}

TEST(every_kind_of_value_is_told)
{
    static const struct {
        const char *source;
        JSVMX_Kind kind;
    } values[] = {
        { "undefined", JSVMX_KIND_UNDEFINED },
        { "null", JSVMX_KIND_NULL },
        { "true", JSVMX_KIND_BOOLEAN },
        { "1.5", JSVMX_KIND_NUMBER },
        { "1n", JSVMX_KIND_BIGINT },
        { "'a'", JSVMX_KIND_STRING },
        { "Symbol('a')", JSVMX_KIND_SYMBOL },
        { "() => 1", JSVMX_KIND_FUNCTION },
        { "(class {})", JSVMX_KIND_FUNCTION },
        { "new Proxy(() => 1, {})", JSVMX_KIND_FUNCTION },
        { "[]", JSVMX_KIND_ARRAY },
        { "new Int8Array(1)", JSVMX_KIND_TYPED_ARRAY },
        { "new ArrayBuffer(1)", JSVMX_KIND_ARRAY_BUFFER },
        { "new DataView(new ArrayBuffer(1))", JSVMX_KIND_DATA_VIEW },
        { "new Date(5)", JSVMX_KIND_DATE },
        { "new Map", JSVMX_KIND_MAP },
        { "new Set", JSVMX_KIND_SET },
        { "Promise.resolve()", JSVMX_KIND_PROMISE },
        { "new Proxy([], {})", JSVMX_KIND_PROXY },
        { "({})", JSVMX_KIND_OBJECT },
        { "new (class A {})", JSVMX_KIND_OBJECT },
        { "/a/", JSVMX_KIND_OTHER },
    };

    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        CHECK(reading_of(env, values[i].source).kind == values[i].kind);
}

TEST(what_a_value_holds_is_told)
{
    JSVMX_Reading reading = reading_of(env, "7");
    CHECK(reading.number == 7);
    CHECK(reading_of(env, "true").number == 1);
    CHECK(reading_of(env, "new Date(5)").number == 5);
    CHECK(isnan(reading_of(env, "new Date(NaN)").number));

    reading = reading_of(env, "'abc' + 'd'.repeat(3)");
    CHECK(!reading.wide && reading.length == 6 && !memcmp(reading.data, "abcddd", 6));
    reading = reading_of(env, "'\\u65e5'");
    CHECK(reading.wide && reading.length == 1);
    CHECK(*(const uint16_t *)reading.data == 0x65e5);

    reading = reading_of(env, "-(2n ** 64n) - 3n");
    CHECK(reading.negative && reading.length == 2 && reading.word == 3);

    reading = reading_of(env, "globalThis.a = new Float64Array([1, 2]).subarray(1)");
    CHECK(reading.elementType == JSVM_FLOAT64_ARRAY && reading.length == 1);
    CHECK(*(const double *)reading.data == 2);
    CHECK(reading_of(env, "a.buffer").length == 16);
    CHECK(!reading.immutable);
    CHECK(reading_of(env, "new Int8Array(new ArrayBuffer(1).transferToImmutable())")
              .immutable);
    CHECK(reading_of(env, "new Float16Array(3)").elementType == 11);
    CHECK(reading_of(env, "a.buffer.transfer(); a.buffer").data == NULL);
}

/* ---- words --------------------------------------------------------------- */

static bool described_as(JSVM_Env env, const char *source, const char *expected)
{
    char text[400];

    OK(JSVMX_DescribeValue(env, run(env, source), text, sizeof(text)));
    if (strcmp(text, expected) != 0)
        printf("%s is described as: %s\n", source, text);
    return strcmp(text, expected) == 0;
}

TEST(values_are_described_in_a_few_words)
{
    CHECK(described_as(env, "undefined", "undefined"));
    CHECK(described_as(env, "null", "null"));
    CHECK(described_as(env, "true", "the boolean true"));
    CHECK(described_as(env, "-0", "the number -0"));
    CHECK(described_as(env, "1e21", "the number 1e+21"));
    CHECK(described_as(env, "-5n", "the BigInt -5n"));
    CHECK(described_as(env, "'a\\n'", "the string 'a\\n'"));
    CHECK(described_as(env, "`it's`", "the string \"it's\""));
    CHECK(described_as(env, "`'\"`", "the string '\\'\"'"));
    CHECK(described_as(env, "Symbol('s')", "the symbol Symbol(s)"));
    CHECK(described_as(env, "(function g() {})", "the function [Function: g]"));
    CHECK(described_as(env, "[1, 'a', [2], {}]",
                       "the array [ 1, 'a', [Array], [Object] ]"));
    CHECK(described_as(env, "Array(9).fill(0)",
                       "the array [ 0, 0, 0, 0, 0, 0, ... 3 more items ]"));
    CHECK(described_as(env, "({a: 1, get b() { throw 1 }})",
                       "the object { a: 1, b: [Getter] }"));
    CHECK(described_as(env, "new (class P { x = 1 })", "the object P { x: 1 }"));
    CHECK(described_as(env, "Object.create(null)",
                       "the object [Object: null prototype] {}"));
    CHECK(described_as(env, "new Float32Array([1.5])",
                       "the object Float32Array(1) [ 1.5 ]"));
    CHECK(described_as(env, "new Map([[1, 2]])", "the object Map(1)"));
    CHECK(described_as(env, "new Date(-1)", "the object 1969-12-31T23:59:59.999Z"));
    CHECK(described_as(env, "new Date(8.64e15)",
                       "the object +275760-09-13T00:00:00.000Z"));
    CHECK(described_as(env, "new Date(NaN)", "the object Invalid Date"));
    CHECK(described_as(env, "new TypeError('x')", "the object TypeError: x"));
    CHECK(described_as(env, "/a/", "the object RegExp"));
    CHECK(described_as(env, "new Proxy({a: 1}, {get() { throw 1 }})",
                       "the proxy { a: 1 }"));
    CHECK(described_as(env, "const r = Proxy.revocable({}, {}); r.revoke(); r.proxy",
                       "a revoked proxy"));
    CHECK(described_as(env, "'a\\ud800\\udfff\\udfff'",
                       "the string 'a\xf0\x90\x8f\xbf\\uDFFF'"));
    CHECK(described_as(env, "({'\\ud800': Symbol('\\udc00')})",
                       "the object { \xef\xbf\xbd: Symbol(\xef\xbf\xbd) }"));
}

TEST(a_description_is_cut_between_characters)
{
    char text[16];

    OK(JSVMX_DescribeValue(env, run(env, "'\\u65e5\\u672c'"), text, sizeof(text)));
    CHECK(strcmp(text, "the string '") == 0 ||
          strcmp(text, "the string '\xe6\x97\xa5") == 0);
    EXPECT(JSVM_INVALID_ARG, JSVMX_DescribeValue(env, run(env, "1"), text, 0));
    CHECK(described_as(env, "'x'.repeat(100)",
                       "the string 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                       "xxxxxxxxx'... 40 more characters"));
}

/* ---- memory that is held ------------------------------------------------- */

TEST(held_memory_stays_where_it_is)
{
    JSVM_Value array = run(env, "globalThis.a = new Int16Array([1, 2, 3]).subarray(1)");
    JSVMX_Memory memory, again;

    OK(JSVMX_HoldMemory(env, array, &memory));
    OK(JSVMX_HoldMemory(env, run(env, "a.buffer"), &again));
    CHECK(memory.length == 2 && memory.elementType == JSVM_INT16_ARRAY);
    CHECK(((int16_t *)memory.data)[1] == 3 && !memory.isReadonly);
    CHECK(again.length == 6 && again.elementType == -1);
    CHECK(holds(env, "try { a.buffer.transfer(); false } catch { true }"));
    EXPECT(JSVM_DETACHABLE_ARRAYBUFFER_EXPECTED,
           OH_JSVM_DetachArraybuffer(env, run(env, "a.buffer")));
    OK(JSVMX_ReleaseMemory(env, again.hold));
    run(env, "globalThis.a = null");
    collect_garbage(env);
    CHECK(((int16_t *)memory.data)[0] == 2);
    OK(JSVMX_ReleaseMemory(env, memory.hold));

    run(env, "globalThis.b = new ArrayBuffer(8, {maxByteLength: 64})");
    OK(JSVMX_HoldMemory(env, run(env, "b"), &memory));
    CHECK(holds(env, "try { b.resize(64); false } catch (e) { e instanceof TypeError }"));
    OK(JSVMX_ReleaseMemory(env, memory.hold));
    run(env, "b.resize(64)");
    OK(OH_JSVM_DetachArraybuffer(env, run(env, "b")));

    OK(JSVMX_HoldMemory(
        env, run(env, "new Uint8Array(new SharedArrayBuffer(2)).subarray(1)"), &memory));
    CHECK(memory.length == 1);
    OK(JSVMX_ReleaseMemory(env, memory.hold));
    OK(JSVMX_HoldMemory(
        env, run(env, "new Uint8Array(new ArrayBuffer(1).transferToImmutable())"),
        &memory));
    CHECK(memory.isReadonly);
    OK(JSVMX_ReleaseMemory(env, memory.hold));
    EXPECT(JSVM_ARRAYBUFFER_EXPECTED, JSVMX_HoldMemory(env, run(env, "[]"), &memory));
    EXPECT(JSVM_GENERIC_FAILURE,
           JSVMX_HoldMemory(env, run(env, "var b = new Uint8Array(1);"
                                          "b.buffer.transfer(); b"),
                            &memory));
}

/* ---- collections --------------------------------------------------------- */

TEST(entries_of_collections_need_no_methods)
{
    JSVM_Value set, map, one, entries;

    run(env, "Set.prototype.add = Map.prototype.set = () => { throw 1 };"
             "Array.prototype[Symbol.iterator] = null");
    OK(OH_JSVM_CreateSet(env, &set));
    OK(OH_JSVM_CreateMap(env, &map));
    OK(OH_JSVM_CreateInt32(env, 1, &one));
    OK(JSVMX_AddEntry(env, set, one, NULL));
    OK(JSVMX_AddEntry(env, set, one, NULL));
    OK(JSVMX_AddEntry(env, map, one, set));
    set_global(env, "set", set);
    set_global(env, "map", map);
    CHECK(holds(env, "set.size === 1 && set.has(1) && map.get(1) === set"));
    OK(JSVMX_GetEntries(env, run(env, "set.add = 0; set.delete(1); set"), &entries));
    CHECK(is_json(env, entries, "[]"));
    OK(JSVMX_GetEntries(env, map, &entries));
    CHECK(is_json(env, entries, "[1,{\"add\":0}]"));
    EXPECT(JSVM_INVALID_TYPE, JSVMX_GetEntries(env, one, &entries));
    EXPECT(JSVM_INVALID_ARG, JSVMX_AddEntry(env, map, one, NULL));
    EXPECT(JSVM_INVALID_ARG, JSVMX_AddEntry(env, set, one, one));
}
