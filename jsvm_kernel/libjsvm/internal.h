/*
 * internal.h - the structures of libjsvm and what its files share.
 *
 * A VM is one JSRuntime, an Env one JSContext. A JSVM_Value is a pointer to a slot of
 * the Env's handle stack; the slot owns one reference to its JSValue until the scope
 * that was open when it was made closes.
 *
 * Prefixes: OH_JSVM_ and JSVMX_ are the API, jsvm__ is shared between files, everything
 * else is static.
 */
#ifndef JSVM_INTERNAL_H
#define JSVM_INTERNAL_H

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The experimental declarations are part of the library whoever includes the header. */
#ifndef JSVM_EXPERIMENTAL
#define JSVM_EXPERIMENTAL
#endif
#include "ark_runtime/jsvmx.h"
#include "engine/engine.h"

/* ---- handle stack (scope.c) --------------------------------------------- */

struct JSVM_Value__ {
    JSValue value;
};

enum { JSVM_CHUNK_SLOTS = 255 };

/* The handle stack is a list of chunks, so that slots never move. */
typedef struct JSVMChunk {
    struct JSVMChunk *previous;
    struct JSVMChunk *next; /* NULL, or an empty chunk kept for reuse */
    struct JSVM_Value__ slots[JSVM_CHUNK_SLOTS];
} JSVMChunk;

/* A position in the handle stack: the next free slot. */
typedef struct {
    JSVMChunk *chunk;
    struct JSVM_Value__ *slot;
} JSVMPosition;

/* An open handle scope. Scopes of callbacks live on the C stack, the others are
 * allocated. */
struct JSVM_HandleScope__ {
    struct JSVM_HandleScope__ *parent;
    JSVMPosition start; /* where the handles of this scope begin */
    struct JSVM_Value__
        *escape_slot; /* of an escapable scope: its slot in the parent */
    bool escaped;
    struct JSVM_Script__ *scripts; /* compiled in this scope and not retained */
};

/* The two kinds of scope share their structure. */
static inline struct JSVM_HandleScope__ *
jsvm__plain_scope(JSVM_EscapableHandleScope scope)
{
    return (struct JSVM_HandleScope__ *)scope;
}

/* ---- VM ----------------------------------------------------------------- */

/* What objects can carry unseen, each under a key of the VM. */
typedef enum {
    JSVM_KEY_OF_WRAP,
    JSVM_KEY_OF_FINALIZERS,
    JSVM_KEY_OF_TYPE_TAG,
    JSVM_PRIVATE_KEYS,
} JSVMPrivateKey;

struct JSVM_VM__ {
    JSRuntime *rt;
    struct JSVM_VM__ *next_vm; /* in the list of all VMs (resources.c) */
    struct JSVM_Env__ *envs;

    /* Thread ownership: the thread of the outermost open VM scope (vm.c). */
    pthread_t owner;
    unsigned open_scopes;

    /* lock.c: whose lock it is, 0: nobody's. The Env is the owner's to read. */
    pthread_mutex_t lock;
    atomic_uintptr_t lock_owner;
    JSVM_Env locking_env;

    /* Entries into JS below one another, microtasks included; 0 = no JS runs. */
    unsigned depth;
    unsigned script_number; /* of the next script without a name */
    JSVM_MicrotaskPolicy microtask_policy;

    /* Limits (limits.c). */
    size_t memory_limit;               /* bytes, 0 = none */
    double time_limit;                 /* seconds, 0 = none */
    atomic_int stop_reason;            /* JSVMX_StopReason in force */
    JSVMX_StopReason last_stop_reason; /* a time limit's stop that is over */
    double
        deadline; /* monotonic seconds; 0 = none armed. Guarded by limits.c's mutex. */
    struct JSVM_VM__ *next_armed;

    JSClassID native_object_class; /* native_object.c; the same in every VM */

    /* gc.c */
    struct JSVMGCHandler *gc_handlers;
    bool gc_forced, in_gc_handlers;
    JSVM_HandlerForHeapThreshold heap_threshold_handler; /* NULL: there is none */
    uint64_t heap_threshold;                             /* bytes */
    void *heap_threshold_data;
    int64_t external_memory, external_at_collection; /* bytes told by the caller */

