/* test_handles.c - handle scopes and references. */
#include "harness.h"

static size_t live_handles(void)
{
    JSVMX_LiveResources alive;

    CHECK(JSVMX_GetLiveResources(&alive) == JSVM_OK);
    return alive.handles;
}

TEST(a_scope_takes_its_handles_with_it)
{
    size_t before = live_handles();
    JSVM_HandleScope scope;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    for (int i = 0; i < 2000; i++)
        text_of(env, "a text of some length");
    CHECK(live_handles() == before + 2000);
    OK(OH_JSVM_CloseHandleScope(env, scope));
    CHECK(live_handles() == before);
}

TEST(handles_stay_where_they_are_while_others_are_made)
{
    JSVM_Value values[1000];

    for (int i = 0; i < 1000; i++)
        values[i] = number_of(env, i);
    for (int i = 0; i < 1000; i++)
        CHECK(double_of(env, values[i]) == i);
}

TEST(scopes_nest)
{
    JSVM_HandleScope scopes[50];
    JSVM_Value values[50];

    for (int i = 0; i < 50; i++) {
        OK(OH_JSVM_OpenHandleScope(env, &scopes[i]));
        values[i] = number_of(env, i);
        for (int j = 0; j < 20; j++)
            text_of(env, "filler");
    }
    for (int i = 49; i >= 0; i--) {
        CHECK(double_of(env, values[i]) == i);
        OK(OH_JSVM_CloseHandleScope(env, scopes[i]));
    }
}

TEST(a_value_can_be_read_right_after_its_scope_was_closed)
{
    JSVM_HandleScope scope;
    JSVM_Value value;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    value = run(env, "'made ' + 1");
    OK(OH_JSVM_CloseHandleScope(env, scope));
    CHECK(is_text(env, value, "made 1"));
}

TEST(closing_more_scopes_than_are_open_is_a_mismatch_that_leaves_the_last_error)
{
    JSVM_HandleScope scope;
    const JSVM_ExtendedErrorInfo *info;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    CHECK(OH_JSVM_CloseHandleScope(env, scope) == JSVM_HANDLE_SCOPE_MISMATCH);
    CHECK(OH_JSVM_GetLastErrorInfo(env, &info) == JSVM_OK &&
          info->errorCode == JSVM_OK);
    CHECK(OH_JSVM_CloseEscapableHandleScope(env, (JSVM_EscapableHandleScope)scope) ==
          JSVM_HANDLE_SCOPE_MISMATCH);
}

TEST(scope_functions_check_their_arguments)
{
    JSVM_EscapableHandleScope scope;
    JSVM_Value value = number_of(env, 1);

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_OpenHandleScope(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CloseHandleScope(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_OpenEscapableHandleScope(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CloseEscapableHandleScope(env, NULL));
    OK(OH_JSVM_OpenEscapableHandleScope(env, &scope));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_EscapeHandle(env, NULL, value, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_EscapeHandle(env, scope, NULL, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_EscapeHandle(env, scope, value, NULL));
    OK(OH_JSVM_CloseEscapableHandleScope(env, scope));
}

TEST(one_value_escapes_a_scope)
{
    JSVM_EscapableHandleScope scope;
    JSVM_Value value, escaped;

    OK(OH_JSVM_OpenEscapableHandleScope(env, &scope));
    value = run(env, "({a: 1})");
    OK(OH_JSVM_EscapeHandle(env, scope, value, &escaped));
    EXPECT(JSVM_ESCAPE_CALLED_TWICE, OH_JSVM_EscapeHandle(env, scope, value, &value));
    OK(OH_JSVM_CloseEscapableHandleScope(env, scope));
    for (int i = 0; i < 300; i++)
        text_of(env, "filler");
    CHECK(is_json(env, escaped, "{\"a\":1}"));
}

/* ---- references ---------------------------------------------------------- */

TEST(a_strong_reference_keeps_its_value)
{
    JSVM_HandleScope scope;
    JSVM_Value value;
    JSVM_Ref reference;
    uint32_t count;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_CreateReference(env, run(env, "({a: [1]})"), 1, &reference));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    collect_garbage(env);
    OK(OH_JSVM_ReferenceRef(env, reference, &count));
    CHECK(count == 2);
    OK(OH_JSVM_ReferenceUnref(env, reference, NULL));
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(is_json(env, value, "{\"a\":[1]}"));
    OK(OH_JSVM_DeleteReference(env, reference));
}

TEST(a_weak_reference_sees_its_object_as_long_as_it_lives)
{
    JSVM_Value value = run(env, "globalThis.o = {a: 1}");
    JSVM_HandleScope scope;
    JSVM_Ref reference;
    uint32_t count;

    OK(OH_JSVM_CreateReference(env, value, 1, &reference));
    OK(OH_JSVM_ReferenceUnref(env, reference, &count));
    CHECK(count == 0);
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_ReferenceUnref(env, reference, &count));
    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(is_json(env, value, "{\"a\":1}"));
    OK(OH_JSVM_ReferenceRef(env, reference, &count));
    CHECK(count == 1);
    OK(OH_JSVM_ReferenceUnref(env, reference, &count));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    OK(OH_JSVM_DeleteReference(env, reference));
}

TEST(a_weak_reference_to_something_dead_gives_null)
{
    JSVM_HandleScope scope;
    JSVM_Value value;
    JSVM_Ref reference;
    uint32_t count = 9;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_CreateReference(env, run(env, "({})"), 0, &reference));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    collect_garbage(env);
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(value == NULL);
    OK(OH_JSVM_ReferenceRef(env, reference, &count));
    CHECK(count == 0);
    OK(OH_JSVM_DeleteReference(env, reference));
}

