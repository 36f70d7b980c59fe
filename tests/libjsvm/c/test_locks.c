/* test_locks.c - the VM's lock. */
#include "harness.h"

#include <pthread.h>

static bool is_locked(JSVM_Env env)
{
    bool locked;

    OK(OH_JSVM_IsLocked(env, &locked));
    return locked;
}

TEST(a_lock_is_taken_and_given_back_once)
{
    CHECK(!is_locked(env));
    OK(OH_JSVM_ReleaseLock(env));
    OK(OH_JSVM_AcquireLock(env));
    OK(OH_JSVM_AcquireLock(env));
    CHECK(is_locked(env));
    OK(OH_JSVM_ReleaseLock(env));
    CHECK(!is_locked(env));
    OK(OH_JSVM_ReleaseLock(env));
}

TEST(lock_functions_check_their_arguments)
{
    bool locked;

    CHECK(OH_JSVM_IsLocked(NULL, &locked) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_AcquireLock(NULL) == JSVM_INVALID_ARG);
    CHECK(OH_JSVM_ReleaseLock(NULL) == JSVM_INVALID_ARG);
    EXPECT(JSVM_INVALID_ARG, OH_JSVM_IsLocked(env, NULL));
    OK(OH_JSVM_ThrowError(env, NULL, "pending"));
    OK(OH_JSVM_AcquireLock(env));
    CHECK(is_locked(env));
    OK(OH_JSVM_ReleaseLock(env));
    THROWN("Error");
}

TEST(an_env_gives_back_only_what_it_took)
{
    JSVM_Env other;
    JSVM_VM vm;

    OK(OH_JSVM_GetVM(env, &vm));
    CHECK(OH_JSVM_CreateEnv(vm, 0, NULL, &other) == JSVM_OK);
    OK(OH_JSVM_AcquireLock(env));
    CHECK(is_locked(env));
    CHECK(OH_JSVM_ReleaseLock(other) == JSVM_OK);
    CHECK(is_locked(env));
    OK(OH_JSVM_ReleaseLock(env));
    CHECK(OH_JSVM_AcquireLock(other) == JSVM_OK);
    CHECK(OH_JSVM_DestroyEnv(other) == JSVM_OK); /* gives it back */
    CHECK(!is_locked(env));
    OK(OH_JSVM_AcquireLock(env));
    OK(OH_JSVM_ReleaseLock(env));
}

static void *look_from_elsewhere(void *data)
{
    JSVM_Env env = data;

    CHECK(!is_locked(env));
    return NULL;
}

TEST(a_lock_is_its_threads)
{
    pthread_t thread;

    OK(OH_JSVM_AcquireLock(env));
    CHECK(pthread_create(&thread, NULL, look_from_elsewhere, env) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(is_locked(env));
    OK(OH_JSVM_ReleaseLock(env));
}

enum { THREADS = 4, TURNS = 50 };

static void *take_turns(void *data)
{
    JSVM_Env env = data;
    JSVM_HandleScope handles;
    JSVM_EnvScope env_scope;
    JSVM_VMScope vm_scope;
    JSVM_VM vm;

    for (int i = 0; i < TURNS; i++) {
        OK(OH_JSVM_AcquireLock(env));
        OK(OH_JSVM_GetVM(env, &vm));
        CHECK(OH_JSVM_OpenVMScope(vm, &vm_scope) == JSVM_OK);
        OK(OH_JSVM_OpenEnvScope(env, &env_scope));
        OK(OH_JSVM_OpenHandleScope(env, &handles));
        run(env, "turns.push({ n: turns.length, text: `turn ${turns.length}` })");
        OK(OH_JSVM_CloseHandleScope(env, handles));
        OK(OH_JSVM_CloseEnvScope(env, env_scope));
        CHECK(OH_JSVM_CloseVMScope(vm, vm_scope) == JSVM_OK);
        OK(OH_JSVM_ReleaseLock(env));
    }
    return NULL;
}

TEST(threads_take_turns_in_one_env)
{
    pthread_t threads[THREADS];

    run(env, "globalThis.turns = []");
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, take_turns, env) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(double_of(env, run(env, "turns.length")) == THREADS * TURNS);
    CHECK(holds(env, "turns.every((turn, i) => turn.n === i)"));
}
