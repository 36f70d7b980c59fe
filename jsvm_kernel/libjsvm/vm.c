/* vm.c - VM life cycle: Init, CreateVM, DestroyVM, VM scopes. */
#include "internal.h"

#include <stdio.h>

static atomic_flag initialized = ATOMIC_FLAG_INIT;

JSVM_Status OH_JSVM_Init(const JSVM_InitOptions *options)
{
    /* Engine flags (argv) and the external references have no reader yet: both belong
     * to snapshots and to options of another engine. The call is accepted once, as
     * callers expect. */
    (void)options;
    return atomic_flag_test_and_set(&initialized) ? JSVM_GENERIC_FAILURE : JSVM_OK;
}

static JSVM_Status free_half_made(JSVM_VM vm)
{
    if (vm->rt)
        JS_FreeRuntime(vm->rt);
    free(vm);
    return JSVM_GENERIC_FAILURE;
}

JSVM_Status OH_JSVM_CreateVM(const JSVM_CreateVMOptions *options, JSVM_VM *result)
{
    JSVM_VM vm;

    if (result == NULL)
        return JSVM_INVALID_ARG;
    if (options && (options->snapshotBlobData || options->isForSnapshotting))
        return JSVM_GENERIC_FAILURE; /* snapshots are not implemented yet */
    vm = calloc(1, sizeof(*vm));
    if (vm == NULL)
        return JSVM_GENERIC_FAILURE;
    vm->rt = JS_NewRuntime();
    if (vm->rt == NULL || jsvm__engine_setup_runtime(vm->rt) < 0)
        return free_half_made(vm);
    JS_SetRuntimeOpaque(vm->rt, vm);
    if (jsvm__register_native_objects(vm) < 0 || jsvm__register_holders(vm) < 0)
        return free_half_made(vm);
    jsvm__init_private_keys(vm);
    vm->microtask_policy = JSVM_MICROTASK_AUTO;
    pthread_mutex_init(&vm->lock, NULL);
    jsvm__install_module_loader(vm);
    jsvm__install_promise_tracker(vm);
    jsvm__register_vm(vm);
    *result = vm;
    return JSVM_OK;
}

JSVM_Status OH_JSVM_SetHandlerForFatalError(JSVM_VM vm,
                                            JSVM_HandlerForFatalError handler)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    vm->fatal_handler = handler;
    return JSVM_OK;
}

JSVM_Status OH_JSVM_DestroyVM(JSVM_VM vm)
{
    if (vm == NULL)
        return JSVM_INVALID_ARG;
    if (vm->open_scopes > 0 || vm->depth > 0) {
        const char *reason = vm->depth > 0 ? "JavaScript of this VM is running"
                                           : "a VM scope is open";
        /* The handler may jump out of here: nothing of the VM has been touched. */
        if (vm->fatal_handler)
            vm->fatal_handler("OH_JSVM_DestroyVM", reason);
        fprintf(stderr, "[JSVM API Misuse] OH_JSVM_DestroyVM: %s; the VM is kept\n",
                reason);
        return JSVM_GENERIC_FAILURE;
    }
    while (vm->envs)
        OH_JSVM_DestroyEnv(vm->envs);
    jsvm__unregister_vm(vm);
    jsvm__engine_drop_stop_stack(vm->rt);
    jsvm__free_private_keys(vm);
    jsvm__free_gc_handlers(vm);
    JS_FreeRuntime(vm->rt);
    pthread_mutex_destroy(&vm->lock);
    free(vm);
    return JSVM_OK;
}

JSVM_Status OH_JSVM_OpenVMScope(JSVM_VM vm, JSVM_VMScope *result)
{
    if (vm == NULL || result == NULL)
        return JSVM_INVALID_ARG;
    if (vm->open_scopes > 0 && !pthread_equal(vm->owner, pthread_self())) {
        *result = NULL;
        return JSVM_GENERIC_FAILURE; /* another thread has entered the VM */
    }
    if (vm->open_scopes++ == 0)
        vm->owner = pthread_self();
    *result =
        (JSVM_VMScope)vm; /* scopes of one VM are told apart by their number only */
    return JSVM_OK;
}

JSVM_Status OH_JSVM_CloseVMScope(JSVM_VM vm, JSVM_VMScope scope)
{
    if (vm == NULL || scope == NULL)
        return JSVM_INVALID_ARG;
    if ((JSVM_VM)scope != vm || vm->open_scopes == 0 ||
        !pthread_equal(vm->owner, pthread_self())) {
        fprintf(stderr,
                "[JSVM API Misuse] OH_JSVM_CloseVMScope: the scope is not open on "
                "this thread in this VM\n");
        return JSVM_OK;
    }
    vm->open_scopes--;
    return JSVM_OK;
}
