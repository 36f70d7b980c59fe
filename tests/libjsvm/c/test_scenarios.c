/* test_scenarios.c - what is run with every allocation failing in turn. */
#include "harness.h"

static JSVM_Value echo(JSVM_Env env, JSVM_CallbackInfo info)
{
    JSVM_Value arguments[12];
    size_t count = 12;

    if (OH_JSVM_GetCbInfo(env, info, &count, arguments, NULL, NULL) != JSVM_OK)
        return NULL;
    return arguments[0];
}

static JSVM_CallbackStruct echoes = { echo, NULL };

SCENARIO(values_under_failing_allocations)
{
    const uint64_t words[] = { 1, 2, 3, 4, 5 };
    JSVM_Value value;

    TRY(OH_JSVM_CreateBigintUint64(env, UINT64_MAX, &value));
    TRY(OH_JSVM_CreateBigintWords(env, 1, 5, words, &value));
    TRY(OH_JSVM_CreateStringUtf8(env, "t\xc3\xa4xt \xe2\x82\xac", JSVM_AUTO_LENGTH,
                                 &value));
    TRY(OH_JSVM_CreateStringUtf8(env, "malformed \xff", JSVM_AUTO_LENGTH, &value));
    TRY(OH_JSVM_CreateStringLatin1(env, "latin", JSVM_AUTO_LENGTH, &value));
    TRY(OH_JSVM_CreateSymbol(env, value, &value));
    TRY(OH_JSVM_SymbolFor(env, "registered", JSVM_AUTO_LENGTH, &value));
    TRY(OH_JSVM_CreateDate(env, 5, &value));
    TRY(OH_JSVM_CoerceToString(env, value, &value));
    TRY(OH_JSVM_CreateInt32(env, 5, &value));
    TRY(OH_JSVM_CoerceToObject(env, value, &value));
    TRY(OH_JSVM_CreateMap(env, &value));
    TRY(OH_JSVM_CreateSet(env, &value));
    for (int i = 0; i < 600; i++)
        TRY(OH_JSVM_CreateInt32(env, i, &value));
    return true;
}

SCENARIO(objects_under_failing_allocations)
{
    JSVM_PropertyDescriptor properties[] = {
        { .utf8name = "method", .method = &echoes, .attributes = JSVM_DEFAULT_METHOD },
        { .utf8name = "accessor", .getter = &echoes, .setter = &echoes },
        { .utf8name = "value", .attributes = JSVM_DEFAULT_JSPROPERTY },
    };
    JSVM_Value object, array, value;
    bool result;

    TRY(OH_JSVM_CreateObject(env, &object));
    TRY(OH_JSVM_CreateInt32(env, 1, &value));
    TRY(OH_JSVM_DefineProperties(env, object, 3, properties));
    TRY(OH_JSVM_SetNamedProperty(env, object, "name", value));
    TRY(OH_JSVM_SetElement(env, object, 7, value));
    TRY(OH_JSVM_SetProperty(env, object, value, value));
    TRY(OH_JSVM_GetNamedProperty(env, object, "name", &value));
    TRY(OH_JSVM_HasNamedProperty(env, object, "other", &result));
    TRY(OH_JSVM_GetPropertyNames(env, object, &array));
    TRY(OH_JSVM_GetAllPropertyNames(env, object, JSVM_KEY_INCLUDE_PROTOTYPES,
                                    JSVM_KEY_CONFIGURABLE, JSVM_KEY_KEEP_NUMBERS,
                                    &array));
    TRY(OH_JSVM_CreateArrayWithLength(env, 5, &array));
    TRY(OH_JSVM_SetElement(env, array, 9, object));
    TRY(OH_JSVM_ObjectSetPrototypeOf(env, object, array));
    TRY(OH_JSVM_ObjectFreeze(env, object));
    return true;
}

SCENARIO(buffers_under_failing_allocations)
{
    JSVM_Value buffer, view;

    TRY(OH_JSVM_CreateArraybuffer(env, 64, NULL, &buffer));
    TRY(OH_JSVM_CreateTypedarray(env, JSVM_FLOAT64_ARRAY, 4, buffer, 8, &view));
    TRY(OH_JSVM_GetTypedarrayInfo(env, view, NULL, NULL, NULL, &view, NULL));
    TRY(OH_JSVM_CreateDataview(env, 8, buffer, 8, &view));
    OH_JSVM_CreateTypedarray(env, JSVM_FLOAT64_ARRAY, 4, buffer, 1, &view);
    TRY(OH_JSVM_GetAndClearLastException(env, &view));
    TRY(OH_JSVM_DetachArraybuffer(env, buffer));
    return true;
}

