/* test_vms.c - VMs, Envs, threads, limits, information. */
#include <pthread.h>
#include <setjmp.h>

#include "harness.h"

TEST(two_envs_of_a_vm_have_globals_of_their_own)
{
    JSVM_VM vm;
    JSVM_Env first = env, second;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, &second) == JSVM_OK);
    run(first, "globalThis.x = 1");
    CHECK(holds(second, "typeof x === 'undefined'"));
    CHECK(OH_JSVM_DestroyEnv(second) == JSVM_OK);
    CHECK(holds(first, "x === 1"));
}

TEST(maps_work_across_the_envs_of_a_vm)
{
    JSVM_VM vm;
    JSVM_Env second;
    JSVM_Value map = run(env, "const m = new Map(); for (let i = 0; i < 200; i++) "
                              "m.set('key' + i, i); m");

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, &second) == JSVM_OK);
    set_global(second, "m", map);
    CHECK(holds(second,
                "let n = 0; for (let i = 0; i < 200; i++) n += m.has('key' + i); "
                "n === 200"));
    CHECK(OH_JSVM_DestroyEnv(second) == JSVM_OK);
}

static JSVM_Value one(JSVM_Env env, JSVM_CallbackInfo info)
{
    (void)info;
    return number_of(env, 1);
}

static JSVM_CallbackStruct returns_one = { one, NULL };

TEST(an_env_starts_with_the_given_globals)
{
    JSVM_PropertyDescriptor globals[] = {
        { .utf8name = "f", .method = &returns_one, .attributes = JSVM_DEFAULT_METHOD },
        { .utf8name = "g", .getter = &returns_one, .attributes = JSVM_ENUMERABLE },
        { .utf8name = "s", .method = &returns_one, .attributes = JSVM_STATIC },
    };
    JSVM_VM vm;
    JSVM_Env second;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_CreateEnv(vm, 3, globals, &second) == JSVM_OK);
    CHECK(holds(second, "f() === 1 && g === 1 && typeof s === 'undefined'"));
    CHECK(holds(second, "Object.keys(globalThis).includes('g') && "
                        "!Object.keys(globalThis).includes('f')"));
    CHECK(OH_JSVM_DestroyEnv(second) == JSVM_OK);
}

TEST(vm_functions_check_their_arguments)
{
    JSVM_VM vm;
    JSVM_VMScope scope;
    JSVM_Env second;
    JSVM_HeapStatistics statistics;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_GetVM(NULL, &vm) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_DestroyVM(NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_OpenVMScope(NULL, &scope) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_OpenVMScope(vm, NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_CloseVMScope(vm, NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_CreateEnv(NULL, 0, NULL, &second) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_DestroyEnv(NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_SetMicrotaskPolicy(NULL, JSVM_MICROTASK_AUTO) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_SetMicrotaskPolicy(vm, (JSVM_MicrotaskPolicy)2) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_PerformMicrotaskCheckpoint(NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_GetHeapStatistics(NULL, &statistics) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_GetVMInfo(NULL) == JSVM_INVALID_ARG);
}

TEST(env_scopes_open_and_close)
{
    JSVM_EnvScope scope;

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_OpenEnvScope(env, NULL));
    OK(OH_JSVM_OpenEnvScope(env, &scope));
    CHECK(holds(env, "true"));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CloseEnvScope(env, NULL));
    OK(OH_JSVM_CloseEnvScope(env, scope));
}

/* ---- instance data ------------------------------------------------------- */

static int finalized;

static void count_finalization(JSVM_Env env, void *data, void *hint)
{
    CHECK(env != NULL && strcmp(data, "data") == 0 && strcmp(hint, "hint") == 0);
    finalized++;
}

TEST(instance_data_is_finalized_with_its_env_and_not_when_replaced)
{
    JSVM_VM vm;
    JSVM_Env second;
    void *data;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, &second) == JSVM_OK);
    OK(OH_JSVM_GetInstanceData(env, &data));
    CHECK(data == NULL);
    OK(OH_JSVM_SetInstanceData(env, "old", count_finalization, "hint"));
    OK(OH_JSVM_SetInstanceData(env, "new", NULL, NULL));
    OK(OH_JSVM_GetInstanceData(env, &data));
    CHECK(strcmp(data, "new") == 0);
    CHECK(OH_JSVM_SetInstanceData(second, "data", count_finalization, "hint") ==
          JSVM_OK);
    CHECK(OH_JSVM_DestroyEnv(second) == JSVM_OK);
    CHECK(finalized == 1);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetInstanceData(env, NULL));
}

/* ---- threads ------------------------------------------------------------- */

