/*
 * fallible.c - the part of direct functions that only those have that may fail.
 *
 * What failed and how is told to JS is not known here: the definition's own callback
 * throws it, for a module of Cython the pending exception of Python.
 */
#include "internal.h"

/* Calls that run hold it, too: C may exchange the function meanwhile, and drop it. */
struct JSVMFallible {
    JSVMX_Fallible given;
    long holders;
};

JSVMFallible *jsvm__copy_fallible(const JSVMX_Fallible *given)
{
    JSVMFallible *fallible = malloc(sizeof(*fallible));

    if (fallible)
        *fallible = (JSVMFallible){ *given, 1 };
    return fallible;
}

void jsvm__adopt_fallible(const JSVMFallible *fallible)
{
    if (fallible->given.finalize)
        jsvm__count(JSVM_LIVE_FINALIZERS, 1);
}

void jsvm__drop_fallible(JSVMFallible *fallible)
{
    const JSVMX_Fallible *given = &fallible->given;

    if (--fallible->holders > 0)
        return;
    if (given->finalize) {
        jsvm__count(JSVM_LIVE_FINALIZERS, -1);
        given->finalize(NULL, given->data, given->finalizeHint);
    }
    free(fallible);
}

static JSValue throw_failure(JSVM_Env env, const JSVMX_Fallible *given)
{
    JSVMCallFrame frame;

    jsvm__begin_callback(env, &frame);
    given->failed(env, given->data);
    return jsvm__end_callback(env, &frame, JS_UNDEFINED);
}

bool jsvm__run_fallible(JSContext *ctx, JSVMFallible *fallible,
                        const JSVMX_DirectValue *values, JSVMX_DirectValue *result,
                        JSValue *failure)
{
    const JSVMX_Fallible *given = &fallible->given;
    JSVM_Env env = jsvm__env_of(ctx);
    bool done;

    if (env == NULL) {
        *failure =
            JS_ThrowTypeError(ctx, "the Env of this native function was destroyed");
        return false;
    }
    fallible->holders++;
    if (given->running)
        ++*given->running;
    done = given->thunk(values, result);
    if (given->running)
        --*given->running;
    if (!done)
        *failure = throw_failure(env, given);
    jsvm__drop_fallible(fallible);
    return done;
}
