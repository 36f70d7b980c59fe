/* test_garbage.c - collections and their handlers, external memory, heap thresholds. */
#include "harness.h"

typedef struct {
    int before, after, flags;
    JSVM_GCType type;
    JSVM_VM vm;
} Seen;

static void note_before(JSVM_VM vm, JSVM_GCType type, JSVM_GCCallbackFlags flags,
                        void *data)
{
    Seen *seen = data;

    CHECK(seen->after == seen->before);
    seen->before++;
    seen->vm = vm;
    seen->type = type;
    seen->flags = flags;
}

static void note_after(JSVM_VM vm, JSVM_GCType type, JSVM_GCCallbackFlags flags,
                       void *data)
{
    Seen *seen = data;

    (void)vm, (void)type, (void)flags;
    seen->after++;
    CHECK(seen->after == seen->before);
}

static JSVM_VM vm_of(JSVM_Env env)
{
    JSVM_VM vm;

    OK(OH_JSVM_GetVM(env, &vm));
    return vm;
}

#define CRITICAL JSVM_MEMORY_PRESSURE_LEVEL_CRITICAL

/* ---- pressure ------------------------------------------------------------ */

static void count_finalizer(JSVM_Env env, void *data, void *hint)
{
    (void)env, (void)hint;
    ++*(int *)data;
}

TEST(pressure_frees_cycles_and_has_run_their_finalizers)
{
    const JSVM_MemoryPressureLevel levels[] = { CRITICAL,
                                                JSVM_MEMORY_PRESSURE_LEVEL_LOW_MEMORY };
    JSVM_HandleScope scope;
    JSVM_Value object;
    int calls = 0;

    for (int i = 0; i < 2; i++) {
        OK(OH_JSVM_OpenHandleScope(env, &scope));
        object = run(env, "(() => { const a = {}; a.self = a; return a })()");
        OK(OH_JSVM_AddFinalizer(env, object, &calls, count_finalizer, NULL, NULL));
        OK(OH_JSVM_CloseHandleScope(env, scope));
        OK(OH_JSVM_MemoryPressureNotification(env, JSVM_MEMORY_PRESSURE_LEVEL_NONE));
        OK(OH_JSVM_MemoryPressureNotification(env,
                                              JSVM_MEMORY_PRESSURE_LEVEL_MODERATE));
        CHECK(calls == i);
        OK(OH_JSVM_MemoryPressureNotification(env, levels[i]));
        CHECK(calls == i + 1);
    }
}

TEST(pressure_can_be_told_while_an_exception_is_pending)
{
    OK(OH_JSVM_ThrowRangeError(env, NULL, "pending"));
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    THROWN("RangeError");
}

TEST(pressure_has_four_levels)
{
    CHECK(OH_JSVM_MemoryPressureNotification(NULL, CRITICAL) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG,
           OH_JSVM_MemoryPressureNotification(env, (JSVM_MemoryPressureLevel)4));
}

/* ---- handlers ------------------------------------------------------------ */

TEST(handlers_run_before_and_after_a_collection_that_is_asked_for)
{
    JSVM_VM vm = vm_of(env);
    Seen seen = { .before = 0 };

    CHECK(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                  JSVM_GC_TYPE_ALL, &seen) == JSVM_OK);
    CHECK(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_AFTER_GC, note_after,
                                  JSVM_GC_TYPE_MARK_SWEEP_COMPACT, &seen) == JSVM_OK);
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    CHECK(seen.before == 1 && seen.after == 1 && seen.vm == vm);
    CHECK(seen.type == JSVM_GC_TYPE_MARK_SWEEP_COMPACT);
    CHECK(seen.flags == JSVM_GC_CALLBACK_FORCED);
    CHECK(OH_JSVM_RemoveHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                     &seen) == JSVM_OK);
    CHECK(OH_JSVM_RemoveHandlerForGC(vm, JSVM_CB_TRIGGER_AFTER_GC, note_after, &seen) ==
          JSVM_OK);
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    CHECK(seen.before == 1 && seen.after == 1);
}

TEST(handlers_run_when_the_engine_collects_by_itself)
{
    JSVM_VM vm = vm_of(env);
    Seen seen = { .before = 0 };

    CHECK(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                  JSVM_GC_TYPE_ALL, &seen) == JSVM_OK);
    CHECK(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_AFTER_GC, note_after,
                                  JSVM_GC_TYPE_ALL, &seen) == JSVM_OK);
    run(env, "for (let i = 0; i < 30000; i++) { const a = {}; a.self = a }");
    CHECK(seen.before > 0 && seen.after == seen.before);
    CHECK(seen.flags == JSVM_NO_GC_CALLBACK_FLAGS);
}

