/*
 * jsvm_types.h - the types of JSVM-API: handles, enumerations, callbacks, structures.
 *
 * Source compatible with OpenHarmony's header of the same name: names, values, order
 * of fields and sizes are part of the contract and never change. Valid as C99 and as
 * C++11 or later.
 */
#ifndef ARK_RUNTIME_JSVM_TYPES_H
#define ARK_RUNTIME_JSVM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__cplusplus) || (defined(_MSC_VER) && _MSC_VER < 1900)
typedef uint16_t char16_t;
#endif

#define JSVM_VERSION_EXPERIMENTAL 2147483647
#ifndef JSVM_VERSION
#ifdef JSVM_EXPERIMENTAL
#define JSVM_VERSION JSVM_VERSION_EXPERIMENTAL
#else
#define JSVM_VERSION 8
#endif
#endif

/* Marks what the library exports; all else in it has hidden visibility. A program that
 * links the library statically may define it as nothing. */
#ifndef JSVM_EXTERN
#if defined(_WIN32)
#define JSVM_EXTERN __declspec(dllexport)
#elif defined(__GNUC__)
#define JSVM_EXTERN __attribute__((visibility("default")))
#else
#define JSVM_EXTERN
#endif
#endif

/* Calling convention of every callback. */
#ifndef JSVM_CDECL
#if defined(_WIN32)
#define JSVM_CDECL __cdecl
#else
#define JSVM_CDECL
#endif
#endif

/* A length argument with this value means "up to the terminating zero". */
#define JSVM_AUTO_LENGTH SIZE_MAX

/* The Node-API headers define the same two macros; a program may include both. */
#ifndef EXTERN_C_START
#ifdef __cplusplus
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END }
#else
#define EXTERN_C_START
#define EXTERN_C_END
#endif
#endif

EXTERN_C_START

/* ---- opaque handles ----------------------------------------------------- */

/* One isolated engine instance with a heap of its own. */
typedef struct JSVM_VM__ *JSVM_VM;
/* The calling thread's stay in a VM. */
typedef struct JSVM_VMScope__ *JSVM_VMScope;
/* The calling thread's stay in an Env. */
typedef struct JSVM_EnvScope__ *JSVM_EnvScope;
/* Compiled source text of one classic script. */
typedef struct JSVM_Script__ *JSVM_Script;
/* An execution context: a global object and the state of the API calls made on it. */
typedef struct JSVM_Env__ *JSVM_Env;
/* A CPU profile that is being recorded. */
typedef struct JSVM_CpuProfiler__ *JSVM_CpuProfiler;
/* A JavaScript value, valid until the handle scope it was made in closes. */
typedef struct JSVM_Value__ *JSVM_Value;
/* Something of the heap that is no JavaScript value: a private key. */
typedef struct JSVM_Data__ *JSVM_Data;
/* A counted reference that keeps a value beyond its handle scope. */
typedef struct JSVM_Ref__ *JSVM_Ref;
typedef struct JSVM_HandleScope__ *JSVM_HandleScope;
typedef struct JSVM_EscapableHandleScope__ *JSVM_EscapableHandleScope;
/* What a callback may ask about the call it serves; valid until it returns. */
typedef struct JSVM_CallbackInfo__ *JSVM_CallbackInfo;
/* The side of a promise that settles it. */
typedef struct JSVM_Deferred__ *JSVM_Deferred;
/* A code cache that is being decoded in the background. */
typedef struct JSVM_DeserializeResult__ *JSVM_DeserializeResult;

/* ---- callbacks ---------------------------------------------------------- */

/* A native function and a pointer for it. Functions made from it keep its address, so
 * the structure has to outlive them: give it static storage, not the stack. */
typedef struct {
    JSVM_Value (*callback)(JSVM_Env env, JSVM_CallbackInfo info);
    void *data;
} JSVM_CallbackStruct;

typedef JSVM_CallbackStruct *JSVM_Callback;

