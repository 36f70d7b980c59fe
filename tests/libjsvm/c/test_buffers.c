/* test_buffers.c - ArrayBuffers, backing stores, external memory, typed arrays,
 * DataViews. */
#include "harness.h"

TEST(a_buffer_is_zeroed_and_shares_its_memory)
{
    JSVM_Value buffer;
    uint8_t *data;
    void *again;
    size_t length;

    OK(OH_JSVM_CreateArraybuffer(env, 100, (void **)&data, &buffer));
    for (int i = 0; i < 100; i++)
        CHECK(data[i] == 0);
    data[99] = 7;
    set_global(env, "b", buffer);
    CHECK(holds(env, "b.byteLength === 100 && new Uint8Array(b)[99] === 7"));
    OK(OH_JSVM_GetArraybufferInfo(env, buffer, &again, &length));
    CHECK(again == data && length == 100);
    OK(OH_JSVM_GetArraybufferInfo(env, buffer, NULL, NULL));
    OK(OH_JSVM_CreateArraybuffer(env, 0, NULL, &buffer));
    OK(OH_JSVM_GetArraybufferInfo(env, buffer, NULL, &length));
    CHECK(length == 0);
}

TEST(buffer_functions_check_their_arguments)
{
    JSVM_Value shared = run(env, "new SharedArrayBuffer(8)"), value;
    size_t length;

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateArraybuffer(env, 1, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetArraybufferInfo(env, shared, NULL, &length));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_GetArraybufferInfo(env, NULL, NULL, &length));
    EXPECT(JSVM_ARRAYBUFFER_EXPECTED, OH_JSVM_DetachArraybuffer(env, shared));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_DetachArraybuffer(env, NULL));
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_CreateArraybuffer(env, (size_t)1 << 40, NULL, &value));
    THROWN("RangeError");
}

TEST(a_detached_buffer_is_empty)
{
    JSVM_Value buffer = run(env, "globalThis.b = new ArrayBuffer(8)");
    JSVM_Value view = run(env, "globalThis.v = new Int16Array(b, 2, 2)");
    JSVM_Value data_view = run(env, "globalThis.d = new DataView(b, 1)"), inner;
    size_t length, offset;
    bool detached;
    void *data;

    OK(OH_JSVM_DetachArraybuffer(env, buffer));
    OK(OH_JSVM_IsDetachedArraybuffer(env, buffer, &detached));
    CHECK(detached);
    OK(OH_JSVM_GetArraybufferInfo(env, buffer, &data, &length));
    CHECK(data == NULL && length == 0);
    OK(OH_JSVM_GetTypedarrayInfo(env, view, NULL, &length, &data, &inner, &offset));
    CHECK(data == NULL && length == 0 && offset == 0);
    set_global(env, "inner", inner);
    CHECK(holds(env, "inner === b && v.length === 0 && v[0] === undefined"));
    OK(OH_JSVM_GetDataviewInfo(env, data_view, &length, &data, NULL, NULL));
    CHECK(data == NULL && length == 0);
    OK(OH_JSVM_DetachArraybuffer(env, buffer));
}

/* ---- backing stores ------------------------------------------------------ */

TEST(backing_stores_are_windows_on_the_callers_memory)
{
    JSVM_Value first, second;
    uint8_t *data;

    CHECK(OH_JSVM_AllocateArrayBufferBackingStoreData(100, JSVM_ZERO_INITIALIZED,
                                                      (void **)&data) == JSVM_OK);
    CHECK(data[0] == 0 && data[99] == 0);
    OK(OH_JSVM_CreateArrayBufferFromBackingStoreData(env, data, 100, 0, 60, &first));
    OK(OH_JSVM_CreateArrayBufferFromBackingStoreData(env, data, 100, 40, 60, &second));
    set_global(env, "first", first);
    set_global(env, "second", second);
    run(env, "new Uint8Array(first)[45] = 9");
    CHECK(data[45] == 9);
    CHECK(holds(env, "new Uint8Array(second)[5] === 9 && second.byteLength === 60"));
    OK(OH_JSVM_DetachArraybuffer(env, first));
    CHECK(data[45] == 9);
    run(env, "first = second = null");
    CHECK(OH_JSVM_FreeArrayBufferBackingStoreData(data) == JSVM_OK);
}

