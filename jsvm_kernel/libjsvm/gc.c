/*
 * gc.c - garbage collection: asking for it, handlers around it, memory the engine does
 * not see.
 *
 * The engine frees what is not in a cycle at once; what the API calls a collection is
 * its search for cycles, the one kind of collection there is:
 * JSVM_GC_TYPE_MARK_SWEEP_COMPACT.
 */
#include "internal.h"

struct JSVMGCHandler {
    JSVM_CBTriggerTimeForGC time;
    JSVM_HandlerForGC handler; /* NULL: removed while handlers run */
    JSVM_GCType types;
    void *data;
    JSVMGCHandler *next;
};

/* Bytes of external memory that have to be added for a collection of their own. */
static const uint64_t EXTERNAL_STEP = (uint64_t)64 << 20;

void jsvm__collect(JSVM_VM vm, bool forced)
{
    bool outer;

    for (JSVM_Env env = vm->envs; env; env = env->next_env)
        jsvm__release_limbo(env);
    outer = vm->gc_forced;
    vm->gc_forced = forced;
    JS_RunGC(vm->rt);
    vm->gc_forced = outer;
    vm->external_at_collection = vm->external_memory;
    jsvm__run_finalizers(vm);
}

JSVM_Status JSVMX_CollectGarbage(JSVM_VM vm)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    jsvm__collect(vm, true);
    return JSVM_OK;
}

JSVM_Status OH_JSVM_MemoryPressureNotification(JSVM_Env env,
                                               JSVM_MemoryPressureLevel level)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK(env,
               level >= JSVM_MEMORY_PRESSURE_LEVEL_NONE &&
                   level <= JSVM_MEMORY_PRESSURE_LEVEL_LOW_MEMORY,
               JSVM_INVALID_ARG);
    /* A moderate pressure asks for an earlier collection; what is not in a cycle is
     * gone already, so there is nothing to hurry. */
    if (level >= JSVM_MEMORY_PRESSURE_LEVEL_CRITICAL)
        jsvm__collect(env->vm, true);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_AdjustExternalMemory(JSVM_Env env, int64_t changeInBytes,
                                         int64_t *result)
{
    JSVM_VM vm;

    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    vm = env->vm;
    if (__builtin_add_overflow(vm->external_memory, changeInBytes,
                               &vm->external_memory))
        vm->external_memory = changeInBytes > 0 ? INT64_MAX : INT64_MIN;
    if (vm->external_memory > vm->external_at_collection &&
        (uint64_t)vm->external_memory - (uint64_t)vm->external_at_collection >
            EXTERNAL_STEP)
        jsvm__collect(vm, false);
    *result = vm->external_memory;
    return jsvm__ok(env);
}

/* ---- handlers ----------------------------------------------------------- */

static void sweep_removed(JSVM_VM vm)
{
    JSVMGCHandler **link = &vm->gc_handlers;

    while (*link) {
        JSVMGCHandler *entry = *link;
        if (entry->handler) {
            link = &entry->next;
        } else {
            *link = entry->next;
            free(entry);
        }
    }
}

static void check_threshold(JSVM_VM vm)
{
    if (vm->heap_threshold_handler &&
        jsvm__engine_heap_size(vm->rt) >= vm->heap_threshold)
        vm->heap_threshold_handler(vm, vm->heap_threshold, vm->heap_threshold_data);
}

/* The engine's hook. A collection that a handler asks for has no handlers. */
static void around_collection(JSRuntime *rt, bool after)
{
    JSVM_VM vm = JS_GetRuntimeOpaque(rt);
    JSVM_CBTriggerTimeForGC time =
        after ? JSVM_CB_TRIGGER_AFTER_GC : JSVM_CB_TRIGGER_BEFORE_GC;
    JSVM_GCCallbackFlags flags =
        vm->gc_forced ? JSVM_GC_CALLBACK_FORCED : JSVM_NO_GC_CALLBACK_FLAGS;
    JSVMGCHandler *entry;

    if (vm->in_gc_handlers)
        return;
    vm->in_gc_handlers = true;
    if (!after)
        check_threshold(vm);
    for (entry = vm->gc_handlers; entry; entry = entry->next) {
        if (entry->handler && entry->time == time &&
            (entry->types & JSVM_GC_TYPE_MARK_SWEEP_COMPACT))
            entry->handler(vm, JSVM_GC_TYPE_MARK_SWEEP_COMPACT, flags, entry->data);
    }
    vm->in_gc_handlers = false;
    sweep_removed(vm);
}

