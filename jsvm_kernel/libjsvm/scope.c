/*
 * scope.c - the handle stack and handle scopes.
 *
 * Closing a scope takes its slots back at once, but the values in them wait ("limbo")
 * until the next scope opens or closes or the next handle is made: programs that read a
 * value just after they closed its scope work elsewhere and shall work here. While
 * values wait, `limit` equals `top.slot`, so that the next push comes through
 * jsvm__push_slow and releases them.
 */
#include "internal.h"

static struct JSVM_Value__ *chunk_end(JSVMChunk *chunk)
{
    return chunk->slots + JSVM_CHUNK_SLOTS;
}

/* Frees the values in [from, to) and empties their slots, so that a stale handle reads
 * undefined. Newest first. */
static void free_values(JSRuntime *rt, JSVMPosition from, JSVMPosition to)
{
    while (to.slot != from.slot) {
        if (to.slot == to.chunk->slots) {
            to.chunk = to.chunk->previous;
            to.slot = chunk_end(to.chunk);
            continue;
        }
        to.slot--;
        JSValue value = to.slot->value;
        to.slot->value = JS_UNDEFINED;
        jsvm__free(rt, value);
    }
}

/* Keeps at most one empty chunk behind the top. */
static void trim_chunks(JSVMChunk *chunk)
{
    JSVMChunk *spare = chunk->next;

    if (spare == NULL)
        return;
    while (spare->next) {
        JSVMChunk *next = spare->next;
        spare->next = next->next;
        free(next);
    }
}

void jsvm__release_limbo_slow(JSVM_Env env)
{
    JSVMPosition end = env->limbo_end;

    env->limbo_end.chunk = NULL;
    env->limit = chunk_end(env->top.chunk);
    /* Freeing may run finalizers that make handles; they would overwrite slots that are
     * still to be freed, so the values are freed with the top above them. */
    JSVMPosition start = env->top;
    env->top = end;
    env->limit = chunk_end(end.chunk);
    free_values(env->vm->rt, start, end);
    env->top = start;
    env->limit = chunk_end(start.chunk);
    trim_chunks(start.chunk);
}

struct JSVM_Value__ *jsvm__push_slow(JSVM_Env env)
{
    JSVMChunk *chunk;

    jsvm__release_limbo(env);
    if (env->top.slot != chunk_end(env->top.chunk))
        return env->top.slot;
    chunk = env->top.chunk->next;
    if (chunk == NULL) {
        chunk = malloc(sizeof(*chunk));
        if (chunk == NULL)
            return NULL;
        chunk->previous = env->top.chunk;
        chunk->next = NULL;
        env->top.chunk->next = chunk;
    }
    env->top.chunk = chunk;
    env->top.slot = chunk->slots;
    env->limit = chunk_end(chunk);
    return env->top.slot;
}

bool jsvm__init_handles(JSVM_Env env)
{
    JSVMChunk *chunk = malloc(sizeof(*chunk));

    if (chunk == NULL)
        return false;
    chunk->previous = NULL;
    chunk->next = NULL;
    env->top = (JSVMPosition){ chunk, chunk->slots };
    env->limit = chunk_end(chunk);
    env->root_scope.start = env->top;
    env->scope = &env->root_scope;
    env->undefined.value = JS_UNDEFINED;
    env->null.value = JS_NULL;
    env->booleans[false].value = JS_FALSE;
    env->booleans[true].value = JS_TRUE;
    return true;
}

/* Gives an allocated scope back for reuse. */
static void recycle_scope(JSVM_Env env, struct JSVM_HandleScope__ *scope)
{
    scope->parent = env->free_scopes;
    env->free_scopes = scope;
    env->open_scopes--;
}

/* Closes `scope` and every scope that was opened in it and left open. The values go at
 * once: a callback's scope has no reader behind it. */
void jsvm__close_scope_slow(JSVM_Env env, struct JSVM_HandleScope__ *scope)
{
    JSVMPosition end;

    jsvm__release_limbo(env);
    end = env->top;
    while (env->scope != scope) {
        struct JSVM_HandleScope__ *left_open = env->scope;
        jsvm__free_scripts(env, left_open);
        env->scope = left_open->parent;
        recycle_scope(env, left_open);
    }
    if (scope->scripts)
        jsvm__free_scripts(env, scope);
    free_values(env->vm->rt, scope->start, end);
    env->scope = scope->parent;
    env->top = scope->start;
    env->limit = chunk_end(scope->start.chunk);
    trim_chunks(scope->start.chunk);
}

