/* test_native_data.c - wraps, finalizers, type tags, External values. */
#include "harness.h"

/* What finalizers were called with, in turn. */
static struct {
    int count;
    void *data[16];
    void *hint;
    JSVM_Env env;
} finalized;

static void note_finalizer(JSVM_Env env, void *data, void *hint)
{
    finalized.data[finalized.count++] = data;
    finalized.hint = hint;
    finalized.env = env;
}

static int one, two, three;

static JSVM_Value new_object(JSVM_Env env)
{
    JSVM_Value object;

    OK(OH_JSVM_CreateObject(env, &object));
    return object;
}

/* The next scope is a safe point. */
static void reach_safe_point(JSVM_Env env)
{
    JSVM_HandleScope scope;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_CloseHandleScope(env, scope));
}

/* ---- wrapping ------------------------------------------------------------ */

TEST(a_wrapped_object_gives_its_pointer_back)
{
    JSVM_Value object = new_object(env);
    void *data = NULL;

    OK(OH_JSVM_Wrap(env, object, &one, NULL, NULL, NULL));
    OK(OH_JSVM_Unwrap(env, object, &data));
    CHECK(data == &one);
}

TEST(null_can_be_wrapped)
{
    JSVM_Value object = new_object(env);
    void *data = &one;

    OK(OH_JSVM_Wrap(env, object, NULL, NULL, NULL, NULL));
    OK(OH_JSVM_Unwrap(env, object, &data));
    CHECK(data == NULL);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Wrap(env, object, &one, NULL, NULL, NULL));
}

TEST(wrapping_checks_its_arguments)
{
    JSVM_Value object = new_object(env);
    void *data;

    CHECK(OH_JSVM_Wrap(NULL, object, &one, NULL, NULL, NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_Unwrap(NULL, object, &data) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_RemoveWrap(NULL, object, &data) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Wrap(env, NULL, &one, NULL, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_Wrap(env, number_of(env, 1), &one, NULL, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Unwrap(env, object, &data));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_RemoveWrap(env, object, &data));
    OK(OH_JSVM_Wrap(env, object, &one, NULL, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Unwrap(env, NULL, &data));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Unwrap(env, object, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_RemoveWrap(env, NULL, &data));
}

TEST(wrapping_does_nothing_while_an_exception_is_pending)
{
    JSVM_Value object = new_object(env);
    void *data;

    OK(OH_JSVM_ThrowTypeError(env, NULL, "pending"));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_Wrap(env, object, &one, NULL, NULL, NULL));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_Unwrap(env, object, &data));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_RemoveWrap(env, object, &data));
    THROWN("TypeError");
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Unwrap(env, object, &data));
}

TEST(javascript_sees_nothing_of_a_wrap)
{
    JSVM_Value object = new_object(env);

    set_global(env, "o", object);
    OK(OH_JSVM_Wrap(env, object, &one, NULL, NULL, NULL));
    CHECK(holds(env, "Reflect.ownKeys(o).length === 0 && !('' in o)"));
    set_global(env, "copy", run(env, "Object.assign({}, o)"));
    void *data;
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Unwrap(env, run(env, "copy"), &data));
}

TEST(frozen_objects_proxies_functions_and_arrays_can_be_wrapped)
{
    const char *sources[] = {
        "Object.freeze({})",
        "new Proxy({}, { get() { throw 1 }, defineProperty() { throw 2 },"
        "                getOwnPropertyDescriptor() { throw 3 },"
        "                deleteProperty() { throw 4 } })",
        "(() => 1)",
        "[1, 2, 3]",
        "new Float64Array(2)",
        "new String('text')",
    };
    void *data;

    for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
        JSVM_Value object = run(env, sources[i]);
        OK(OH_JSVM_Wrap(env, object, &one, NULL, NULL, NULL));
        OK(OH_JSVM_Unwrap(env, object, &data));
        CHECK(data == &one);
        OK(OH_JSVM_RemoveWrap(env, object, &data));
        EXPECT(JSVM_INVALID_ARG, OH_JSVM_Unwrap(env, object, &data));
    }
}

