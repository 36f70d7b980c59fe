/* test_functions.c - callbacks, calls, construct calls. */
#include "harness.h"

static JSVM_Value function_of(JSVM_Env env, const char *name,
                              JSVM_CallbackStruct *callback)
{
    JSVM_Value function;

    OK(OH_JSVM_CreateFunction(env, name, JSVM_AUTO_LENGTH, callback, &function));
    set_global(env, name ? name : "f", function);
    return function;
}

/* ---- what a callback sees ------------------------------------------------ */

static JSVM_Value add(JSVM_Env env, JSVM_CallbackInfo info)
{
    JSVM_Value arguments[2];
    size_t count = 2;

    OK(OH_JSVM_GetCbInfo(env, info, &count, arguments, NULL, NULL));
    CHECK(count == 2);
    return number_of(env, double_of(env, arguments[0]) + double_of(env, arguments[1]));
}

static JSVM_CallbackStruct adder = { add, NULL };

TEST(a_callback_gets_arguments_and_returns_a_value)
{
    function_of(env, "add", &adder);
    CHECK(holds(env, "add(20, 22) === 42 && add.name === 'add' && add.length === 0"));
    CHECK(holds(env, "[1, 2, 3].reduce((a, b) => add(a, b)) === 6"));
}

static JSVM_Value inspect_call(JSVM_Env env, JSVM_CallbackInfo info)
{
    JSVM_Value arguments[3], this_value, target;
    size_t count = 3, only_count;
    void *data;
    bool undefined;

    OK(OH_JSVM_GetCbInfo(env, info, &count, arguments, &this_value, &data));
    CHECK(count == 1);
    CHECK(double_of(env, arguments[0]) == 7);
    OK(OH_JSVM_IsUndefined(env, arguments[1], &undefined));
    CHECK(undefined);
    OK(OH_JSVM_IsUndefined(env, arguments[2], &undefined));
    CHECK(undefined);
    CHECK(strcmp(data, "data") == 0);
    OK(OH_JSVM_GetNewTarget(env, info, &target));
    CHECK(target == NULL);
    OK(OH_JSVM_GetCbInfo(env, info, &only_count, NULL, NULL, NULL));
    CHECK(only_count == 1);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetCbInfo(env, NULL, &count, NULL, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetCbInfo(env, info, NULL, arguments, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetNewTarget(env, info, NULL));
    return this_value;
}

static JSVM_CallbackStruct inspector = { inspect_call, "data" };

TEST(a_callback_sees_receiver_data_and_missing_arguments)
{
    function_of(env, NULL, &inspector);
    CHECK(holds(env,
                "const o = {f}; o.f(7) === o && f(7) === globalThis && f.name === ''"));
    CHECK(holds(env, "f.call('text', 7) == 'text'"));
}

static JSVM_Value return_nothing(JSVM_Env env, JSVM_CallbackInfo info)
{
    (void)env;
    (void)info;
    return NULL;
}

static JSVM_CallbackStruct nothing = { return_nothing, NULL };

TEST(a_null_result_is_undefined)
{
    function_of(env, "f", &nothing);
    CHECK(holds(env, "f() === undefined"));
}

static JSVM_Value leave_a_scope_open(JSVM_Env env, JSVM_CallbackInfo info)
{
    JSVM_EscapableHandleScope escapable;
    JSVM_HandleScope scope;

    (void)info;
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_OpenEscapableHandleScope(env, &escapable));
    return text_of(env, "left");
}

static JSVM_CallbackStruct careless = { leave_a_scope_open, NULL };

TEST(scopes_that_a_callback_left_open_are_closed)
{
    JSVMX_LiveResources before, after;

    function_of(env, "f", &careless);
    CHECK(JSVMX_GetLiveResources(&before) == JSVM_OK);
    CHECK(holds(env, "f() === 'left'"));
    CHECK(JSVMX_GetLiveResources(&after) == JSVM_OK);
    CHECK(before.handleScopes == after.handleScopes);
}

static JSVM_Value close_too_much(JSVM_Env env, JSVM_CallbackInfo info)
{
    JSVM_HandleScope *outer;

    OK(OH_JSVM_GetCbInfo(env, info, NULL, NULL, NULL, (void **)&outer));
    CHECK(OH_JSVM_CloseHandleScope(env, *outer) == JSVM_HANDLE_SCOPE_MISMATCH);
    return NULL;
}

TEST(a_callback_cannot_close_the_scopes_around_it)
{
    JSVM_HandleScope scope;
    JSVM_CallbackStruct closer = { close_too_much, &scope };
    JSVM_Value kept;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    kept = text_of(env, "kept");
    function_of(env, "f", &closer);
    run(env, "f(); f = null");
    CHECK(is_text(env, kept, "kept"));
    OK(OH_JSVM_CloseHandleScope(env, scope));
}

/* ---- exceptions ---------------------------------------------------------- */

static JSVM_Value throw_and_return(JSVM_Env env, JSVM_CallbackInfo info)
{
    (void)info;
    OK(OH_JSVM_ThrowTypeError(env, "E_CODE", "from C"));
    return text_of(env, "dropped");
}

static JSVM_CallbackStruct thrower = { throw_and_return, NULL };

TEST(an_exception_that_is_pending_is_thrown_in_js)
{
    function_of(env, "f", &thrower);
    CHECK(holds(env, "try { f(); false } catch (e) { e instanceof TypeError && "
                     "e.message === 'from C' && e.code === 'E_CODE' }"));
}

static JSVM_Value call_argument(JSVM_Env env, JSVM_CallbackInfo info)
{
    JSVM_Value function, this_value, result;
    size_t count = 1;

    OK(OH_JSVM_GetCbInfo(env, info, &count, &function, &this_value, NULL));
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_CallFunction(env, this_value, function, 0, NULL, &result));
    return this_value;
}