TEST(primitives_can_be_referenced_and_are_dropped_at_zero)
{
    JSVM_Ref reference;
    JSVM_Value value;
    uint32_t count;

    OK(OH_JSVM_CreateReference(env, number_of(env, 7), 1, &reference));
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(double_of(env, value) == 7);
    OK(OH_JSVM_ReferenceUnref(env, reference, &count));
    CHECK(count == 0);
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(value == NULL);
    EXPECT(JSVM_GENERIC_FAILURE, OH_JSVM_ReferenceUnref(env, reference, NULL));
    OK(OH_JSVM_DeleteReference(env, reference));
    OK(OH_JSVM_CreateReference(env, text_of(env, "x"), 0, &reference));
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(value == NULL);
    OK(OH_JSVM_DeleteReference(env, reference));
}

TEST(symbols_can_be_referenced_weakly)
{
    JSVM_Value symbol = run(env, "globalThis.s = Symbol('s')"), value;
    JSVM_Ref reference;

    OK(OH_JSVM_CreateReference(env, symbol, 0, &reference));
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(value != NULL);
    set_global(env, "back", value);
    CHECK(holds(env, "back === s"));
    OK(OH_JSVM_DeleteReference(env, reference));
}

TEST(registered_symbols_are_dropped_at_zero)
{
    JSVM_Value symbol = run(env, "Symbol.for('registered')"), value;
    JSVM_Ref reference;

    OK(OH_JSVM_CreateReference(env, symbol, 1, &reference));
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    set_global(env, "s", value);
    CHECK(holds(env, "s === Symbol.for('registered')"));
    OK(OH_JSVM_ReferenceUnref(env, reference, NULL)); /* cannot be held weakly */
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    CHECK(value == NULL);
    OK(OH_JSVM_DeleteReference(env, reference));
    OK(OH_JSVM_CreateReference(env, run(env, "Symbol.iterator"), 0, &reference));
    OK(OH_JSVM_DeleteReference(env, reference));
}

TEST(reference_functions_check_their_arguments)
{
    JSVM_Value value = run(env, "({})");
    JSVM_Ref reference;
    JSVM_Data data;

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateReference(env, NULL, 1, &reference));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateReference(env, value, 1, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_DeleteReference(env, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_ReferenceRef(env, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_ReferenceUnref(env, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetReferenceValue(env, NULL, &value));
    OK(OH_JSVM_CreateReference(env, value, 1, &reference));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetReferenceValue(env, reference, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetReferenceData(env, reference, &data));
    OK(OH_JSVM_DeleteReference(env, reference));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateDataReference(env, NULL, 1, &reference));
}

TEST(references_work_while_an_exception_is_pending)
{
    JSVM_Value value = run(env, "({})");
    JSVM_Ref reference;

    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    OK(OH_JSVM_CreateReference(env, value, 1, &reference));
    OK(OH_JSVM_GetReferenceValue(env, reference, &value));
    OK(OH_JSVM_DeleteReference(env, reference));
    THROWN("Error");
}