static void *open_scope_of(void *vm)
{
    JSVM_VMScope scope = (JSVM_VMScope)vm;

    CHECK(OH_JSVM_OpenVMScope(vm, &scope) == JSVM_GENERIC_FAILURE);
    CHECK(scope == NULL);
    return NULL;
}

static void *work_in(void *vm)
{
    JSVM_VMScope scope, inner;
    JSVM_Env env;

    CHECK(OH_JSVM_OpenVMScope(vm, &scope) == JSVM_OK);
    CHECK(OH_JSVM_OpenVMScope(vm, &inner) == JSVM_OK);
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, &env) == JSVM_OK);
    CHECK(double_of(env,
                    run(env, "(function f(n) { return n ? 1 + f(n - 1) : 0 })(100)")) ==
          100);
    CHECK(OH_JSVM_DestroyEnv(env) == JSVM_OK);
    CHECK(OH_JSVM_CloseVMScope(vm, inner) == JSVM_OK);
    CHECK(OH_JSVM_CloseVMScope(vm, scope) == JSVM_OK);
    return NULL;
}

static void in_thread(void *(*body)(void *), JSVM_VM vm)
{
    pthread_t thread;

    CHECK(pthread_create(&thread, NULL, body, vm) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

TEST(a_vm_belongs_to_the_thread_that_entered_it_and_can_be_handed_over)
{
    JSVM_VMScope scope;
    JSVM_VM vm;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_OpenVMScope(vm, &scope) == JSVM_OK);
    in_thread(open_scope_of, vm);
    CHECK(OH_JSVM_CloseVMScope(vm, scope) == JSVM_OK);
    in_thread(work_in, vm);
    CHECK(holds(env, "true"));
}

static void *live_and_die(void *unused)
{
    JSVM_VM vm;

    (void)unused;
    OH_JSVM_Init(NULL);
    CHECK(OH_JSVM_CreateVM(NULL, &vm) == JSVM_OK);
    work_in(vm);
    CHECK(OH_JSVM_DestroyVM(vm) == JSVM_OK);
    return NULL;
}

TEST(vms_live_on_several_threads_at_once)
{
    pthread_t threads[4];

    CHECK(env != NULL);
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, live_and_die, NULL) == 0);
    for (int i = 0; i < 4; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}

TEST(init_works_once)
{
    CHECK(env != NULL);
    CHECK(OH_JSVM_Init(NULL) == JSVM_OK);
    CHECK(OH_JSVM_Init(NULL) == JSVM_GENERIC_FAILURE);
}

/* ---- microtasks ---------------------------------------------------------- */

TEST(under_the_explicit_policy_microtasks_wait_for_a_checkpoint)
{
    JSVM_VM vm;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_SetMicrotaskPolicy(vm, JSVM_MICROTASK_EXPLICIT) == JSVM_OK);
    run(env,
        "globalThis.n = 0; Promise.resolve().then(() => { n++ }).then(() => { n++ })");
    CHECK(holds(env, "n === 0"));
    CHECK(OH_JSVM_PerformMicrotaskCheckpoint(vm) == JSVM_OK);
    CHECK(holds(env, "n === 2"));
    CHECK(OH_JSVM_SetMicrotaskPolicy(vm, JSVM_MICROTASK_AUTO) == JSVM_OK);
    run(env, "Promise.resolve().then(() => { n++ })");
    CHECK(holds(env, "n === 3"));
}

TEST(microtasks_of_a_destroyed_env_are_dropped)
{
    JSVM_VM vm;
    JSVM_Env second;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_SetMicrotaskPolicy(vm, JSVM_MICROTASK_EXPLICIT) == JSVM_OK);
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, &second) == JSVM_OK);
    run(second, "Promise.resolve().then(() => { throw 1 })");
    run(env, "globalThis.n = 0; Promise.resolve().then(() => { n++ })");
    CHECK(OH_JSVM_DestroyEnv(second) == JSVM_OK);
    CHECK(OH_JSVM_PerformMicrotaskCheckpoint(vm) == JSVM_OK);
    CHECK(holds(env, "n === 1"));
}

TEST(dropped_microtasks_never_run)
{
    JSVM_VM vm;
    bool pending = true;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_SetMicrotaskPolicy(vm, JSVM_MICROTASK_EXPLICIT) == JSVM_OK);
    run(env, "globalThis.n = 0; (function f() { n++; Promise.resolve().then(f) })()");
    CHECK(JSVMX_RequestStop(vm) == JSVM_OK);
    OK(JSVMX_DropMicrotasks(env));
    CHECK(JSVMX_ClearStop(vm) == JSVM_OK);
    CHECK(JSVMX_HasPendingMicrotasks(vm, &pending) == JSVM_OK && !pending);
    CHECK(OH_JSVM_PerformMicrotaskCheckpoint(vm) == JSVM_OK);
    CHECK(holds(env, "n === 1"));
    CHECK(JSVMX_DropMicrotasks(NULL) == JSVM_INVALID_ARG);
}

