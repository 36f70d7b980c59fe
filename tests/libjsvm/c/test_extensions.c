/* test_extensions.c - what jsvmx.h adds: cells, promises, direct functions. */
#include "harness.h"

/* The value that a cell gave, or NULL while its promise is pending. */
static JSVM_Value outcome(JSVM_Env env, JSVM_Value promise, JSVMX_PromiseState expected)
{
    JSVMX_PromiseState state;
    JSVM_Value result, value;

    OK(JSVMX_GetPromiseState(env, promise, &state, &result));
    CHECK(state == expected);
    if (state != JSVMX_PROMISE_FULFILLED)
        return result;
    OK(OH_JSVM_GetNamedProperty(env, result, "value", &value));
    return value;
}

static JSVM_Value cell(JSVM_Env env, const char *source)
{
    JSVM_Value promise;

    OK(JSVMX_RunCell(env, source, JSVM_AUTO_LENGTH, "In[1]", &promise));
    return outcome(env, promise, JSVMX_PROMISE_FULFILLED);
}

TEST(a_cell_gives_its_completion_value)
{
    CHECK(double_of(env, cell(env, "const a = 40; a + 2")) == 42);
    CHECK(double_of(env, cell(env, "const a = 1; let b = await a; a + b")) == 2);
    CHECK(is_json(env, cell(env, "{a, b}"), "{\"a\":1,\"b\":1}"));
    CHECK(double_of(env, cell(env, "class C { x = a }; new C().x")) == 1);
}

TEST(a_promise_comes_with_the_functions_that_settle_it)
{
    JSVM_Value promise, resolve, reject, nothing, value;
    JSVMX_PromiseState state;

    OK(JSVMX_CreatePromise(env, &promise, &resolve, &reject));
    set_global(env, "promise", promise);
    set_global(env, "resolve", resolve);
    run(env, "promise.then(x => { globalThis.got = x }); resolve(7)");
    CHECK(holds(env, "got === 7"));
    OK(JSVMX_CreatePromise(env, &promise, &resolve, &reject));
    set_global(env, "reject", reject);
    run(env, "reject('why')");
    OK(JSVMX_GetPromiseState(env, promise, &state, &value));
    CHECK(state == JSVMX_PROMISE_REJECTED);
    /* One that nobody settles leaves nothing behind. */
    OK(JSVMX_CreatePromise(env, &promise, &resolve, &reject));
    EXPECT(JSVM_INVALID_ARG, JSVMX_CreatePromise(env, NULL, &resolve, &reject));
    EXPECT(JSVM_INVALID_ARG, JSVMX_CreatePromise(env, &promise, NULL, &nothing));
    EXPECT(JSVM_INVALID_ARG, JSVMX_CreatePromise(env, &promise, &resolve, NULL));
}

TEST(a_cell_may_end_later_or_never)
{
    JSVM_Value promise, reason;

    OK(JSVMX_RunCell(env, "await new Promise(r => globalThis.go = r); 5",
                     JSVM_AUTO_LENGTH, "In[1]", &promise));
    outcome(env, promise, JSVMX_PROMISE_PENDING);
    run(env, "go()");
    CHECK(double_of(env, outcome(env, promise, JSVMX_PROMISE_FULFILLED)) == 5);
    OK(JSVMX_RunCell(env, "throw new EvalError('x')", JSVM_AUTO_LENGTH, "In[2]",
                     &promise));
    reason = outcome(env, promise, JSVMX_PROMISE_REJECTED);
    set_global(env, "reason", reason);
    CHECK(holds(env, "reason instanceof EvalError"));
    EXPECT(JSVM_GENERIC_FAILURE,
           JSVMX_RunCell(env, "let = = 1", JSVM_AUTO_LENGTH, "In[3]", &promise));
    THROWN("SyntaxError");
}

