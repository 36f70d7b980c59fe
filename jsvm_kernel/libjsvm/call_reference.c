/*
 * call_reference.c - calls of functions that a caller keeps references to.
 *
 * A program that calls a function again and again pays, with OH_JSVM_CallFunction, for
 * a scope and for handles of the function, undefined, each argument and the result.
 * Here the values go straight from the caller's structures to the engine and back.
 */
#include "internal.h"

enum { ARGUMENTS_ON_STACK = 8 };

static inline JSValue value_behind(JSVM_Env env, JSVM_Ref ref)
{
    return ref->is_data ? JS_UNINITIALIZED : jsvm__target(env, ref);
}

/* The value, to be freed; an exception: no memory; uninitialized: it is gone. */
static inline JSValue value_of(JSVM_Env env, const JSVMX_Argument *given)
{
    switch (given->give) {
    case JSVMX_GIVE_NULL:
        return JS_NULL;
    case JSVMX_GIVE_BOOLEAN:
        return JS_NewBool(env->ctx, given->number != 0);
    case JSVMX_GIVE_NUMBER:
        return JS_NewNumber(env->ctx, given->number);
    case JSVMX_GIVE_LATIN1:
        return jsvm__engine_new_latin1(env->ctx, given->units, given->length);
    case JSVMX_GIVE_UTF16:
        return jsvm__engine_new_utf16(env->ctx, given->units, given->length);
    case JSVMX_GIVE_HANDLE:
        return jsvm__dup(env->ctx, jsvm__get(given->handle));
    case JSVMX_GIVE_REFERENCE:
        return value_behind(env, given->reference);
    default:
        return JS_UNDEFINED;
    }
}

/* For a value that could not be made. */
static JSVM_Status explain(JSVM_Env env, JSValueConst value)
{
    return JS_IsException(value) ? jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE)
                                 : jsvm__fail(env, JSVM_OBJECT_EXPECTED);
}

static inline bool is_made(JSValueConst value)
{
    return !JS_IsException(value) && !JS_IsUninitialized(value);
}

/* Stores what a call returned, which it takes over. */
static JSVM_Status give_result(JSVM_Env env, JSValue returned, JSVMX_Result *result)
{
    bool needs_handle = JS_VALUE_HAS_REF_COUNT(returned) || JS_IsBigInt(returned);

    result->value = NULL;
    if (needs_handle && result->scope == NULL &&
        OH_JSVM_OpenHandleScope(env, &result->scope) != JSVM_OK) {
        JS_FreeValue(env->ctx, returned);
        return JSVM_GENERIC_FAILURE;
    }
    if (needs_handle && jsvm__return_value(env, returned, &result->value) != JSVM_OK)
        return JSVM_GENERIC_FAILURE;
    if (!jsvm__read(env->ctx, returned, &result->reading))
        return jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE);
    return jsvm__ok(env);
}

static JSVM_Status call(JSVM_Env env, JSValueConst function, JSValueConst this_value,
                        size_t argc, const JSValue *values, JSVMX_Result *result)
{
    JSValue returned;

    JSVM_CHECK(env, JS_IsFunction(env->ctx, function), JSVM_INVALID_ARG);
    jsvm__begin_js(env->vm);
    returned =
        JS_Call(env->ctx, function, this_value, (int)argc, (JSValueConst *)values);
    jsvm__end_js(env->vm);
    if (JS_IsException(returned))
        return jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    return give_result(env, returned, result);
}

/* The same with the arguments, which are held until it is over: the call may let go
 * what a reference refers to. */
static JSVM_Status call_with(JSVM_Env env, JSValueConst function,
                             JSValueConst this_value, size_t argc,
                             const JSVMX_Argument *argv, JSVMX_Result *result)
{
    JSValue few[ARGUMENTS_ON_STACK], *values = few;
    JSVM_Status status;
    size_t made = 0;

    if (argc > ARGUMENTS_ON_STACK) {
        values = malloc(argc * sizeof(*values));
        JSVM_CHECK_MEMORY(env, values);
    }
    while (made < argc) {
        values[made] = value_of(env, &argv[made]);
        if (!is_made(values[made]))
            break;
        made++;
    }
    if (made < argc)
        status = explain(env, values[made]);
    else
        status = call(env, function, this_value, argc, values, result);
    while (made > 0)
        jsvm__free(env->vm->rt, values[--made]);
    if (values != few)
        free(values);
    return status;
}

JSVM_Status JSVMX_CallReference(JSVM_Env env, JSVM_Ref func, const JSVMX_Argument *recv,
                                size_t argc, const JSVMX_Argument *argv,
                                JSVMX_Result *result)
{
    JSValue function, this_value = JS_UNDEFINED;
    JSVM_Status status;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, func);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, argc == 0 || argv != NULL, JSVM_INVALID_ARG);
    JSVM_CHECK(env, argc <= INT16_MAX, JSVM_INVALID_ARG);
    function = value_behind(env, func);
    if (recv && is_made(function))
        this_value = value_of(env, recv);
    if (!is_made(function))
        status = explain(env, function);
    else if (!is_made(this_value))
        status = explain(env, this_value);
    else
        status = call_with(env, function, this_value, argc, argv, result);
    jsvm__free(env->vm->rt, this_value);
    jsvm__free(env->vm->rt, function);
    return status;
}