static JSVM_CallbackStruct caller = { call_argument, NULL };

TEST(an_exception_of_js_below_passes_through_a_callback)
{
    function_of(env, "f", &caller);
    CHECK(holds(env, "try { f(() => { throw 7 }); false } catch (e) { e === 7 }"));
}

TEST(calls_report_exceptions)
{
    JSVM_Value undefined, result;

    OK(OH_JSVM_GetUndefined(env, &undefined));
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_CallFunction(env, undefined,
                                run(env, "() => { throw new EvalError() }"), 0, NULL,
                                &result));
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_CallFunction(env, undefined, undefined, 0, NULL, &result));
    THROWN("EvalError");
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_NewInstance(env,
                               run(env, "(class { constructor() { throw new "
                                        "EvalError() } })"),
                               0, NULL, &result));
    THROWN("EvalError");
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_NewInstance(env, run(env, "() => 1"), 0, NULL, &result));
    THROWN("TypeError");
}

/* ---- calling ------------------------------------------------------------- */

TEST(calls_pass_receiver_and_arguments)
{
    JSVM_Value function =
        run(env, "(function (...a) { return [this.k, a.length, ...a] })");
    JSVM_Value receiver = run(env, "({k: 1})"), arguments[12], result;

    for (int i = 0; i < 12; i++)
        arguments[i] = number_of(env, i);
    OK(OH_JSVM_CallFunction(env, receiver, function, 12, arguments, &result));
    CHECK(is_json(env, result, "[1,12,0,1,2,3,4,5,6,7,8,9,10,11]"));
    OK(OH_JSVM_CallFunction(env, receiver, function, 0, NULL, NULL));
}

TEST(calls_check_their_arguments)
{
    JSVM_Value function = run(env, "() => 1"), result;
    JSVM_CallbackStruct *none = NULL;

    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CallFunction(env, NULL, function, 0, NULL, &result));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CallFunction(env, function, NULL, 0, NULL, &result));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CallFunction(env, function, number_of(env, 1), 0, NULL, &result));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CallFunction(env, function, function, 1, NULL, &result));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_NewInstance(env, NULL, 0, NULL, &result));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_NewInstance(env, function, 0, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_NewInstance(env, number_of(env, 1), 0, NULL, &result));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateFunction(env, "f", JSVM_AUTO_LENGTH, none, &result));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateFunction(env, "f", JSVM_AUTO_LENGTH, &adder, NULL));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateFunction(env, "f", (size_t)INT32_MAX + 1, &adder, &result));
    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_CreateFunction(env, "f", JSVM_AUTO_LENGTH, &adder, &result));
    THROWN("Error");
}

/* ---- construct calls ----------------------------------------------------- */

static JSVM_Value construct(JSVM_Env env, JSVM_CallbackInfo info)
{
    JSVM_Value this_value, target, argument;
    size_t count = 1;
    bool is_object;

    OK(OH_JSVM_GetCbInfo(env, info, &count, &argument, &this_value, NULL));
    OK(OH_JSVM_GetNewTarget(env, info, &target));
    CHECK(target != NULL);
    set_global(env, "target", target);
    OK(OH_JSVM_SetNamedProperty(env, this_value, "made", number_of(env, 1)));
    OK(OH_JSVM_IsObject(env, argument, &is_object));
    return is_object ? argument : number_of(env, 5);
}

static JSVM_CallbackStruct constructor = { construct, NULL };

TEST(functions_can_be_constructors)
{
    JSVM_Value instance;

    function_of(env, "F", &constructor);
    CHECK(holds(env,
                "const a = new F(); a.made === 1 && a instanceof F && target === F"));
    CHECK(holds(env, "const o = {}; new F(o) === o"));
    CHECK(holds(
        env, "class G extends F {}; const g = new G(); g instanceof G && g.made === 1"
             " && target === G"));
    OK(OH_JSVM_NewInstance(env, run(env, "F"), 0, NULL, &instance));
    set_global(env, "i", instance);
    CHECK(holds(env, "i instanceof F"));
}

/* ---- what changes behind the function ------------------------------------ */

TEST(the_callback_structure_is_kept_by_address)
{
    static JSVM_CallbackStruct changing = { inspect_call, "other" };

    function_of(env, "f", &changing);
    changing.data = "data";
    CHECK(holds(env, "f.call(f, 7) === f"));
    changing.callback = return_nothing;
    CHECK(holds(env, "f.call(f, 7) === undefined"));
}

TEST(microtasks_run_when_the_outermost_call_returns)
{
    JSVM_Value undefined, function = run(env, "() => { Promise.resolve().then(() => "
                                              "{ globalThis.ran = true }); return "
                                              "typeof ran }");
    JSVM_Value result;

    OK(OH_JSVM_GetUndefined(env, &undefined));
    OK(OH_JSVM_CallFunction(env, undefined, function, 0, NULL, &result));
    CHECK(is_text(env, result, "undefined"));
    CHECK(holds(env, "ran"));
}

static JSVM_Value call_inside(JSVM_Env env, JSVM_CallbackInfo info)
{
    JSVM_Value function, this_value;
    size_t count = 1;

    OK(OH_JSVM_GetCbInfo(env, info, &count, &function, &this_value, NULL));
    OK(OH_JSVM_CallFunction(env, this_value, function, 0, NULL, NULL));
    return NULL;
}

static JSVM_CallbackStruct inner_caller = { call_inside, NULL };

TEST(microtasks_wait_while_js_runs_below)
{
    function_of(env, "call", &inner_caller);
    CHECK(holds(env, "let early = 'not yet'; call(() => { Promise.resolve().then(() => "
                     "{ early = 'ran' }) }); early === 'not yet'"));
}
