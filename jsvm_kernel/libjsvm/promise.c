/* promise.c - promises, deferreds, microtasks, the reject handler. */
#include "internal.h"

/* ---- microtasks --------------------------------------------------------- */

JSVM_Status OH_JSVM_SetMicrotaskPolicy(JSVM_VM vm, JSVM_MicrotaskPolicy policy)
{
    if (vm == NULL ||
        (policy != JSVM_MICROTASK_EXPLICIT && policy != JSVM_MICROTASK_AUTO))
        return JSVM_INVALID_ARG;
    vm->microtask_policy = policy;
    return JSVM_OK;
}

JSVM_Status OH_JSVM_PerformMicrotaskCheckpoint(JSVM_VM vm)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    jsvm__begin_js(vm);
    jsvm__run_microtasks(vm);
    jsvm__end_js(vm);
    return JSVM_OK;
}

JSVM_Status JSVMX_HasPendingMicrotasks(JSVM_VM vm, bool *result)
{
    if (vm == NULL || result == NULL)
        return JSVM_INVALID_ARG;
    *result = JS_IsJobPending(vm->rt);
    return JSVM_OK;
}

JSVM_Status JSVMX_DropMicrotasks(JSVM_Env env)
{
    JSVM_CHECK_ENV(env);
    jsvm__engine_drop_jobs(env->ctx);
    return jsvm__ok(env);
}

JSVM_Status JSVMX_SetAsyncContext(JSVM_VM vm, const JSVMX_AsyncContext *context)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    if (context == NULL) {
        vm->async_context = (JSVMAsyncContext){NULL, NULL, NULL};
        jsvm__engine_set_async_context(vm->rt, NULL);
        return JSVM_OK;
    }
    if (context->current == NULL || context->enter == NULL)
        return JSVM_INVALID_ARG;
    vm->async_context =
        (JSVMAsyncContext){context->current, context->enter, context->data};
    jsvm__engine_set_async_context(vm->rt, &vm->async_context);
    return JSVM_OK;
}

JSVM_Status JSVMX_GetAsyncContext(JSVM_VM vm, int64_t *result)
{
    const JSVMAsyncContext *keeper;

    if (vm == NULL || result == NULL)
        return JSVM_INVALID_ARG;
    keeper = &vm->async_context;
    *result = keeper->current ? keeper->current(keeper->data) : 0;
    return JSVM_OK;
}

/* ---- promises ----------------------------------------------------------- */

struct JSVM_Deferred__ {
    JSValue resolve;
    JSValue reject;
};

JSVM_Status OH_JSVM_CreatePromise(JSVM_Env env, JSVM_Deferred *deferred,
                                  JSVM_Value *promise)
{
    JSValue functions[2], value;
    JSVM_Deferred made;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, deferred);
    JSVM_CHECK_ARG(env, promise);
    made = malloc(sizeof(*made));
    JSVM_CHECK_MEMORY(env, made);
    value = JS_NewPromiseCapability(env->ctx, functions);
    if (JS_IsException(value)) {
        free(made);
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    }
    made->resolve = functions[0];
    made->reject = functions[1];
    *deferred = made;
    return jsvm__return_value(env, value, promise);
}

JSVM_Status JSVMX_CreatePromise(JSVM_Env env, JSVM_Value *promise, JSVM_Value *resolve,
                                JSVM_Value *reject)
{
    JSValue functions[2], value;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, promise);
    JSVM_CHECK_ARG(env, resolve);
    JSVM_CHECK_ARG(env, reject);
    value = JS_NewPromiseCapability(env->ctx, functions);
    if (JS_IsException(value))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    *resolve = jsvm__push(env, functions[0]);
    *reject = jsvm__push(env, functions[1]);
    if (*resolve == NULL || *reject == NULL) {
        JS_FreeValue(env->ctx, value);
        return jsvm__fail_no_memory(env);
    }
    return jsvm__return_value(env, value, promise);
}

static JSVM_Status settle(JSVM_Env env, JSVM_Deferred deferred, JSVM_Value value,
                          bool reject)
{
    JSValueConst argument;
    JSValue result;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, deferred);
    JSVM_CHECK_ARG(env, value);
    argument = jsvm__get(value);
    jsvm__begin_js(env->vm);
    result = JS_Call(env->ctx, reject ? deferred->reject : deferred->resolve,
                     JS_UNDEFINED, 1, &argument);
    jsvm__end_js(env->vm);
    JS_FreeValue(env->ctx, deferred->resolve);
    JS_FreeValue(env->ctx, deferred->reject);
    free(deferred);
    if (JS_IsException(result))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    JS_FreeValue(env->ctx, result);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_ResolveDeferred(JSVM_Env env, JSVM_Deferred deferred,
                                    JSVM_Value resolution)
{
    return settle(env, deferred, resolution, false);
}

