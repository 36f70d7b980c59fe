/* object.c - making objects, prototypes, defining properties, freezing and sealing. */
#include "internal.h"

bool jsvm__to_object(JSVM_Env env, JSVM_Value handle, JSValue *object)
{
    *object = JS_ToObject(env->ctx, jsvm__get(handle));
    if (!JS_IsException(*object))
        return true;
    jsvm__fail_with_exception(env, JSVM_OBJECT_EXPECTED);
    return false;
}

/* ---- making ------------------------------------------------------------- */

JSVM_Status OH_JSVM_CreateObject(JSVM_Env env, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_plain(env, JS_NewObject(env->ctx), result);
}

JSVM_Status OH_JSVM_CreateMap(JSVM_Env env, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_plain(env, jsvm__engine_new_map(env->ctx), result);
}

JSVM_Status OH_JSVM_CreateSet(JSVM_Env env, JSVM_Value *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    return jsvm__return_plain(env, jsvm__engine_new_set(env->ctx), result);
}

/* ---- prototypes --------------------------------------------------------- */

static JSVM_Status get_prototype(JSVM_Env env, JSVM_Value object, JSVM_Value *result)
{
    JSValue receiver, prototype;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK_ARG(env, result);
    if (!jsvm__to_object(env, object, &receiver))
        return JSVM_OBJECT_EXPECTED;
    jsvm__begin_js(env->vm);
    prototype = JS_GetPrototype(env->ctx, receiver);
    JS_FreeValue(env->ctx, receiver);
    jsvm__end_js(env->vm);
    if (JS_IsException(prototype))
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, prototype, result);
}

JSVM_Status OH_JSVM_GetPrototype(JSVM_Env env, JSVM_Value object, JSVM_Value *result)
{
    return get_prototype(env, object, result);
}

/* This engine has no hidden prototypes that would make a difference. */
JSVM_Status OH_JSVM_ObjectGetPrototypeOf(JSVM_Env env, JSVM_Value object,
                                         JSVM_Value *result)
{
    return get_prototype(env, object, result);
}

JSVM_Status OH_JSVM_ObjectSetPrototypeOf(JSVM_Env env, JSVM_Value object,
                                         JSVM_Value prototype)
{
    JSValue receiver;
    int done;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK_ARG(env, prototype);
    JSVM_CHECK(env, JS_IsObject(jsvm__get(prototype)), JSVM_INVALID_ARG);
    if (!jsvm__to_object(env, object, &receiver))
        return JSVM_OBJECT_EXPECTED;
    jsvm__begin_js(env->vm);
    done = jsvm__engine_set_prototype(env->ctx, receiver, jsvm__get(prototype));
    JS_FreeValue(env->ctx, receiver);
    jsvm__end_js(env->vm);
    if (done < 0)
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    JSVM_CHECK(env, done > 0, JSVM_GENERIC_FAILURE);
    return jsvm__ok(env);
}

/* ---- defining properties ------------------------------------------------ */

JSVM_Status OH_JSVM_DefineProperties(JSVM_Env env, JSVM_Value object,
                                     size_t propertyCount,
                                     const JSVM_PropertyDescriptor *properties)
{
    JSVM_Status status = JSVM_OK;
    JSValue target, exception;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK(env, propertyCount == 0 || properties != NULL, JSVM_INVALID_ARG);
    if (!jsvm__to_object(env, object, &target))
        return JSVM_OBJECT_EXPECTED;
    jsvm__begin_js(env->vm); /* a Proxy traps definitions */
    for (size_t i = 0; i < propertyCount && status == JSVM_OK; i++)
        status = jsvm__define_property(env, target, &properties[i]);
    JS_FreeValue(env->ctx, target);
    /* Microtasks may call natives, which must not take an exception of this call for
     * their own and which set the last error. */
    exception = env->exception;
    env->exception = JS_UNINITIALIZED;
    jsvm__end_js(env->vm);
    env->exception = exception;
    return status == JSVM_OK ? jsvm__ok(env) : jsvm__fail(env, status);
}

