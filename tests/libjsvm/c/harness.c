/*
 * harness.c - runs one test in a process: plainly, with a garbage collection at every
 * allocation, or with the n-th allocation failing.
 */
#include "harness.h"

#include "internal.h"

static Test *all_tests;

void add_test(Test *test)
{
    test->next = all_tests;
    all_tests = test;
}

/* ---- the allocator: malloc and its kin are wrapped by the linker --------- */

static struct {
    long countdown; /* the allocation that fails, counted from 1; 0 = none */
    bool for_good;  /* all later ones fail too */
    bool happened;
    bool traced;         /* shows where it happens */
    JSRuntime *stressed; /* collects garbage whenever an object is made */
} allocator;

void __sanitizer_print_stack_trace(void);

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static bool allocation_fails(void)
{
    /* The engine raises the threshold after each collection. */
    if (allocator.stressed)
        JS_SetGCThreshold(allocator.stressed, 0);
    if (allocator.happened)
        return allocator.for_good;
    if (allocator.countdown == 0 || --allocator.countdown > 0)
        return false;
    allocator.happened = true;
    if (allocator.traced)
        __sanitizer_print_stack_trace();
    return true;
}

void *__wrap_malloc(size_t size)
{
    return allocation_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return allocation_fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return allocation_fails() ? NULL : __real_realloc(block, size);
}

static void fail_allocation(long which, bool for_good)
{
    allocator.countdown = which;
    allocator.for_good = for_good;
    allocator.happened = false;
}

/* Whether an allocation failed since fail_allocation. None fails from now on. */
static bool stop_failing(void)
{
    bool happened = allocator.happened;

    allocator.countdown = 0;
    allocator.happened = false;
    allocator.for_good = false;
    return happened;
}

/* ---- checks -------------------------------------------------------------- */

_Noreturn void fail_check(const char *file, int line, const char *text)
{
    stop_failing();
    fprintf(stderr, "%s:%d: check failed: %s\n", file, line, text);
    _Exit(1);
}

void expect_status(JSVM_Env env, JSVM_Status expected, JSVM_Status status,
                   const char *file, int line, const char *text)
{
    const JSVM_ExtendedErrorInfo *info;

    if (status != expected) {
        OH_JSVM_GetLastErrorInfo(env, &info);
        fprintf(stderr, "status %d, expected %d (%s)\n", status, expected,
                info->errorMessage ? info->errorMessage : "no text");
        fail_check(file, line, text);
    }
    if (OH_JSVM_GetLastErrorInfo(env, &info) != JSVM_OK || info->errorCode != status ||
        (status == JSVM_OK) != (info->errorMessage == NULL)) {
        fprintf(stderr, "status %d, but the last error is %d\n", status,
                info->errorCode);
        fail_check(file, line, text);
    }
}

void expect_thrown(JSVM_Env env, const char *name, const char *file, int line)
{
    JSVM_Value exception, actual;
    bool pending = false;

    CHECK(OH_JSVM_IsExceptionPending(env, &pending) == JSVM_OK);
    if (!pending)
        fail_check(file, line, "an exception is pending");
    OK(OH_JSVM_GetAndClearLastException(env, &exception));
    OK(OH_JSVM_GetNamedProperty(env, exception, "name", &actual));
    if (!is_text(env, actual, name))
        fail_check(file, line, name);
}

static void expect_nothing_alive(void)
{
    JSVMX_LiveResources alive;

    CHECK(JSVMX_GetLiveResources(&alive) == JSVM_OK);
    CHECK(alive.vms == 0);
    CHECK(alive.envs == 0);
    CHECK(alive.handleScopes == 0);
    CHECK(alive.handles == 0);
    CHECK(alive.references == 0);
    CHECK(alive.scripts == 0);
    CHECK(alive.finalizers == 0);
}

/* ---- values -------------------------------------------------------------- */

JSVM_Value text_of(JSVM_Env env, const char *utf8)
{
    JSVM_Value text;

    OK(OH_JSVM_CreateStringUtf8(env, utf8, JSVM_AUTO_LENGTH, &text));
    return text;
}

JSVM_Value number_of(JSVM_Env env, double number)
{
    JSVM_Value value;

    OK(OH_JSVM_CreateDouble(env, number, &value));
    return value;
}

JSVM_Value run(JSVM_Env env, const char *source)
{
    JSVM_Script script;
    JSVM_Value result;

    OK(OH_JSVM_CompileScript(env, text_of(env, source), NULL, 0, false, NULL, &script));
    OK(OH_JSVM_RunScript(env, script, &result));
    return result;
}

void set_global(JSVM_Env env, const char *name, JSVM_Value value)
{
    JSVM_Value global;

    OK(OH_JSVM_GetGlobal(env, &global));
    OK(OH_JSVM_SetNamedProperty(env, global, name, value));
}

bool holds(JSVM_Env env, const char *source)
{
    bool result;

    OK(OH_JSVM_GetValueBool(env, run(env, source), &result));
    return result;
}