/* Runs when the object it was registered with is gone, or when the Env is destroyed. */
typedef void(JSVM_CDECL *JSVM_Finalize)(JSVM_Env env, void *finalizeData,
                                        void *finalizeHint);

#ifdef JSVM_EXPERIMENTAL
/* Runs when an ArrayBuffer over external memory is gone. env is always NULL; copied
 * tells whether the buffer had copied the memory. */
typedef void(JSVM_CDECL *JSVM_FinalizeArrayBuffer)(JSVM_Env env, void *finalizeData,
                                                   void *finalizeHint, bool copied);
#endif

/* Takes the next piece of a text that is written in pieces; returns false to stop. The
 * end is one more call with data NULL and size 0 (not from OH_JSVM_TraceStop). */
typedef bool(JSVM_CDECL *JSVM_OutputStream)(const char *data, int size,
                                            void *streamData);

/* ---- status of a call --------------------------------------------------- */

typedef enum {
    JSVM_OK = 0,
    JSVM_INVALID_ARG = 1,
    JSVM_OBJECT_EXPECTED = 2,
    JSVM_STRING_EXPECTED = 3,
    JSVM_NAME_EXPECTED = 4,
    JSVM_FUNCTION_EXPECTED = 5,
    JSVM_NUMBER_EXPECTED = 6,
    JSVM_BOOLEAN_EXPECTED = 7,
    JSVM_ARRAY_EXPECTED = 8,
    JSVM_GENERIC_FAILURE = 9,
    JSVM_PENDING_EXCEPTION = 10,
    JSVM_CANCELLED = 11,
    JSVM_ESCAPE_CALLED_TWICE = 12,
    JSVM_HANDLE_SCOPE_MISMATCH = 13,
    JSVM_CALLBACK_SCOPE_MISMATCH = 14,
    JSVM_QUEUE_FULL = 15,
    JSVM_CLOSING = 16,
    JSVM_BIGINT_EXPECTED = 17,
    JSVM_DATE_EXPECTED = 18,
    JSVM_ARRAYBUFFER_EXPECTED = 19,
    JSVM_DETACHABLE_ARRAYBUFFER_EXPECTED = 20,
    JSVM_WOULD_DEADLOCK = 21,
    JSVM_NO_EXTERNAL_BUFFERS_ALLOWED = 22,
    JSVM_CANNOT_RUN_JS = 23,
    JSVM_INVALID_TYPE = 24,       /* since API 18, as all that follow */
    JSVM_JIT_MODE_EXPECTED = 25,
} JSVM_Status;

/* What OH_JSVM_GetLastErrorInfo shows. The library owns the structure and the text. */
typedef struct {
    const char *errorMessage;
    void *engineReserved;
    uint32_t engineErrorCode;
    JSVM_Status errorCode;
} JSVM_ExtendedErrorInfo;

/* ---- values and properties ---------------------------------------------- */

typedef enum {
    JSVM_UNDEFINED = 0,
    JSVM_NULL = 1,
    JSVM_BOOLEAN = 2,
    JSVM_NUMBER = 3,
    JSVM_STRING = 4,
    JSVM_SYMBOL = 5,
    JSVM_OBJECT = 6,
    JSVM_FUNCTION = 7,
    JSVM_EXTERNAL = 8,
    JSVM_BIGINT = 9,
} JSVM_ValueType;

typedef enum {
    JSVM_INT8_ARRAY = 0,
    JSVM_UINT8_ARRAY = 1,
    JSVM_UINT8_CLAMPED_ARRAY = 2,
    JSVM_INT16_ARRAY = 3,
    JSVM_UINT16_ARRAY = 4,
    JSVM_INT32_ARRAY = 5,
    JSVM_UINT32_ARRAY = 6,
    JSVM_FLOAT32_ARRAY = 7,
    JSVM_FLOAT64_ARRAY = 8,
    JSVM_BIGINT64_ARRAY = 9,
    JSVM_BIGUINT64_ARRAY = 10,
} JSVM_TypedarrayType;

