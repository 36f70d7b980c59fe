/*
 * call_reference.c - calls of functions that a caller keeps references to.
 *
 * A program that calls a function again and again pays, with OH_JSVM_CallFunction, for
 * a scope and for handles of the function, undefined, each argument and the result.
 * Here the values go straight from the caller's structures to the engine and back.
 */
#include "internal.h"

enum { ARGUMENTS_ON_STACK = 8 };

/* For a value that could not be made. */
static JSVM_Status explain(JSVM_Env env, JSValueConst value)
{
    return JS_IsException(value) ? jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE)
                                 : jsvm__fail(env, JSVM_OBJECT_EXPECTED);
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
                        size_t argc, JSValue *values, JSVMX_Result *result)
{
    JSValue returned;

    JSVM_CHECK(env, JS_IsFunction(env->ctx, function), JSVM_INVALID_ARG);
    jsvm__begin_js(env->vm);
    returned = jsvm__engine_call(env->ctx, function, this_value, (int)argc, values);
    jsvm__end_js(env->vm);
    if (JS_IsException(returned))
        return jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    return give_result(env, returned, result);
}

/* The same with the arguments, which are held until it is over: the call may let go
 * what a reference refers to. */
static JSVM_Status call_with(JSVM_Env env, JSValueConst function,
                             JSValueConst this_value, size_t argc,
                             const JSVMX_Given *argv, JSVMX_Result *result)
{
    JSValue few[ARGUMENTS_ON_STACK], *values = few;
    JSVM_Status status;
    size_t made = 0;

    if (argc > ARGUMENTS_ON_STACK) {
        values = malloc(argc * sizeof(*values));
        JSVM_CHECK_MEMORY(env, values);
    }
    while (made < argc) {
        values[made] = jsvm__value_of(env, &argv[made]);
        if (!jsvm__is_made(values[made]))
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

JSVM_Status JSVMX_CallReference(JSVM_Env env, JSVM_Ref func, const JSVMX_Given *recv,
                                size_t argc, const JSVMX_Given *argv,
                                JSVMX_Result *result)
{
    JSValue function, this_value = JS_UNDEFINED;
    JSVM_Status status;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, func);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, argc == 0 || argv != NULL, JSVM_INVALID_ARG);
    JSVM_CHECK(env, argc <= INT16_MAX, JSVM_INVALID_ARG);
    if (recv == NULL && func->count > 0 && !func->is_data)
        return call_with(env, func->value, JS_UNDEFINED, argc, argv, result);
    function = jsvm__value_behind(env, func);
    if (recv && jsvm__is_made(function))
        this_value = jsvm__value_of(env, recv);
    if (!jsvm__is_made(function))
        status = explain(env, function);
    else if (!jsvm__is_made(this_value))
        status = explain(env, this_value);
    else
        status = call_with(env, function, this_value, argc, argv, result);
    jsvm__free(env->vm->rt, this_value);
    jsvm__free(env->vm->rt, function);
    return status;
}
