/* modules.c - how imports find modules: the caller's resolve and load functions. */
#include "internal.h"

JSVM_Status JSVMX_SetModuleLoader(JSVM_VM vm, JSVMX_ResolveModule resolve,
                                  JSVMX_LoadModule load, void *data)
{
    if (vm == NULL || (resolve == NULL) != (load == NULL))
        return JSVM_INVALID_ARG;
    vm->resolve_module = resolve;
    vm->load_module = load;
    vm->module_data = data;
    return JSVM_OK;
}

/* Moves the exception that a loader function threw into the engine; makes one up when
 * it failed without throwing. */
static void hand_over_exception(JSVM_Env env, const char *what, const char *name)
{
    if (jsvm__is_exception_pending(env)) {
        JSValue exception = env->exception;
        env->exception = JS_UNINITIALIZED;
        JS_Throw(env->ctx, exception);
    } else {
        JS_ThrowReferenceError(env->ctx, "cannot %s module '%s'", what, name);
    }
}

/* The Env, if a loader can be asked; else NULL with an exception. */
static JSVM_Env loading_env(JSContext *ctx, const char *specifier)
{
    JSVM_Env env = jsvm__env_of(ctx);

    if (env == NULL || env->vm->resolve_module == NULL) {
        JS_ThrowTypeError(ctx, "cannot import '%s': this VM has no module loader",
                          specifier);
        return NULL;
    }
    return env;
}

static char *normalize(JSContext *ctx, const char *referrer, const char *specifier,
                       void *opaque)
{
    JSVM_Env env = loading_env(ctx, specifier);
    struct JSVM_HandleScope__ scope;
    char *resolved = NULL, *copy;
    bool found;

    (void)opaque;
    if (env == NULL)
        return NULL;
    jsvm__open_scope(env, &scope);
    found = env->vm->resolve_module(env, referrer, specifier, env->vm->module_data,
                                    &resolved);
    jsvm__close_scope(env, &scope);
    if (!found || jsvm__is_exception_pending(env)) {
        hand_over_exception(env, "resolve", specifier);
        free(resolved);
        return NULL;
    }
    copy = js_strdup(ctx, resolved); /* the engine frees it with its own allocator */
    free(resolved);
    return copy;
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque)
{
    JSVM_Env env = loading_env(ctx, name);
    struct JSVM_HandleScope__ scope;
    JSModuleDef *module = NULL;
    char *source = NULL, *text;
    size_t length = 0;
    bool found;

    (void)opaque;
    if (env == NULL)
        return NULL;
    jsvm__open_scope(env, &scope);
    found = env->vm->load_module(env, name, env->vm->module_data, &source, &length);
    jsvm__close_scope(env, &scope);
    if (!found || jsvm__is_exception_pending(env)) {
        hand_over_exception(env, "load", name);
        free(source);
        return NULL;
    }
    text = realloc(source, length + 1);
    if (text == NULL) {
        free(source);
        JS_ThrowOutOfMemory(ctx);
        return NULL;
    }
    text[length] = 0;
    module = jsvm__engine_compile_module(ctx, text, length, name);
    free(text);
    return module;
}

void jsvm__install_module_loader(JSVM_VM vm)
{
    JS_SetModuleLoaderFunc(vm->rt, normalize, load, NULL);
}