/* Bit flags. Zero is a property that is read-only, not enumerated and fixed. */
typedef enum {
    JSVM_DEFAULT = 0,
    JSVM_WRITABLE = 1 << 0,
    JSVM_ENUMERABLE = 1 << 1,
    JSVM_CONFIGURABLE = 1 << 2,
    /* A method of a class that takes any receiver, not only instances. */
    JSVM_NO_RECEIVER_CHECK = 1 << 3,
    /* A member of the class itself instead of its instances. */
    JSVM_STATIC = 1 << 10,
    JSVM_DEFAULT_METHOD = JSVM_WRITABLE | JSVM_CONFIGURABLE,
    JSVM_METHOD_NO_RECEIVER_CHECK = JSVM_DEFAULT_METHOD | JSVM_NO_RECEIVER_CHECK,
    JSVM_DEFAULT_JSPROPERTY = JSVM_WRITABLE | JSVM_ENUMERABLE | JSVM_CONFIGURABLE,
    JSVM_JSPROPERTY_NO_RECEIVER_CHECK =
        JSVM_DEFAULT_JSPROPERTY | JSVM_NO_RECEIVER_CHECK,
} JSVM_PropertyAttributes;

/* One property to define. The key is utf8name or, where that is NULL, name. What it
 * holds is an accessor where getter or setter is given, else method, else value. */
typedef struct {
    const char *utf8name;
    JSVM_Value name;
    JSVM_Callback method;
    JSVM_Callback getter;
    JSVM_Callback setter;
    JSVM_Value value;
    JSVM_PropertyAttributes attributes;
} JSVM_PropertyDescriptor;

typedef enum {
    JSVM_KEY_INCLUDE_PROTOTYPES = 0,
    JSVM_KEY_OWN_ONLY = 1,
} JSVM_KeyCollectionMode;

/* Bit flags; the first three keep only properties that have the attribute. */
typedef enum {
    JSVM_KEY_ALL_PROPERTIES = 0,
    JSVM_KEY_WRITABLE = 1 << 0,
    JSVM_KEY_ENUMERABLE = 1 << 1,
    JSVM_KEY_CONFIGURABLE = 1 << 2,
    JSVM_KEY_SKIP_STRINGS = 1 << 3,
    JSVM_KEY_SKIP_SYMBOLS = 1 << 4,
} JSVM_KeyFilter;

typedef enum {
    JSVM_KEY_KEEP_NUMBERS = 0,
    JSVM_KEY_NUMBERS_TO_STRINGS = 1,
} JSVM_KeyConversion;

/* A 128-bit mark by which native code recognises its own objects. */
typedef struct {
    uint64_t lower;
    uint64_t upper;
} JSVM_TypeTag;

/* Bit flags, one per flag letter; LINEAR has no letter. */
typedef enum {
    JSVM_REGEXP_NONE = 0,
    JSVM_REGEXP_GLOBAL = 1 << 0,
    JSVM_REGEXP_IGNORE_CASE = 1 << 1,
    JSVM_REGEXP_MULTILINE = 1 << 2,
    JSVM_REGEXP_STICKY = 1 << 3,
    JSVM_REGEXP_UNICODE = 1 << 4,
    JSVM_REGEXP_DOT_ALL = 1 << 5,
    JSVM_REGEXP_LINEAR = 1 << 6, /* only patterns that match in linear time */
    JSVM_REGEXP_HAS_INDICES = 1 << 7,
    JSVM_REGEXP_UNICODE_SETS = 1 << 8,
} JSVM_RegExpFlags;

typedef enum {
    JSVM_ZERO_INITIALIZED = 0,
    JSVM_UNINITIALIZED = 1,
} JSVM_InitializedFlag;

/* ---- VM ----------------------------------------------------------------- */

typedef struct {
    /* Ended by 0: addresses that snapshots may hold, in the same order everywhere. */
    const intptr_t *externalReferences;
    int *argc;
    char **argv;
    bool removeFlags; /* take the flags that were understood out of argv */
} JSVM_InitOptions;