TEST(source_is_complete_incomplete_or_invalid)
{
    JSVMX_Completeness completeness;

    OK(JSVMX_CheckSyntax(env, "1 + 1", JSVM_AUTO_LENGTH, &completeness));
    CHECK(completeness == JSVMX_SOURCE_COMPLETE);
    OK(JSVMX_CheckSyntax(env, "function f() {", JSVM_AUTO_LENGTH, &completeness));
    CHECK(completeness == JSVMX_SOURCE_INCOMPLETE);
    OK(JSVMX_CheckSyntax(env, "let = = 1", JSVM_AUTO_LENGTH, &completeness));
    CHECK(completeness == JSVMX_SOURCE_INVALID);
    EXPECT(JSVM_INVALID_ARG, JSVMX_CheckSyntax(env, NULL, 0, &completeness));
}

/* ---- direct functions ---------------------------------------------------- */

static void scale(const JSVMX_DirectValue *args, JSVMX_DirectValue *result)
{
    result->f64 = args[0].f64 * (double)args[1].i64;
}

static const char *const scale_names[] = { "value", "factor" };
static const JSVMX_Type scale_types[] = { JSVMX_TYPE_FLOAT64, JSVMX_TYPE_INT8 };
static const JSVMX_DirectFunction scaling = {
    "module.scale", 2, scale_names, scale_types, JSVMX_TYPE_FLOAT64, scale, NULL, NULL,
    NULL,
};

TEST(direct_functions_convert_and_check)
{
    JSVM_Value function;

    OK(JSVMX_CreateDirectFunction(env, &scaling, &function));
    set_global(env, "scale", function);
    CHECK(holds(env, "scale(0.5, -4) === -2 && scale.name === 'scale'"));
    CHECK(holds(env,
                "try { scale(1, 128); false } catch (e) { e instanceof RangeError && "
                "e.message.includes('factor') }"));
    CHECK(holds(env,
                "try { scale('1', 1); false } catch (e) { e instanceof TypeError && "
                "e.message.includes('module.scale') && e.message.includes('value') }"));
    CHECK(holds(env, "try { scale(1); false } catch (e) { e instanceof TypeError }"));
    CHECK(holds(env, "try { scale('x'.repeat(300), 1) } catch (e) { e.message === "
                     "`module.scale: parameter 'value' expects a number, got the string "
                     "'${'x'.repeat(60)}'... 240 more characters` }"));
}

static void sum(const JSVMX_DirectValue *args, JSVMX_DirectValue *result)
{
    const double *values = args[0].array.data;

    result->f64 = (double)args[1].i64;
    for (size_t i = 0; i < args[0].array.length; i++)
        result->f64 += values[i];
}

static const int64_t start_values[] = { 0, 100, -5 };
static const JSVMX_Enum starts = { "Start", 3, start_values, 0 };
static const JSVMX_Enum *const sum_enums[] = { NULL, &starts };
static const bool sum_constants[] = { true, false };
static const char *const sum_names[] = { "values", "start" };
static const JSVMX_Type sum_types[] = { JSVMX_TYPE_FLOAT64_ARRAY, JSVMX_TYPE_ENUM };
static const JSVMX_DirectFunction summing = {
    "module.sum", 2, sum_names, sum_types, JSVMX_TYPE_FLOAT64, sum, sum_enums, NULL,
    NULL,
};

TEST(direct_functions_get_arrays_as_memory)
{
    JSVMX_DirectFunction reading = summing;
    JSVM_Value function;

    OK(JSVMX_CreateDirectFunction(env, &summing, &function));
    set_global(env, "sum", function);
    CHECK(holds(env, "sum(new Float64Array([1, 2, 3]), 100) === 106"));
    CHECK(holds(env, "sum(new Float64Array([1, 2, 3]).subarray(1, 2), -5) === -3"));
    CHECK(holds(env, "sum(new Float64Array(), 0) === 0"));
    CHECK(holds(env, "sum(new Float64Array(new SharedArrayBuffer(16)).fill(2), 0) === 4"));
    run(env, "globalThis.fixed ="
             " new Float64Array(new ArrayBuffer(8).transferToImmutable())");
    CHECK(holds(env, "try { sum(fixed, 0); false } catch (e) {"
                     " e.message.endsWith('whose memory is immutable') }"));
    reading.parameterIsConst = sum_constants;
    OK(JSVMX_CreateDirectFunction(env, &reading, &function));
    set_global(env, "read", function);
    CHECK(holds(env, "read(fixed, 100) === 100"));
    run(env, "globalThis.message = (...args) => {"
             " try { sum(...args); return '' } catch (e) { return e.name + ' ' + e.message }"
             "}");
    CHECK(holds(env, "message(new Float32Array(2), 0).startsWith("
                     "\"TypeError module.sum: parameter 'values' expects a "
                     "Float64Array, got \")"));
    CHECK(holds(env, "message([1], 0).startsWith('TypeError')"));
    CHECK(holds(env, "message(new DataView(new ArrayBuffer(8)), 0).startsWith('TypeE')"));
    CHECK(holds(env, "message(new Proxy(new Float64Array(1), {}), 0).startsWith('Typ')"));
}