TEST(the_target_of_a_wrapped_proxy_is_not_wrapped)
{
    JSVM_Value target = new_object(env), proxy;
    void *data;

    set_global(env, "target", target);
    proxy = run(env, "new Proxy(target, {})");
    OK(OH_JSVM_Wrap(env, proxy, &one, NULL, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_Unwrap(env, target, &data));
}

TEST(a_removed_wrap_is_not_finalized_and_leaves_room_for_another)
{
    JSVM_Value object = new_object(env);
    void *data = NULL;

    finalized.count = 0;
    OK(OH_JSVM_Wrap(env, object, &one, note_finalizer, NULL, NULL));
    OK(OH_JSVM_RemoveWrap(env, object, &data));
    CHECK(data == &one);
    OK(OH_JSVM_Wrap(env, object, &two, note_finalizer, NULL, NULL));
    OK(OH_JSVM_RemoveWrap(env, object, NULL));
    collect_garbage(env);
    reach_safe_point(env);
    CHECK(finalized.count == 0);
}

TEST(the_reference_of_a_wrap_is_weak_and_the_callers)
{
    JSVM_HandleScope scope;
    JSVM_Value object, value;
    JSVM_Ref reference;
    uint32_t count;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    object = new_object(env);
    OK(OH_JSVM_Wrap(env, object, &one, NULL, NULL, &reference));
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(value != NULL);
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_ReferenceUnref(env, reference, &count));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    collect_garbage(env);
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(value == NULL);
    OK(OH_JSVM_DeleteReference(env, reference));
}

/* ---- finalizers ---------------------------------------------------------- */

TEST(a_wrap_is_finalized_with_its_object)
{
    JSVM_HandleScope scope;

    finalized.count = 0;
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_Wrap(env, new_object(env), &one, note_finalizer, &three, NULL));
    CHECK(finalized.count == 0);
    OK(OH_JSVM_CloseHandleScope(env, scope));
    reach_safe_point(env);
    CHECK(finalized.count == 1 && finalized.data[0] == &one);
    CHECK(finalized.hint == &three && finalized.env == env);
}

TEST(an_object_in_a_cycle_is_finalized_when_garbage_is_collected)
{
    JSVM_HandleScope scope;
    JSVM_Value object;

    finalized.count = 0;
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    object = run(env, "(() => { const a = {}; a.self = a; return a })()");
    OK(OH_JSVM_Wrap(env, object, &one, note_finalizer, NULL, NULL));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    reach_safe_point(env);
    CHECK(finalized.count == 0);
    collect_garbage(env);
    reach_safe_point(env);
    CHECK(finalized.count == 1);
}

TEST(an_object_may_have_several_finalizers_and_a_wrap)
{
    JSVM_HandleScope scope;
    JSVM_Value object;

    finalized.count = 0;
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    object = new_object(env);
    OK(OH_JSVM_AddFinalizer(env, object, &one, note_finalizer, NULL, NULL));
    OK(OH_JSVM_AddFinalizer(env, object, &two, note_finalizer, NULL, NULL));
    OK(OH_JSVM_Wrap(env, object, &three, note_finalizer, NULL, NULL));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    reach_safe_point(env);
    CHECK(finalized.count == 3);
}

TEST(adding_a_finalizer_checks_its_arguments)
{
    JSVM_Value object = new_object(env);

    CHECK(OH_JSVM_AddFinalizer(NULL, object, &one, note_finalizer, NULL, NULL) ==
          JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_AddFinalizer(env, NULL, &one, note_finalizer, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_AddFinalizer(env, object, &one, NULL, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_AddFinalizer(env, text_of(env, "text"), &one,
                                                  note_finalizer, NULL, NULL));
}

TEST(a_finalizer_can_be_added_while_an_exception_is_pending)
{
    JSVM_Value object = new_object(env), value;
    JSVM_Ref reference;

    finalized.count = 0;
    OK(OH_JSVM_ThrowRangeError(env, NULL, "pending"));
    OK(OH_JSVM_AddFinalizer(env, object, &one, note_finalizer, NULL, &reference));
    THROWN("RangeError");
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(value != NULL);
    OK(OH_JSVM_DeleteReference(env, reference));
}

static void throw_in_finalizer(JSVM_Env env, void *data, void *hint)
{
    JSVM_Value value;

    (void)hint;
    *(int *)data += 1;
    OK(OH_JSVM_CreateObject(env, &value));
    OK(OH_JSVM_ThrowError(env, NULL, "of the finalizer"));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetNull(env, NULL));
}

TEST(a_finalizer_leaves_the_pending_exception_and_the_last_error_alone)
{
    JSVM_HandleScope scope;
    int calls = 0;
    bool pending;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_Wrap(env, new_object(env), &calls, throw_in_finalizer, NULL, NULL));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    OK(OH_JSVM_ThrowRangeError(env, NULL, "pending"));
    reach_safe_point(env); /* with the status of the scope functions, not its own */
    CHECK(calls == 1);
    THROWN("RangeError");
    OK(OH_JSVM_IsExceptionPending(env, &pending));
    CHECK(!pending);
}

static JSVM_Value make_and_drop(JSVM_Env env, JSVM_CallbackInfo info)
{
    (void)info;
    OK(OH_JSVM_Wrap(env, new_object(env), &one, note_finalizer, NULL, NULL));
    return NULL;
}

