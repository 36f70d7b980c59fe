/*
 * property.c - get, set, has and delete, by key, by name and by index.
 *
 * All three forms come down to an atom. Making one from a key may run user code
 * (toString of an object), so it is made between jsvm__begin_js and jsvm__end_js.
 */
#include "internal.h"

/* How the property is named; handle and name were checked for NULL. */
typedef struct {
    enum { BY_KEY, BY_NAME, BY_INDEX } form;
    JSVM_Value key;
    const char *name;
    uint32_t index;
} PropertyKey;

static JSAtom make_atom(JSContext *ctx, const PropertyKey *key)
{
    switch (key->form) {
    case BY_KEY:
        return JS_ValueToAtom(ctx, jsvm__get(key->key));
    case BY_NAME:
        return JS_NewAtom(ctx, key->name);
    default:
        return JS_NewAtomUInt32(ctx, key->index);
    }
}

/* What an operation takes and gives beside its answer. */
typedef struct {
    JSValueConst stored; /* for `set`, borrowed */
    JSValue found;       /* from `get`, owned by the caller */
} Operand;

/* One operation on an object: 1, 0 or -1 with an exception. */
typedef int Operation(JSContext *ctx, JSValueConst object, JSAtom atom,
                      Operand *operand);

static int get(JSContext *ctx, JSValueConst object, JSAtom atom, Operand *operand)
{
    operand->found = JS_GetProperty(ctx, object, atom);
    return JS_IsException(operand->found) ? -1 : 1;
}

static int set(JSContext *ctx, JSValueConst object, JSAtom atom, Operand *operand)
{
    return jsvm__engine_set_property(ctx, object, atom,
                                     jsvm__dup(ctx, operand->stored));
}

static int has(JSContext *ctx, JSValueConst object, JSAtom atom, Operand *operand)
{
    (void)operand;
    return JS_HasProperty(ctx, object, atom);
}

static int has_own(JSContext *ctx, JSValueConst object, JSAtom atom, Operand *operand)
{
    (void)operand;
    return JS_GetOwnProperty(ctx, NULL, object, atom);
}

static int delete(JSContext *ctx, JSValueConst object, JSAtom atom, Operand *operand)
{
    (void)operand;
    return JS_DeleteProperty(ctx, object, atom, 0);
}

/* Runs the operation on ToObject(object). The status is not stored when it is JSVM_OK:
 * the caller has outputs to fill in. */
static JSVM_Status operate(JSVM_Env env, JSVM_Value object, const PropertyKey *key,
                           Operation *operation, Operand *operand, int *answer)
{
    JSContext *ctx = env->ctx;
    JSValue receiver;
    JSAtom atom;

    if (!jsvm__to_object(env, object, &receiver))
        return JSVM_OBJECT_EXPECTED;
    *answer = -1;
    jsvm__begin_js(env->vm);
    atom = make_atom(ctx, key);
    if (atom != JS_ATOM_NULL) {
        *answer = operation(ctx, receiver, atom, operand);
        JS_FreeAtom(ctx, atom);
    }
    JS_FreeValue(ctx, receiver);
    jsvm__end_js(env->vm);
    return *answer < 0 ? jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE) : JSVM_OK;
}

/* ---- the four operations for any form of key ---------------------------- */

static JSVM_Status get_property(JSVM_Env env, JSVM_Value object, const PropertyKey *key,
                                JSVM_Value *result)
{
    Operand operand;
    int answer;
    JSVM_Status status;

    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK_ARG(env, result);
    status = operate(env, object, key, get, &operand, &answer);
    return status == JSVM_OK ? jsvm__return_value(env, operand.found, result) : status;
}

/* As in sloppy mode, what an object refuses is no failure. */
static JSVM_Status set_property(JSVM_Env env, JSVM_Value object, const PropertyKey *key,
                                JSVM_Value value)
{
    Operand operand;
    int answer;
    JSVM_Status status;

    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK_ARG(env, value);
    operand.stored = jsvm__get(value);
    status = operate(env, object, key, set, &operand, &answer);
    return status == JSVM_OK ? jsvm__ok(env) : status;
}