TEST(handlers_of_other_kinds_of_collection_do_not_run)
{
    Seen seen = { .before = 0 };

    CHECK(OH_JSVM_AddHandlerForGC(vm_of(env), JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                  JSVM_GC_TYPE_SCAVENGE, &seen) == JSVM_OK);
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    CHECK(seen.before == 0);
}

TEST(a_handler_is_registered_once_per_time_and_data)
{
    JSVM_VM vm = vm_of(env);
    Seen one = { .before = 0 }, two = { .before = 0 };

    CHECK(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                  JSVM_GC_TYPE_ALL, &one) == JSVM_OK);
    CHECK(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                  JSVM_GC_TYPE_SCAVENGE, &one) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                  JSVM_GC_TYPE_ALL, &two) == JSVM_OK);
    CHECK(OH_JSVM_RemoveHandlerForGC(vm, JSVM_CB_TRIGGER_AFTER_GC, note_before, &one) ==
          JSVM_INVALID_ARG);
    CHECK(OH_JSVM_RemoveHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                     &one) == JSVM_OK);
    CHECK(OH_JSVM_RemoveHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                     &one) == JSVM_INVALID_ARG);
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    CHECK(one.before == 0 && two.before == 1);
}

TEST(adding_handlers_checks_the_arguments)
{
    JSVM_VM vm = vm_of(env);

    CHECK(OH_JSVM_AddHandlerForGC(NULL, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                  JSVM_GC_TYPE_ALL, NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, NULL, JSVM_GC_TYPE_ALL,
                                  NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_AddHandlerForGC(vm, (JSVM_CBTriggerTimeForGC)2, note_before,
                                  JSVM_GC_TYPE_ALL, NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_RemoveHandlerForGC(NULL, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                     NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_RemoveHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, NULL, NULL) ==
          JSVM_INVALID_ARG);
}

static int collections_inside;

static void collect_and_remove(JSVM_VM vm, JSVM_GCType type, JSVM_GCCallbackFlags flags,
                               void *data)
{
    JSVM_Env env = data;

    (void)type, (void)flags;
    collections_inside++;
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL)); /* without handlers */
    CHECK(OH_JSVM_RemoveHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, collect_and_remove,
                                     data) == JSVM_OK);
}

TEST(a_handler_may_collect_and_remove_itself)
{
    JSVM_VM vm = vm_of(env);

    collections_inside = 0;
    CHECK(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, collect_and_remove,
                                  JSVM_GC_TYPE_ALL, env) == JSVM_OK);
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    CHECK(collections_inside == 1);
}

/* ---- external memory ----------------------------------------------------- */

TEST(external_memory_is_summed_per_vm)
{
    JSVM_HeapStatistics before, after;
    int64_t total = -1;

    CHECK(OH_JSVM_GetHeapStatistics(vm_of(env), &before) == JSVM_OK);
    OK(OH_JSVM_AdjustExternalMemory(env, 1000, &total));
    CHECK(total == 1000);
    CHECK(OH_JSVM_GetHeapStatistics(vm_of(env), &after) == JSVM_OK);
    CHECK(after.externalMemory == before.externalMemory + 1000);
    OK(OH_JSVM_AdjustExternalMemory(env, -400, &total));
    CHECK(total == 600);
    OK(OH_JSVM_AdjustExternalMemory(env, INT64_MAX, &total));
    CHECK(total == INT64_MAX);
    OK(OH_JSVM_AdjustExternalMemory(env, 0, &total));
    CHECK(total == INT64_MAX);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_AdjustExternalMemory(env, 1, NULL));
    CHECK(OH_JSVM_AdjustExternalMemory(NULL, 1, &total) == JSVM_INVALID_ARG);
}

TEST(much_external_memory_asks_for_a_collection)
{
    Seen seen = { .before = 0 };
    int64_t total;

    CHECK(OH_JSVM_AddHandlerForGC(vm_of(env), JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                  JSVM_GC_TYPE_ALL, &seen) == JSVM_OK);
    OK(OH_JSVM_AdjustExternalMemory(env, 1 << 20, &total));
    CHECK(seen.before == 0);
    OK(OH_JSVM_AdjustExternalMemory(env, 100 << 20, &total));
    CHECK(seen.before == 1 && seen.flags == JSVM_NO_GC_CALLBACK_FLAGS);
    seen.after = seen.before;
    OK(OH_JSVM_AdjustExternalMemory(env, 1 << 20, &total));
    CHECK(seen.before == 1);
}

