/*
 * fast_call.c - functions whose callback reads its arguments where the engine has them.
 *
 * A handle is the address of a slot that holds a value. The engine's own arguments are
 * such slots, so a call needs to make no handle: it hands out their addresses. They are
 * the engine's, alive until the call returns, and no scope releases them.
 */
#include "internal.h"

enum { ARGUMENTS_ON_STACK = 16 };

_Static_assert(sizeof(struct JSVM_Value__) == sizeof(JSValue),
               "an argument of the engine is a slot");

typedef struct {
    JSVMX_CallHandler call;
    void *data;
    JSVM_Finalize finalize;
    void *hint;
} FastFunction;

static JSVM_Value borrowed(JSValueConst *value)
{
    return (JSVM_Value)(uintptr_t)value;
}

/* What a call gave: a handle, or without one what it stored. */
static inline JSValue result_of(JSVM_Env env, JSVM_Value returned,
                                const JSVMX_Given *given)
{
    JSValue value;

    if (returned)
        return jsvm__dup(env->ctx, jsvm__get(returned));
    value = jsvm__value_of(env, given);
    if (JS_IsUninitialized(value))
        return JS_ThrowTypeError(env->ctx, "the result of a native function is gone");
    return value;
}

static inline __attribute__((always_inline)) JSValue
run(JSVM_Env env, const FastFunction *function, JSValueConst this_value,
    JSValueConst new_target, int argc, JSValueConst *argv)
{
    JSVM_Value few[ARGUMENTS_ON_STACK], *handles = few;
    JSVMX_Given given;
    JSVMCallFrame frame;
    JSVMX_Call call;
    JSValue result;

    if (argc > ARGUMENTS_ON_STACK) {
        handles = malloc((size_t)argc * sizeof(*handles));
        if (handles == NULL)
            return JS_ThrowOutOfMemory(env->ctx);
    }
    for (int i = 0; i < argc; i++)
        handles[i] = borrowed(&argv[i]);
    call.thisValue = borrowed(&this_value);
    call.newTarget = JS_IsUndefined(new_target) ? NULL : borrowed(&new_target);
    call.argc = (size_t)argc;
    call.argv = handles;
    call.data = function->data;
    call.result = &given;
    given.give = JSVMX_GIVE_UNDEFINED;
    jsvm__begin_callback(env, &frame);
    result = jsvm__end_callback(env, &frame,
                                result_of(env, function->call(env, &call), &given));
    if (handles != few)
        free(handles);
    return result;
}

static JSValue call_fast(JSContext *ctx, JSValueConst this_value,
                         JSValueConst new_target, int argc, JSValueConst *argv,
                         void *data)
{
    JSVM_Env env = jsvm__env_of(ctx);
    JSValue instance = JS_UNDEFINED, result;

    if (env == NULL)
        return JS_ThrowTypeError(ctx, "the Env of this native function was destroyed");
    if (!JS_IsUndefined(new_target)) {
        instance = jsvm__make_instance(ctx, new_target);
        if (JS_IsException(instance))
            return instance;
        this_value = instance;
    }
    result = run(env, data, this_value, new_target, argc, argv);
    if (JS_IsUndefined(new_target))
        return result;
    return jsvm__choose_instance(ctx, result, instance);
}

static void release_fast(JSRuntime *rt, void *data)
{
    FastFunction *function = data;

    (void)rt;
    if (function->finalize) {
        jsvm__count(JSVM_LIVE_FINALIZERS, -1);
        function->finalize(NULL, function->data, function->hint);
    }
    free(function);
}

JSVM_Status JSVMX_CreateFunction(JSVM_Env env, const JSVMX_Function *definition,
                                 JSVM_Value *result)
{
    FastFunction *function;
    JSVM_Value handle;
    JSValue func;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, definition);
    JSVM_CHECK_ARG(env, definition->call);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, definition->nameLength <= INT32_MAX, JSVM_INVALID_ARG);
    JSVM_CHECK(env, definition->parameterCount >= 0, JSVM_INVALID_ARG);
    /* What can fail comes first: a function that was made and dropped would finalize
     * data that the caller, told of a failure, still owns. */
    handle = jsvm__push(env, JS_UNDEFINED);
    function = handle ? malloc(sizeof(*function)) : NULL;
    JSVM_CHECK_MEMORY(env, function);
    *function = (FastFunction){ definition->call, definition->data,
                                definition->finalize, definition->finalizeHint };
    func = jsvm__engine_new_native(env->ctx, call_fast, function, release_fast,
                                   definition->name, definition->nameLength,
                                   definition->parameterCount,
                                   definition->isConstructor);
    if (JS_IsException(func)) {
        free(function);
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    }
    if (definition->finalize)
        jsvm__count(JSVM_LIVE_FINALIZERS, 1);
    handle->value = func;
    *result = handle;
    return jsvm__ok(env);
}
