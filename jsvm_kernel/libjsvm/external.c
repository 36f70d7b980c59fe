/* external.c - External values: a pointer of the caller's as a JS value. */
#include "internal.h"

JSVM_Status OH_JSVM_CreateExternal(JSVM_Env env, void *data, JSVM_Finalize finalizeCb,
                                   void *finalizeHint, JSVM_Value *result)
{
    JSVM_Value handle;
    JSValue external;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, result);
    /* What can fail comes first: an external that was made and dropped would finalize
     * data that the caller, told of a failure, still owns. */
    handle = jsvm__push(env, JS_UNDEFINED);
    JSVM_CHECK_MEMORY(env, handle);
    external = jsvm__new_holder(env, data, finalizeCb, finalizeHint);
    if (JS_IsException(external))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    handle->value = external;
    *result = handle;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetValueExternal(JSVM_Env env, JSVM_Value value, void **result)
{
    JSVMHolder *holder;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    holder = jsvm__holder(env->vm, jsvm__get(value));
    JSVM_CHECK(env, holder != NULL, JSVM_INVALID_ARG);
    *result = jsvm__held_data(holder);
    return jsvm__ok(env);
}
