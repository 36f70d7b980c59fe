/*
 * wrap.c - what native code attaches to objects: a pointer (Wrap), finalizers, a type
 * tag.
 *
 * Each is a private slot of the object under a key of the VM. A wrap is a holder; of
 * several finalizers the object has the newest one's holder, which has the one before
 * in the same slot of its own; a type tag is a BigInt of 128 bits.
 */
#include "internal.h"

void jsvm__init_private_keys(JSVM_VM vm)
{
    for (int i = 0; i < JSVM_PRIVATE_KEYS; i++)
        vm->private_keys[i] = JS_UNINITIALIZED;
}

void jsvm__free_private_keys(JSVM_VM vm)
{
    for (int i = 0; i < JSVM_PRIVATE_KEYS; i++)
        JS_FreeValueRT(vm->rt, vm->private_keys[i]);
}

/* A key of the VM, borrowed; made when it is first asked for. */
static JSValueConst private_key(JSVM_Env env, JSVMPrivateKey which)
{
    JSValue *key = &env->vm->private_keys[which];

    if (JS_IsUninitialized(*key)) {
        JSValue made = jsvm__engine_new_private_key(env->ctx, JS_UNDEFINED);
        if (JS_IsException(made))
            return made;
        *key = made;
    }
    return *key;
}

/* What a slot of the object has, to be freed; uninitialized: nothing. */
static JSValue slot_of(JSVM_Env env, JSValueConst object, JSVMPrivateKey which)
{
    JSValueConst key = env->vm->private_keys[which];

    if (JS_IsUninitialized(key))
        return JS_UNINITIALIZED;
    return jsvm__engine_get_private(env->ctx, object, key);
}

/* The holder that wraps the object, which keeps it alive; NULL: it is not wrapped. */
static JSVMHolder *wrap_of(JSVM_Env env, JSValueConst object)
{
    JSValue slot = slot_of(env, object, JSVM_KEY_OF_WRAP);
    JSVMHolder *holder = jsvm__holder(env->vm, slot);

    JS_FreeValue(env->ctx, slot);
    return holder;
}

/* Puts a new holder into a slot of the object; one that is there goes into the same
 * slot of the new one. False: an exception is set, and finalize will not run. */
static bool put_holder(JSVM_Env env, JSValueConst object, JSVMPrivateKey which,
                       void *data, JSVM_Finalize finalize, void *hint)
{
    JSContext *ctx = env->ctx;
    JSValueConst key = private_key(env, which);
    JSValue holder, older;

    if (JS_IsException(key))
        return false;
    holder = jsvm__new_holder(env, data, finalize, hint);
    if (JS_IsException(holder))
        return false;
    older = jsvm__engine_get_private(ctx, object, key);
    if ((JS_IsUninitialized(older) ||
         jsvm__engine_set_private(ctx, holder, key, older) == 0) &&
        jsvm__engine_set_private(ctx, object, key, JS_DupValue(ctx, holder)) == 0) {
        JS_FreeValue(ctx, holder);
        return true;
    }
    jsvm__cancel_finalizer(jsvm__holder(env->vm, holder));
    JS_FreeValue(ctx, holder);
    return false;
}

/* The same with a weak reference of the object for the caller, unless result is NULL.
 * `fail` says what becomes of an exception. */
static JSVM_Status attach(JSVM_Env env, JSVM_Value object, JSVMPrivateKey which,
                          void *data, JSVM_Finalize finalize, void *hint,
                          JSVM_Ref *result,
                          JSVM_Status (*fail)(JSVM_Env env, JSVM_Status status))
{
    JSVM_Ref ref = NULL;

    if (result && OH_JSVM_CreateReference(env, object, 0, &ref) != JSVM_OK)
        return env->last_error.errorCode;
    if (!put_holder(env, jsvm__get(object), which, data, finalize, hint)) {
        if (ref)
            OH_JSVM_DeleteReference(env, ref);
        return fail(env, JSVM_GENERIC_FAILURE);
    }
    if (result)
        *result = ref;
    return jsvm__ok(env);
}

/* ---- wrapping ----------------------------------------------------------- */

JSVM_Status OH_JSVM_Wrap(JSVM_Env env, JSVM_Value jsObject, void *nativeObject,
                         JSVM_Finalize finalizeCb, void *finalizeHint, JSVM_Ref *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, jsObject);
    JSVM_CHECK(env, JS_IsObject(jsvm__get(jsObject)), JSVM_INVALID_ARG);
    JSVM_CHECK(env, wrap_of(env, jsvm__get(jsObject)) == NULL, JSVM_INVALID_ARG);
    return attach(env, jsObject, JSVM_KEY_OF_WRAP, nativeObject, finalizeCb,
                  finalizeHint, result, jsvm__fail_with_exception);
}

