/* test_private_keys.c - private keys and the references that keep them. */
#include "harness.h"

static JSVM_Data private_key(JSVM_Env env, const char *description)
{
    JSVM_Data key;

    OK(OH_JSVM_CreatePrivate(env, description ? text_of(env, description) : NULL,
                             &key));
    return key;
}

TEST(a_private_property_is_kept_under_its_key)
{
    JSVM_Value object = run(env, "({})"), value;
    JSVM_Data key = private_key(env, "secret"), other = private_key(env, "secret");
    bool undefined;

    OK(OH_JSVM_SetPrivate(env, object, key, text_of(env, "first")));
    OK(OH_JSVM_SetPrivate(env, object, key, text_of(env, "second")));
    OK(OH_JSVM_GetPrivate(env, object, key, &value));
    CHECK(is_text(env, value, "second"));
    OK(OH_JSVM_GetPrivate(env, object, other, &value));
    OK(OH_JSVM_IsUndefined(env, value, &undefined));
    CHECK(undefined);
    OK(OH_JSVM_DeletePrivate(env, object, other));
    OK(OH_JSVM_DeletePrivate(env, object, key));
    OK(OH_JSVM_GetPrivate(env, object, key, &value));
    OK(OH_JSVM_IsUndefined(env, value, &undefined));
    CHECK(undefined);
}

TEST(private_properties_are_not_seen_by_javascript)
{
    JSVM_Value object;
    JSVM_Data key = private_key(env, NULL);

    object = run(env, "globalThis.o = Object.freeze([1, 2])");
    OK(OH_JSVM_SetPrivate(env, object, key, number_of(env, 1)));
    CHECK(holds(env, "Reflect.ownKeys(o).join() === '0,1,length'"));
    CHECK(holds(env, "JSON.stringify(o) === '[1,2]'"));
}

TEST(proxies_have_private_properties_of_their_own_and_trap_none)
{
    JSVM_Value target = run(env, "({})"), proxy, value;
    JSVM_Data key = private_key(env, "12");
    bool undefined;

    set_global(env, "target", target);
    proxy = run(env, "new Proxy(target, { get() { throw 1 }, set() { throw 2 },"
                     "                    deleteProperty() { throw 3 } })");
    OK(OH_JSVM_SetPrivate(env, proxy, key, number_of(env, 7)));
    OK(OH_JSVM_GetPrivate(env, proxy, key, &value));
    CHECK(double_of(env, value) == 7);
    OK(OH_JSVM_GetPrivate(env, target, key, &value));
    OK(OH_JSVM_IsUndefined(env, value, &undefined));
    CHECK(undefined);
    OK(OH_JSVM_DeletePrivate(env, proxy, key));
    OK(OH_JSVM_DeletePrivate(env, proxy, key));
}

TEST(private_functions_check_their_arguments)
{
    JSVM_Value object = run(env, "({})"), value;
    JSVM_Data key = private_key(env, "key");

    CHECK(OH_JSVM_CreatePrivate(NULL, NULL, &key) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreatePrivate(env, NULL, NULL));
    EXPECT(JSVM_STRING_EXPECTED, OH_JSVM_CreatePrivate(env, object, &key));
    CHECK(OH_JSVM_SetPrivate(NULL, object, key, object) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_SetPrivate(env, NULL, key, object));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_SetPrivate(env, object, NULL, object));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_SetPrivate(env, object, key, NULL));
    EXPECT(JSVM_OBJECT_EXPECTED,
           OH_JSVM_SetPrivate(env, number_of(env, 1), key, object));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetPrivate(env, object, key, NULL));
    EXPECT(JSVM_OBJECT_EXPECTED,
           OH_JSVM_GetPrivate(env, text_of(env, "text"), key, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_DeletePrivate(env, object, NULL));
    EXPECT(JSVM_OBJECT_EXPECTED, OH_JSVM_DeletePrivate(env, number_of(env, 1), key));
    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    OK(OH_JSVM_CreatePrivate(env, NULL, &key));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_SetPrivate(env, object, key, object));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_GetPrivate(env, object, key, &value));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_DeletePrivate(env, object, key));
    THROWN("Error");
}

TEST(a_value_is_no_private_key)
{
    const char *sources[] = { "1", "'text'", "({})", "Symbol()", "Symbol.for('x')",
                              "null" };
    JSVM_Value object = run(env, "({})"), value;
    JSVM_Ref reference;

    for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
        JSVM_Data fake = (JSVM_Data)run(env, sources[i]);
        EXPECT(JSVM_INVALID_ARG, OH_JSVM_SetPrivate(env, object, fake, object));
        EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetPrivate(env, object, fake, &value));
        EXPECT(JSVM_INVALID_ARG, OH_JSVM_DeletePrivate(env, object, fake));
        EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateDataReference(env, fake, 1, &reference));
    }
}

TEST(a_data_reference_keeps_a_private_key)
{
    JSVM_Value object = run(env, "({})"), value;
    JSVM_HandleScope scope;
    JSVM_Ref reference;
    JSVM_Data key;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    key = private_key(env, "kept");
    OK(OH_JSVM_SetPrivate(env, object, key, number_of(env, 3)));
    OK(OH_JSVM_CreateDataReference(env, key, 1, &reference));
    OK(OH_JSVM_CloseHandleScope(env, scope));
    OK(OH_JSVM_GetReferenceData(env, reference, &key));
    OK(OH_JSVM_GetPrivate(env, object, key, &value));
    CHECK(double_of(env, value) == 3);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetReferenceValue(env, reference, &value));
    OK(OH_JSVM_DeleteReference(env, reference));
}

SCENARIO(private_keys_under_failing_allocations)
{
    JSVM_Value object;
    JSVM_Ref reference;
    JSVM_Data key;

    TRY(OH_JSVM_CreateObject(env, &object));
    TRY(OH_JSVM_CreatePrivate(env, NULL, &key));
    TRY(OH_JSVM_CreateDataReference(env, key, 1, &reference));
    TRY(OH_JSVM_DeleteReference(env, reference));
    TRY(OH_JSVM_SetPrivate(env, object, key, object));
    TRY(OH_JSVM_DeletePrivate(env, object, key));
    return true;
}
