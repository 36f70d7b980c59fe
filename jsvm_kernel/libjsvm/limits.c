/*
 * limits.c - memory, stack and time limits; the stop button.
 *
 * Time limits need somebody who watches the clock: one thread for all VMs, started with
 * the first limit, that sleeps until the earliest deadline and then presses the stop
 * button.
 */
#include "internal.h"

#include <errno.h>
#include <math.h>
#include <time.h>

JSVM_Status JSVMX_SetMemoryLimit(JSVM_VM vm, size_t bytes)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    vm->memory_limit = bytes;
    JS_SetMemoryLimit(vm->rt, bytes);
    return JSVM_OK;
}

JSVM_Status JSVMX_SetStackSize(JSVM_VM vm, size_t bytes)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    JS_SetMaxStackSize(vm->rt, bytes);
    return JSVM_OK;
}

/* ---- the stop button ---------------------------------------------------- */

JSVM_Status JSVMX_RequestStop(JSVM_VM vm)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    atomic_store(&vm->stop_reason, JSVMX_STOP_REQUESTED);
    jsvm__engine_request_stop(vm->rt);
    return JSVM_OK;
}

JSVM_Status JSVMX_ClearStop(JSVM_VM vm)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    jsvm__engine_clear_stop(vm->rt);
    jsvm__engine_drop_stop_stack(vm->rt);
    atomic_store(&vm->stop_reason, JSVMX_STOP_NONE);
    vm->last_stop_reason = JSVMX_STOP_NONE;
    return JSVM_OK;
}

JSVM_Status JSVMX_GetStopReason(JSVM_VM vm, JSVMX_StopReason *result)
{
    if (vm == NULL || result == NULL)
        return JSVM_INVALID_ARG;
    *result = (JSVMX_StopReason)atomic_load(&vm->stop_reason);
    if (*result == JSVMX_STOP_NONE)
        *result = vm->last_stop_reason;
    return JSVM_OK;
}

JSVM_Status JSVMX_GetStopStack(JSVM_VM vm, const char **result)
{
    if (vm == NULL || result == NULL)
        return JSVM_INVALID_ARG;
    *result = jsvm__engine_stop_stack(vm->rt);
    return JSVM_OK;
}

/* ---- time limits -------------------------------------------------------- */

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool running;
    JSVM_VM armed; /* list of VMs with a deadline */
} watchdog = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static double monotonic_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Stops every VM whose time is over; gives the earliest deadline left, 0 if none. */
static double stop_overdue(void)
{
    double now = monotonic_seconds(), earliest = 0;
    JSVM_VM *link = &watchdog.armed;

    while (*link) {
        JSVM_VM vm = *link;
        if (vm->deadline <= now) {
            int none = JSVMX_STOP_NONE;
            *link = vm->next_armed;
            vm->deadline = 0;
            atomic_compare_exchange_strong(&vm->stop_reason, &none,
                                           JSVMX_STOP_TIME_LIMIT);
            jsvm__engine_request_stop(vm->rt);
        } else {
            if (earliest == 0 || vm->deadline < earliest)
                earliest = vm->deadline;
            link = &vm->next_armed;
        }
    }
    return earliest;
}

static void *watch(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&watchdog.mutex);
    for (;;) {
        double deadline = stop_overdue();
        if (deadline == 0) {
            pthread_cond_wait(&watchdog.changed, &watchdog.mutex);
        } else {
            struct timespec until;
            until.tv_sec = (time_t)deadline;
            until.tv_nsec = (long)((deadline - floor(deadline)) * 1e9);
            pthread_cond_timedwait(&watchdog.changed, &watchdog.mutex, &until);
        }
    }
    return NULL;
}

/* In a forked child the watchdog thread does not exist, and its mutex may be held for
 * ever. */
static void reset_in_child(void)
{
    pthread_mutex_init(&watchdog.mutex, NULL);
    watchdog.running = false;
}

static bool start_watchdog(void)
{
    static bool prepared = false;
    pthread_condattr_t clock;
    pthread_attr_t detached;
    pthread_t thread;
    bool started;

    if (!prepared) {
        if (pthread_atfork(NULL, NULL, reset_in_child) != 0)
            return false;
        prepared = true;
    }
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&watchdog.changed, &clock);
    pthread_condattr_destroy(&clock);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    started = pthread_create(&thread, &detached, watch, NULL) == 0;
    pthread_attr_destroy(&detached);
    return started;
}

JSVM_Status JSVMX_SetTimeLimit(JSVM_VM vm, double seconds)
{
    bool running;

    if (vm == NULL || !(seconds >= 0) || seconds > 1e9)
        return JSVM_INVALID_ARG;
    if (vm->depth > 0)
        return JSVM_GENERIC_FAILURE; /* the limit of a running entry is set */
    if (seconds > 0) {
        pthread_mutex_lock(&watchdog.mutex);
        running = watchdog.running = watchdog.running || start_watchdog();
        pthread_mutex_unlock(&watchdog.mutex);
        if (!running)
            return JSVM_GENERIC_FAILURE;
    }
    vm->time_limit = seconds;
    return JSVM_OK;
}

void jsvm__arm_deadline(JSVM_VM vm)
{
    vm->last_stop_reason = JSVMX_STOP_NONE;
    jsvm__engine_drop_stop_stack(vm->rt);
    pthread_mutex_lock(&watchdog.mutex);
    if (!watchdog.running) /* a forked child */
        watchdog.running = start_watchdog();
    vm->deadline = monotonic_seconds() + vm->time_limit;
    vm->next_armed = watchdog.armed;
    watchdog.armed = vm;
    pthread_cond_signal(&watchdog.changed);
    pthread_mutex_unlock(&watchdog.mutex);
}

void jsvm__disarm_deadline(JSVM_VM vm)
{
    int over = JSVMX_STOP_TIME_LIMIT;

    pthread_mutex_lock(&watchdog.mutex);
    if (vm->deadline != 0) {
        JSVM_VM *link = &watchdog.armed;
        while (*link != vm)
            link = &(*link)->next_armed;
        *link = vm->next_armed;
        vm->deadline = 0;
    }
    pthread_mutex_unlock(&watchdog.mutex);
    /* A stop by the clock ends with the entry it stopped; one by a caller stays. */
    if (atomic_compare_exchange_strong(&vm->stop_reason, &over, JSVMX_STOP_NONE)) {
        vm->last_stop_reason = JSVMX_STOP_TIME_LIMIT;
        jsvm__engine_clear_stop(vm->rt);
    }
}
