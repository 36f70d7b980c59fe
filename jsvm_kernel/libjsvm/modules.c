/* modules.c - how imports find modules: the caller's loader of each Env. */
#include "internal.h"

JSVM_Status JSVMX_SetModuleLoader(JSVM_Env env, const JSVMX_ModuleLoader *loader)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK(env, loader == NULL || (loader->resolve && loader->load),
               JSVM_INVALID_ARG);
    env->loader = loader ? *loader : (JSVMX_ModuleLoader){ 0 };
    return jsvm__ok(env);
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

    if (env == NULL || env->loader.resolve == NULL) {
        JS_ThrowTypeError(ctx, "cannot import '%s': this Env has no module loader",
                          specifier);
        return NULL;
    }
    return env;
}

/* ---- resolving ---------------------------------------------------------- */

/* The import attribute "type" in *type, to be freed, or NULL. False: exception. */
static bool read_type(JSContext *ctx, JSValueConst attributes, const char **type)
{
    JSValue value;

    *type = NULL;
    if (!JS_IsObject(attributes))
        return true;
    value = JS_GetPropertyStr(ctx, attributes, "type");
    if (JS_IsException(value))
        return false;
    if (JS_IsUndefined(value))
        return true;
    *type = JS_ToCString(ctx, value);
    JS_FreeValue(ctx, value);
    return *type != NULL;
}

static char *normalize(JSContext *ctx, const char *referrer, const char *specifier,
                       JSValueConst attributes, void *opaque)
{
    JSVM_Env env = loading_env(ctx, specifier);
    struct JSVM_HandleScope__ scope;
    char *resolved = NULL, *copy;
    const char *type;
    bool found;

    (void)opaque;
    if (env == NULL || !read_type(ctx, attributes, &type))
        return NULL;
    jsvm__open_scope(env, &scope);
    found = env->loader.resolve(env, referrer, specifier, type, env->loader.data,
                                &resolved);
    jsvm__close_scope(env, &scope);
    JS_FreeCString(ctx, type);
    if (!found || jsvm__is_exception_pending(env)) {
        hand_over_exception(env, "resolve", specifier);
        free(resolved);
        return NULL;
    }
    copy = js_strdup(ctx, resolved); /* the engine frees it with its own allocator */
    free(resolved);
    return copy;
}

/* Refuses import attributes that mean nothing here: to ignore one might be unsafe. */
static int check_attributes(JSContext *ctx, void *opaque, JSValueConst attributes)
{
    JSPropertyEnum *keys;
    uint32_t count, i;
    int status = 0;

    (void)opaque;
    if (JS_GetOwnPropertyNames(ctx, &keys, &count, attributes, JS_GPN_STRING_MASK) < 0)
        return -1;
    for (i = 0; i < count && status == 0; i++) {
        const char *key = JS_AtomToCString(ctx, keys[i].atom);
        if (key == NULL || strcmp(key, "type") != 0) {
            status = -1;
            if (key)
                JS_ThrowTypeError(ctx, "import attribute '%s' is not supported; "
                                       "there is only 'type'", key);
        }
        JS_FreeCString(ctx, key);
    }
    JS_FreePropertyEnum(ctx, keys, count);
    return status;
}

/* ---- loading ------------------------------------------------------------ */

static int own_names(JSContext *ctx, JSValueConst exports, JSPropertyEnum **names,
                     uint32_t *count)
{
    return JS_GetOwnPropertyNames(ctx, names, count, exports,
                                  JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY);
}

static int set_export(JSContext *ctx, JSModuleDef *module, JSValueConst exports,
                      JSAtom atom)
{
    const char *name = JS_AtomToCString(ctx, atom);
    JSValue value = JS_GetProperty(ctx, exports, atom);
    int status = -1;

    if (name == NULL || JS_IsException(value))
        JS_FreeValue(ctx, value);
    else
        status = JS_SetModuleExport(ctx, module, name, value);
    JS_FreeCString(ctx, name);
    return status;
}

/* Evaluates a module whose exports are there already: its private value has them. */
static int set_exports(JSContext *ctx, JSModuleDef *module)
{
    JSValue exports = JS_GetModulePrivateValue(ctx, module);
    JSPropertyEnum *names;
    uint32_t count, i;
    int status = own_names(ctx, exports, &names, &count);

    if (status == 0) {
        for (i = 0; status == 0 && i < count; i++)
            status = set_export(ctx, module, exports, names[i].atom);
        JS_FreePropertyEnum(ctx, names, count);
    }
    JS_FreeValue(ctx, exports);
    return status;
}