JSVM_Status OH_JSVM_RejectDeferred(JSVM_Env env, JSVM_Deferred deferred,
                                   JSVM_Value rejection)
{
    return settle(env, deferred, rejection, true);
}

JSVM_Status OH_JSVM_PromiseRegisterHandler(JSVM_Env env, JSVM_Value promise,
                                           JSVM_Value onFulfilled,
                                           JSVM_Value onRejected, JSVM_Value *result)
{
    JSValue derived;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, promise);
    JSVM_CHECK(env, onFulfilled || onRejected, JSVM_INVALID_ARG);
    JSVM_CHECK(env, JS_IsPromise(jsvm__get(promise)), JSVM_INVALID_TYPE);
    JSVM_CHECK(env, !onFulfilled || JS_IsFunction(env->ctx, jsvm__get(onFulfilled)),
               JSVM_INVALID_TYPE);
    JSVM_CHECK(env, !onRejected || JS_IsFunction(env->ctx, jsvm__get(onRejected)),
               JSVM_INVALID_TYPE);
    jsvm__begin_js(env->vm);
    derived = JS_PromiseThen(env->ctx, jsvm__get(promise),
                             onFulfilled ? jsvm__get(onFulfilled) : JS_UNDEFINED,
                             onRejected ? jsvm__get(onRejected) : JS_UNDEFINED);
    jsvm__end_js(env->vm);
    if (JS_IsException(derived))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    if (result)
        return jsvm__return_value(env, derived, result);
    JS_FreeValue(env->ctx, derived);
    return jsvm__ok(env);
}

JSVM_Status JSVMX_GetPromiseState(JSVM_Env env, JSVM_Value promise,
                                  JSVMX_PromiseState *state, JSVM_Value *result)
{
    JSPromiseStateEnum found;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, promise);
    JSVM_CHECK_ARG(env, state);
    JSVM_CHECK(env, JS_IsPromise(jsvm__get(promise)), JSVM_INVALID_TYPE);
    found = JS_PromiseState(env->ctx, jsvm__get(promise));
    *state = found == JS_PROMISE_PENDING     ? JSVMX_PROMISE_PENDING
             : found == JS_PROMISE_FULFILLED ? JSVMX_PROMISE_FULFILLED
                                             : JSVMX_PROMISE_REJECTED;
    if (result)
        return jsvm__return_value(env, JS_PromiseResult(env->ctx, jsvm__get(promise)),
                                  result);
    return jsvm__ok(env);
}

/* ---- the reject handler ------------------------------------------------- */

/* The handler gets an object { promise, value }; value is undefined when a handler was
 * added later. The engine reports these two events. */
static void report_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason,
                             bool is_handled, void *opaque)
{
    JSVM_VM vm = opaque;
    JSVM_Env env = jsvm__env_of(ctx);
    struct JSVM_HandleScope__ scope;
    JSVM_Value handle;
    JSValue info;

    if (env == NULL || vm->promise_reject_handler == NULL)
        return;
    info = JS_NewObject(ctx);
    if (JS_IsException(info) ||
        JS_DefinePropertyValueStr(ctx, info, "promise", jsvm__dup(ctx, promise),
                                  JS_PROP_C_W_E) < 0 ||
        JS_DefinePropertyValueStr(ctx, info, "value",
                                  is_handled ? JS_UNDEFINED : jsvm__dup(ctx, reason),
                                  JS_PROP_C_W_E) < 0) {
        /* No memory to report with; the rejection itself stands. */
        JS_FreeValue(ctx, JS_GetException(ctx));
        JS_FreeValue(ctx, info);
        return;
    }
    jsvm__open_scope(env, &scope);
    handle = jsvm__push(env, info);
    if (handle)
        vm->promise_reject_handler(env,
                                   is_handled ? JSVM_PROMISE_ADD_HANDLER_AFTER_REJECTED
                                              : JSVM_PROMISE_REJECT_WITH_NO_HANDLER,
                                   handle);
    jsvm__close_scope(env, &scope);
}

void jsvm__install_promise_tracker(JSVM_VM vm)
{
    JS_SetHostPromiseRejectionTracker(vm->rt, report_rejection, vm);
}

JSVM_Status OH_JSVM_SetHandlerForPromiseReject(JSVM_VM vm,
                                               JSVM_HandlerForPromiseReject handler)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    vm->promise_reject_handler = handler;
    return JSVM_OK;
}