TEST(direct_functions_refuse_arrays_whose_memory_is_gone)
{
    JSVM_Value function;

    OK(JSVMX_CreateDirectFunction(env, &summing, &function));
    set_global(env, "sum", function);
    run(env, "globalThis.b = new ArrayBuffer(16, {maxByteLength: 32});"
             "globalThis.follows = new Float64Array(b);"
             "globalThis.second = new Float64Array(b, 8, 1);"
             "globalThis.message = array => {"
             " try { return sum(array, 0) } catch (e) { return e.message } }");
    CHECK(holds(env, "b.resize(32), follows.fill(1), message(follows) === 4"));
    CHECK(holds(env, "b.resize(8), message(follows) === 1"));
    CHECK(holds(env, "message(second).includes('whose memory is gone')"));
    CHECK(holds(env, "b.transfer(), message(follows).includes('memory is gone')"));
}

TEST(direct_functions_take_only_members_of_an_enum)
{
    JSVM_Value function;
    JSVMX_DirectFunction wrong = summing;

    OK(JSVMX_CreateDirectFunction(env, &summing, &function));
    set_global(env, "sum", function);
    run(env, "globalThis.message = start => {"
             " try { return sum(new Float64Array(), start) }"
             " catch (e) { return e.name + ' ' + e.message } }");
    CHECK(holds(env, "message(-5) === -5"));
    CHECK(holds(env, "message(7) === \"RangeError module.sum: parameter 'start' expects "
                     "a value of the enum Start, got the number 7\""));
    CHECK(holds(env, "message(1e300).startsWith('RangeError')"));
    CHECK(holds(env, "message(-5), message(1e300).startsWith('RangeError')"));
    CHECK(holds(env, "message(0.5).startsWith('TypeError')"));
    CHECK(holds(env, "message(0n).startsWith('TypeError')"));
    CHECK(holds(env, "message('0').startsWith('TypeError')"));
    wrong.parameterEnums = NULL;
    EXPECT(JSVM_INVALID_ARG, JSVMX_CreateDirectFunction(env, &wrong, &function));
    wrong = summing;
    wrong.resultType = JSVMX_TYPE_INT8_ARRAY;
    EXPECT(JSVM_INVALID_ARG, JSVMX_CreateDirectFunction(env, &wrong, &function));
}

static void nothing(const JSVMX_DirectValue *args, JSVMX_DirectValue *result)
{
    (void)args, (void)result;
}

TEST(direct_functions_take_combinations_of_flags)
{
    static const int64_t bits[] = { 1, 4, 8 };
    static const JSVMX_Enum flags = { "Flags", 3, bits, 13 };
    static const JSVMX_Enum *const enums[] = { &flags };
    static const char *const names[] = { "flags" };
    static const JSVMX_Type types[] = { JSVMX_TYPE_ENUM };
    static const JSVMX_DirectFunction taking = {
        "take", 1, names, types, JSVMX_TYPE_VOID, nothing, enums, NULL, NULL,
    };
    JSVM_Value function;

    OK(JSVMX_CreateDirectFunction(env, &taking, &function));
    set_global(env, "take", function);
    CHECK(holds(env, "[0, 1, 5, 13].every(x => take(x) === undefined)"));
    CHECK(holds(env, "[2, 3, 16, -1, 2 ** 40, Infinity].every(x => {"
                     " try { take(x); return false }"
                     " catch (e) { return e instanceof RangeError } })"));
}

