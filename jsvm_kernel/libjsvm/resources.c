/* resources.c - what the library holds in this process, for tests and leak reports. */
#include "internal.h"

atomic_size_t jsvm__live[JSVM_LIVE_KINDS];

static pthread_mutex_t vms_mutex = PTHREAD_MUTEX_INITIALIZER;
static JSVM_VM all_vms;

void jsvm__register_vm(JSVM_VM vm)
{
    pthread_mutex_lock(&vms_mutex);
    vm->next_vm = all_vms;
    all_vms = vm;
    pthread_mutex_unlock(&vms_mutex);
}

void jsvm__unregister_vm(JSVM_VM vm)
{
    JSVM_VM *link = &all_vms;

    pthread_mutex_lock(&vms_mutex);
    while (*link != vm)
        link = &(*link)->next_vm;
    *link = vm->next_vm;
    pthread_mutex_unlock(&vms_mutex);
}

/* Slots in use. Counting them when asked keeps jsvm__push free of counters; the number
 * of a VM that runs on another thread just now is approximate. */
static size_t count_handles(JSVM_Env env)
{
    JSVMChunk *chunk = env->top.chunk;
    size_t count = (size_t)(env->top.slot - chunk->slots);

    while ((chunk = chunk->previous) != NULL)
        count += JSVM_CHUNK_SLOTS;
    return count;
}

JSVM_Status JSVMX_GetLiveResources(JSVMX_LiveResources *result)
{
    if (result == NULL)
        return JSVM_INVALID_ARG;
    memset(result, 0, sizeof(*result));
    pthread_mutex_lock(&vms_mutex);
    for (JSVM_VM vm = all_vms; vm; vm = vm->next_vm) {
        result->vms++;
        for (JSVM_Env env = vm->envs; env; env = env->next_env) {
            result->envs++;
            result->handles += count_handles(env);
            result->handleScopes += env->open_scopes;
        }
    }
    pthread_mutex_unlock(&vms_mutex);
    result->references = jsvm__live[JSVM_LIVE_REFERENCES];
    result->scripts = jsvm__live[JSVM_LIVE_SCRIPTS];
    result->finalizers = jsvm__live[JSVM_LIVE_FINALIZERS];
    return JSVM_OK;
}