/* ---- async context ------------------------------------------------------- */

static int64_t context_now;

static int64_t current_context(void *data)
{
    (void)data;
    return context_now;
}

static void enter_context(int64_t context, void *data)
{
    ++*(int *)data;
    context_now = context;
}

static JSVM_Value tell_context(JSVM_Env env, JSVM_CallbackInfo info)
{
    JSVM_Value result = NULL;

    (void)info;
    CHECK(OH_JSVM_CreateInt64(env, context_now, &result) == JSVM_OK);
    return result;
}

static JSVM_CallbackStruct tell_context_callback = {tell_context, NULL};

/* Runs code in a context, as a host does that runs one task after the other. */
static void run_in_context(JSVM_Env env, int64_t context, const char *code)
{
    context_now = context;
    run(env, code);
    CHECK(context_now == context);
    context_now = 0;
}

TEST(an_async_context_follows_what_was_scheduled_in_it)
{
    JSVM_VM vm;
    JSVM_Value function, global;
    int switches = 0;
    JSVMX_AsyncContext context = {current_context, enter_context, &switches};

    context_now = 0;
    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(JSVMX_SetAsyncContext(vm, &context) == JSVM_OK);
    OK(OH_JSVM_CreateFunction(env, "now", JSVM_AUTO_LENGTH, &tell_context_callback,
                              &function));
    OK(OH_JSVM_GetGlobal(env, &global));
    OK(OH_JSVM_SetNamedProperty(env, global, "now", function));
    run_in_context(env, 1,
                   "globalThis.seen = {};"
                   "globalThis.gate = new Promise(open => { globalThis.open = open });"
                   "gate.then(() => { seen.then = now() });"
                   "gate.then().finally(() => { seen.chain = now() });"
                   "(async () => { await gate; seen.awaits = now();"
                   "  await null; seen.again = now() })();"
                   "(async () => { for await (const x of [gate]) seen.loop = now() })();"
                   "queueMicrotask(() => { seen.microtask = now() });"
                   "Promise.reject(1).catch(() => { seen.caught = now() })");
    CHECK(holds(env, "seen.microtask === 1 && seen.caught === 1"));
    CHECK(holds(env, "seen.then === undefined"));
    switches = 0;
    run_in_context(env, 2,
                   "gate.then(() => { seen.second = now() });"
                   "open(); seen.settler = now()");
    CHECK(holds(env, "seen.then === 1 && seen.chain === 1 && seen.loop === 1"));
    CHECK(holds(env, "seen.awaits === 1 && seen.again === 1"));
    CHECK(holds(env, "seen.second === 2 && seen.settler === 2"));
    CHECK(switches > 0 && switches % 2 == 0); /* each entry is taken back */
    CHECK(JSVMX_SetAsyncContext(vm, NULL) == JSVM_OK);
    switches = 0;
    run_in_context(env, 3, "Promise.resolve().then(() => { seen.none = now() })");
    CHECK(holds(env, "seen.none === 3") && switches == 0);
}

TEST(the_async_context_can_be_asked_for)
{
    JSVM_VM vm;
    int64_t found = 5;
    int switches = 0;
    JSVMX_AsyncContext context = {current_context, enter_context, &switches};

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(JSVMX_GetAsyncContext(vm, &found) == JSVM_OK && found == 0);
    CHECK(JSVMX_SetAsyncContext(vm, &context) == JSVM_OK);
    context_now = 7;
    CHECK(JSVMX_GetAsyncContext(vm, &found) == JSVM_OK && found == 7);
    CHECK(JSVMX_SetAsyncContext(vm, NULL) == JSVM_OK);
    CHECK(JSVMX_GetAsyncContext(vm, &found) == JSVM_OK && found == 0);
    CHECK(JSVMX_GetAsyncContext(NULL, &found) == JSVM_INVALID_ARG);
    CHECK(JSVMX_GetAsyncContext(vm, NULL) == JSVM_INVALID_ARG);
    context_now = 0;
}

TEST(an_async_context_needs_both_its_functions)
{
    JSVM_VM vm;
    JSVMX_AsyncContext context = {current_context, NULL, NULL};

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(JSVMX_SetAsyncContext(vm, &context) == JSVM_INVALID_ARG);
    CHECK(JSVMX_SetAsyncContext(NULL, NULL) == JSVM_INVALID_ARG);
}

/* ---- information --------------------------------------------------------- */

