/*
 * property_keys.c - the keys of an object as an array, filtered, with or without
 * prototypes.
 *
 * A key counts where it is found first: a property of a nearer object hides those of
 * the same key behind it, even when the filter leaves it out.
 */
#include "internal.h"

/* Objects from the receiver to the end of its prototype chain, as far as it was walked.
 */
typedef struct {
    JSValue *objects; /* owned */
    uint32_t length;
    uint32_t capacity;
} Chain;

/* Proxies can make a chain that never ends. */
enum { MAX_CHAIN = 100000 };

typedef struct {
    JSContext *ctx;
    JSVM_KeyFilter filter;
    JSVM_KeyConversion conversion;
    Chain chain;
    JSValue keys; /* the array that is being filled */
    uint32_t count;
} Collector;

static bool append_object(Collector *c, JSValue object)
{
    Chain *chain = &c->chain;

    if (chain->length == MAX_CHAIN) {
        JS_FreeValue(c->ctx, object);
        JS_ThrowRangeError(c->ctx, "prototype chain is too long");
        return false;
    }
    if (chain->length == chain->capacity) {
        uint32_t capacity = chain->capacity > 0 ? 2 * chain->capacity : 8;
        JSValue *objects =
            js_realloc(c->ctx, chain->objects, capacity * sizeof(*objects));
        if (objects == NULL) {
            JS_FreeValue(c->ctx, object);
            return false;
        }
        chain->objects = objects;
        chain->capacity = capacity;
    }
    chain->objects[chain->length++] = object;
    return true;
}

static void free_chain(Collector *c)
{
    while (c->chain.length > 0)
        JS_FreeValue(c->ctx, c->chain.objects[--c->chain.length]);
    js_free(c->ctx, c->chain.objects);
}

/* Whether an object before the last of the chain has the key: 1, 0 or -1. */
static int is_hidden(Collector *c, JSAtom key)
{
    for (uint32_t i = 0; i + 1 < c->chain.length; i++) {
        int found = JS_GetOwnProperty(c->ctx, NULL, c->chain.objects[i], key);
        if (found != 0)
            return found;
    }
    return 0;
}

/* Whether the property passes the filter for attributes: 1, 0 or -1. */
static int has_attributes(Collector *c, JSValueConst object, JSAtom key)
{
    const unsigned filter = (unsigned)c->filter;
    JSPropertyDescriptor descriptor;
    int found, flags;

    if (!(filter & (JSVM_KEY_WRITABLE | JSVM_KEY_CONFIGURABLE)))
        return 1; /* JS_GPN_ENUM_ONLY has seen to the other one */
    found = JS_GetOwnProperty(c->ctx, &descriptor, object, key);
    if (found <= 0)
        return found;
    flags = descriptor.flags;
    JS_FreeValue(c->ctx, descriptor.value);
    JS_FreeValue(c->ctx, descriptor.getter);
    JS_FreeValue(c->ctx, descriptor.setter);
    if ((filter & JSVM_KEY_CONFIGURABLE) && !(flags & JS_PROP_CONFIGURABLE))
        return 0;
    /* An accessor is not read-only. */
    if ((filter & JSVM_KEY_WRITABLE) && !(flags & (JS_PROP_WRITABLE | JS_PROP_GETSET)))
        return 0;
    return 1;
}

static bool append_key(Collector *c, JSAtom key)
{
    JSValue value;
    uint32_t index;

    if (c->conversion == JSVM_KEY_KEEP_NUMBERS &&
        jsvm__engine_atom_is_index(c->ctx, key, &index))
        value = JS_NewUint32(c->ctx, index);
    else
        value = JS_AtomToValue(c->ctx, key);
    if (JS_IsException(value))
        return false;
    return JS_DefinePropertyValueUint32(c->ctx, c->keys, c->count++, value,
                                        JS_PROP_C_W_E) >= 0;
}