/* Sizes in bytes; 0 leaves the engine's choice. */
typedef struct {
    size_t maxOldGenerationSize;
    size_t maxYoungGenerationSize;
    size_t initialOldGenerationSize;
    size_t initialYoungGenerationSize;
    const char *snapshotBlobData; /* must outlive the VM */
    size_t snapshotBlobSize;
    bool isForSnapshotting;
} JSVM_CreateVMOptions;

/* The library owns the texts. */
typedef struct {
    uint32_t apiVersion;
    const char *engine;
    const char *version;
    uint32_t cachedDataVersionTag;
} JSVM_VMInfo;

/* All in bytes but the two numbers of contexts. */
typedef struct {
    size_t totalHeapSize;
    size_t totalHeapSizeExecutable;
    size_t totalPhysicalSize;
    size_t totalAvailableSize;
    size_t usedHeapSize;
    size_t heapSizeLimit;
    size_t mallocedMemory;
    size_t externalMemory;
    size_t peakMallocedMemory;
    size_t numberOfNativeContexts;
    size_t numberOfDetachedContexts;
    size_t totalGlobalHandlesSize;
    size_t usedGlobalHandlesSize;
} JSVM_HeapStatistics;

typedef enum {
    JSVM_MEMORY_PRESSURE_LEVEL_NONE = 0,
    JSVM_MEMORY_PRESSURE_LEVEL_MODERATE = 1,
    JSVM_MEMORY_PRESSURE_LEVEL_CRITICAL = 2,
    JSVM_MEMORY_PRESSURE_LEVEL_LOW_MEMORY = 3, /* collect at once; since API 22 */
} JSVM_MemoryPressureLevel;

typedef enum {
    JSVM_MICROTASK_EXPLICIT = 0,
    JSVM_MICROTASK_AUTO = 1,
} JSVM_MicrotaskPolicy;

/* ---- handlers of a VM --------------------------------------------------- */

typedef enum {
    JSVM_PROMISE_REJECT_OTHER_REASONS = 0,
    JSVM_PROMISE_REJECT_WITH_NO_HANDLER = 1,
    JSVM_PROMISE_ADD_HANDLER_AFTER_REJECTED = 2,
    JSVM_PROMISE_REJECT_AFTER_RESOLVED = 3,
    JSVM_PROMISE_RESOLVE_AFTER_RESOLVED = 4,
} JSVM_PromiseRejectEvent;

/* Bit flags; no function uses them at present. */
typedef enum {
    JSVM_MESSAGE_LOG = 1 << 0,
    JSVM_MESSAGE_DEBUG = 1 << 1,
    JSVM_MESSAGE_INFO = 1 << 2,
    JSVM_MESSAGE_ERROR = 1 << 3,
    JSVM_MESSAGE_WARNING = 1 << 4,
    JSVM_MESSAGE_ALL = JSVM_MESSAGE_LOG | JSVM_MESSAGE_DEBUG | JSVM_MESSAGE_INFO |
                       JSVM_MESSAGE_ERROR | JSVM_MESSAGE_WARNING,
} JSVM_MessageErrorLevel;

typedef enum {
    JSVM_CB_TRIGGER_BEFORE_GC = 0,
    JSVM_CB_TRIGGER_AFTER_GC = 1,
} JSVM_CBTriggerTimeForGC;

/* Bit flags. */
typedef enum {
    JSVM_GC_TYPE_SCAVENGE = 1 << 0,
    JSVM_GC_TYPE_MINOR_MARK_COMPACT = 1 << 1,
    JSVM_GC_TYPE_MARK_SWEEP_COMPACT = 1 << 2,
    JSVM_GC_TYPE_INCREMENTAL_MARKING = 1 << 3,
    JSVM_GC_TYPE_PROCESS_WEAK_CALLBACKS = 1 << 4,
    JSVM_GC_TYPE_ALL = JSVM_GC_TYPE_SCAVENGE | JSVM_GC_TYPE_MINOR_MARK_COMPACT |
                       JSVM_GC_TYPE_MARK_SWEEP_COMPACT |
                       JSVM_GC_TYPE_INCREMENTAL_MARKING |
                       JSVM_GC_TYPE_PROCESS_WEAK_CALLBACKS,
} JSVM_GCType;