JSVM_Status JSVMX_DefineAccessor(JSVM_Env env, JSVM_Value object, JSVM_Value name,
                                 JSVM_Value getter, JSVM_Value setter,
                                 JSVM_PropertyAttributes attributes)
{
    JSVM_PropertyDescriptor descriptor = { .name = name };
    JSVM_Status refused = JSVM_INVALID_ARG;
    int flags = JS_PROP_HAS_CONFIGURABLE | JS_PROP_HAS_ENUMERABLE | JS_PROP_HAS_GET |
                JS_PROP_HAS_SET;
    JSAtom key;
    int ret;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK(env, JS_IsObject(jsvm__get(object)), JSVM_OBJECT_EXPECTED);
    key = jsvm__descriptor_key(env, &descriptor, &refused);
    if (key == JS_ATOM_NULL)
        return refused;
    if (attributes & JSVM_CONFIGURABLE)
        flags |= JS_PROP_CONFIGURABLE;
    if (attributes & JSVM_ENUMERABLE)
        flags |= JS_PROP_ENUMERABLE;
    jsvm__begin_js(env->vm);
    ret = JS_DefineProperty(env->ctx, jsvm__get(object), key, JS_UNDEFINED,
                            getter ? jsvm__get(getter) : JS_UNDEFINED,
                            setter ? jsvm__get(setter) : JS_UNDEFINED, flags);
    JS_FreeAtom(env->ctx, key);
    jsvm__end_js(env->vm);
    if (ret < 0)
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    JSVM_CHECK(env, ret > 0, JSVM_INVALID_ARG);
    return jsvm__ok(env);
}

/* Copies one property unless it is an accessor. False with an exception. */
static bool copy_data_property(JSContext *ctx, JSValueConst source, JSAtom key,
                               JSValueConst target)
{
    JSPropertyDescriptor found;
    int ret = JS_GetOwnProperty(ctx, &found, source, key);

    if (ret <= 0)
        return ret == 0;
    if (found.flags & JS_PROP_GETSET) {
        JS_FreeValue(ctx, found.getter);
        JS_FreeValue(ctx, found.setter);
        return true;
    }
    return JS_DefinePropertyValue(ctx, target, key, found.value, JS_PROP_C_W_E) >= 0;
}

JSVM_Status JSVMX_CopyDataProperties(JSVM_Env env, JSVM_Value source, JSVM_Value target)
{
    JSPropertyEnum *names;
    bool done = true;
    uint32_t count;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, source);
    JSVM_CHECK_ARG(env, target);
    JSVM_CHECK(env, JS_IsObject(jsvm__get(source)) && JS_IsObject(jsvm__get(target)),
               JSVM_OBJECT_EXPECTED);
    if (JS_GetOwnPropertyNames(env->ctx, &names, &count, jsvm__get(source),
                               JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) < 0)
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    for (uint32_t i = 0; i < count && done; i++)
        done = copy_data_property(env->ctx, jsvm__get(source), names[i].atom,
                                  jsvm__get(target));
    JS_FreePropertyEnum(env->ctx, names, count);
    return done ? jsvm__ok(env) : jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
}

/* ---- freezing and sealing ----------------------------------------------- */

static JSVM_Status restrict_object(JSVM_Env env, JSVM_Value object,
                                   int (*restriction)(JSContext *, JSValueConst))
{
    JSValue target;
    int done;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, object);
    if (!jsvm__to_object(env, object, &target))
        return JSVM_OBJECT_EXPECTED;
    jsvm__begin_js(env->vm);
    done = restriction(env->ctx, target);
    JS_FreeValue(env->ctx, target);
    jsvm__end_js(env->vm);
    if (done < 0)
        return jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    JSVM_CHECK(env, done > 0, JSVM_GENERIC_FAILURE);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_ObjectFreeze(JSVM_Env env, JSVM_Value object)
{
    return restrict_object(env, object, JS_FreezeObject);
}

JSVM_Status OH_JSVM_ObjectSeal(JSVM_Env env, JSVM_Value object)
{
    return restrict_object(env, object, JS_SealObject);
}