TEST(backing_store_functions_check_their_arguments)
{
    JSVM_Value value;
    void *data;

    CHECK(OH_JSVM_AllocateArrayBufferBackingStoreData(1, JSVM_UNINITIALIZED, NULL) ==
          JSVM_INVALID_ARG);
    CHECK(OH_JSVM_FreeArrayBufferBackingStoreData(NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_AllocateArrayBufferBackingStoreData(8, JSVM_UNINITIALIZED, &data) ==
          JSVM_OK);
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateArrayBufferFromBackingStoreData(env, NULL, 8, 0, 8, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateArrayBufferFromBackingStoreData(env, data, 0, 0, 8, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateArrayBufferFromBackingStoreData(env, data, 8, 0, 0, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateArrayBufferFromBackingStoreData(env, data, 8, 1, 8, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateArrayBufferFromBackingStoreData(
                                 env, data, 8, SIZE_MAX, 8, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateArrayBufferFromBackingStoreData(env, data, 8, 0, 8, NULL));
    CHECK(OH_JSVM_FreeArrayBufferBackingStoreData(data) == JSVM_OK);
}

/* ---- external memory ----------------------------------------------------- */

static int finalized;

static void finalize(JSVM_Env env, void *data, void *hint, bool copied)
{
    CHECK(env == NULL && data == hint && !copied);
    finalized++;
}

TEST(external_memory_is_shared_and_finalized_once)
{
    static uint64_t memory[4];
    JSVM_HandleScope scope;
    JSVM_Value value;
    bool copied = true;

    OK(OH_JSVM_OpenHandleScope(env, &scope));
    OK(OH_JSVM_CreateArrayBufferFromExternalMemory(env, memory, sizeof(memory),
                                                   finalize, memory, &copied, &value));
    CHECK(!copied);
    set_global(env, "b", value);
    run(env, "new BigUint64Array(b)[3] = 5n");
    CHECK(memory[3] == 5);
    OK(OH_JSVM_CloseHandleScope(env, scope));
    collect_garbage(env);
    CHECK(finalized == 0);
    run(env, "b = null");
    collect_garbage(env);
    CHECK(finalized == 1);
}

TEST(external_memory_is_finalized_when_it_is_detached)
{
    static uint64_t memory;
    JSVM_Value value;

    OK(OH_JSVM_CreateArrayBufferFromExternalMemory(env, &memory, 8, finalize, &memory,
                                                   NULL, &value));
    OK(OH_JSVM_DetachArraybuffer(env, value));
    CHECK(finalized == 1);
}

TEST(external_memory_is_checked)
{
    static uint64_t memory[2];
    char *odd = (char *)memory + 1;
    JSVM_Value value;

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateArrayBufferFromExternalMemory(
                                 env, memory, 8, NULL, NULL, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateArrayBufferFromExternalMemory(
                                 env, NULL, 8, NULL, NULL, NULL, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateArrayBufferFromExternalMemory(
                                 env, odd, 8, NULL, NULL, NULL, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateArrayBufferFromExternalMemory(env, memory, (size_t)32 << 30,
                                                       NULL, NULL, NULL, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateArrayBufferFromExternalMemory(
                                 env, memory, 0, finalize, memory, NULL, &value));
    OK(OH_JSVM_CreateArrayBufferFromExternalMemory(env, NULL, 0, NULL, NULL, NULL,
                                                   &value));
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_CreateArrayBufferFromExternalMemory(env, memory, (size_t)31 << 30,
                                                       finalize, memory, NULL, &value));
    THROWN("RangeError");
    CHECK(finalized == 0);
}

/* ---- typed arrays -------------------------------------------------------- */

TEST(typed_arrays_of_every_type)
{
    static const char *const names[] = {
        "Int8Array",    "Uint8Array",    "Uint8ClampedArray", "Int16Array",
        "Uint16Array",  "Int32Array",    "Uint32Array",       "Float32Array",
        "Float64Array", "BigInt64Array", "BigUint64Array",
    };
    JSVM_Value buffer, array, inner;
    JSVM_TypedarrayType type;
    size_t length, offset;
    uint8_t *memory;
    void *data;
    char check[96];

    OK(OH_JSVM_CreateArraybuffer(env, 64, (void **)&memory, &buffer));
    set_global(env, "b", buffer);
    for (int i = JSVM_INT8_ARRAY; i <= JSVM_BIGUINT64_ARRAY; i++) {
        OK(OH_JSVM_CreateTypedarray(env, (JSVM_TypedarrayType)i, 3, buffer, 16,
                                    &array));
        set_global(env, "a", array);
        snprintf(
            check, sizeof(check),
            "a instanceof %s && a.length === 3 && a.byteOffset === 16 && a.buffer === b",
            names[i]);
        CHECK(holds(env, check));
        OK(OH_JSVM_GetTypedarrayInfo(env, array, &type, &length, &data, &inner,
                                     &offset));
        CHECK((int)type == i && length == 3 && offset == 16 && data == memory + 16);
        set_global(env, "inner", inner);
        CHECK(holds(env, "inner === b"));
    }
    OK(OH_JSVM_GetTypedarrayInfo(env, array, NULL, NULL, NULL, NULL, NULL));
}

/* The code property of the pending RangeError, which is taken away. */
static bool range_error_has_code(JSVM_Env env, const char *code)
{
    JSVM_Value error, value;

    OK(OH_JSVM_GetAndClearLastException(env, &error));
    set_global(env, "e", error);
    CHECK(holds(env, "e instanceof RangeError"));
    OK(OH_JSVM_GetNamedProperty(env, error, "code", &value));
    return is_text(env, value, code);
}

TEST(views_that_do_not_fit_throw_range_errors_with_a_code)
{
    JSVM_Value buffer = run(env, "new ArrayBuffer(8)"), value;

    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_CreateTypedarray(env, JSVM_INT16_ARRAY, 1, buffer, 1, &value));
    CHECK(range_error_has_code(env, "ERR_JSVM_INVALID_TYPEDARRAY_ALIGNMENT"));
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_CreateTypedarray(env, JSVM_INT16_ARRAY, 4, buffer, 2, &value));
    CHECK(range_error_has_code(env, "ERR_JSVM_INVALID_TYPEDARRAY_LENGTH"));
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_CreateTypedarray(env, JSVM_FLOAT64_ARRAY, SIZE_MAX / 4, buffer, 0,
                                    &value));
    CHECK(range_error_has_code(env, "ERR_JSVM_INVALID_TYPEDARRAY_LENGTH"));
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_CreateTypedarray(env, JSVM_UINT8_ARRAY, 0, buffer, 9, &value));
    CHECK(range_error_has_code(env, "ERR_JSVM_INVALID_TYPEDARRAY_LENGTH"));
    EXPECT(JSVM_PENDING_EXCEPTION, OH_JSVM_CreateDataview(env, 8, buffer, 1, &value));
    CHECK(range_error_has_code(env, "ERR_JSVM_INVALID_DATAVIEW_ARGS"));
    EXPECT(JSVM_PENDING_EXCEPTION,
           OH_JSVM_CreateDataview(env, 2, buffer, SIZE_MAX, &value));
    CHECK(range_error_has_code(env, "ERR_JSVM_INVALID_DATAVIEW_ARGS"));
}

TEST(view_functions_check_their_arguments)
{
    JSVM_Value buffer = run(env, "new ArrayBuffer(8)"), object = run(env, "({})"),
               value;
    JSVM_Value float16 = run(env, "new Float16Array(2)");
    JSVM_TypedarrayType type;
    size_t length;

    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateTypedarray(env, (JSVM_TypedarrayType)11, 1,
                                                      buffer, 0, &value));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateTypedarray(env, (JSVM_TypedarrayType)-1, 1,
                                                      buffer, 0, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateTypedarray(env, JSVM_INT8_ARRAY, 1, object, 0, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateTypedarray(env, JSVM_INT8_ARRAY, 1, NULL, 0, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_CreateTypedarray(env, JSVM_INT8_ARRAY, 1, buffer, 0, NULL));
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_CreateDataview(env, 1, object, 0, &value));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_GetTypedarrayInfo(env, buffer, NULL, &length, NULL, NULL, NULL));
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_GetDataviewInfo(env, float16, &length, NULL, NULL, NULL));
    OK(OH_JSVM_GetTypedarrayInfo(env, float16, NULL, &length, NULL, NULL, NULL));
    CHECK(length == 2);
    EXPECT(JSVM_GENERIC_FAILURE,
           OH_JSVM_GetTypedarrayInfo(env, float16, &type, NULL, NULL, NULL, NULL));
}

TEST(data_views_show_their_window)
{
    JSVM_Value buffer, view, inner;
    size_t length, offset;
    uint8_t *memory;
    void *data;

    OK(OH_JSVM_CreateArraybuffer(env, 16, (void **)&memory, &buffer));
    OK(OH_JSVM_CreateDataview(env, 5, buffer, 3, &view));
    set_global(env, "v", view);
    run(env, "v.setInt16(3, 0x0102)");
    CHECK(memory[6] == 1 && memory[7] == 2);
    OK(OH_JSVM_GetDataviewInfo(env, view, &length, &data, &inner, &offset));
    CHECK(length == 5 && data == memory + 3 && offset == 3);
    OK(OH_JSVM_CreateDataview(env, 0, buffer, 16, &view));
    OK(OH_JSVM_GetDataviewInfo(env, view, &length, NULL, NULL, NULL));
    CHECK(length == 0);
}

TEST(a_view_of_a_shrunken_buffer_is_out_of_bounds)
{
    JSVM_Value view = run(env, "globalThis.b = new ArrayBuffer(8, {maxByteLength: 16});"
                               "globalThis.v = new Uint8Array(b, 2); v");
    size_t length, offset;

    OK(OH_JSVM_GetTypedarrayInfo(env, view, NULL, &length, NULL, NULL, &offset));
    CHECK(length == 6 && offset == 2);
    run(env, "b.resize(16)");
    OK(OH_JSVM_GetTypedarrayInfo(env, view, NULL, &length, NULL, NULL, NULL));
    CHECK(length == 14);
    run(env, "b.resize(1)");
    OK(OH_JSVM_GetTypedarrayInfo(env, view, NULL, &length, NULL, NULL, &offset));
    CHECK(length == 0 && offset == 0);
}