/* Consecutive numbers, in spite of the name. */
typedef enum {
    JSVM_NO_GC_CALLBACK_FLAGS = 0,
    JSVM_GC_CALLBACK_CONSTRUCT_RETAINED_OBJECT_INFOS = 1,
    JSVM_GC_CALLBACK_FORCED = 2,
    JSVM_GC_CALLBACK_SYNCHRONOUS_PHANTOM_CALLBACK_PROCESSING = 3,
    JSVM_GC_CALLBACK_COLLECT_ALL_AVAILABLE_GARBAGE = 4,
    JSVM_GC_CALLBACK_COLLECT_ALL_EXTERNAL_MEMORY = 5,
    JSVM_GC_CALLBACK_SCHEDULE_IDLE_GARBAGE_COLLECTION = 6,
} JSVM_GCCallbackFlags;

typedef void(JSVM_CDECL *JSVM_HandlerForOOMError)(const char *location,
                                                  const char *detail, bool isHeapOOM);

typedef void(JSVM_CDECL *JSVM_HandlerForFatalError)(const char *location,
                                                    const char *message);

/* rejectInfo is an object with the properties promise and value. */
typedef void(JSVM_CDECL *JSVM_HandlerForPromiseReject)(
    JSVM_Env env, JSVM_PromiseRejectEvent rejectEvent, JSVM_Value rejectInfo);

typedef void(JSVM_CDECL *JSVM_HandlerForGC)(JSVM_VM vm, JSVM_GCType gcType,
                                            JSVM_GCCallbackFlags flags, void *data);

typedef void(JSVM_CDECL *JSVM_HandlerForHeapThreshold)(JSVM_VM vm, uint64_t threshold,
                                                       void *data);

/* ---- classes ------------------------------------------------------------ */

/* What instances of a class do instead of plain property access. Each function may be
 * NULL: that kind of access then stays as usual. One that is given handles every
 * access of its kind; the two data values are passed back to it. */
typedef struct {
    JSVM_Value (*genericNamedPropertyGetterCallback)(JSVM_Env env, JSVM_Value name,
                                                     JSVM_Value thisArg,
                                                     JSVM_Value namedPropertyData);
    JSVM_Value (*genericNamedPropertySetterCallback)(JSVM_Env env, JSVM_Value name,
                                                     JSVM_Value property,
                                                     JSVM_Value thisArg,
                                                     JSVM_Value namedPropertyData);
    /* Returns a boolean: whether the property is gone. */
    JSVM_Value (*genericNamedPropertyDeleterCallback)(JSVM_Env env, JSVM_Value name,
                                                      JSVM_Value thisArg,
                                                      JSVM_Value namedPropertyData);
    /* Returns an array of keys. */
    JSVM_Value (*genericNamedPropertyEnumeratorCallback)(JSVM_Env env,
                                                         JSVM_Value thisArg,
                                                         JSVM_Value namedPropertyData);
    JSVM_Value (*genericIndexedPropertyGetterCallback)(JSVM_Env env, JSVM_Value index,
                                                       JSVM_Value thisArg,
                                                       JSVM_Value indexedPropertyData);
    JSVM_Value (*genericIndexedPropertySetterCallback)(JSVM_Env env, JSVM_Value index,
                                                       JSVM_Value property,
                                                       JSVM_Value thisArg,
                                                       JSVM_Value indexedPropertyData);
    JSVM_Value (*genericIndexedPropertyDeleterCallback)(JSVM_Env env, JSVM_Value index,
                                                        JSVM_Value thisArg,
                                                        JSVM_Value indexedPropertyData);
    JSVM_Value (*genericIndexedPropertyEnumeratorCallback)(
        JSVM_Env env, JSVM_Value thisArg, JSVM_Value indexedPropertyData);
    JSVM_Value namedPropertyData;
    JSVM_Value indexedPropertyData;
} JSVM_PropertyHandlerConfigurationStruct;