/* A module of the values in an object; NULL with an exception. */
static JSModuleDef *module_of_values(JSContext *ctx, const char *name,
                                     JSValueConst exports)
{
    JSModuleDef *module = JS_NewCModule(ctx, name, set_exports);
    JSPropertyEnum *names;
    uint32_t count, i;
    int status = 0;

    if (module == NULL)
        return NULL;
    JS_SetModulePrivateValue(ctx, module, JS_DupValue(ctx, exports));
    if (own_names(ctx, exports, &names, &count) < 0)
        return NULL;
    for (i = 0; status == 0 && i < count; i++) {
        const char *text = JS_AtomToCString(ctx, names[i].atom);
        status = text ? JS_AddModuleExport(ctx, module, text) : -1;
        JS_FreeCString(ctx, text);
    }
    JS_FreePropertyEnum(ctx, names, count);
    return status == 0 ? module : NULL;
}

static JSModuleDef *module_of_source(JSContext *ctx, const char *name,
                                     JSVMX_ModuleContent *content)
{
    char *text = realloc(content->source, content->length + 1);

    if (text == NULL) {
        JS_ThrowOutOfMemory(ctx);
        return NULL;
    }
    content->source = text;
    text[content->length] = 0;
    return jsvm__engine_compile_module(ctx, text, content->length, name);
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque,
                         JSValueConst attributes)
{
    JSVM_Env env = loading_env(ctx, name);
    JSVMX_ModuleContent content = { 0 };
    struct JSVM_HandleScope__ scope;
    JSModuleDef *module = NULL;
    JSValue exports = JS_UNDEFINED;
    bool found;

    (void)opaque;
    (void)attributes;
    if (env == NULL)
        return NULL;
    jsvm__open_scope(env, &scope);
    found = env->loader.load(env, name, env->loader.data, &content);
    if (found && content.exports)
        exports = JS_DupValue(ctx, jsvm__get(content.exports));
    jsvm__close_scope(env, &scope);
    if (!found || jsvm__is_exception_pending(env))
        hand_over_exception(env, "load", name);
    else if (content.source)
        module = module_of_source(ctx, name, &content);
    else if (JS_IsObject(exports))
        module = module_of_values(ctx, name, exports);
    else
        JS_ThrowTypeError(ctx, "the loader gave no content for module '%s'", name);
    JS_FreeValue(ctx, exports);
    free(content.source);
    return module;
}

static int describe(JSContext *ctx, JSModuleDef *module, JSValueConst meta)
{
    JSVM_Env env = jsvm__env_of(ctx);
    struct JSVM_HandleScope__ scope;
    JSVM_Value handle;
    JSAtom atom;
    const char *name;
    bool done;

    if (env == NULL || env->loader.describe == NULL)
        return 0;
    atom = JS_GetModuleName(ctx, module);
    name = JS_AtomToCString(ctx, atom);
    JS_FreeAtom(ctx, atom);
    if (name == NULL)
        return -1;
    jsvm__open_scope(env, &scope);
    handle = jsvm__push(env, JS_DupValue(ctx, meta));
    done = handle != NULL &&
           env->loader.describe(env, name, handle, env->loader.data);
    jsvm__close_scope(env, &scope);
    if (!done || jsvm__is_exception_pending(env)) {
        hand_over_exception(env, "describe", name);
        done = false;
    }
    JS_FreeCString(ctx, name);
    return done ? 0 : -1;
}

void jsvm__install_module_loader(JSVM_VM vm)
{
    JS_SetModuleLoaderFunc2(vm->rt, NULL, load, check_attributes, NULL);
    JS_SetModuleNormalizeFunc2(vm->rt, normalize);
    jsvm__engine_set_module_describer(vm->rt, describe);
}

/* ---- require, forget, functions ----------------------------------------- */

JSVM_Status JSVMX_RequireModule(JSVM_Env env, const char *resolved, JSVM_Value *result)
{
    JSValue names;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, resolved);
    JSVM_CHECK_ARG(env, result);
    jsvm__begin_js(env->vm);
    names = jsvm__engine_require_module(env->ctx, resolved);
    jsvm__end_js(env->vm);
    if (JS_IsException(names))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, names, result);
}

JSVM_Status JSVMX_ForgetModule(JSVM_Env env, const char *resolved, bool *result)
{
    bool found;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, resolved);
    found = jsvm__engine_forget_module(env->ctx, resolved);
    if (result)
        *result = found;
    return jsvm__ok(env);
}

JSVM_Status JSVMX_ForgetFailedModules(JSVM_Env env, bool pendingToo)
{
    JSVM_CHECK_ENV(env);
    jsvm__engine_forget_failed_modules(env->ctx, pendingToo);
    return jsvm__ok(env);
}

JSVM_Status JSVMX_CompileFunction(JSVM_Env env, const char *source, size_t length,
                                  const char *name, const char *parameters,
                                  JSVM_Value *result)
{
    JSValue function;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, source);
    JSVM_CHECK_ARG(env, name);
    JSVM_CHECK_ARG(env, parameters);
    JSVM_CHECK_ARG(env, result);
    if (length == JSVM_AUTO_LENGTH)
        length = strlen(source);
    jsvm__begin_js(env->vm);
    function =
        jsvm__engine_compile_function(env->ctx, source, length, name, parameters);
    jsvm__end_js(env->vm);
    if (JS_IsException(function))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, function, result);
}
