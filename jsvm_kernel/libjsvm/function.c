/* function.c - functions made from API callbacks, calls, property descriptors. */
#include "internal.h"

/* What a running callback knows of its call; lives on the C stack. */
struct JSVM_CallbackInfo__ {
    JSVM_Env env;
    JSVM_Callback callback;
    JSValueConst this_value; /* as it was passed; the new object if called with new */
    JSValueConst new_target; /* undefined unless called with new */
    int argc;
    JSValueConst *argv;
};

/* ---- the way from JS into a callback ------------------------------------ */

JSValue jsvm__make_instance(JSContext *ctx, JSValueConst new_target)
{
    JSValue prototype = JS_GetPropertyStr(ctx, new_target, "prototype");
    JSValue instance;

    if (JS_IsException(prototype))
        return prototype;
    instance =
        JS_IsObject(prototype) ? JS_NewObjectProto(ctx, prototype) : JS_NewObject(ctx);
    JS_FreeValue(ctx, prototype);
    return instance;
}

JSValue jsvm__choose_instance(JSContext *ctx, JSValue result, JSValue instance)
{
    if (JS_IsException(result) || JS_IsObject(result)) {
        JS_FreeValue(ctx, instance);
        return result;
    }
    JS_FreeValue(ctx, result);
    return instance;
}

/* `this` as sloppy functions see it; the result is the caller's. Most callbacks never
 * ask. */
static JSValue receiver(JSContext *ctx, JSValueConst this_value)
{
    if (JS_IsUndefined(this_value) || JS_IsNull(this_value))
        return JS_GetGlobalObject(ctx);
    return jsvm__dup(ctx, this_value);
}

JSValue jsvm__throw_pending(JSVM_Env env, JSValue result)
{
    JSValue exception = env->exception;

    env->exception = JS_UNINITIALIZED;
    JS_FreeValue(env->ctx, result);
    return JS_Throw(env->ctx, exception);
}

static JSValue run_callback(JSVM_Env env, struct JSVM_CallbackInfo__ *info)
{
    JSVMCallFrame frame;
    JSVM_Value returned;

    jsvm__begin_callback(env, &frame);
    returned = info->callback->callback(env, info);
    return jsvm__end_callback(env, &frame,
                              returned ? jsvm__dup(env->ctx, jsvm__get(returned))
                                       : JS_UNDEFINED);
}

static JSValue call_callback(JSContext *ctx, JSValueConst this_value,
                             JSValueConst new_target, int argc, JSValueConst *argv,
                             void *data)
{
    JSVM_Env env = jsvm__env_of(ctx);
    struct JSVM_CallbackInfo__ info;
    JSValue instance;

    if (env == NULL)
        return JS_ThrowTypeError(ctx, "the Env of this native function was destroyed");
    info.env = env;
    info.callback = data;
    info.this_value = this_value;
    info.new_target = new_target;
    info.argc = argc;
    info.argv = argv;
    if (JS_IsUndefined(new_target))
        return run_callback(env, &info);

    instance = jsvm__make_instance(ctx, new_target);
    if (JS_IsException(instance))
        return instance;
    info.this_value = instance;
    return jsvm__choose_instance(ctx, run_callback(env, &info), instance);
}

JSValue jsvm__new_function(JSVM_Env env, const char *name, size_t length,
                           JSVM_Callback cb)
{
    if (name && length == JSVM_AUTO_LENGTH)
        length = strlen(name);
    return jsvm__engine_new_native(env->ctx, call_callback, cb, NULL, name, length, 0,
                                   true);
}

JSVM_Status OH_JSVM_CreateFunction(JSVM_Env env, const char *utf8name, size_t length,
                                   JSVM_Callback cb, JSVM_Value *result)
{
    JSValue func;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, cb);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env,
               utf8name == NULL || length == JSVM_AUTO_LENGTH || length <= INT32_MAX,
               JSVM_INVALID_ARG);
    func = jsvm__new_function(env, utf8name, length, cb);
    if (JS_IsException(func))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, func, result);
}

