/* test_call_reference.c - calls of functions that a caller keeps references to. */
#include "harness.h"

static JSVM_Ref refer(JSVM_Env env, const char *source)
{
    JSVM_Ref ref;

    OK(OH_JSVM_CreateReference(env, run(env, source), 1, &ref));
    return ref;
}

static void forget(JSVM_Env env, JSVM_Ref ref)
{
    OK(OH_JSVM_DeleteReference(env, ref));
}

static size_t open_scopes(void)
{
    JSVMX_LiveResources alive;

    CHECK(JSVMX_GetLiveResources(&alive) == JSVM_OK);
    return alive.handleScopes;
}

static JSVMX_Given number(double value)
{
    return (JSVMX_Given){ .give = JSVMX_GIVE_NUMBER, .number = value };
}

TEST(arguments_of_every_kind_arrive)
{
    JSVM_Ref object = refer(env, "globalThis.o = {}");
    JSVM_Ref function = refer(env, "(function (...given) { globalThis.given = given; })");
    JSVMX_Given arguments[] = {
        { .give = JSVMX_GIVE_UNDEFINED },
        { .give = JSVMX_GIVE_NULL },
        { .give = JSVMX_GIVE_BOOLEAN, .number = 0 },
        { .give = JSVMX_GIVE_BOOLEAN, .number = 1 },
        number(7),
        number(-0.0),
        { .give = JSVMX_GIVE_LATIN1, .units = "t\xe4xt", .length = 4 },
        { .give = JSVMX_GIVE_UTF16, .units = u"\u65e5a", .length = 2 },
        { .give = JSVMX_GIVE_LATIN1, .units = NULL, .length = 0 },
        { .give = JSVMX_GIVE_HANDLE, .handle = run(env, "o") },
        { .give = JSVMX_GIVE_REFERENCE, .reference = object },
    };
    JSVMX_Result result = { .scope = NULL };

    OK(JSVMX_CallReference(env, function, NULL, 11, arguments, &result));
    CHECK(result.reading.kind == JSVMX_KIND_UNDEFINED && result.value == NULL);
    CHECK(holds(env, "given.length === 11 && given[0] === undefined"));
    CHECK(holds(env, "given[1] === null && given[2] === false && given[3] === true"));
    CHECK(holds(env, "given[4] === 7 && Object.is(given[5], -0)"));
    CHECK(holds(env, "given[6] === 't\\xe4xt' && given[7] === '\\u65e5a'"));
    CHECK(holds(env, "given[8] === '' && given[9] === o && given[10] === o"));
    forget(env, object);
    forget(env, function);
}

TEST(the_receiver_is_given_like_an_argument)
{
    JSVM_Ref function = refer(env, "(function () { 'use strict'; return this; })");
    JSVMX_Given receiver = number(5);
    JSVMX_Result result = { .scope = NULL };

    OK(JSVMX_CallReference(env, function, &receiver, 0, NULL, &result));
    CHECK(result.reading.kind == JSVMX_KIND_NUMBER && result.reading.number == 5);
    OK(JSVMX_CallReference(env, function, NULL, 0, NULL, &result));
    CHECK(result.reading.kind == JSVMX_KIND_UNDEFINED);
    forget(env, function);
}

TEST(results_without_a_handle_open_no_scope)
{
    static const struct {
        const char *source;
        JSVMX_Kind kind;
        double number;
    } values[] = {
        { "() => undefined", JSVMX_KIND_UNDEFINED, 0 },
        { "() => null", JSVMX_KIND_NULL, 0 },
        { "() => true", JSVMX_KIND_BOOLEAN, 1 },
        { "() => false", JSVMX_KIND_BOOLEAN, 0 },
        { "() => 7", JSVMX_KIND_NUMBER, 7 },
        { "() => 1.5", JSVMX_KIND_NUMBER, 1.5 },
    };
    size_t before = open_scopes();

    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        JSVM_Ref function = refer(env, values[i].source);
        JSVMX_Result result = { .scope = NULL };

        OK(JSVMX_CallReference(env, function, NULL, 0, NULL, &result));
        CHECK(result.reading.kind == values[i].kind);
        CHECK(values[i].kind < JSVMX_KIND_BOOLEAN ||
              result.reading.number == values[i].number);
        CHECK(result.value == NULL && result.scope == NULL);
        forget(env, function);
    }
    CHECK(open_scopes() == before);
}

