/* execute.c - entering and leaving JS: depth, stack limit, time limit, microtasks. */
#include "internal.h"

void jsvm__run_microtasks(JSVM_VM vm)
{
    JSContext *ctx;
    int ret;

    vm->depth++;
    while (atomic_load(&vm->stop_reason) == JSVMX_STOP_NONE &&
           (ret = JS_ExecutePendingJob(vm->rt, &ctx)) != 0) {
        /* Nobody waits for a microtask's exception: rejections have their own way. */
        if (ret < 0 && ctx)
            JS_FreeValue(ctx, JS_GetException(ctx));
    }
    vm->depth--;
}

void jsvm__end_outermost(JSVM_VM vm)
{
    /* An exception of the work that ends here waits in the engine for its caller; the
     * microtasks must neither see nor lose it. */
    JSContext *ctx = vm->envs ? vm->envs->ctx : NULL;
    bool saved = ctx && JS_HasException(ctx);
    JSValue exception = saved ? JS_GetException(ctx) : JS_UNDEFINED;

    if (vm->microtask_policy == JSVM_MICROTASK_AUTO)
        jsvm__run_microtasks(vm);
    jsvm__run_finalizers(vm);
    if (saved)
        JS_Throw(ctx, exception);
    if (vm->time_limit > 0)
        jsvm__disarm_deadline(vm);
}