TEST(what_callbacks_drop_is_finalized_while_the_script_runs)
{
    static JSVM_CallbackStruct callback = { make_and_drop, NULL };
    JSVM_Value function;

    finalized.count = 0;
    OK(OH_JSVM_CreateFunction(env, "f", JSVM_AUTO_LENGTH, &callback, &function));
    set_global(env, "f", function);
    run(env, "f(); f()");
    CHECK(finalized.count == 2);
}

static void delete_its_reference(JSVM_Env env, void *data, void *hint)
{
    (void)hint;
    OK(OH_JSVM_DeleteReference(env, *(JSVM_Ref *)data));
    note_finalizer(env, data, hint);
}

TEST(a_finalizer_may_delete_the_reference_of_its_object)
{
    JSVM_HandleScope scope;
    JSVM_Ref reference;

    finalized.count = 0;
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_Wrap(env, new_object(env), &reference, delete_its_reference, NULL,
                    &reference));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    reach_safe_point(env);
    CHECK(finalized.count == 1);
}

TEST(destroying_an_env_finalizes_what_it_has_newest_first)
{
    JSVM_Env other;
    JSVM_Value object, external;
    JSVM_VM vm;

    finalized.count = 0;
    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, &other) == JSVM_OK);
    CHECK(OH_JSVM_CreateObject(other, &object) == JSVM_OK);
    set_global(other, "kept", object);
    CHECK(OH_JSVM_Wrap(other, object, &one, note_finalizer, NULL, NULL) == JSVM_OK);
    CHECK(OH_JSVM_AddFinalizer(other, object, &two, note_finalizer, NULL, NULL) ==
          JSVM_OK);
    CHECK(OH_JSVM_CreateExternal(other, &three, note_finalizer, NULL, &external) ==
          JSVM_OK);
    CHECK(OH_JSVM_DestroyEnv(other) == JSVM_OK);
    CHECK(finalized.count == 3 && finalized.env == other);
    CHECK(finalized.data[0] == &three && finalized.data[1] == &two &&
          finalized.data[2] == &one);
}

/* ---- type tags ----------------------------------------------------------- */

static const JSVM_TypeTag tag = { 0x8000000000000000u, 1 };

TEST(a_tag_is_found_again)
{
    const JSVM_TypeTag others[] = { { tag.lower, 0 }, { 0, tag.upper }, { 0, 0 } };
    JSVM_Value object = new_object(env);
    bool same = true;

    OK(OH_JSVM_CheckObjectTypeTag(env, object, &tag, &same));
    CHECK(!same);
    OK(OH_JSVM_TypeTagObject(env, object, &tag));
    OK(OH_JSVM_CheckObjectTypeTag(env, object, &tag, &same));
    CHECK(same);
    for (size_t i = 0; i < 3; i++) {
        OK(OH_JSVM_CheckObjectTypeTag(env, object, &others[i], &same));
        CHECK(!same);
    }
}

TEST(a_tag_of_zeros_is_a_tag)
{
    const JSVM_TypeTag zeros = { 0, 0 };
    JSVM_Value object = new_object(env);
    bool same;

    OK(OH_JSVM_CheckObjectTypeTag(env, object, &zeros, &same));
    CHECK(!same);
    OK(OH_JSVM_TypeTagObject(env, object, &zeros));
    OK(OH_JSVM_CheckObjectTypeTag(env, object, &zeros, &same));
    CHECK(same);
}

TEST(an_object_is_tagged_once)
{
    JSVM_Value object = run(env, "Object.freeze([])");

    OK(OH_JSVM_TypeTagObject(env, object, &tag));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_TypeTagObject(env, object, &tag));
}

TEST(tagging_checks_its_arguments)
{
    JSVM_Value object = new_object(env), undefined;
    bool same;

    OK(OH_JSVM_GetUndefined(env, &undefined));
    CHECK(OH_JSVM_TypeTagObject(NULL, object, &tag) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_CheckObjectTypeTag(NULL, object, &tag, &same) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_TypeTagObject(env, NULL, &tag));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_TypeTagObject(env, object, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CheckObjectTypeTag(env, NULL, &tag, &same));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CheckObjectTypeTag(env, object, NULL, &same));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CheckObjectTypeTag(env, object, &tag, NULL));
    EXPECT(JSVM_OBJECT_EXPECTED, OH_JSVM_TypeTagObject(env, undefined, &tag));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_TypeTagObject(env, object, &tag));
    THROWN("TypeError");
    OK(OH_JSVM_TypeTagObject(env, number_of(env, 5), &tag)); /* an object of its own */
}