/* ---- direct functions that may fail --------------------------------------- */

typedef struct {
    JSVM_Env env; /* to exchange functions in */
    int64_t running;
    int finalized;
} Watch;

static Watch watch;

static bool invert(const JSVMX_DirectValue *args, JSVMX_DirectValue *result)
{
    CHECK(watch.running == 1 && watch.finalized == 0);
    result->f64 = 1 / args[0].f64;
    return args[0].f64 != 0;
}

/* The number's function becomes nothing while it runs. */
static bool vanish(const JSVMX_DirectValue *args, JSVMX_DirectValue *result)
{
    JSVM_Env env = watch.env;
    JSVM_HandleScope scope;

    (void)args, (void)result;
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(JSVMX_ExchangeFunctions(env, run(env, "invert"), run(env, "other")));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    run(env, "other = null");
    collect_garbage(env);
    CHECK(watch.finalized == 0);
    return false;
}

static void throw_zero(JSVM_Env env, void *data)
{
    CHECK(data == &watch && watch.running == 0 && watch.finalized == 0);
    OK(OH_JSVM_ThrowRangeError(env, NULL, "zero"));
}

static void say_nothing(JSVM_Env env, void *data)
{
    (void)env, (void)data;
}

static void note_end(JSVM_Env env, void *data, void *hint)
{
    CHECK(env == NULL && data == &watch && hint == NULL);
    watch.finalized++;
}

static const char *const invert_names[] = { "value" };
static const JSVMX_Type invert_types[] = { JSVMX_TYPE_FLOAT64 };
static const JSVMX_Fallible inverting_or_not = {
    invert, throw_zero, &watch.running, &watch, note_end, NULL,
};
static const JSVMX_DirectFunction inverting = {
    "module.invert",    1,    invert_names, invert_types, JSVMX_TYPE_FLOAT64, NULL, NULL,
    NULL, &inverting_or_not,
};

static void make_inverting(JSVM_Env env, JSVMX_TryThunk thunk,
                           void (*failed)(JSVM_Env, void *))
{
    JSVMX_Fallible fallible = inverting_or_not;
    JSVMX_DirectFunction definition = inverting;
    JSVM_HandleScope scope;
    JSVM_Value function;

    watch = (Watch){ .env = env };
    fallible.thunk = thunk;
    fallible.failed = failed;
    definition.fallible = &fallible;
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(JSVMX_CreateDirectFunction(env, &definition, &function));
    set_global(env, "invert", function);
    OK(OH_JSVM_CloseHandleScope(env, scope));
}

TEST(a_direct_function_that_fails_throws)
{
    make_inverting(env, invert, throw_zero);
    CHECK(holds(env, "invert(4) === 0.25"));
    CHECK(holds(env, "try { invert(0); false } catch (e) {"
                     " e instanceof RangeError && e.message === 'zero' }"));
    CHECK(holds(env, "try { invert('4'); false } catch (e) { e instanceof TypeError }"));
    run(env, "invert = null");
    collect_garbage(env);
    CHECK(watch.finalized == 1);
}

TEST(a_direct_function_whose_failure_throws_nothing_gives_undefined)
{
    make_inverting(env, invert, say_nothing);
    CHECK(holds(env, "invert(0) === undefined"));
}

TEST(a_direct_function_that_may_fail_has_both_callbacks)
{
    JSVMX_Fallible fallible = { invert, NULL, NULL, NULL, NULL, NULL };
    JSVMX_DirectFunction definition = inverting;
    JSVM_Value function;

    definition.fallible = &fallible;
    EXPECT(JSVM_INVALID_ARG, JSVMX_CreateDirectFunction(env, &definition, &function));
    fallible = (JSVMX_Fallible){ NULL, throw_zero, NULL, NULL, NULL, NULL };
    EXPECT(JSVM_INVALID_ARG, JSVMX_CreateDirectFunction(env, &definition, &function));
}