TEST(results_with_a_handle_belong_to_the_scope_that_is_told)
{
    static const struct {
        const char *source;
        JSVMX_Kind kind;
    } values[] = {
        { "() => 'a' + 'b'.repeat(3)", JSVMX_KIND_STRING },
        { "() => Symbol()", JSVMX_KIND_SYMBOL },
        { "() => 5n", JSVMX_KIND_BIGINT },
        { "() => 2n ** 70n", JSVMX_KIND_BIGINT },
        { "() => ({})", JSVMX_KIND_OBJECT },
        { "() => new Float64Array(3)", JSVMX_KIND_TYPED_ARRAY },
    };
    size_t before = open_scopes();

    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        JSVM_Ref function = refer(env, values[i].source);
        JSVMX_Result result = { .scope = NULL };
        JSVM_HandleScope scope;

        OK(JSVMX_CallReference(env, function, NULL, 0, NULL, &result));
        CHECK(result.reading.kind == values[i].kind && result.value != NULL);
        CHECK(result.scope != NULL && open_scopes() == before + 1);
        set_global(env, "result", result.value);
        CHECK(holds(env, "result !== undefined"));
        OK(OH_JSVM_CloseHandleScope(env, result.scope));

        OK(OH_JSVM_OpenHandleScope(env, &scope));
        result.scope = scope;
        OK(JSVMX_CallReference(env, function, NULL, 0, NULL, &result));
        CHECK(result.scope == scope && open_scopes() == before + 1);
        OK(OH_JSVM_CloseHandleScope(env, scope));
        forget(env, function);
    }
}

TEST(many_arguments_arrive)
{
    JSVM_Ref function = refer(env, "(...given) => given.reduce((a, b) => a + b)");
    JSVMX_Given arguments[1000];
    JSVMX_Result result = { .scope = NULL };

    for (int i = 0; i < 1000; i++)
        arguments[i] = number(i);
    OK(JSVMX_CallReference(env, function, NULL, 1000, arguments, &result));
    CHECK(result.reading.number == 499500);
    forget(env, function);
}

static struct {
    JSVM_Ref function, argument;
} referred;

static JSVM_Value forget_both(JSVM_Env env, JSVM_CallbackInfo info)
{
    (void)info;
    forget(env, referred.function);
    forget(env, referred.argument);
    collect_garbage(env);
    return NULL;
}

static JSVM_CallbackStruct forgetful = { forget_both, NULL };

TEST(what_a_call_lets_go_lives_until_it_is_over)
{
    JSVMX_Given argument = { .give = JSVMX_GIVE_REFERENCE };
    JSVMX_Result result = { .scope = NULL };
    JSVM_HandleScope scope;
    JSVM_Value callback;

    OK(OH_JSVM_CreateFunction(env, "forget", 6, &forgetful, &callback));
    set_global(env, "forget", callback);
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    referred.function = refer(env, "(o => { forget(); return o.x + 1; })");
    referred.argument = argument.reference = refer(env, "({ x: 41 })");
    OK(OH_JSVM_CloseHandleScope(env, scope));
    OK(JSVMX_CallReference(env, referred.function, NULL, 1, &argument, &result));
    CHECK(result.reading.number == 42);
}

TEST(an_exception_pends_after_a_call_that_threw)
{
    JSVM_Ref function = refer(env, "() => { throw new RangeError('no'); }");
    JSVMX_Result result = { .scope = NULL };

    EXPECT(JSVM_PENDING_EXCEPTION,
           JSVMX_CallReference(env, function, NULL, 0, NULL, &result));
    EXPECT(JSVM_PENDING_EXCEPTION,
           JSVMX_CallReference(env, function, NULL, 0, NULL, &result));
    THROWN("RangeError");
    CHECK(result.scope == NULL);
    forget(env, function);
}