/* ---- External values ----------------------------------------------------- */

TEST(an_external_gives_its_pointer_back)
{
    JSVM_Value external, empty;
    JSVM_ValueType type;
    void *data = NULL;
    bool is_object, same;

    OK(OH_JSVM_CreateExternal(env, &one, NULL, NULL, &external));
    OK(OH_JSVM_GetValueExternal(env, external, &data));
    CHECK(data == &one);
    OK(OH_JSVM_Typeof(env, external, &type));
    CHECK(type == JSVM_EXTERNAL);
    OK(OH_JSVM_IsObject(env, external, &is_object));
    CHECK(is_object);
    OK(OH_JSVM_CreateExternal(env, NULL, NULL, NULL, &empty));
    OK(OH_JSVM_GetValueExternal(env, empty, &data));
    CHECK(data == NULL);
    OK(OH_JSVM_StrictEquals(env, external, empty, &same));
    CHECK(!same);
}

TEST(javascript_sees_an_external_as_an_object_without_prototype)
{
    JSVM_Value external;

    OK(OH_JSVM_CreateExternal(env, &one, NULL, NULL, &external));
    set_global(env, "e", external);
    CHECK(holds(env, "typeof e === 'object' && Object.getPrototypeOf(e) === null"));
    CHECK(holds(env, "Reflect.ownKeys(e).length === 0"));
}

TEST(an_external_can_be_wrapped_and_tagged_apart_from_its_value)
{
    JSVM_Value external;
    void *data;
    bool same;

    OK(OH_JSVM_CreateExternal(env, &one, NULL, NULL, &external));
    OK(OH_JSVM_Wrap(env, external, &two, NULL, NULL, NULL));
    OK(OH_JSVM_TypeTagObject(env, external, &tag));
    OK(OH_JSVM_GetValueExternal(env, external, &data));
    CHECK(data == &one);
    OK(OH_JSVM_Unwrap(env, external, &data));
    CHECK(data == &two);
    OK(OH_JSVM_CheckObjectTypeTag(env, external, &tag, &same));
    CHECK(same);
}

TEST(an_external_is_finalized_when_nothing_refers_to_it)
{
    JSVM_HandleScope scope;
    JSVM_Value external;

    finalized.count = 0;
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_CreateExternal(env, &one, note_finalizer, &two, &external));
    set_global(env, "e", external);
    OK(OH_JSVM_CloseHandleScope(env, scope));
    reach_safe_point(env);
    CHECK(finalized.count == 0);
    run(env, "delete globalThis.e");
    reach_safe_point(env);
    CHECK(finalized.count == 1 && finalized.data[0] == &one && finalized.hint == &two);
}

TEST(external_functions_check_their_arguments)
{
    JSVM_Value external;
    void *data;

    CHECK(OH_JSVM_CreateExternal(NULL, &one, NULL, NULL, &external) ==
          JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateExternal(env, &one, NULL, NULL, NULL));
    CHECK(OH_JSVM_GetValueExternal(NULL, new_object(env), &data) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueExternal(env, NULL, &data));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueExternal(env, new_object(env), &data));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueExternal(env, number_of(env, 1), &data));
    OK(OH_JSVM_CreateExternal(env, &one, NULL, NULL, &external));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetValueExternal(env, external, NULL));
    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    OK(OH_JSVM_GetValueExternal(env, external, &data));
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_CreateExternal(env, &one, NULL, NULL, &external));
    THROWN("Error");
}

/* ---- without memory ------------------------------------------------------ */

SCENARIO(native_data_under_failing_allocations)
{
    JSVM_Value object, external;
    JSVM_Ref reference;
    void *data;
    bool same;

    finalized.count = 0;
    TRY(OH_JSVM_CreateObject(env, &object));
    TRY(OH_JSVM_Wrap(env, object, &one, note_finalizer, NULL, NULL));
    TRY(OH_JSVM_AddFinalizer(env, object, &two, note_finalizer, NULL, NULL));
    TRY(OH_JSVM_AddFinalizer(env, object, &two, note_finalizer, NULL, &reference));
    TRY(OH_JSVM_DeleteReference(env, reference));
    TRY(OH_JSVM_TypeTagObject(env, object, &tag));
    TRY(OH_JSVM_CheckObjectTypeTag(env, object, &tag, &same));
    TRY(OH_JSVM_CreateExternal(env, &three, note_finalizer, NULL, &external));
    TRY(OH_JSVM_Wrap(env, external, &three, note_finalizer, NULL, &reference));
    TRY(OH_JSVM_DeleteReference(env, reference));
    TRY(OH_JSVM_RemoveWrap(env, object, &data));
    return true;
}