bool is_text(JSVM_Env env, JSVM_Value value, const char *utf8)
{
    size_t length;
    bool equal;
    char *buffer;

    OK(OH_JSVM_GetValueStringUtf8(env, value, NULL, 0, &length));
    buffer = malloc(length + 1);
    CHECK(buffer != NULL);
    OK(OH_JSVM_GetValueStringUtf8(env, value, buffer, length + 1, NULL));
    equal = strlen(utf8) == length && memcmp(buffer, utf8, length) == 0;
    if (!equal)
        fprintf(stderr, "\"%s\" instead of \"%s\"\n", buffer, utf8);
    free(buffer);
    return equal;
}

double double_of(JSVM_Env env, JSVM_Value value)
{
    double number;

    OK(OH_JSVM_GetValueDouble(env, value, &number));
    return number;
}

bool is_json(JSVM_Env env, JSVM_Value value, const char *json)
{
    JSVM_Value stringify = run(env, "(v) => JSON.stringify(v)"), undefined, result;

    OK(OH_JSVM_GetUndefined(env, &undefined));
    OK(OH_JSVM_CallFunction(env, undefined, stringify, 1, &value, &result));
    return is_text(env, result, json);
}

void collect_garbage(JSVM_Env env)
{
    jsvm__release_limbo(env);
    JS_RunGC(env->vm->rt);
}

/* ---- running ------------------------------------------------------------- */

static void destroy(JSVM_VM vm, JSVM_Env env)
{
    if (env)
        CHECK(OH_JSVM_DestroyEnv(env) == JSVM_OK);
    if (vm)
        CHECK(OH_JSVM_DestroyVM(vm) == JSVM_OK);
    expect_nothing_alive();
}

static void run_test(const Test *test, bool stress)
{
    JSVM_VM vm = NULL;
    JSVM_Env env = NULL;

    CHECK(OH_JSVM_CreateVM(NULL, &vm) == JSVM_OK);
    if (stress)
        allocator.stressed = vm->rt;
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, &env) == JSVM_OK);
    if (test->run)
        test->run(env);
    else
        CHECK(test->attempt(env));
    allocator.stressed = NULL;
    destroy(vm, env);
}

/* Whatever failed in it, an env works once its exception is cleared. */
static void expect_usable(JSVM_Env env)
{
    JSVM_Value exception;

    OK(OH_JSVM_GetAndClearLastException(env, &exception));
    CHECK(double_of(env, run(env, "[20, 22].reduce((a, b) => a + b)")) == 42);
}

/* Makes the n-th allocation of the scenario fail; false when it has not that many. */
static bool fail_scenario(const Test *scenario, long n, bool for_good)
{
    JSVM_VM vm = NULL;
    JSVM_Env env = NULL;
    bool happened, succeeded;

    CHECK(OH_JSVM_CreateVM(NULL, &vm) == JSVM_OK);
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, &env) == JSVM_OK);
    fail_allocation(n, for_good);
    succeeded = scenario->attempt(env);
    happened = stop_failing();
    CHECK(happened || succeeded);
    expect_usable(env);
    destroy(vm, env);
    return happened;
}

/* The same while a VM and an env are made. */
static bool fail_creation(const Test *unused, long n, bool for_good)
{
    JSVM_VM vm = NULL;
    JSVM_Env env = NULL;
    bool happened, succeeded;

    (void)unused;
    fail_allocation(n, for_good);
    succeeded = OH_JSVM_CreateVM(NULL, &vm) == JSVM_OK &&
                OH_JSVM_CreateEnv(vm, 0, NULL, &env) == JSVM_OK;
    happened = stop_failing();
    CHECK(happened || succeeded);
    if (succeeded)
        expect_usable(env);
    destroy(vm, env);
    return happened;
}

static const Test *find_test(const char *name)
{
    for (const Test *test = all_tests; test; test = test->next) {
        if (strcmp(test->name, name) == 0)
            return test;
    }
    fprintf(stderr, "there is no test %s\n", name);
    exit(2);
}

/* suite TEST [stress]
 *     once, with a garbage collection per object if asked for
 * suite SCENARIO STRIDE FOR_GOOD [FIRST]
 *     each STRIDE-th allocation, from FIRST on, fails in turn, alone or with all that
 *     follow; the scenario "creation" is built in. With FIRST it says where that is. */
int main(int argc, char **argv)
{
    bool creation = argc >= 4 && strcmp(argv[1], "creation") == 0;
    const Test *test = argc > 1 && !creation ? find_test(argv[1]) : NULL;
    long failures = 0;

    if (argc == 2 || argc == 3) {
        run_test(test, argc == 3);
        return 0;
    }
    if (argc != 4 && argc != 5)
        return 2;
    long n = argc == 5 ? atol(argv[4]) : 1, stride = atol(argv[2]);
    bool for_good = atoi(argv[3]) != 0;
    allocator.traced = argc == 5;
    for (; (creation ? fail_creation : fail_scenario)(test, n, for_good); n += stride) {
        fprintf(stderr, "survived the failure of allocation %ld\n", n);
        failures++;
    }
    CHECK(failures > 0);
    printf("%ld allocations failed\n", failures);
    return 0;
}