TEST(microtasks_run_after_the_call)
{
    JSVM_Ref function =
        refer(env, "() => { Promise.resolve().then(() => { globalThis.ran = 1; }); }");
    JSVMX_Result result = { .scope = NULL };

    OK(JSVMX_CallReference(env, function, NULL, 0, NULL, &result));
    CHECK(holds(env, "ran === 1"));
    forget(env, function);
}

TEST(what_cannot_be_called_is_refused)
{
    JSVM_Ref function = refer(env, "globalThis.called = 0; () => { called++; }");
    JSVM_Ref object = refer(env, "({})"), weak;
    JSVMX_Given argument = { .give = JSVMX_GIVE_REFERENCE };
    JSVMX_Result result = { .scope = NULL };
    JSVM_HandleScope scope;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_CreateReference(env, run(env, "(class {})"), 0, &weak));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    collect_garbage(env);
    argument.reference = weak;
    EXPECT(JSVM_INVALID_ARG, JSVMX_CallReference(env, NULL, NULL, 0, NULL, &result));
    EXPECT(JSVM_INVALID_ARG, JSVMX_CallReference(env, function, NULL, 0, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG,
           JSVMX_CallReference(env, function, NULL, 1, NULL, &result));
    EXPECT(JSVM_INVALID_ARG,
           JSVMX_CallReference(env, function, NULL, 40000, &argument, &result));
    EXPECT(JSVM_INVALID_ARG, JSVMX_CallReference(env, object, NULL, 0, NULL, &result));
    EXPECT(JSVM_OBJECT_EXPECTED,
           JSVMX_CallReference(env, weak, NULL, 0, NULL, &result));
    EXPECT(JSVM_OBJECT_EXPECTED,
           JSVMX_CallReference(env, function, &argument, 0, NULL, &result));
    EXPECT(JSVM_OBJECT_EXPECTED,
           JSVMX_CallReference(env, function, NULL, 1, &argument, &result));
    CHECK(JSVMX_CallReference(NULL, function, NULL, 0, NULL, &result) ==
          JSVM_INVALID_ARG);
    CHECK(holds(env, "called === 0"));
    forget(env, function);
    forget(env, object);
    forget(env, weak);
}

SCENARIO(calls_through_references_under_failing_allocations)
{
    JSVMX_Given arguments[20];
    JSVMX_Result result = { .scope = NULL };
    JSVM_Value global, function;
    JSVM_Ref ref;
    JSVM_Status status;

    for (int i = 0; i < 20; i++)
        arguments[i] = (JSVMX_Given){ .give = JSVMX_GIVE_LATIN1,
                                         .units = "text",
                                         .length = (size_t)i % 5 };
    TRY(OH_JSVM_GetGlobal(env, &global));
    TRY(OH_JSVM_GetNamedProperty(env, global, "Array", &function));
    TRY(OH_JSVM_CreateReference(env, function, 1, &ref));
    status = JSVMX_CallReference(env, ref, &arguments[3], 20, arguments, &result);
    if (result.scope != NULL)
        CHECK(OH_JSVM_CloseHandleScope(env, result.scope) == JSVM_OK);
    CHECK(OH_JSVM_DeleteReference(env, ref) == JSVM_OK);
    return status == JSVM_OK;
}

TEST(constants_are_handles_of_no_scope)
{
    JSVM_Value undefined, null, yes, no;
    JSVM_HandleScope scope;
    bool answer;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_GetUndefined(env, &undefined));
    OK(OH_JSVM_GetNull(env, &null));
    OK(OH_JSVM_GetBoolean(env, true, &yes));
    OK(OH_JSVM_GetBoolean(env, false, &no));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    run(env, "1");
    OK(OH_JSVM_IsUndefined(env, undefined, &answer));
    CHECK(answer);
    OK(OH_JSVM_IsNull(env, null, &answer));
    CHECK(answer);
    OK(OH_JSVM_GetValueBool(env, yes, &answer));
    CHECK(answer);
    OK(OH_JSVM_GetValueBool(env, no, &answer));
    CHECK(!answer);
}
