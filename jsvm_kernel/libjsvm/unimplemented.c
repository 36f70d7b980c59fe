/*
 * unimplemented.c - the functions of JSVM-API that are declared and do not work yet.
 *
 * Each fails with JSVM_GENERIC_FAILURE; those that take an env also say in the last
 * error which function it was. One that is implemented leaves this list; coverage.py
 * turns the list into docs/reference/coverage.md.
 */
#include "internal.h"

/* The parameters are there for the sake of the signature. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

static JSVM_Status not_implemented(JSVM_Env env, const char *function)
{
    JSVM_CHECK_ENV(env);
    return jsvm__fail_with(env, JSVM_GENERIC_FAILURE, "%s is not implemented yet",
                           function);
}

#define OF_ENV(name, ...)                  \
    JSVM_Status name(__VA_ARGS__)          \
    {                                      \
        return not_implemented(env, #name); \
    }

#define OF_VM(name, ...)                                            \
    JSVM_Status name(__VA_ARGS__)                                   \
    {                                                               \
        return vm == NULL ? JSVM_INVALID_ARG : JSVM_GENERIC_FAILURE; \
    }

#define GLOBAL(name, ...)            \
    JSVM_Status name(__VA_ARGS__)    \
    {                                \
        return JSVM_GENERIC_FAILURE; \
    }

/* Env: contexts */
OF_VM(OH_JSVM_CreateEnvFromSnapshot, JSVM_VM vm, size_t index, JSVM_Env *result)

/* Making values */
OF_ENV(OH_JSVM_CreateExternalStringLatin1, JSVM_Env env, char *str, size_t length,
       JSVM_Finalize finalizeCallback, void *finalizeHint, JSVM_Value *result,
       bool *copied)
OF_ENV(OH_JSVM_CreateExternalStringUtf16, JSVM_Env env, char16_t *str, size_t length,
       JSVM_Finalize finalizeCallback, void *finalizeHint, JSVM_Value *result,
       bool *copied)

/* Functions and classes */
OF_ENV(OH_JSVM_DefineClass, JSVM_Env env, const char *utf8name, size_t length,
       JSVM_Callback constructor, size_t propertyCount,
       const JSVM_PropertyDescriptor *properties, JSVM_Value *result)
OF_ENV(OH_JSVM_DefineClassWithPropertyHandler, JSVM_Env env, const char *utf8name,
       size_t length, JSVM_Callback constructor, size_t propertyCount,
       const JSVM_PropertyDescriptor *properties,
       JSVM_PropertyHandlerCfg propertyHandlerCfg, JSVM_Callback callAsFunctionCallback,
       JSVM_Value *result)
OF_ENV(OH_JSVM_DefineClassWithOptions, JSVM_Env env, const char *utf8name,
       size_t length, JSVM_Callback constructor, size_t propertyCount,
       const JSVM_PropertyDescriptor *properties, JSVM_Value parentClass,
       size_t optionCount, JSVM_DefineClassOptions options[], JSVM_Value *result)

/* Promises and microtasks */
OF_VM(OH_JSVM_PumpMessageLoop, JSVM_VM vm, bool *result)

/* Compiling and running */
OF_ENV(OH_JSVM_CreateFunctionWithScript, JSVM_Env env, const char *funcName,
       size_t length, size_t argc, const JSVM_Value *argv, JSVM_Value script,
       JSVM_Value *result)

/* Code cache */
OF_ENV(OH_JSVM_CreateCodeCache, JSVM_Env env, JSVM_Script script, const uint8_t **data,
       size_t *length)
OF_ENV(OH_JSVM_ReleaseCache, JSVM_Env env, const uint8_t *cacheData,
       JSVM_CacheType cacheType)
OF_VM(OH_JSVM_BackgroundDeserialize, JSVM_VM vm, JSVM_CodeCache cacheData,
      JSVM_DeserializeResult *result)
GLOBAL(OH_JSVM_ReleaseDeserializeResult, JSVM_DeserializeResult result)

/* Snapshots */
OF_VM(OH_JSVM_CreateSnapshot, JSVM_VM vm, size_t contextCount, const JSVM_Env *contexts,
      const char **blobData, size_t *blobSize)

/* Memory and garbage collection */
OF_VM(OH_JSVM_SetHandlerForOOMError, JSVM_VM vm, JSVM_HandlerForOOMError handler)

/* Heap snapshots */
OF_VM(OH_JSVM_TakeHeapSnapshot, JSVM_VM vm, JSVM_OutputStream stream, void *streamData)
OF_VM(OH_JSVM_TakeRawHeapSnapshot, JSVM_VM vm, JSVM_OutputStream stream,
      void *streamData)

/* CPU profiler */
OF_VM(OH_JSVM_StartCpuProfiler, JSVM_VM vm, JSVM_CpuProfiler *result)
OF_VM(OH_JSVM_StopCpuProfiler, JSVM_VM vm, JSVM_CpuProfiler profiler,
      JSVM_OutputStream stream, void *streamData)

/* Tracing */
GLOBAL(OH_JSVM_TraceStart, size_t count, const JSVM_TraceCategory *categories,
       const char *tag, size_t eventsCount)
GLOBAL(OH_JSVM_TraceStop, JSVM_OutputStream stream, void *streamData)

/* Debugger */
OF_ENV(OH_JSVM_OpenInspector, JSVM_Env env, const char *host, uint16_t port)
OF_ENV(OH_JSVM_OpenInspectorWithName, JSVM_Env env, int pid, const char *name)
OF_ENV(OH_JSVM_CloseInspector, JSVM_Env env)
OF_ENV(OH_JSVM_WaitForDebugger, JSVM_Env env, bool breakNextLine)
OF_ENV(OH_JSVM_SetDebugOption, JSVM_Env env, JSVM_DebugOption debugOption,
       bool isEnabled)

/* WebAssembly */
OF_ENV(OH_JSVM_CompileWasmModule, JSVM_Env env, const uint8_t *wasmBytecode,
       size_t wasmBytecodeLength, const uint8_t *cacheData, size_t cacheDataLength,
       bool *cacheRejected, JSVM_Value *wasmModule)
OF_ENV(OH_JSVM_CompileWasmFunction, JSVM_Env env, JSVM_Value wasmModule,
       uint32_t functionIndex, JSVM_WasmOptLevel optLevel)
OF_ENV(OH_JSVM_IsWasmModuleObject, JSVM_Env env, JSVM_Value value, bool *result)
OF_ENV(OH_JSVM_CreateWasmCache, JSVM_Env env, JSVM_Value wasmModule,
       const uint8_t **data, size_t *length)