    /* holder.c: finalizers that wait for the next safe point, oldest first. */
    JSClassID holder_class; /* the same in every VM */
    struct JSVMHolder *due_holders, *last_due_holder;
    bool finalizing;

    JSValue private_keys[JSVM_PRIVATE_KEYS]; /* wrap.c; uninitialized until used */

    JSVM_HandlerForPromiseReject promise_reject_handler;
    JSVM_HandlerForFatalError fatal_handler;
    JSVMAsyncContext async_context; /* the engine points here once it is set */
};

/* ---- Env ---------------------------------------------------------------- */

struct JSVM_Env__ {
    JSVM_VM vm;
    JSContext *ctx;
    struct JSVM_Env__ *next_env; /* in vm->envs */

    /* Handle stack. `limit` is the end of the chunk, or equal to `top.slot` while
     * values of the scope closed last still wait for their release (see scope.c):
     * either way a push takes the slow path then. */
    JSVMPosition top;
    struct JSVM_Value__ *limit;
    JSVMPosition limbo_end; /* chunk NULL: nothing waits */
    struct JSVM_HandleScope__ root_scope;
    struct JSVM_HandleScope__ *scope;          /* innermost open scope */
    struct JSVM_HandleScope__ *callback_scope; /* of the running callback, or NULL */
    struct JSVM_HandleScope__ *free_scopes;    /* for reuse */
    size_t open_scopes;                        /* the caller's, not yet closed */

    /* Constants are always the same handles, which belong to no scope. */
    struct JSVM_Value__ undefined, null, booleans[2];

    /* Errors (error.c). `exception` is JS_UNINITIALIZED when none is pending. */
    JSVM_ExtendedErrorInfo last_error;
    char error_text[160]; /* a message made for one failure, else unused */
    JSValue exception;

    struct JSVM_Ref__ *references;
    struct JSVMHolder *holders; /* with a finalizer still to run, newest first */

    void *instance_data;
    JSVM_Finalize instance_finalizer;
    void *instance_hint;
    void *host_data;

    JSVMX_ModuleLoader loader; /* all NULL: there is none */
};

static inline JSVM_Env jsvm__env_of(JSContext *ctx)
{
    return JS_GetContextOpaque(ctx); /* NULL after OH_JSVM_DestroyEnv */
}

/* ---- errors (error.c) --------------------------------------------------- */

/* Stores the status as last error and returns it. */
JSVM_Status jsvm__fail(JSVM_Env env, JSVM_Status status);