JSVM_Status OH_JSVM_Unwrap(JSVM_Env env, JSVM_Value jsObject, void **result)
{
    JSVMHolder *holder;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, jsObject);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsObject(jsvm__get(jsObject)), JSVM_INVALID_ARG);
    holder = wrap_of(env, jsvm__get(jsObject));
    JSVM_CHECK(env, holder != NULL, JSVM_INVALID_ARG);
    *result = jsvm__held_data(holder);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_RemoveWrap(JSVM_Env env, JSVM_Value jsObject, void **result)
{
    JSVM_Status status = JSVM_OK;
    JSVMHolder *holder;
    JSValue slot;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, jsObject);
    JSVM_CHECK(env, JS_IsObject(jsvm__get(jsObject)), JSVM_INVALID_ARG);
    slot = slot_of(env, jsvm__get(jsObject), JSVM_KEY_OF_WRAP);
    holder = jsvm__holder(env->vm, slot);
    JSVM_CHECK(env, holder != NULL, JSVM_INVALID_ARG);
    if (jsvm__engine_delete_private(env->ctx, jsvm__get(jsObject),
                                    private_key(env, JSVM_KEY_OF_WRAP)) < 0) {
        status = jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    } else {
        jsvm__cancel_finalizer(holder);
        if (result)
            *result = jsvm__held_data(holder);
    }
    JS_FreeValue(env->ctx, slot); /* with it goes the holder */
    return status;
}

/* ---- finalizers --------------------------------------------------------- */

JSVM_Status OH_JSVM_AddFinalizer(JSVM_Env env, JSVM_Value jsObject, void *finalizeData,
                                 JSVM_Finalize finalizeCb, void *finalizeHint,
                                 JSVM_Ref *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, jsObject);
    JSVM_CHECK_ARG(env, finalizeCb);
    JSVM_CHECK(env, JS_IsObject(jsvm__get(jsObject)), JSVM_INVALID_ARG);
    return attach(env, jsObject, JSVM_KEY_OF_FINALIZERS, finalizeData, finalizeCb,
                  finalizeHint, result, jsvm__fail_quietly);
}

/* ---- type tags ---------------------------------------------------------- */

enum { TAG_WORDS = 2 };

/* Whether the object has a tag, and which. */
static bool get_tag(JSVM_Env env, JSValueConst object, uint64_t words[TAG_WORDS])
{
    JSValue tag = slot_of(env, object, JSVM_KEY_OF_TYPE_TAG);
    int sign;

    if (JS_IsUninitialized(tag))
        return false;
    words[0] = words[1] = 0;
    jsvm__engine_bigint_words(tag, &sign, words, TAG_WORDS);
    JS_FreeValue(env->ctx, tag);
    return true;
}

/* False: an exception is set. */
static bool set_tag(JSVM_Env env, JSValueConst object, const JSVM_TypeTag *tag)
{
    const uint64_t words[TAG_WORDS] = { tag->lower, tag->upper };
    JSValueConst key = private_key(env, JSVM_KEY_OF_TYPE_TAG);
    JSValue value;

    if (JS_IsException(key))
        return false;
    value = jsvm__engine_new_bigint(env->ctx, false, words, TAG_WORDS);
    return !JS_IsException(value) &&
           jsvm__engine_set_private(env->ctx, object, key, value) == 0;
}

JSVM_Status OH_JSVM_TypeTagObject(JSVM_Env env, JSVM_Value value,
                                  const JSVM_TypeTag *typeTag)
{
    uint64_t words[TAG_WORDS];
    JSVM_Status status;
    JSValue object;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, typeTag);
    if (!jsvm__to_object(env, value, &object))
        return env->last_error.errorCode;
    if (get_tag(env, object, words))
        status = jsvm__fail(env, JSVM_INVALID_ARG);
    else if (set_tag(env, object, typeTag))
        status = jsvm__ok(env);
    else
        status = jsvm__fail_with_exception(env, JSVM_PENDING_EXCEPTION);
    JS_FreeValue(env->ctx, object);
    return status;
}

JSVM_Status OH_JSVM_CheckObjectTypeTag(JSVM_Env env, JSVM_Value value,
                                       const JSVM_TypeTag *typeTag, bool *result)
{
    uint64_t words[TAG_WORDS];
    JSValue object;

    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, value);
    JSVM_CHECK_ARG(env, typeTag);
    JSVM_CHECK_ARG(env, result);
    if (!jsvm__to_object(env, value, &object))
        return env->last_error.errorCode;
    *result = get_tag(env, object, words) && words[0] == typeTag->lower &&
              words[1] == typeTag->upper;
    JS_FreeValue(env->ctx, object);
    return jsvm__ok(env);
}