/* Adds the keys of the last object of the chain. */
static bool collect_own(Collector *c)
{
    JSValueConst object = c->chain.objects[c->chain.length - 1];
    JSPropertyEnum *properties;
    uint32_t count, i;
    int flags = 0, passes = 1;

    if (!(c->filter & JSVM_KEY_SKIP_STRINGS))
        flags |= JS_GPN_STRING_MASK;
    if (!(c->filter & JSVM_KEY_SKIP_SYMBOLS))
        flags |= JS_GPN_SYMBOL_MASK;
    if (c->filter & JSVM_KEY_ENUMERABLE)
        flags |= JS_GPN_ENUM_ONLY;
    if (JS_GetOwnPropertyNames(c->ctx, &properties, &count, object, flags) < 0)
        return false;
    for (i = 0; i < count; i++) {
        passes = has_attributes(c, object, properties[i].atom);
        if (passes > 0) {
            int hidden = is_hidden(c, properties[i].atom);
            passes = hidden < 0 ? -1 : !hidden;
        }
        if (passes > 0 && !append_key(c, properties[i].atom))
            passes = -1;
        if (passes < 0)
            break;
    }
    JS_FreePropertyEnum(c->ctx, properties, count);
    return passes >= 0;
}

/* Takes the object over. */
static bool collect(Collector *c, JSValue object, JSVM_KeyCollectionMode mode)
{
    for (;;) {
        if (!append_object(c, object) || !collect_own(c))
            return false;
        if (mode == JSVM_KEY_OWN_ONLY)
            return true;
        object = JS_GetPrototype(c->ctx, object);
        if (JS_IsException(object))
            return false;
        if (!JS_IsObject(object))
            return true;
    }
}

static JSVM_Status get_keys(JSVM_Env env, JSVM_Value object,
                            JSVM_KeyCollectionMode mode, JSVM_KeyFilter filter,
                            JSVM_KeyConversion conversion, JSVM_Value *result)
{
    Collector c = { .ctx = env->ctx, .filter = filter, .conversion = conversion };
    JSValue receiver;
    bool done = false;

    if (!jsvm__to_object(env, object, &receiver))
        return JSVM_OBJECT_EXPECTED;
    jsvm__begin_js(env->vm);
    c.keys = JS_NewArray(env->ctx);
    if (JS_IsException(c.keys))
        JS_FreeValue(env->ctx, receiver);
    else
        done = collect(&c, receiver, mode);
    free_chain(&c);
    jsvm__end_js(env->vm);
    if (!done) {
        JS_FreeValue(env->ctx, c.keys);
        return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
    }
    return jsvm__return_value(env, c.keys, result);
}

JSVM_Status OH_JSVM_GetAllPropertyNames(JSVM_Env env, JSVM_Value object,
                                        JSVM_KeyCollectionMode keyMode,
                                        JSVM_KeyFilter keyFilter,
                                        JSVM_KeyConversion keyConversion,
                                        JSVM_Value *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env,
               keyMode == JSVM_KEY_INCLUDE_PROTOTYPES || keyMode == JSVM_KEY_OWN_ONLY,
               JSVM_INVALID_ARG);
    JSVM_CHECK(env,
               keyConversion == JSVM_KEY_KEEP_NUMBERS ||
                   keyConversion == JSVM_KEY_NUMBERS_TO_STRINGS,
               JSVM_INVALID_ARG);
    return get_keys(env, object, keyMode, keyFilter, keyConversion, result);
}

JSVM_Status OH_JSVM_GetPropertyNames(JSVM_Env env, JSVM_Value object,
                                     JSVM_Value *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK_ARG(env, result);
    return get_keys(env, object, JSVM_KEY_INCLUDE_PROTOTYPES,
                    JSVM_KEY_ENUMERABLE | JSVM_KEY_SKIP_SYMBOLS,
                    JSVM_KEY_NUMBERS_TO_STRINGS, result);
}
