/* test_native_objects.c - objects that stand for something of C. */
#include "harness.h"

static const char kind, other_kind;
static int gone;

static void count_gone(JSVM_Env env, void *data, void *hint)
{
    CHECK(env == NULL && data != NULL && hint == NULL);
    gone++;
}

/* Static, because an object that is left finalizes it after its test. */
static JSVMX_NativeObject native;

static void renew(void)
{
    gone = 0;
    native = (JSVMX_NativeObject){ .kind = &kind, .finalize = count_gone };
}

TEST(a_native_object_tells_what_it_stands_for)
{
    JSVMX_NativeObject *found;
    JSVM_Value object, proxy;

    renew();
    OK(JSVMX_CreateNativeObject(env, run(env, "({ x: 1 })"), &native, &object));
    set_global(env, "o", object);
    CHECK(holds(env, "o.x === 1 && Object.keys(o).length === 0"));
    CHECK(holds(env, "Object.prototype.toString.call(o) === '[object Object]'"));
    OK(JSVMX_GetNativeObject(env, object, &kind, &found));
    CHECK(found == &native);
    OK(JSVMX_GetNativeObject(env, object, NULL, &found));
    CHECK(found == &native);
    OK(JSVMX_GetNativeObject(env, object, &other_kind, &found));
    CHECK(found == NULL);
    proxy = run(env, "new Proxy(o, {})");
    OK(JSVMX_GetNativeObject(env, proxy, &kind, &found));
    CHECK(found == NULL);
    OK(JSVMX_GetNativeObject(env, run(env, "Object.create(o)"), &kind, &found));
    CHECK(found == NULL);
    OK(JSVMX_GetNativeObject(env, number_of(env, 1), &kind, &found));
    CHECK(found == NULL);
}

TEST(what_an_object_stands_for_finds_it_while_it_lives)
{
    JSVM_HandleScope scope;
    JSVM_Value object, again;

    renew();
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(JSVMX_CreateNativeObject(env, run(env, "null"), &native, &object));
    set_global(env, "o", object);
    OK(JSVMX_GetObjectOfNative(env, &native, &again));
    set_global(env, "again", again);
    CHECK(holds(env, "o === again && Object.getPrototypeOf(o) === null"));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    run(env, "o = again = null");
    collect_garbage(env);
    CHECK(gone == 1);
    OK(JSVMX_GetObjectOfNative(env, &native, &again));
    CHECK(again == NULL);
}

TEST(a_native_object_needs_a_prototype_and_a_finalizer)
{
    JSVM_Value object;

    renew();
    EXPECT(JSVM_OBJECT_EXPECTED,
           JSVMX_CreateNativeObject(env, number_of(env, 1), &native, &object));
    native.finalize = NULL;
    EXPECT(JSVM_INVALID_ARG,
           JSVMX_CreateNativeObject(env, run(env, "({})"), &native, &object));
    EXPECT(JSVM_INVALID_ARG, JSVMX_CreateNativeObject(env, NULL, &native, &object));
}

TEST(a_native_object_that_is_left_goes_with_its_vm)
{
    JSVM_Value object;

    renew();
    OK(JSVMX_CreateNativeObject(env, run(env, "({})"), &native, &object));
    set_global(env, "o", object);
}

TEST(a_cycle_through_edges_is_collected)
{
    JSVM_HandleScope scope;
    JSVM_Value object, closure;

    renew();
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(JSVMX_CreateNativeObject(env, run(env, "({})"), &native, &object));
    set_global(env, "o", object);
    closure = run(env, "((self) => () => self)(o)");
    OK(JSVMX_SetNativeEdges(env, &native, 1, &closure));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    collect_garbage(env);
    CHECK(holds(env, "typeof o === 'object'") && gone == 0);
    run(env, "o = null");
    collect_garbage(env);
    CHECK(gone == 1);
}

TEST(edges_hold_their_values_until_they_are_taken_back)
{
    JSVM_HandleScope scope;
    JSVM_Value object, value;

    renew();
    OK(JSVMX_CreateNativeObject(env, run(env, "({})"), &native, &object));
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    value = run(env, "((t) => { globalThis.weak = new WeakRef(t); return t })({})");
    OK(JSVMX_SetNativeEdges(env, &native, 1, &value));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    collect_garbage(env);
    CHECK(holds(env, "weak.deref() !== undefined"));
    OK(JSVMX_SetNativeEdges(env, &native, 0, NULL));
    collect_garbage(env);
    CHECK(holds(env, "weak.deref() === undefined"));
}

SCENARIO(native_objects_under_failing_allocations)
{
    JSVM_HandleScope scope;
    JSVM_Value prototype, object;
    JSVM_Status status;

    renew();
    TRY(OH_JSVM_OpenHandleScope(env, &scope));
    status = OH_JSVM_GetNull(env, &prototype);
    if (status == JSVM_OK)
        status = JSVMX_CreateNativeObject(env, prototype, &native, &object);
    if (status == JSVM_OK) {
        if (JSVMX_SetNativeEdges(env, &native, 1, &prototype) != JSVM_OK) {
            CHECK(OH_JSVM_CloseHandleScope(env, scope) == JSVM_OK);
            return false;
        }
    }
    CHECK(OH_JSVM_CloseHandleScope(env, scope) == JSVM_OK);
    collect_garbage(env);
    CHECK(gone == (status == JSVM_OK));
    return status == JSVM_OK;
}