/* The operations that answer yes or no; `result` may be NULL for `delete` only. */
static JSVM_Status ask(JSVM_Env env, JSVM_Value object, const PropertyKey *key,
                       Operation *operation, bool *result)
{
    int answer;
    JSVM_Status status;

    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK(env, result != NULL || operation == delete, JSVM_INVALID_ARG);
    status = operate(env, object, key, operation, NULL, &answer);
    if (status != JSVM_OK)
        return status;
    if (result)
        *result = answer > 0;
    return jsvm__ok(env);
}

/* ---- by key ------------------------------------------------------------- */

#define KEY(handle) (&(PropertyKey){ .form = BY_KEY, .key = (handle) })

JSVM_Status OH_JSVM_GetProperty(JSVM_Env env, JSVM_Value object, JSVM_Value key,
                                JSVM_Value *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, key);
    return get_property(env, object, KEY(key), result);
}

JSVM_Status OH_JSVM_SetProperty(JSVM_Env env, JSVM_Value object, JSVM_Value key,
                                JSVM_Value value)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, key);
    return set_property(env, object, KEY(key), value);
}

JSVM_Status OH_JSVM_HasProperty(JSVM_Env env, JSVM_Value object, JSVM_Value key,
                                bool *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, key);
    return ask(env, object, KEY(key), has, result);
}

JSVM_Status OH_JSVM_DeleteProperty(JSVM_Env env, JSVM_Value object, JSVM_Value key,
                                   bool *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, key);
    return ask(env, object, KEY(key), delete, result);
}

JSVM_Status OH_JSVM_HasOwnProperty(JSVM_Env env, JSVM_Value object, JSVM_Value key,
                                   bool *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, object);
    JSVM_CHECK_ARG(env, key);
    JSVM_CHECK_ARG(env, result);
    JSVM_CHECK(env, JS_IsString(jsvm__get(key)) || JS_IsSymbol(jsvm__get(key)),
               JSVM_NAME_EXPECTED);
    return ask(env, object, KEY(key), has_own, result);
}

/* ---- by name ------------------------------------------------------------ */

#define NAME(text) (&(PropertyKey){ .form = BY_NAME, .name = (text) })

JSVM_Status OH_JSVM_GetNamedProperty(JSVM_Env env, JSVM_Value object,
                                     const char *utf8name, JSVM_Value *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, utf8name);
    return get_property(env, object, NAME(utf8name), result);
}

JSVM_Status OH_JSVM_SetNamedProperty(JSVM_Env env, JSVM_Value object,
                                     const char *utf8name, JSVM_Value value)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, utf8name);
    return set_property(env, object, NAME(utf8name), value);
}

JSVM_Status OH_JSVM_HasNamedProperty(JSVM_Env env, JSVM_Value object,
                                     const char *utf8name, bool *result)
{
    JSVM_ENTER(env);
    JSVM_CHECK_ARG(env, utf8name);
    return ask(env, object, NAME(utf8name), has, result);
}

/* ---- by index ----------------------------------------------------------- */

#define INDEX(number) (&(PropertyKey){ .form = BY_INDEX, .index = (number) })

JSVM_Status OH_JSVM_GetElement(JSVM_Env env, JSVM_Value object, uint32_t index,
                               JSVM_Value *result)
{
    JSVM_ENTER(env);
    return get_property(env, object, INDEX(index), result);
}

JSVM_Status OH_JSVM_SetElement(JSVM_Env env, JSVM_Value object, uint32_t index,
                               JSVM_Value value)
{
    JSVM_ENTER(env);
    return set_property(env, object, INDEX(index), value);
}

JSVM_Status OH_JSVM_HasElement(JSVM_Env env, JSVM_Value object, uint32_t index,
                               bool *result)
{
    JSVM_ENTER(env);
    return ask(env, object, INDEX(index), has, result);
}

JSVM_Status OH_JSVM_DeleteElement(JSVM_Env env, JSVM_Value object, uint32_t index,
                                  bool *result)
{
    JSVM_ENTER(env);
    return ask(env, object, INDEX(index), delete, result);
}