/* As jsvm__fail with a message of its own instead of the status's fixed text. */
JSVM_Status jsvm__fail_with(JSVM_Env env, JSVM_Status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline JSVM_Status jsvm__ok(JSVM_Env env)
{
    env->last_error.errorCode = JSVM_OK;
    env->last_error.engineErrorCode = 0;
    env->last_error.errorMessage = NULL;
    return JSVM_OK;
}

static inline bool jsvm__is_exception_pending(JSVM_Env env)
{
    return JS_VALUE_GET_TAG(env->exception) != JS_TAG_UNINITIALIZED;
}

/* Fails with JSVM_GENERIC_FAILURE and the text "Out of memory". */
JSVM_Status jsvm__fail_no_memory(JSVM_Env env);

/* Moves the engine's exception into the Env, where it is pending, and fails with
 * status. */
JSVM_Status jsvm__fail_with_exception(JSVM_Env env, JSVM_Status status);

/* Drops the engine's exception and fails with status; the exception's message becomes
 * the text. For plain functions, which must not touch the exception that may be
 * pending. */
JSVM_Status jsvm__fail_quietly(JSVM_Env env, JSVM_Status status);

/* Throws in the engine and gives JS_EXCEPTION; unlike the engine's own functions it
 * keeps a long text whole. */
typedef enum { JSVM_TYPE_ERROR, JSVM_RANGE_ERROR } JSVMErrorKind;

JSValue jsvm__throw(JSContext *ctx, JSVMErrorKind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- entry checks: the first lines of every API function ---------------- */

#define JSVM_CHECK_ENV(env)                                                            \
    do {                                                                               \
        if ((env) == NULL)                                                             \
            return JSVM_INVALID_ARG;                                                   \
    } while (0)

/* Fails with status unless condition holds. */
#define JSVM_CHECK(env, condition, status)                                             \
    do {                                                                               \
        if (!(condition))                                                              \
            return jsvm__fail((env), (status));                                        \
    } while (0)

#define JSVM_CHECK_ARG(env, arg) JSVM_CHECK(env, (arg) != NULL, JSVM_INVALID_ARG)

/* Fails unless what was allocated is there; the text tells it from other failures. */
#define JSVM_CHECK_MEMORY(env, pointer)                                                \
    do {                                                                               \
        if ((pointer) == NULL)                                                         \
            return jsvm__fail_no_memory(env);                                          \
    } while (0)

/* Text of the caller: NULL only where the length is 0; JSVM_AUTO_LENGTH or up to
 * INT_MAX. */
#define JSVM_CHECK_TEXT(env, text, length)                                             \
    JSVM_CHECK(env,                                                                    \
               ((text) != NULL || (length) == 0) &&                                    \
                   ((length) == JSVM_AUTO_LENGTH || (length) <= INT_MAX),              \
               JSVM_INVALID_ARG)

/* A guarded function does nothing while an exception is pending. It brackets its work:
 *
 *     JSVM_ENTER(env);                      // returns when env is NULL or an exception
 * pends JSVM_CHECK_ARG(env, result);          // argument checks, then type checks
 *     ...
 *     if (ret < 0) return jsvm__fail_with_exception(env, JSVM_GENERIC_FAILURE);
 *     return jsvm__ok(env);
 *
 * What can run JS code (user code: getters, proxies, calls, ...) stands between
 * jsvm__begin_js and jsvm__end_js (execute.c), which count the depth, keep the stack
 * limit, the time limit and, at depth 0 under the AUTO policy, run the microtasks. */
#define JSVM_ENTER(env)                                                                \
    do {                                                                               \
        JSVM_CHECK_ENV(env);                                                           \
        if (jsvm__is_exception_pending(env))                                           \
            return jsvm__fail((env), JSVM_PENDING_EXCEPTION);                          \
        jsvm__ok(env);                                                                 \
    } while (0)

/* holder.c: the finalizers that are due. For safe points, where nothing of the engine's
 * is half done and no exception of its is on the way. */
void jsvm__run_finalizers_slow(JSVM_VM vm);

static inline void jsvm__run_finalizers(JSVM_VM vm)
{
    if (vm->due_holders)
        jsvm__run_finalizers_slow(vm);
}

void jsvm__arm_deadline(JSVM_VM vm); /* limits.c */
void jsvm__disarm_deadline(JSVM_VM vm);
void jsvm__end_outermost(JSVM_VM vm);

static inline void jsvm__begin_js(JSVM_VM vm)
{
    if (vm->depth++ > 0)
        return;
    /* The stack limit counts from the outermost entry, on whichever thread that is. */
    JS_UpdateStackTop(vm->rt);
    if (vm->time_limit > 0)
        jsvm__arm_deadline(vm);
}

static inline void jsvm__end_js(JSVM_VM vm)
{
    if (vm->depth == 1 &&
        (vm->time_limit > 0 || vm->due_holders || JS_IsJobPending(vm->rt)))
        jsvm__end_outermost(vm);
    vm->depth--;
}

/* Runs the microtasks of all Envs of the VM until none is left or a stop is requested.
 */
void jsvm__run_microtasks(JSVM_VM vm);

/* ---- handles (scope.c) -------------------------------------------------- */

struct JSVM_Value__ *jsvm__push_slow(JSVM_Env env);

/* Puts value, whose reference it takes over, into a new slot of the open scope. Returns
 * NULL and frees the value when there is no memory for a chunk. */
static inline JSVM_Value jsvm__push(JSVM_Env env, JSValue value)
{
    struct JSVM_Value__ *slot = env->top.slot;
    if (slot == env->limit) {
        slot = jsvm__push_slow(env);
        if (slot == NULL) {
            JS_FreeValue(env->ctx, value);
            return NULL;
        }
    }
    env->top.slot = slot + 1;
    slot->value = value;
    return slot;
}

/* The usual end of a function that makes a handle: value must not be an exception. */
static inline JSVM_Status jsvm__return_value(JSVM_Env env, JSValue value,
                                             JSVM_Value *result)
{
    *result = jsvm__push(env, value);
    JSVM_CHECK_MEMORY(env, *result);
    return jsvm__ok(env);
}

/* The end of a plain function that makes a value: as jsvm__return_value, but an
 * exception of the engine (no memory) is only a failure. */
static inline JSVM_Status jsvm__return_plain(JSVM_Env env, JSValue value,
                                             JSVM_Value *result)
{
    if (JS_IsException(value))
        return jsvm__fail_quietly(env, JSVM_GENERIC_FAILURE);
    return jsvm__return_value(env, value, result);
}

static inline JSValueConst jsvm__get(JSVM_Value handle)
{
    return handle->value;
}

/* JS_DupValue and JS_FreeValue are calls; most values need none. */
static inline JSValue jsvm__dup(JSContext *ctx, JSValueConst value)
{
    JSValue copy;

    if (JS_VALUE_HAS_REF_COUNT(value))
        return JS_DupValue(ctx, value);
    memcpy(&copy, &value,
           sizeof(copy)); /* where ownership is compiled, the types differ */
    return copy;
}

static inline void jsvm__free(JSRuntime *rt, JSValue value)
{
    if (JS_VALUE_HAS_REF_COUNT(value))
        JS_FreeValueRT(rt, value);
}

/* Releases the values of the scope closed last, if they still wait. */
void jsvm__release_limbo_slow(JSVM_Env env);

static inline void jsvm__release_limbo(JSVM_Env env)
{
    if (env->limbo_end.chunk != NULL)
        jsvm__release_limbo_slow(env);
}

/* Opens and closes a scope whose structure the caller provides (callbacks). */
static inline void jsvm__open_scope(JSVM_Env env, struct JSVM_HandleScope__ *scope)
{
    jsvm__release_limbo(env);
    scope->parent = env->scope;
    scope->start = env->top;
    scope->escape_slot = NULL;
    scope->escaped = false;
    scope->scripts = NULL;
    env->scope = scope;
}

void jsvm__close_scope_slow(JSVM_Env env, struct JSVM_HandleScope__ *scope);

static inline void jsvm__close_scope(JSVM_Env env, struct JSVM_HandleScope__ *scope)
{
    /* Most callbacks make no handle: nothing is to be released then. */
    if (env->scope == scope && env->top.slot == scope->start.slot &&
        env->limbo_end.chunk == NULL && scope->scripts == NULL)
        env->scope = scope->parent;
    else
        jsvm__close_scope_slow(env, scope);
}

bool jsvm__init_handles(JSVM_Env env);
void jsvm__free_handles(JSVM_Env env);

/* ---- life cycle pieces -------------------------------------------------- */

void jsvm__free_references(JSVM_Env env); /* reference.c */
void jsvm__free_scripts(JSVM_Env env, struct JSVM_HandleScope__ *scope); /* script.c */
/* Scripts of an escapable scope outlive it: they go to the enclosing scope. */
void jsvm__hand_scripts_up(JSVM_Env env, struct JSVM_HandleScope__ *scope);
void jsvm__release_lock(JSVM_Env env); /* lock.c; nothing if the Env has not taken it */
void jsvm__install_module_loader(JSVM_VM vm);   /* modules.c */
void jsvm__install_promise_tracker(JSVM_VM vm); /* promise.c */
int jsvm__register_native_objects(JSVM_VM vm);  /* native_object.c; -1: no memory */

/* ---- functions (function.c) --------------------------------------------- */

/* A new function object for an API callback; the struct must outlive it. name may be
 * NULL. */
JSValue jsvm__new_function(JSVM_Env env, const char *name, size_t length,
                           JSVM_Callback cb);

/* What stands between a call of JS and its callback: an open scope, and the exception
 * that pends behind it. */
typedef struct {
    struct JSVM_HandleScope__ scope, *outer;
} JSVMCallFrame;

static inline void jsvm__begin_callback(JSVM_Env env, JSVMCallFrame *frame)
{
    jsvm__open_scope(env, &frame->scope);
    frame->outer = env->callback_scope;
    env->callback_scope = &frame->scope;
    jsvm__ok(env);
}

/* Throws the exception that pends in the Env; result is freed. */
JSValue jsvm__throw_pending(JSVM_Env env, JSValue result);

/* Takes result over. */
static inline JSValue jsvm__end_callback(JSVM_Env env, JSVMCallFrame *frame,
                                         JSValue result)
{
    jsvm__close_scope(env, &frame->scope);
    env->callback_scope = frame->outer;
    jsvm__run_finalizers(env->vm);
    return jsvm__is_exception_pending(env) ? jsvm__throw_pending(env, result) : result;
}

/* ---- direct functions that may fail (fallible.c) ------------------------- */

typedef struct JSVMFallible JSVMFallible;

/* NULL without memory. Until it is adopted the data of `given` is still the caller's,
 * who then frees the copy. */
JSVMFallible *jsvm__copy_fallible(const JSVMX_Fallible *given);
void jsvm__adopt_fallible(const JSVMFallible *fallible);
void jsvm__drop_fallible(JSVMFallible *fallible);

/* Runs the thunk; when it fails, false and in *failure what the call gives. */
bool jsvm__run_fallible(JSContext *ctx, JSVMFallible *fallible,
                        const JSVMX_DirectValue *values, JSVMX_DirectValue *result,
                        JSValue *failure);

/* The instance of a construct call: an object with new.target's prototype. */
JSValue jsvm__make_instance(JSContext *ctx, JSValueConst new_target);

/* What a construct call gives: the result if that is an object, else the instance.
 * Takes both over. */
JSValue jsvm__choose_instance(JSContext *ctx, JSValue result, JSValue instance);

/* The property key of a descriptor: its name or utf8name. JS_ATOM_NULL with the last
 * error set when it is neither string nor symbol or there is no memory. */
JSAtom jsvm__descriptor_key(JSVM_Env env, const JSVM_PropertyDescriptor *descriptor,
                            JSVM_Status *status);

/* Defines what one descriptor says on target. */
JSVM_Status jsvm__define_property(JSVM_Env env, JSValueConst target,
                                  const JSVM_PropertyDescriptor *descriptor);

/* ---- references (reference.c) -------------------------------------------- */

struct JSVM_Ref__ {
    JSVM_Env env; /* NULL once the Env is gone */
    struct JSVM_Ref__ *next, *previous;
    JSValue value; /* strong: the value; weak: the engine's weak reference, or
                      uninitialized */
    uint32_t count;
    bool is_data; /* made from a JSVM_Data */
};

JSValue jsvm__weak_target(JSVM_Env env, JSVM_Ref ref);

/* What a reference refers to, to be freed; uninitialized when it is gone. */
static inline JSValue jsvm__target(JSVM_Env env, JSVM_Ref ref)
{
    return ref->count > 0 ? jsvm__dup(env->ctx, ref->value)
                          : jsvm__weak_target(env, ref);
}

/* ---- values without handles ---------------------------------------------- */

/* Uninitialized when it is gone or is data. */
static inline JSValue jsvm__value_behind(JSVM_Env env, JSVM_Ref ref)
{
    return ref->is_data ? JS_UNINITIALIZED : jsvm__target(env, ref);
}

/* The value, to be freed; an exception: no memory; uninitialized: as above. */
static inline JSValue jsvm__value_of(JSVM_Env env, const JSVMX_Given *given)
{
    switch (given->give) {
    case JSVMX_GIVE_NULL:
        return JS_NULL;
    case JSVMX_GIVE_BOOLEAN:
        return JS_NewBool(env->ctx, given->number != 0);
    case JSVMX_GIVE_NUMBER:
        return JS_NewNumber(env->ctx, given->number);
    case JSVMX_GIVE_LATIN1:
        return jsvm__engine_new_latin1(env->ctx, given->units, given->length);
    case JSVMX_GIVE_UTF16:
        return jsvm__engine_new_utf16(env->ctx, given->units, given->length);
    case JSVMX_GIVE_HANDLE:
        return jsvm__dup(env->ctx, jsvm__get(given->handle));
    case JSVMX_GIVE_REFERENCE:
        return jsvm__value_behind(env, given->reference);
    default:
        return JS_UNDEFINED;
    }
}

static inline bool jsvm__is_made(JSValueConst value)
{
    return !JS_IsException(value) && !JS_IsUninitialized(value);
}

/* ---- values at a glance (value_kind.c) ----------------------------------- */

/* JSVMX_ReadValue; false: no memory, and an exception in the engine. */
bool jsvm__read_counted(JSContext *ctx, JSValueConst value, JSVMX_Reading *result);

static inline bool jsvm__read(JSContext *ctx, JSValueConst value, JSVMX_Reading *result)
{
    switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_INT:
        result->kind = JSVMX_KIND_NUMBER;
        result->number = JS_VALUE_GET_INT(value);
        return true;
    case JS_TAG_FLOAT64:
        result->kind = JSVMX_KIND_NUMBER;
        result->number = JS_VALUE_GET_FLOAT64(value);
        return true;
    case JS_TAG_BOOL:
        result->kind = JSVMX_KIND_BOOLEAN;
        result->number = JS_VALUE_GET_BOOL(value);
        return true;
    case JS_TAG_NULL:
        result->kind = JSVMX_KIND_NULL;
        return true;
    case JS_TAG_UNDEFINED:
        result->kind = JSVMX_KIND_UNDEFINED;
        return true;
    default:
        return jsvm__read_counted(ctx, value, result);
    }
}

/* ---- garbage (gc.c) ------------------------------------------------------ */

typedef struct JSVMGCHandler JSVMGCHandler;

/* Frees all garbage and runs its finalizers; for safe points. `forced`: asked for. */
void jsvm__collect(JSVM_VM vm, bool forced);

void jsvm__free_gc_handlers(JSVM_VM vm);

/* The largest heap there can be: the VM's limit, else the machine's memory (info.c). */
size_t jsvm__heap_size_limit(JSVM_VM vm);

/* ---- holders (holder.c) ------------------------------------------------- */

typedef struct JSVMHolder JSVMHolder;

/* An object without prototype that holds data. finalize may be NULL. JS_EXCEPTION: no
 * memory, and finalize will not run. */
JSValue jsvm__new_holder(JSVM_Env env, void *data, JSVM_Finalize finalize, void *hint);

/* What is behind such an object; NULL: it is something else. */
JSVMHolder *jsvm__holder(JSVM_VM vm, JSValueConst value);

void *jsvm__held_data(const JSVMHolder *holder);
void jsvm__cancel_finalizer(JSVMHolder *holder);

int jsvm__register_holders(JSVM_VM vm);    /* -1: no memory */
void jsvm__finalize_holders(JSVM_Env env); /* all that are left of the Env */

void jsvm__init_private_keys(JSVM_VM vm); /* wrap.c */
void jsvm__free_private_keys(JSVM_VM vm);

/* ---- words for values (describe.c) -------------------------------------- */

/* JSVMX_DescribeValue. */
void jsvm__describe(JSContext *ctx, JSValueConst value, char *text, size_t size);

/* ---- objects (object.c) ------------------------------------------------- */

/* ToObject of a handle that is not NULL, to be freed. False for undefined and null,
 * with the TypeError pending and the last error JSVM_OBJECT_EXPECTED. */
bool jsvm__to_object(JSVM_Env env, JSVM_Value handle, JSValue *object);

/* ---- live resources (resources.c) --------------------------------------- */

typedef enum {
    JSVM_LIVE_REFERENCES,
    JSVM_LIVE_SCRIPTS,
    JSVM_LIVE_FINALIZERS, /* callbacks the library still owes */
    JSVM_LIVE_KINDS,
} JSVMLiveKind;

extern atomic_size_t jsvm__live[JSVM_LIVE_KINDS];

static inline void jsvm__count(JSVMLiveKind kind, int delta)
{
    atomic_fetch_add_explicit(&jsvm__live[kind], (size_t)delta, memory_order_relaxed);
}

void jsvm__register_vm(JSVM_VM vm);
void jsvm__unregister_vm(JSVM_VM vm);

#endif
