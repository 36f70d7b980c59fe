/*
 * lock.c - the VM's lock, for programs whose threads take turns in one VM.
 *
 * It is a matter between the program's threads: no function of the API takes it by
 * itself. It does not count: a thread that has it may take it again, and gives it back
 * once.
 */
#include "internal.h"

/* Its address stands for the thread. */
static _Thread_local char this_thread;

static bool is_mine(JSVM_VM vm)
{
    return atomic_load(&vm->lock_owner) == (uintptr_t)&this_thread;
}

void jsvm__release_lock(JSVM_Env env)
{
    if (!is_mine(env->vm) || env->vm->locking_env != env)
        return;
    env->vm->locking_env = NULL;
    atomic_store(&env->vm->lock_owner, 0);
    pthread_mutex_unlock(&env->vm->lock);
}

JSVM_Status OH_JSVM_IsLocked(JSVM_Env env, bool *isLocked)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, isLocked);
    *isLocked = is_mine(env->vm);
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_AcquireLock(JSVM_Env env)
{
    JSVM_CHECK_ENV(env);
    if (!is_mine(env->vm)) {
        pthread_mutex_lock(&env->vm->lock);
        atomic_store(&env->vm->lock_owner, (uintptr_t)&this_thread);
        env->vm->locking_env = env;
    }
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_ReleaseLock(JSVM_Env env)
{
    JSVM_CHECK_ENV(env);
    jsvm__ok(env); /* while the Env is still this thread's to write to */
    jsvm__release_lock(env);
    return JSVM_OK;
}
