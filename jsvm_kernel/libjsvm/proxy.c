/* proxy.c - looking into what hides its content: proxies, iterators. */
#include "internal.h"

JSVM_Status OH_JSVM_CreateProxy(JSVM_Env env, JSVM_Value target, JSVM_Value handler,
                                JSVM_Value *result)
{
    JSValue proxy;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, target);
    JSVM_CHECK_ARG(env, handler);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsObject(jsvm__get(target)), JSVM_OBJECT_EXPECTED);
    JSVM_CHECK(env, JS_IsObject(jsvm__get(handler)), JSVM_OBJECT_EXPECTED);
    proxy = JS_NewProxy(env->ctx, jsvm__get(target), jsvm__get(handler));
    if (JS_IsException(proxy))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, proxy, result);
}

JSVM_Status OH_JSVM_IsProxy(JSVM_Env env, JSVM_Value value, bool *isProxy)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, isProxy);
    *isProxy = JS_IsProxy(jsvm__get(value));
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_ProxyGetTarget(JSVM_Env env, JSVM_Value value, JSVM_Value *result)
{
    JSValue target;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsProxy(jsvm__get(value)), JSVM_INVALID_TYPE);
    target = JS_GetProxyTarget(env->ctx, jsvm__get(value));
    if (JS_IsException(target)) { /* revoked: there is no target any more */
        JS_FreeValue(env->ctx, JS_GetException(env->ctx));
        target = JS_NULL;
    }
    return jsvm__return_value(env, target, result);
}

JSVM_Status JSVMX_PreviewIterator(JSVM_Env env, JSVM_Value iterator, bool *entries,
                                  JSVM_Value *result)
{
    JSValue items;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, iterator);
    JSVM_CHECK_ARG(env, entries);
    JSVM_CHECK_ARG(env, result);
    items = jsvm__engine_iterator_items(env->ctx, jsvm__get(iterator), entries);
    JSVM_CHECK(env, !JS_IsUndefined(items), JSVM_INVALID_TYPE);
    if (JS_IsException(items))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, items, result);
}