static bool given_back;

static void give_back(JSVM_Env env, void *data, void *hint, bool copied)
{
    CHECK(env == NULL && data == hint && !copied && !given_back);
    given_back = true;
}

/* Memory belongs to the buffer exactly when the call succeeded. */
SCENARIO(external_memory_under_failing_allocations)
{
    static uint64_t memory[2];
    JSVM_HandleScope scope;
    JSVM_Value value;
    JSVM_Status status;

    given_back = false;
    TRY(OH_JSVM_OpenHandleScope(env, &scope));
    status = OH_JSVM_CreateArrayBufferFromExternalMemory(env, memory, 16, give_back,
                                                         memory, NULL, &value);
    CHECK(OH_JSVM_CloseHandleScope(env, scope) == JSVM_OK);
    collect_garbage(env);
    CHECK(given_back == (status == JSVM_OK));
    return status == JSVM_OK;
}

SCENARIO(functions_under_failing_allocations)
{
    JSVM_Value function, arguments[12], result;

    TRY(OH_JSVM_CreateFunction(env, "echo", JSVM_AUTO_LENGTH, &echoes, &function));
    for (int i = 0; i < 12; i++)
        TRY(OH_JSVM_CreateInt32(env, i, &arguments[i]));
    TRY(OH_JSVM_CallFunction(env, function, function, 12, arguments, &result));
    TRY(OH_JSVM_NewInstance(env, function, 12, arguments, &result));
    return true;
}

SCENARIO(errors_under_failing_allocations)
{
    JSVM_Value text, error;

    TRY(OH_JSVM_CreateStringUtf8(env, "text", JSVM_AUTO_LENGTH, &text));
    TRY(OH_JSVM_CreateRangeError(env, text, text, &error));
    TRY(OH_JSVM_Throw(env, error));
    TRY(OH_JSVM_GetAndClearLastException(env, &error));
    TRY(OH_JSVM_ThrowTypeError(env, "CODE", "message"));
    TRY(OH_JSVM_GetAndClearLastException(env, &error));
    return true;
}

SCENARIO(scopes_under_failing_allocations)
{
    JSVM_HandleScope scope;
    JSVM_EscapableHandleScope escapable;
    JSVM_Value value;

    TRY(OH_JSVM_OpenHandleScope(env, &scope));
    TRY(OH_JSVM_OpenEscapableHandleScope(env, &escapable));
    TRY(OH_JSVM_CreateObject(env, &value));
    TRY(OH_JSVM_EscapeHandle(env, escapable, value, &value));
    for (int i = 0; i < 600; i++)
        TRY(OH_JSVM_CreateObject(env, &value));
    TRY(OH_JSVM_CloseEscapableHandleScope(env, escapable));
    TRY(OH_JSVM_CloseHandleScope(env, scope));
    return true;
}

static bool use_reference(JSVM_Env env, JSVM_Ref reference)
{
    JSVM_Value value;

    TRY(OH_JSVM_ReferenceUnref(env, reference, NULL));
    TRY(OH_JSVM_GetReferenceValue(env, reference, &value));
    TRY(OH_JSVM_ReferenceRef(env, reference, NULL));
    return true;
}

SCENARIO(references_under_failing_allocations)
{
    JSVM_Ref reference;
    JSVM_Value object;
    bool done;

    TRY(OH_JSVM_CreateObject(env, &object));
    TRY(OH_JSVM_CreateReference(env, object, 1, &reference));
    done = use_reference(env, reference);
    CHECK(OH_JSVM_DeleteReference(env, reference) == JSVM_OK);
    return done;
}

SCENARIO(scripts_under_failing_allocations)
{
    const char *source =
        "class A { #x = [1, 2]; get x() { return this.#x.map(v => v + 1) } };"
        "let text = ''; for (const v of new A().x) text += `${v};`;"
        "[JSON.stringify({text}), /t/.test(text)]";
    JSVM_Script script;
    JSVM_Value value;

    TRY(OH_JSVM_CreateStringUtf8(env, source, JSVM_AUTO_LENGTH, &value));
    TRY(OH_JSVM_CompileScript(env, value, NULL, 0, false, NULL, &script));
    TRY(OH_JSVM_RetainScript(env, script));
    JSVM_Status status = OH_JSVM_RunScript(env, script, &value);
    CHECK(OH_JSVM_ReleaseScript(env, script) == JSVM_OK);
    return status == JSVM_OK;
}