TEST(versions_and_statistics_are_told)
{
    JSVM_VM vm;
    JSVM_VMInfo info;
    const JSVM_ExtendedErrorInfo *last;
    JSVM_HeapStatistics before, after;
    uint32_t version;

    OK(OH_JSVM_GetVersion(env, &version));
    CHECK(version == 9);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetVersion(env, NULL));
    CHECK(OH_JSVM_GetVMInfo(&info) == JSVM_OK);
    CHECK(info.apiVersion == 1 && strlen(info.engine) > 0 && strlen(info.version) > 0);
    CHECK(OH_JSVM_GetVM(env, &vm) == JSVM_OK);
    CHECK(OH_JSVM_GetLastErrorInfo(env, &last) == JSVM_OK);
    CHECK(last->errorCode == JSVM_INVALID_ARG); /* GetVM leaves it alone */
    CHECK(OH_JSVM_GetHeapStatistics(vm, &before) == JSVM_OK);
    run(env, "globalThis.big = Array.from({length: 20000}, (_, i) => ({i}))");
    CHECK(OH_JSVM_GetHeapStatistics(vm, &after) == JSVM_OK);
    CHECK(after.usedHeapSize > before.usedHeapSize + 100000);
    CHECK(after.usedHeapSize <= after.totalHeapSize);
    CHECK(after.totalHeapSize < after.heapSizeLimit);
    CHECK(after.numberOfNativeContexts == 1);
}

/* ---- limits -------------------------------------------------------------- */

TEST(beyond_the_memory_limit_js_gets_an_error_and_goes_on)
{
    JSVM_VM vm;
    JSVM_Value result;
    JSVM_Script script;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(JSVMX_SetMemoryLimit(vm, 16 << 20) == JSVM_OK);
    OK(OH_JSVM_CompileScript(
        env, text_of(env, "const a = []; for (;;) a.push('x'.repeat(9999))"), NULL, 0,
        false, NULL, &script));
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_RunScript(env, script, &result));
    OK(OH_JSVM_GetAndClearLastException(env, &result));
    CHECK(JSVMX_SetMemoryLimit(vm, 0) == JSVM_OK);
    CHECK(holds(env, "[1, 2].map(x => x + 1).join() === '2,3'"));
}

TEST(endless_recursion_is_a_range_error)
{
    CHECK(holds(
        env, "try { (function f() { f() })() } catch (e) { e instanceof RangeError }"));
}

TEST(a_stop_ends_js_that_catches_everything)
{
    JSVM_VM vm;
    JSVM_Script script;
    JSVM_Value result;

    OK(OH_JSVM_GetVM(env, &vm));
    OK(OH_JSVM_CompileScript(env,
                             text_of(env, "for (;;) { try { for (;;); } catch {} }"),
                             NULL, 0, false, NULL, &script));
    CHECK(JSVMX_RequestStop(vm) == JSVM_OK);
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_RunScript(env, script, &result));
    OK(OH_JSVM_GetAndClearLastException(env, &result));
    CHECK(JSVMX_ClearStop(vm) == JSVM_OK);
    CHECK(holds(env, "true"));
}

/* ---- fatal errors -------------------------------------------------------- */

static jmp_buf rescue;
static const char *fatal_location, *fatal_message;

static void jump_out(const char *location, const char *message)
{
    fatal_location = location;
    fatal_message = message;
    longjmp(rescue, 1);
}

static void note_fatal(const char *location, const char *message)
{
    fatal_location = location;
    fatal_message = message;
}

TEST(destroying_a_vm_with_an_open_scope_is_fatal_and_leaves_it_whole)
{
    JSVM_VMScope scope;
    JSVM_VM vm;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_SetHandlerForFatalError(NULL, jump_out) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_SetHandlerForFatalError(vm, jump_out) == JSVM_OK);
    CHECK(OH_JSVM_OpenVMScope(vm, &scope) == JSVM_OK);
    fatal_location = NULL;
    if (setjmp(rescue) == 0) {
        OH_JSVM_DestroyVM(vm);
        CHECK(!"the handler jumps");
    }
    CHECK(strcmp(fatal_location, "OH_JSVM_DestroyVM") == 0);
    CHECK(strcmp(fatal_message, "a VM scope is open") == 0);
    CHECK(double_of(env, run(env, "1 + 1")) == 2);

    CHECK(OH_JSVM_SetHandlerForFatalError(vm, note_fatal) == JSVM_OK);
    fatal_location = NULL;
    CHECK(OH_JSVM_DestroyVM(vm) == JSVM_GENERIC_FAILURE);
    CHECK(fatal_location != NULL);
    CHECK(OH_JSVM_SetHandlerForFatalError(vm, NULL) == JSVM_OK);
    CHECK(OH_JSVM_DestroyVM(vm) == JSVM_GENERIC_FAILURE);
    CHECK(double_of(env, run(env, "2 + 2")) == 4);
    CHECK(OH_JSVM_CloseVMScope(vm, scope) == JSVM_OK);
}
