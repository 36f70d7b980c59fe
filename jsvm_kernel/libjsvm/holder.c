/*
 * holder.c - holders: the objects that keep a pointer of the caller's, and its
 * finalizer.
 *
 * An External value is a holder; wrapping an object hides a holder in it, and so does
 * adding a finalizer. A holder dies with what refers to it, perhaps in the midst of the
 * engine's work. Its finalizer, which may use the API, therefore waits in the VM's
 * queue for the next safe point (jsvm__run_finalizers), and nothing is allocated on the
 * way. What an Env has not finalized yet is finalized when it is destroyed.
 */
#include "internal.h"

struct JSVMHolder {
    void *data;
    JSVM_Env env; /* of the finalizer; NULL: there is none, or none any more */
    JSVM_Finalize finalize;
    void *hint;
    JSVMHolder **link, *next; /* in env->holders, or in the VM's queue (link unused) */
};

static void unlink_holder(JSVMHolder *holder)
{
    *holder->link = holder->next;
    if (holder->next)
        holder->next->link = holder->link;
}

static void finalize_object(JSRuntime *rt, JSValueConst object)
{
    JSVM_VM vm = JS_GetRuntimeOpaque(rt);
    JSVMHolder *holder = JS_GetOpaque(object, vm->holder_class);

    if (holder == NULL)
        return; /* it could not be made */
    if (holder->env == NULL) {
        free(holder);
        return;
    }
    unlink_holder(holder);
    holder->next = NULL;
    if (vm->due_holders)
        vm->last_due_holder->next = holder;
    else
        vm->due_holders = holder;
    vm->last_due_holder = holder;
}

static const JSClassDef holder_class = {
    .class_name = "External",
    .finalizer = finalize_object,
};

int jsvm__register_holders(JSVM_VM vm)
{
    JSClassID id = 0;

    vm->holder_class = JS_NewClassID(vm->rt, &id);
    return JS_NewClass(vm->rt, id, &holder_class);
}

JSVMHolder *jsvm__holder(JSVM_VM vm, JSValueConst value)
{
    return JS_GetOpaque(value, vm->holder_class);
}

void *jsvm__held_data(const JSVMHolder *holder)
{
    return holder->data;
}

JSValue jsvm__new_holder(JSVM_Env env, void *data, JSVM_Finalize finalize, void *hint)
{
    JSVMHolder *holder = malloc(sizeof(*holder));
    JSValue object;

    if (holder == NULL)
        return JS_ThrowOutOfMemory(env->ctx);
    object = JS_NewObjectProtoClass(env->ctx, JS_NULL, env->vm->holder_class);
    if (JS_IsException(object)) {
        free(holder);
        return object;
    }
    *holder = (JSVMHolder){ .data = data };
    if (finalize) {
        holder->env = env;
        holder->finalize = finalize;
        holder->hint = hint;
        holder->link = &env->holders;
        holder->next = env->holders;
        if (holder->next)
            holder->next->link = &holder->next;
        env->holders = holder;
        jsvm__count(JSVM_LIVE_FINALIZERS, 1);
    }
    JS_SetOpaque(object, holder);
    return object;
}

void jsvm__cancel_finalizer(JSVMHolder *holder)
{
    if (holder->env == NULL)
        return;
    unlink_holder(holder);
    holder->env = NULL;
    jsvm__count(JSVM_LIVE_FINALIZERS, -1);
}

/* Calls back in a scope of its own; a pending exception and the last error are as they
 * were afterwards. */
static void finalize_now(JSVM_Env env, JSVM_Finalize finalize, void *data, void *hint)
{
    JSValue exception = env->exception;
    JSVM_ExtendedErrorInfo last_error = env->last_error;
    struct JSVM_HandleScope__ scope;

    env->exception = JS_UNINITIALIZED;
    jsvm__open_scope(env, &scope);
    finalize(env, data, hint);
    jsvm__close_scope(env, &scope);
    JS_FreeValue(env->ctx, env->exception);
    env->exception = exception;
    env->last_error = last_error;
    jsvm__count(JSVM_LIVE_FINALIZERS, -1);
}

void jsvm__run_finalizers_slow(JSVM_VM vm)
{
    if (vm->finalizing)
        return; /* the one that runs now comes to the others */
    vm->finalizing = true;
    while (vm->due_holders) {
        JSVMHolder *holder = vm->due_holders;

        vm->due_holders = holder->next;
        finalize_now(holder->env, holder->finalize, holder->data, holder->hint);
        free(holder);
    }
    vm->finalizing = false;
}

void jsvm__finalize_holders(JSVM_Env env)
{
    jsvm__run_finalizers(env->vm);
    while (env->holders) {
        JSVMHolder *holder = env->holders;

        unlink_holder(holder);
        holder->env = NULL;
        finalize_now(env, holder->finalize, holder->data, holder->hint);
        jsvm__run_finalizers(env->vm);
    }
}