/* ---- heap thresholds ----------------------------------------------------- */

static int thresholds_passed;

static void pass_threshold(JSVM_VM vm, uint64_t threshold, void *data)
{
    JSVM_HeapStatistics statistics;

    thresholds_passed++;
    CHECK(threshold == 1);
    CHECK(OH_JSVM_GetHeapStatistics(vm, &statistics) == JSVM_OK);
    if (data)
        CHECK(OH_JSVM_ClearHeapThresholdCallback(vm, threshold, pass_threshold, data) ==
              JSVM_OK);
}

TEST(a_threshold_is_looked_at_when_garbage_is_collected)
{
    JSVM_VM vm = vm_of(env);

    thresholds_passed = 0;
    CHECK(OH_JSVM_SetHeapThresholdCallback(vm, 1, pass_threshold, NULL) == JSVM_OK);
    CHECK(thresholds_passed == 0);
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    CHECK(thresholds_passed == 2);
    CHECK(OH_JSVM_ClearHeapThresholdCallback(vm, 1, pass_threshold, NULL) == JSVM_OK);
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    CHECK(thresholds_passed == 2);
}

TEST(a_threshold_above_the_heap_is_not_passed)
{
    thresholds_passed = 0;
    CHECK(OH_JSVM_SetHeapThresholdCallback(vm_of(env), (uint64_t)1 << 30,
                                           pass_threshold, NULL) == JSVM_OK);
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    CHECK(thresholds_passed == 0);
}

TEST(a_threshold_callback_may_clear_itself)
{
    int data;

    thresholds_passed = 0;
    CHECK(OH_JSVM_SetHeapThresholdCallback(vm_of(env), 1, pass_threshold, &data) ==
          JSVM_OK);
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    OK(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    CHECK(thresholds_passed == 1);
}

TEST(a_vm_has_one_threshold_of_sensible_size)
{
    JSVM_HeapStatistics statistics;
    JSVM_VM vm = vm_of(env);
    int data;

    CHECK(OH_JSVM_GetHeapStatistics(vm, &statistics) == JSVM_OK);
    CHECK(OH_JSVM_SetHeapThresholdCallback(NULL, 1, pass_threshold, NULL) ==
          JSVM_INVALID_ARG);
    CHECK(OH_JSVM_SetHeapThresholdCallback(vm, 1, NULL, NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_SetHeapThresholdCallback(vm, 0, pass_threshold, NULL) ==
          JSVM_INVALID_ARG);
    CHECK(OH_JSVM_SetHeapThresholdCallback(vm, UINT64_MAX, pass_threshold, NULL) ==
          JSVM_INVALID_ARG);
    CHECK(OH_JSVM_SetHeapThresholdCallback(vm, statistics.heapSizeLimit + 1,
                                           pass_threshold, NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_SetHeapThresholdCallback(vm, statistics.heapSizeLimit, pass_threshold,
                                           NULL) == JSVM_OK);
    CHECK(OH_JSVM_SetHeapThresholdCallback(vm, 1, pass_threshold, NULL) ==
          JSVM_INVALID_ARG);
    CHECK(OH_JSVM_ClearHeapThresholdCallback(vm, 1, pass_threshold, NULL) ==
          JSVM_INVALID_ARG);
    CHECK(OH_JSVM_ClearHeapThresholdCallback(vm, statistics.heapSizeLimit,
                                             pass_threshold, &data) ==
          JSVM_INVALID_ARG);
    CHECK(OH_JSVM_ClearHeapThresholdCallback(vm, statistics.heapSizeLimit,
                                             pass_threshold, NULL) == JSVM_OK);
    CHECK(OH_JSVM_ClearHeapThresholdCallback(vm, statistics.heapSizeLimit,
                                             pass_threshold, NULL) == JSVM_INVALID_ARG);
}

SCENARIO(garbage_under_failing_allocations)
{
    static Seen seen;
    int64_t total;
    JSVM_VM vm;

    seen = (Seen){ .before = 0 };
    TRY(OH_JSVM_GetVM(env, &vm));
    TRY(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_BEFORE_GC, note_before,
                                JSVM_GC_TYPE_ALL, &seen));
    TRY(OH_JSVM_AddHandlerForGC(vm, JSVM_CB_TRIGGER_AFTER_GC, note_after,
                                JSVM_GC_TYPE_ALL, &seen));
    TRY(OH_JSVM_AdjustExternalMemory(env, 100 << 20, &total));
    TRY(OH_JSVM_MemoryPressureNotification(env, CRITICAL));
    return true;
}