/* The engine asks nobody while nobody wants to know. */
static void update_hook(JSVM_VM vm)
{
    bool wanted = vm->gc_handlers || vm->heap_threshold_handler;

    jsvm__engine_set_gc_hook(vm->rt, wanted ? around_collection : NULL);
}

static JSVMGCHandler *find_handler(JSVM_VM vm, JSVM_CBTriggerTimeForGC time,
                                   JSVM_HandlerForGC handler, void *data)
{
    JSVMGCHandler *entry = vm->gc_handlers;

    while (entry &&
           !(entry->time == time && entry->handler == handler && entry->data == data))
        entry = entry->next;
    return entry;
}

static bool is_time(JSVM_CBTriggerTimeForGC time)
{
    return time == JSVM_CB_TRIGGER_BEFORE_GC || time == JSVM_CB_TRIGGER_AFTER_GC;
}

JSVM_Status OH_JSVM_AddHandlerForGC(JSVM_VM vm, JSVM_CBTriggerTimeForGC triggerTime,
                                    JSVM_HandlerForGC handler, JSVM_GCType gcType,
                                    void *userData)
{
    JSVMGCHandler *entry;

    if (vm == NULL || handler == NULL || !is_time(triggerTime) ||
        find_handler(vm, triggerTime, handler, userData))
        return JSVM_INVALID_ARG;
    entry = malloc(sizeof(*entry));
    if (entry == NULL)
        return JSVM_GENERIC_FAILURE;
    *entry = (JSVMGCHandler){ triggerTime, handler, gcType, userData, vm->gc_handlers };
    vm->gc_handlers = entry;
    update_hook(vm);
    return JSVM_OK;
}

JSVM_Status OH_JSVM_RemoveHandlerForGC(JSVM_VM vm, JSVM_CBTriggerTimeForGC triggerTime,
                                       JSVM_HandlerForGC handler, void *userData)
{
    JSVMGCHandler *entry;

    if (vm == NULL || handler == NULL)
        return JSVM_INVALID_ARG;
    entry = find_handler(vm, triggerTime, handler, userData);
    if (entry == NULL)
        return JSVM_INVALID_ARG;
    entry->handler = NULL;
    if (!vm->in_gc_handlers)
        sweep_removed(vm);
    update_hook(vm);
    return JSVM_OK;
}

/* ---- heap threshold ----------------------------------------------------- */

JSVM_Status OH_JSVM_SetHeapThresholdCallback(JSVM_VM vm, uint64_t threshold,
                                             JSVM_HandlerForHeapThreshold callback,
                                             void *data)
{
    if (vm == NULL || callback == NULL || threshold == 0 ||
        threshold > jsvm__heap_size_limit(vm) || vm->heap_threshold_handler)
        return JSVM_INVALID_ARG;
    vm->heap_threshold = threshold;
    vm->heap_threshold_handler = callback;
    vm->heap_threshold_data = data;
    update_hook(vm);
    return JSVM_OK;
}

JSVM_Status OH_JSVM_ClearHeapThresholdCallback(JSVM_VM vm, uint64_t threshold,
                                               JSVM_HandlerForHeapThreshold callback,
                                               void *data)
{
    if (vm == NULL || callback == NULL || vm->heap_threshold_handler != callback ||
        vm->heap_threshold != threshold || vm->heap_threshold_data != data)
        return JSVM_INVALID_ARG;
    vm->heap_threshold_handler = NULL;
    update_hook(vm);
    return JSVM_OK;
}

void jsvm__free_gc_handlers(JSVM_VM vm)
{
    jsvm__engine_set_gc_hook(vm->rt, NULL);
    for (JSVMGCHandler *entry = vm->gc_handlers; entry; entry = entry->next)
        entry->handler = NULL;
    sweep_removed(vm);
}