typedef JSVM_PropertyHandlerConfigurationStruct *JSVM_PropertyHandlerCfg;

typedef struct {
    JSVM_PropertyHandlerCfg propertyHandlerCfg;
    JSVM_Callback callAsFunctionCallback;
} JSVM_PropertyHandler;

typedef enum {
    JSVM_DEFINE_CLASS_NORMAL = 0,                /* content is ignored */
    JSVM_DEFINE_CLASS_WITH_COUNT = 1,            /* num: internal fields */
    JSVM_DEFINE_CLASS_WITH_PROPERTY_HANDLER = 2, /* ptr: JSVM_PropertyHandler */
} JSVM_DefineClassOptionsId;

typedef struct {
    JSVM_DefineClassOptionsId id;
    union {
        void *ptr;
        int num;
        bool boolean;
    } content;
} JSVM_DefineClassOptions;

/* ---- scripts and code caches -------------------------------------------- */

typedef enum {
    JSVM_COMPILE_MODE_DEFAULT = 0,
    JSVM_COMPILE_MODE_CONSUME_CODE_CACHE = 1,
    JSVM_COMPILE_MODE_EAGER_COMPILE = 2,
    JSVM_COMPILE_MODE_PRODUCE_COMPILE_PROFILE = 3,
    JSVM_COMPILE_MODE_CONSUME_COMPILE_PROFILE = 4,
} JSVM_CompileMode;

typedef enum {
    JSVM_COMPILE_MODE = 0,              /* num: JSVM_CompileMode */
    JSVM_COMPILE_CODE_CACHE = 1,        /* ptr: JSVM_CodeCache */
    JSVM_COMPILE_SCRIPT_ORIGIN = 2,     /* ptr: JSVM_ScriptOrigin */
    JSVM_COMPILE_COMPILE_PROFILE = 3,   /* ptr: JSVM_CompileProfile */
    JSVM_COMPILE_ENABLE_SOURCE_MAP = 4, /* boolean */
    JSVM_COMPILE_BACKGROUND_DESERIALIZE_RESULT = 5, /* ptr: a JSVM_DeserializeResult */
    JSVM_COMPILE_CODE_CACHE_REJECTED = 6,           /* ptr: bool that is written */
} JSVM_CompileOptionId;

/* Where a script comes from, for stack traces. Offsets are zero based. */
typedef struct {
    const char *sourceMapUrl;
    const char *resourceName;
    size_t resourceLineOffset;
    size_t resourceColumnOffset;
} JSVM_ScriptOrigin;

typedef struct {
    JSVM_CompileOptionId id;
    union {
        void *ptr;
        int num;
        bool boolean;
    } content;
} JSVM_CompileOptions;

typedef struct {
    uint8_t *cache;
    size_t length;
} JSVM_CodeCache;

typedef const struct {
    int *profile;
    size_t length;
} JSVM_CompileProfile;

typedef enum {
    JSVM_CACHE_TYPE_JS = 0,
    JSVM_CACHE_TYPE_WASM = 1,
} JSVM_CacheType;

typedef enum {
    JSVM_WASM_OPT_BASELINE = 10,
    JSVM_WASM_OPT_HIGH = 20,
} JSVM_WasmOptLevel;

/* ---- tools -------------------------------------------------------------- */

typedef enum {
    JSVM_TRACE_VM = 0,
    JSVM_TRACE_COMPILE = 1,
    JSVM_TRACE_EXECUTE = 2,
    JSVM_TRACE_RUNTIME = 3,
    JSVM_TRACE_STACK_TRACE = 4,
    JSVM_TRACE_WASM = 5,
    JSVM_TRACE_WASM_DETAILED = 6,
} JSVM_TraceCategory;

typedef enum {
    JSVM_SCOPE_CHECK = 0, /* abort on a value whose handle scope has closed */
} JSVM_DebugOption;

EXTERN_C_END

#endif /* ARK_RUNTIME_JSVM_TYPES_H */