void jsvm__free_handles(JSVM_Env env)
{
    JSVMChunk *chunk;

    jsvm__close_scope(env, &env->root_scope);
    chunk = env->top.chunk;
    while (chunk->previous)
        chunk = chunk->previous;
    while (chunk) {
        JSVMChunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    while (env->free_scopes) {
        struct JSVM_HandleScope__ *next = env->free_scopes->parent;
        free(env->free_scopes);
        env->free_scopes = next;
    }
}

static struct JSVM_HandleScope__ *new_scope(JSVM_Env env)
{
    struct JSVM_HandleScope__ *scope = env->free_scopes;

    if (scope)
        env->free_scopes = scope->parent;
    else
        scope = malloc(sizeof(*scope));
    if (scope) {
        jsvm__open_scope(env, scope);
        env->open_scopes++;
    }
    return scope;
}

/* Whether the innermost scope is one that the caller opened: not the root scope, and
 * not the scope of the native callback that is running. */
static bool is_callers_scope(JSVM_Env env, struct JSVM_HandleScope__ *scope)
{
    return scope != &env->root_scope && scope != env->callback_scope;
}

/* Closes the innermost scope, whichever is named: only the number of open scopes is
 * verified. Its values wait in limbo. */
static JSVM_Status close_innermost(JSVM_Env env, bool free_scripts)
{
    struct JSVM_HandleScope__ *scope = env->scope;

    if (!is_callers_scope(env, scope))
        return JSVM_HANDLE_SCOPE_MISMATCH;
    jsvm__release_limbo(env);
    if (free_scripts)
        jsvm__free_scripts(env, scope);
    else
        jsvm__hand_scripts_up(env, scope);
    if (env->top.slot != scope->start.slot) {
        env->limbo_end = env->top;
        env->top = scope->start;
        env->limit = env->top.slot;
    }
    env->scope = scope->parent;
    recycle_scope(env, scope);
    jsvm__run_finalizers(env->vm);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_OpenHandleScope(JSVM_Env env, JSVM_HandleScope *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    jsvm__release_limbo(env);
    jsvm__run_finalizers(env->vm);
    *result = new_scope(env);
    JSVM_CHECK_MEMORY(env, *result);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_CloseHandleScope(JSVM_Env env, JSVM_HandleScope scope)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, scope);
    return close_innermost(env, true);
}

JSVM_Status OH_JSVM_OpenEscapableHandleScope(JSVM_Env env,
                                             JSVM_EscapableHandleScope *result)
{
    struct JSVM_HandleScope__ *scope;
    JSVM_Value slot;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    /* The slot that will hold the escaped value belongs to the enclosing scope. */
    slot = jsvm__push(env, JS_UNDEFINED);
    scope = slot ? new_scope(env) : NULL;
    JSVM_CHECK_MEMORY(env, scope);
    scope->escape_slot = slot;
    *result = (JSVM_EscapableHandleScope)scope;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_CloseEscapableHandleScope(JSVM_Env env,
                                              JSVM_EscapableHandleScope scope)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, scope);
    return close_innermost(env, false);
}

JSVM_Status OH_JSVM_EscapeHandle(JSVM_Env env, JSVM_EscapableHandleScope scope,
                                 JSVM_Value escapee, JSVM_Value *result)
{
    struct JSVM_HandleScope__ *open;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, scope);
    JSVM_CHECK_ARG(env, escapee);
    JSVM_CHECK_ARG(env, result);
    open = env->scope;
    while (open && open != jsvm__plain_scope(scope))
        open = open->parent;
    JSVM_CHECK(env, open != NULL && open->escape_slot != NULL, JSVM_INVALID_ARG);
    JSVM_CHECK(env, !open->escaped, JSVM_ESCAPE_CALLED_TWICE);
    open->escaped = true;
    open->escape_slot->value = JS_DupValue(env->ctx, jsvm__get(escapee));
    *result = open->escape_slot;
    return jsvm__ok(env);
}
