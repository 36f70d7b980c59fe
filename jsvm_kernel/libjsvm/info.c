/* info.c - VM information: version, engine, heap statistics. */
#include "internal.h"

#include <unistd.h>

enum { JSVM_API_VERSION = 9 };

JSVM_Status OH_JSVM_GetVersion(JSVM_Env env, uint32_t *result)
{
    JSVM_CHECK_ENV(env);
    JSVM_CHECK_ARG(env, result);
    *result = JSVM_API_VERSION;
    return jsvm__ok(env);
}

JSVM_Status OH_JSVM_GetVMInfo(JSVM_VMInfo *result)
{
    if (result == NULL)
        return JSVM_INVALID_ARG;
    result->apiVersion = 1;
    result->engine = "quickjs-ng";
    result->version = JS_GetVersion();
    result->cachedDataVersionTag = jsvm__engine_edits_tag();
    return JSVM_OK;
}

size_t jsvm__heap_size_limit(JSVM_VM vm)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_size = sysconf(_SC_PAGESIZE);

    if (vm->memory_limit > 0)
        return vm->memory_limit;
    return pages > 0 && page_size > 0 ? (size_t)pages * (size_t)page_size
                                      : SIZE_MAX / 2;
}

JSVM_Status OH_JSVM_GetHeapStatistics(JSVM_VM vm, JSVM_HeapStatistics *result)
{
    JSMemoryUsage usage;
    size_t limit, total;

    if (vm == NULL || result == NULL)
        return JSVM_INVALID_ARG;
    memset(result, 0, sizeof(*result));
    JS_ComputeMemoryUsage(vm->rt, &usage);
    limit = jsvm__heap_size_limit(vm);
    total = (size_t)usage.malloc_size;
    result->totalHeapSize = total;
    result->totalHeapSizeExecutable = (size_t)usage.js_func_code_size;
    result->totalPhysicalSize = total;
    result->totalAvailableSize = limit > total ? limit - total : 0;
    /* The walk's own sum leaves out what it has no class for; it can never exceed the
     * total. */
    result->usedHeapSize =
        (size_t)usage.memory_used_size < total ? (size_t)usage.memory_used_size : total;
    result->heapSizeLimit = limit;
    result->mallocedMemory = total;
    result->externalMemory = (size_t)usage.binary_object_size;
    if (vm->external_memory > 0)
        result->externalMemory += (size_t)vm->external_memory;
    result->peakMallocedMemory = total;
    for (JSVM_Env env = vm->envs; env; env = env->next_env)
        result->numberOfNativeContexts++;
    return JSVM_OK;
}
