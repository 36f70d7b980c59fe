/* collection.c - entries of Maps and Sets, whatever scripts made of their methods. */
#include "internal.h"

static bool is_collection(JSValueConst value)
{
    size_t size;

    return jsvm__engine_collection_size(value, &size);
}

JSVM_Status JSVMX_GetEntries(JSVM_Env env, JSVM_Value collection, JSVM_Value *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, collection);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, is_collection(jsvm__get(collection)), JSVM_INVALID_TYPE);
    return jsvm__return_plain(
        env, jsvm__engine_collection_entries(env->ctx, jsvm__get(collection)), result);
}

JSVM_Status JSVMX_AddEntry(JSVM_Env env, JSVM_Value collection, JSVM_Value key,
                           JSVM_Value value)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, collection);
    JSVM_CHECK_ARG(env, key);
    JSVM_CHECK(env, is_collection(jsvm__get(collection)), JSVM_INVALID_TYPE);
    JSVM_CHECK(env, JS_IsMap(jsvm__get(collection)) == (value != NULL),
               JSVM_INVALID_ARG);
    if (!jsvm__engine_collection_add(env->ctx, jsvm__get(collection), jsvm__get(key),
                                     value ? jsvm__get(value) : JS_UNDEFINED))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__ok(env);
}