TEST(a_direct_function_fails_as_it_began_when_it_is_exchanged_and_lost)
{
    JSVM_HandleScope scope;
    JSVM_Value other;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(JSVMX_CreateDirectFunction(env, &scaling, &other));
    set_global(env, "other", other);
    OK(OH_JSVM_CloseHandleScope(env, scope));
    make_inverting(env, vanish, throw_zero);
    CHECK(holds(env, "try { invert(1); false } catch (e) { e.message === 'zero' }"));
    collect_garbage(env);
    CHECK(watch.finalized == 1);
    CHECK(holds(env, "invert(2, 3) === 6"));
}

/* ---- iterators ------------------------------------------------------------ */

TEST(an_iterator_is_previewed_and_keeps_its_items)
{
    JSVM_Value iterator, items;
    bool entries = false;

    iterator = run(env, "globalThis.m = new Map([[1, 'a'], [2, 'b'], [3, 'c']]);"
                         "globalThis.i = m.entries(); i.next(); m.delete(2); i");
    OK(JSVMX_PreviewIterator(env, iterator, &entries, &items));
    CHECK(entries);
    CHECK(is_json(env, items, "[[3,\"c\"]]"));
    CHECK(is_json(env, run(env, "[...i]"), "[[3,\"c\"]]"));
    OK(JSVMX_PreviewIterator(env, iterator, &entries, &items));
    CHECK(is_json(env, items, "[]"));
}

TEST(an_iterator_of_keys_or_values_has_no_entries)
{
    JSVM_Value items;
    bool entries = true;

    OK(JSVMX_PreviewIterator(env, run(env, "new Map([[1, 'a']]).values()"), &entries,
                             &items));
    CHECK(!entries);
    CHECK(is_json(env, items, "[\"a\"]"));
    OK(JSVMX_PreviewIterator(env, run(env, "new Set([5]).values()"), &entries,
                             &items));
    CHECK(is_json(env, items, "[5]"));
    CHECK(JSVMX_PreviewIterator(env, run(env, "[1].values()"), &entries, &items) ==
          JSVM_INVALID_TYPE);
}

/* ---- failing allocations ------------------------------------------------- */

SCENARIO(cells_under_failing_allocations)
{
    const char *source =
        "const {a, ...rest} = await Promise.resolve({a: [1, 2], b: 2});"
        "function* g() { yield* a }; [...g(), JSON.stringify(rest)]";
    JSVMX_PromiseState state;
    JSVM_Value promise, value;

    TRY(JSVMX_RunCell(env, source, JSVM_AUTO_LENGTH, "In[1]", &promise));
    TRY(JSVMX_GetPromiseState(env, promise, &state, &value));
    return state == JSVMX_PROMISE_FULFILLED;
}

SCENARIO(syntax_checks_under_failing_allocations)
{
    JSVMX_Completeness completeness;

    TRY(JSVMX_CheckSyntax(env, "function f(a, {b}) { return `${a}` + /x/.source",
                          JSVM_AUTO_LENGTH, &completeness));
    return completeness == JSVMX_SOURCE_INCOMPLETE;
}

SCENARIO(direct_functions_under_failing_allocations)
{
    JSVM_Value function, arguments[2], result;

    TRY(JSVMX_CreateDirectFunction(env, &scaling, &function));
    TRY(OH_JSVM_CreateDouble(env, 2, &arguments[0]));
    TRY(OH_JSVM_CreateDouble(env, 21, &arguments[1]));
    TRY(OH_JSVM_CallFunction(env, function, function, 2, arguments, &result));
    TRY(JSVMX_CreateDirectFunction(env, &summing, &function));
    return true;
}

SCENARIO(direct_functions_that_may_fail_under_failing_allocations)
{
    JSVM_HandleScope scope;
    JSVM_Value function;
    JSVM_Status status;

    watch = (Watch){ .env = env };
    TRY(OH_JSVM_OpenHandleScope(env, &scope));
    status = JSVMX_CreateDirectFunction(env, &inverting, &function);
    CHECK(OH_JSVM_CloseHandleScope(env, scope) == JSVM_OK);
    collect_garbage(env);
    CHECK(watch.finalized == (status == JSVM_OK));
    return status == JSVM_OK;
}