JSVM_Status OH_JSVM_GetCbInfo(JSVM_Env env, JSVM_CallbackInfo cbinfo, size_t *argc,
                              JSVM_Value *argv, JSVM_Value *thisArg, void **data)
{
    size_t i, capacity, given;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, cbinfo);
    JSVM_CHECK(env, argv == NULL || argc != NULL, JSVM_INVALID_ARG);
    given = (size_t)cbinfo->argc;
    if (argv) {
        capacity = *argc;
        for (i = 0; i < capacity; i++) {
            JSValue value =
                i < given ? jsvm__dup(env->ctx, cbinfo->argv[i]) : JS_UNDEFINED;
            argv[i] = jsvm__push(env, value);
            JSVM_CHECK_MEMORY(env, argv[i]);
        }
    }
    if (argc)
        *argc = given;
    if (thisArg) {
        *thisArg = jsvm__push(env, receiver(env->ctx, cbinfo->this_value));
        JSVM_CHECK_MEMORY(env, *thisArg);
    }
    if (data)
        *data = cbinfo->callback->data;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetNewTarget(JSVM_Env env, JSVM_CallbackInfo cbinfo,
                                 JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, cbinfo);
    JSVM_CHECK_ARG(env, result);
    if (JS_IsUndefined(cbinfo->new_target)) {
        *result = NULL;
        return jsvm__ok(env);
    }
    return jsvm__return_value(env, jsvm__dup(env->ctx, cbinfo->new_target), result);
}

/* ---- the way from C into JS --------------------------------------------- */

enum { ARGUMENTS_ON_STACK = 8 };

/* The arguments as the engine wants them, borrowed: in `small` when they fit. NULL: no
 * memory. */
static JSValueConst *collect_arguments(size_t argc, const JSVM_Value *argv,
                                       JSValueConst *small)
{
    JSValueConst *values =
        argc <= ARGUMENTS_ON_STACK ? small : malloc(argc * sizeof(JSValueConst));
    size_t i;

    for (i = 0; values && i < argc; i++)
        values[i] = argv[i] ? jsvm__get(argv[i]) : JS_UNDEFINED;
    return values;
}

typedef enum { CALL, CONSTRUCT } CallKind;

static JSVM_Status call(JSVM_Env env, CallKind kind, JSValueConst this_value,
                        JSValueConst func, size_t argc, const JSVM_Value *argv,
                        JSVM_Value *result)
{
    JSValueConst small[ARGUMENTS_ON_STACK];
    JSValueConst *values;
    JSValue returned;

    JSVM_CHECK(env, argc == 0 || argv != NULL, JSVM_INVALID_ARG);
    JSVM_CHECK(env, argc <= INT16_MAX, JSVM_INVALID_ARG);
    values = collect_arguments(argc, argv, small);
    JSVM_CHECK_MEMORY(env, values);

    jsvm__begin_js(env->vm);
    if (kind == CONSTRUCT)
        returned = JS_CallConstructor(env->ctx, func, (int)argc, values);
    else
        returned = JS_Call(env->ctx, func, this_value, (int)argc, values);
    jsvm__end_js(env->vm);

    if (values != small)
        free(values);
    if (JS_IsException(returned))
        return jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    if (result)
        return jsvm__return_value(env, returned, result);
    JS_FreeValue(env->ctx, returned);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_CallFunction(JSVM_Env env, JSVM_Value recv, JSVM_Value func,
                                 size_t argc, const JSVM_Value *argv,
                                 JSVM_Value *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, recv);
    JSVM_CHECK_ARG(env, func);
    JSVM_CHECK(env, JS_IsFunction(env->ctx, jsvm__get(func)), JSVM_INVALID_ARG);
    return call(env, CALL, jsvm__get(recv), jsvm__get(func), argc, argv, result);
}

JSVM_Status OH_JSVM_NewInstance(JSVM_Env env, JSVM_Value constructor, size_t argc,
                                const JSVM_Value *argv, JSVM_Value *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, constructor);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsFunction(env->ctx, jsvm__get(constructor)), JSVM_INVALID_ARG);
    return call(env, CONSTRUCT, JS_UNDEFINED, jsvm__get(constructor), argc, argv,
                result);
}

/* ---- property descriptors ----------------------------------------------- */

