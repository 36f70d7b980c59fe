/* env.c - Env life cycle: CreateEnv, DestroyEnv, Env scopes, instance and host data. */
#include "internal.h"

#include <stdio.h>

static bool define_globals(JSVM_Env env, size_t count,
                           const JSVM_PropertyDescriptor *properties)
{
    JSValue global = JS_GetGlobalObject(env->ctx);
    JSVM_Status status = JSVM_OK;
    size_t i;

    for (i = 0; i < count && status == JSVM_OK; i++) {
        if (properties[i].utf8name && !(properties[i].attributes & JSVM_STATIC))
            status = jsvm__define_property(env, global, &properties[i]);
    }
    JS_FreeValue(env->ctx, global);
    return status == JSVM_OK;
}

JSVM_Status OH_JSVM_CreateEnv(JSVM_VM vm, size_t propertyCount,
                              const JSVM_PropertyDescriptor *properties,
                              JSVM_Env *result)
{
    JSVM_Env env;

    if (vm == NULL || result == NULL || (propertyCount > 0 && properties == NULL))
        return JSVM_INVALID_ARG;
    *result = NULL;
    env = calloc(1, sizeof(*env));
    if (env == NULL)
        return JSVM_GENERIC_FAILURE;
    if (vm->depth == 0)
        JS_UpdateStackTop(vm->rt);
    env->vm = vm;
    env->exception = JS_UNINITIALIZED;
    env->ctx = jsvm__engine_new_context(vm->rt);
    if (env->ctx == NULL || !jsvm__init_handles(env)) {
        if (env->ctx)
            JS_FreeContext(env->ctx);
        free(env);
        return JSVM_GENERIC_FAILURE;
    }
    JS_SetContextOpaque(env->ctx, env);
    env->next_env = vm->envs;
    vm->envs = env;
    if (!define_globals(env, propertyCount, properties)) {
        OH_JSVM_DestroyEnv(env);
        return JSVM_GENERIC_FAILURE;
    }
    *result = env;
    return JSVM_OK;
}

static void unlink_env(JSVM_Env env)
{
    JSVM_Env *link = &env->vm->envs;

    while (*link != env)
        link = &(*link)->next_env;
    *link = env->next_env;
}

JSVM_Status OH_JSVM_DestroyEnv(JSVM_Env env)
{
    JSVM_CHECK_ENV(env);
    if (env->vm->depth > 0) {
        fprintf(stderr, "[JSVM API Misuse] OH_JSVM_DestroyEnv: JavaScript of its VM is "
                        "running; the Env is kept\n");
        return jsvm__fail(env, JSVM_GENERIC_FAILURE);
    }
    if (env->instance_finalizer)
        env->instance_finalizer(env, env->instance_data, env->instance_hint);
    JS_FreeValue(env->ctx, env->exception);
    env->exception = JS_UNINITIALIZED;
    jsvm__finalize_holders(env);
    jsvm__free_references(env);
    jsvm__free_handles(env);
    jsvm__release_lock(env);
    unlink_env(env);
    /* Functions of this context may live on in other Envs: they find no Env any more.
     * Its microtasks may not, for they do not hold the context. */
    JS_SetContextOpaque(env->ctx, NULL);
    jsvm__engine_drop_jobs(env->ctx);
    JS_FreeContext(env->ctx);
    free(env);
    return JSVM_OK;
}

JSVM_Status OH_JSVM_OpenEnvScope(JSVM_Env env, JSVM_EnvScope *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    *result = (JSVM_EnvScope)env;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_CloseEnvScope(JSVM_Env env, JSVM_EnvScope scope)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, scope);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetVM(JSVM_Env env, JSVM_VM *result)
{
    JSVM_CHECK_ENV(env);
    if (result == NULL)
        return JSVM_INVALID_ARG;
    *result = env->vm;
    return JSVM_OK;
}

JSVM_Status OH_JSVM_SetInstanceData(JSVM_Env env, void *data, JSVM_Finalize finalizeCb,
                                    void *finalizeHint)
{
    JSVM_CHECK_ENV(env);
    env->instance_data = data;
    env->instance_finalizer = finalizeCb;
    env->instance_hint = finalizeHint;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetInstanceData(JSVM_Env env, void **data)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, data);
    *data = env->instance_data;
    return jsvm__ok(env);
}

JSVM_Status JSVMX_SetHostData(JSVM_Env env, void *data)
{
    JSVM_CHECK_ENV(env);
    env->host_data = data;
    return jsvm__ok(env);
}

JSVM_Status JSVMX_GetHostData(JSVM_Env env, void **result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    *result = env->host_data;
    return jsvm__ok(env);
}