JSAtom jsvm__descriptor_key(JSVM_Env env, const JSVM_PropertyDescriptor *descriptor,
                            JSVM_Status *status)
{
    JSAtom key;

    if (descriptor->utf8name) {
        key = JS_NewAtom(env->ctx, descriptor->utf8name);
    } else {
        if (descriptor->name == NULL || (!JS_IsString(jsvm__get(descriptor->name)) &&
                                         !JS_IsSymbol(jsvm__get(descriptor->name)))) {
            *status = jsvm__fail(env, JSVM_NAME_EXPECTED);
            return JS_ATOM_NULL;
        }
        key = JS_ValueToAtom(env->ctx, jsvm__get(descriptor->name));
    }
    if (key == JS_ATOM_NULL)
        *status = jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return key;
}

static int property_flags(JSVM_PropertyAttributes attributes, bool is_accessor)
{
    int flags = JS_PROP_HAS_CONFIGURABLE | JS_PROP_HAS_ENUMERABLE;

    if (attributes & JSVM_CONFIGURABLE)
        flags |= JS_PROP_CONFIGURABLE;
    if (attributes & JSVM_ENUMERABLE)
        flags |= JS_PROP_ENUMERABLE;
    if (!is_accessor) {
        flags |= JS_PROP_HAS_WRITABLE | JS_PROP_HAS_VALUE;
        if (attributes & JSVM_WRITABLE)
            flags |= JS_PROP_WRITABLE;
    }
    return flags;
}

static int define_accessor(JSVM_Env env, JSValueConst target, JSAtom key,
                           const JSVM_PropertyDescriptor *descriptor)
{
    JSContext *ctx = env->ctx;
    int flags = property_flags(descriptor->attributes, true), ret = -1;
    JSValue getter = JS_UNDEFINED, setter = JS_UNDEFINED;

    if (descriptor->getter) {
        getter = jsvm__new_function(env, NULL, 0, descriptor->getter);
        flags |= JS_PROP_HAS_GET;
    }
    if (descriptor->setter) {
        setter = jsvm__new_function(env, NULL, 0, descriptor->setter);
        flags |= JS_PROP_HAS_SET;
    }
    if (!JS_IsException(getter) && !JS_IsException(setter))
        ret = JS_DefineProperty(ctx, target, key, JS_UNDEFINED, getter, setter, flags);
    JS_FreeValue(ctx, getter);
    JS_FreeValue(ctx, setter);
    return ret;
}

static int define_data(JSVM_Env env, JSValueConst target, JSAtom key, JSValue value,
                       JSVM_PropertyAttributes attributes)
{
    int ret = -1;

    if (!JS_IsException(value))
        ret = JS_DefineProperty(env->ctx, target, key, value, JS_UNDEFINED,
                                JS_UNDEFINED, property_flags(attributes, false));
    JS_FreeValue(env->ctx, value);
    return ret;
}

JSVM_Status jsvm__define_property(JSVM_Env env, JSValueConst target,
                                  const JSVM_PropertyDescriptor *descriptor)
{
    JSVM_Status refused = JSVM_INVALID_ARG;
    JSAtom key = jsvm__descriptor_key(env, descriptor, &refused);
    int ret;

    if (key == JS_ATOM_NULL)
        return refused;
    if (descriptor->getter || descriptor->setter) {
        ret = define_accessor(env, target, key, descriptor);
    } else if (descriptor->method) {
        refused = JSVM_GENERIC_FAILURE;
        ret = define_data(env, target, key,
                          jsvm__new_function(env, NULL, 0, descriptor->method),
                          descriptor->attributes);
    } else {
        ret = define_data(env, target, key,
                          descriptor->value
                              ? jsvm__dup(env->ctx, jsvm__get(descriptor->value))
                              : JS_UNDEFINED,
                          descriptor->attributes);
    }
    JS_FreeAtom(env->ctx, key);
    if (ret < 0)
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    JSVM_CHECK(env, ret > 0, refused);
    return jsvm__ok(env);
}

/* ---- what functions run -------------------------------------------------- */

JSVM_Status JSVMX_ExchangeFunctions(JSVM_Env env, JSVM_Value first, JSVM_Value second)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, first);
    JSVM_CHECK_ARG(env, second);
    JSVM_CHECK(env, jsvm__engine_exchange_natives(first->value, second->value),
               JSVM_INVALID_ARG);
    return jsvm__ok(env);
}
