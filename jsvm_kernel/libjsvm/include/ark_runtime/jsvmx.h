/*
 * jsvmx.h - what this implementation offers beyond JSVM-API.
 *
 * JSVM-API (jsvm.h) has no limits, no stop button, no notebook cells and no
 * functions without a callback. A host that needs them includes this header; code
 * that has to run on a device too includes only jsvm.h.
 *
 * Conventions are those of jsvm.h: every function returns a JSVM_Status; an argument
 * that must not be NULL gives JSVM_INVALID_ARG; a JSVM_Value made here belongs to the
 * open handle scope; strings are UTF-8; a function that takes an env sets its last
 * error. Functions that take only a vm leave last errors alone.
 */
#ifndef ARK_RUNTIME_JSVMX_H
#define ARK_RUNTIME_JSVMX_H

#include "jsvm.h"

EXTERN_C_START

/* ---- limits ------------------------------------------------------------- */

/* Largest number of bytes the VM's heap may hold; 0 = no limit. Beyond it JS gets a
 * catchable "out of memory" InternalError. */
JSVM_EXTERN JSVM_Status JSVMX_SetMemoryLimit(JSVM_VM vm, size_t bytes);

/* Bytes of C stack that JS may use; 0 = no check. Beyond it JS gets a RangeError. */
JSVM_EXTERN JSVM_Status JSVMX_SetStackSize(JSVM_VM vm, size_t bytes);

/* Wall-clock seconds that one outermost entry into JS may take; 0 = no limit. When
 * they are over the VM is stopped as by JSVMX_RequestStop, with the reason
 * JSVMX_STOP_TIME_LIMIT, and is ready again for the next entry. */
JSVM_EXTERN JSVM_Status JSVMX_SetTimeLimit(JSVM_VM vm, double seconds);

/* ---- the stop button ---------------------------------------------------- */

typedef enum {
    JSVMX_STOP_NONE = 0,
    JSVMX_STOP_REQUESTED = 1,  /* JSVMX_RequestStop */
    JSVMX_STOP_TIME_LIMIT = 2, /* JSVMX_SetTimeLimit */
} JSVMX_StopReason;

/* Stops the JS that runs in vm, at its next opcode, with an InternalError that JS
 * cannot catch. Async-signal-safe; callable from any thread while the VM exists. The
 * request stays in force until JSVMX_ClearStop: until then all JS entered in the VM
 * ends at once and no microtask runs. */
JSVM_EXTERN JSVM_Status JSVMX_RequestStop(JSVM_VM vm);

/* Takes a stop request back; called by the VM's thread when the stopped work has ended.
 */
JSVM_EXTERN JSVM_Status JSVMX_ClearStop(JSVM_VM vm);

/* Why JS is being stopped, or why the last entry was: a time limit's reason can be read
 * until the next entry, the other until JSVMX_ClearStop. */
JSVM_EXTERN JSVM_Status JSVMX_GetStopReason(JSVM_VM vm, JSVMX_StopReason *result);

/* Where the stop hit: lines "    at name (file:line:column)", innermost first, or NULL
 * when no JS was there. The VM's own, valid as long as the reason. */
JSVM_EXTERN JSVM_Status JSVMX_GetStopStack(JSVM_VM vm, const char **result);

/* ---- cells -------------------------------------------------------------- */

/* Runs source as a cell of a notebook: a classic script in which top-level `await` and
 * import declarations are allowed and top-level let, const, class, function and import
 * names of earlier cells may be declared again. A name that is declared again keeps its
 * earlier value until its new declaration is evaluated. Source that is one object
 * literal is an expression.
 *
 * name is the file name in stack traces. *result is a promise; it is fulfilled with an
 * object whose property "value" is the cell's completion value (the object keeps a
 * completion value that is itself a thenable from being awaited). A syntax error is a
 * pending exception and JSVM_GENERIC_FAILURE, and nothing has run; any other failure
 * rejects the promise. Microtasks run as after JSVM RunScript. */
JSVM_EXTERN JSVM_Status JSVMX_RunCell(JSVM_Env env, const char *source, size_t length,
                                      const char *name, JSVM_Value *result);

typedef enum {
    JSVMX_SOURCE_COMPLETE = 0,
    JSVMX_SOURCE_INCOMPLETE = 1, /* more input could make it valid */
    JSVMX_SOURCE_INVALID = 2,
} JSVMX_Completeness;

/* Parses source as a cell and runs nothing; leaves no exception pending. */
JSVM_EXTERN JSVM_Status JSVMX_CheckSyntax(JSVM_Env env, const char *source,
                                          size_t length, JSVMX_Completeness *result);

/* Names of the global lexical declarations (let, const, class, import), which are no
 * properties of globalThis: a new array of strings. */
JSVM_EXTERN JSVM_Status JSVMX_GetLexicalNames(JSVM_Env env, JSVM_Value *result);

/* ---- iterators ----------------------------------------------------------- */

/* What an iterator of a Map or Set has still to give, without taking it: a new array of
 * its keys or values or, then *entries is true, of [key, value] arrays. No such
 * iterator: JSVM_INVALID_TYPE. */
JSVM_EXTERN JSVM_Status JSVMX_PreviewIterator(JSVM_Env env, JSVM_Value iterator,
                                              bool *entries, JSVM_Value *result);

/* ---- Map and Set --------------------------------------------------------- */

/* What a Map or Set holds, without running JS: a new array of a Set's values, or of a
 * Map's keys and values in turn. Neither: JSVM_INVALID_TYPE. */
JSVM_EXTERN JSVM_Status JSVMX_GetEntries(JSVM_Env env, JSVM_Value collection,
                                         JSVM_Value *result);

/* Adds to a Set, or sets a Map's value, as the built-in `add` and `set` do. For a Set
 * value is NULL. */
JSVM_EXTERN JSVM_Status JSVMX_AddEntry(JSVM_Env env, JSVM_Value collection,
                                       JSVM_Value key, JSVM_Value value);

/* ---- promises and microtasks -------------------------------------------- */

typedef enum {
    JSVMX_PROMISE_PENDING = 0,
    JSVMX_PROMISE_FULFILLED = 1,
    JSVMX_PROMISE_REJECTED = 2,
} JSVMX_PromiseState;

/* State of a native promise and, when it is settled and result is not NULL, its value
 * or reason (undefined while pending). Not a promise: JSVM_INVALID_TYPE. */
JSVM_EXTERN JSVM_Status JSVMX_GetPromiseState(JSVM_Env env, JSVM_Value promise,
                                              JSVMX_PromiseState *state,
                                              JSVM_Value *result);

/* Makes a promise and, as values, the functions that settle it; unlike a JSVM_Deferred
 * they need not be called. */
JSVM_EXTERN JSVM_Status JSVMX_CreatePromise(JSVM_Env env, JSVM_Value *promise,
                                            JSVM_Value *resolve, JSVM_Value *reject);

/* Whether any microtask of the VM waits. */
JSVM_EXTERN JSVM_Status JSVMX_HasPendingMicrotasks(JSVM_VM vm, bool *result);

/* Throws the Env's waiting microtasks away. A stop ends the microtask that runs; those
 * that wait would run at the next entry after JSVMX_ClearStop, and one that always
 * queues another never lets go. Promises whose reactions were thrown away stay as they
 * are. Works during a stop. */
JSVM_EXTERN JSVM_Status JSVMX_DropMicrotasks(JSVM_Env env);

/* ---- async context ------------------------------------------------------ */

/* A number of the caller that follows asynchronous work, as AsyncContext of TC39 does:
 * a promise reaction and what is behind an await run in the context in which `then` was
 * called or the await was reached, whoever settles the promise; other microtasks in the
 * one in which they were queued. The caller keeps the number, so that one number can
 * serve many VMs. */
typedef struct {
    int64_t(JSVM_CDECL *current)(void *data); /* the context of what runs now */
    void(JSVM_CDECL *enter)(int64_t context, void *data); /* makes it the current one */
    void *data;
} JSVMX_AsyncContext;

/* The structure is copied; NULL ends it. The functions are called on the VM's thread,
 * while JS runs, and must not call into the VM. Microtasks that wait keep the context
 * they were given. */
JSVM_EXTERN JSVM_Status JSVMX_SetAsyncContext(JSVM_VM vm,
                                              const JSVMX_AsyncContext *context);

/* The context of what runs now in the VM; 0 where nobody keeps one. For code that takes
 * a function or promise along, to run it in the same context later. */
JSVM_EXTERN JSVM_Status JSVMX_GetAsyncContext(JSVM_VM vm, int64_t *result);

/* ---- garbage ------------------------------------------------------------ */

/* Frees what only cycles hold, at once: the objects of a destroyed Env, for example,
 * are such cycles. The engine does so itself whenever the heap has grown by half. */
JSVM_EXTERN JSVM_Status JSVMX_CollectGarbage(JSVM_VM vm);

/* ---- modules ------------------------------------------------------------ */

/* Turns a specifier into the canonical name of a module, by which it is known from then
 * on and which stands in stack traces. referrer is the name of the importing module or
 * cell; type is the import attribute of that name, or NULL (imports with other
 * attributes are refused by the library). It is asked at every import, also for modules
 * that are there. On success stores text allocated with malloc in *resolved (the
 * library frees it) and returns true; on failure throws (OH_JSVM_Throw*) and returns
 * false. */
typedef bool(JSVM_CDECL *JSVMX_ResolveModule)(JSVM_Env env, const char *referrer,
                                              const char *specifier, const char *type,
                                              void *data, char **resolved);

/* What a module is: source text, or, if source is NULL, a value that is there already.
 */
typedef struct {
    char *source; /* allocated with malloc; the library frees it */
    size_t length;
    JSVM_Value exports; /* an object: its own enumerable string keys and their values
                           become the module's exports */
} JSVMX_ModuleContent;

/* Gives the content of a resolved module; it may run JS. *content is all zero before.
 * On failure throws and returns false. */
typedef bool(JSVM_CDECL *JSVMX_LoadModule)(JSVM_Env env, const char *resolved,
                                           void *data, JSVMX_ModuleContent *content);

/* Puts properties on meta, the import.meta of a module or cell, when that is first
 * used. On failure throws and returns false. */
typedef bool(JSVM_CDECL *JSVMX_DescribeModule)(JSVM_Env env, const char *resolved,
                                               JSVM_Value meta, void *data);

typedef struct {
    JSVMX_ResolveModule resolve;
    JSVMX_LoadModule load;
    JSVMX_DescribeModule describe; /* NULL: import.meta is empty */
    void *data;
} JSVMX_ModuleLoader;

/* Sets how static and dynamic imports of the Env find modules; the struct is copied.
 * NULL takes the loader away: every import fails with an error that says so. */
JSVM_EXTERN JSVM_Status JSVMX_SetModuleLoader(JSVM_Env env,
                                              const JSVMX_ModuleLoader *loader);

/* Loads and evaluates the module with this canonical name and gives its namespace
 * object, as CommonJS's require of an ES module does. A pending exception and
 * JSVM_GENERIC_FAILURE if that fails, if the module or one that it imports has to wait
 * (top-level await), or if it is in the midst of being loaded. */
JSVM_EXTERN JSVM_Status JSVMX_RequireModule(JSVM_Env env, const char *resolved,
                                            JSVM_Value *result);

/* Makes the next import of a module load it anew, under the same name. Whoever has the
 * module keeps it. *result (may be NULL) tells whether there was one. */
JSVM_EXTERN JSVM_Status JSVMX_ForgetModule(JSVM_Env env, const char *resolved,
                                           bool *result);

/* The same for all modules whose evaluation failed, which else fail for ever; with
 * pendingToo also for those whose top-level await has not ended: after a stop it never
 * will, if its microtasks were dropped. */
JSVM_EXTERN JSVM_Status JSVMX_ForgetFailedModules(JSVM_Env env, bool pendingToo);

/* Makes a sloppy function with source as its body; name is the file in stack traces,
 * parameters holds parameter names with commas between them. Lines and columns are
 * those of source. A syntax error is a pending exception and JSVM_GENERIC_FAILURE. */
JSVM_EXTERN JSVM_Status JSVMX_CompileFunction(JSVM_Env env, const char *source,
                                              size_t length, const char *name,
                                              const char *parameters,
                                              JSVM_Value *result);

/* ---- host data ---------------------------------------------------------- */

/* One pointer per Env for the program that hosts it, apart from
 * OH_JSVM_SetInstanceData, which belongs to native modules. No finalizer: the host
 * outlives its Envs. */
JSVM_EXTERN JSVM_Status JSVMX_SetHostData(JSVM_Env env, void *data);
JSVM_EXTERN JSVM_Status JSVMX_GetHostData(JSVM_Env env, void **result);

/* ---- direct functions --------------------------------------------------- */

/* A function of C numbers and arrays that is called without handles: the engine's
 * values are checked and converted by the signature, the thunk gets them in an array
 * and stores its result. */
typedef enum {
    JSVMX_TYPE_VOID = 0, /* result only */
    JSVMX_TYPE_BOOL,     /* i64, 0 or 1 */
    JSVMX_TYPE_INT8,     /* signed integers in i64 */
    JSVMX_TYPE_INT16,
    JSVMX_TYPE_INT32,
    JSVMX_TYPE_INT64, /* a Number that is a safe integer, or a BigInt; a result beyond
                         2^53 - 1 is a BigInt */
    JSVMX_TYPE_UINT8, /* unsigned integers in u64 */
    JSVMX_TYPE_UINT16,
    JSVMX_TYPE_UINT32,
    JSVMX_TYPE_UINT64,
    JSVMX_TYPE_FLOAT32, /* f64 */
    JSVMX_TYPE_FLOAT64,
    JSVMX_TYPE_ENUM,       /* i64, one of the values of a JSVMX_Enum; as a result any */
    JSVMX_TYPE_INT8_ARRAY, /* array, parameters only: the memory of a typed array of
                              exactly this type */
    JSVMX_TYPE_INT16_ARRAY,
    JSVMX_TYPE_INT32_ARRAY,
    JSVMX_TYPE_INT64_ARRAY, /* BigInt64Array */
    JSVMX_TYPE_UINT8_ARRAY, /* Uint8Array or Uint8ClampedArray */
    JSVMX_TYPE_UINT16_ARRAY,
    JSVMX_TYPE_UINT32_ARRAY,
    JSVMX_TYPE_UINT64_ARRAY, /* BigUint64Array */
    JSVMX_TYPE_FLOAT32_ARRAY,
    JSVMX_TYPE_FLOAT64_ARRAY,
} JSVMX_Type;

typedef struct {
    void *data;    /* the first element */
    size_t length; /* elements */
} JSVMX_Array;

typedef union {
    double f64;
    int64_t i64;
    uint64_t u64;
    JSVMX_Array array;
} JSVMX_DirectValue;

/* The values that a parameter of type JSVMX_TYPE_ENUM takes. */
typedef struct {
    const char *name; /* for error texts */
    size_t count;
    const int64_t *values;
    int64_t bits; /* of flags: whatever has no other bits is taken, too; else 0 */
} JSVMX_Enum;

typedef void(JSVM_CDECL *JSVMX_Thunk)(const JSVMX_DirectValue *args,
                                      JSVMX_DirectValue *result);

/* The thunk of a function that may fail: false if it did. */
typedef bool(JSVM_CDECL *JSVMX_TryThunk)(const JSVMX_DirectValue *args,
                                         JSVMX_DirectValue *result);

/* What makes a function one that may fail. */
typedef struct {
    JSVMX_TryThunk thunk; /* in place of the definition's */
    /* Called when it did, with a scope open, to throw in env what went wrong. If no
     * exception pends when it returns, JS gets undefined. */
    void(JSVM_CDECL *failed)(JSVM_Env env, void *data);
    int64_t *running; /* counts calls that run; NULL: not wanted. Stays till finalize */
    void *data;
    JSVM_Finalize finalize; /* as that of JSVMX_Function, but not while a call runs */
    void *finalizeHint;
} JSVMX_Fallible;

typedef struct {
    const char *name; /* may be dotted ("fastmath.add"): error texts show it whole, the
                         function's name is its last part */
    size_t parameterCount; /* at most 64; fewer arguments are a TypeError, further ones
                              are ignored */
    const char *const *parameterNames;
    const JSVMX_Type *parameterTypes;
    JSVMX_Type resultType;
    JSVMX_Thunk thunk; /* must outlive the function object; not used if it may fail */
    const JSVMX_Enum *const *parameterEnums; /* of each parameter, NULL if it is no
                                                enum; NULL if none is */
    const bool *parameterIsConst; /* of arrays: only read, so that an immutable buffer
                                     may be given; NULL if none is */
    const JSVMX_Fallible *fallible; /* NULL unless it may fail */
} JSVMX_DirectFunction;

/* Makes the function object; the definition is copied. A wrong argument throws a
 * TypeError (or, for a number out of an integer type's range, a RangeError) that names
 * function, parameter, expected type and the value. */
JSVM_EXTERN JSVM_Status JSVMX_CreateDirectFunction(
    JSVM_Env env, const JSVMX_DirectFunction *definition, JSVM_Value *result);

/* Gives each of two native functions what the other one runs: whoever holds `first`
 * calls from now on what `second` was made for, and the reverse. Both keep their names
 * and other properties. So better code can take the place of what a program has already
 * handed out. JSVM_INVALID_ARG: one of them is no function made by this API in this
 * env. Neither may be running. */
JSVM_EXTERN JSVM_Status JSVMX_ExchangeFunctions(JSVM_Env env, JSVM_Value first,
                                                JSVM_Value second);

/* ---- properties ----------------------------------------------------------- */

/* Defines an accessor whose getter and setter, each NULL or a function, are values; of
 * the attributes, JSVM_ENUMERABLE and JSVM_CONFIGURABLE count. NAME_EXPECTED: name is
 * neither a string nor a symbol; INVALID_ARG: the object refuses. */
JSVM_EXTERN JSVM_Status JSVMX_DefineAccessor(JSVM_Env env, JSVM_Value object,
                                             JSVM_Value name, JSVM_Value getter,
                                             JSVM_Value setter,
                                             JSVM_PropertyAttributes attributes);

/* Copies the own enumerable properties with string keys that are no accessors, so that
 * no getter runs; neither object may be a Proxy. */
JSVM_EXTERN JSVM_Status JSVMX_CopyDataProperties(JSVM_Env env, JSVM_Value source,
                                                 JSVM_Value target);

/* ---- objects that stand for something of C ------------------------------- */

/* What a native object stands for. The structure is the caller's, and often part of a
 * larger one; it has to stay where it is until finalize. */
typedef struct {
    const void *kind; /* any address: tells one caller's objects from another's */
    JSVM_Finalize finalize; /* once, when the object is gone, at the latest when the VM
                               is destroyed: env is NULL, data is this structure. It
                               must not call into the VM */
    void *object;           /* the library's: the JS object, NULL when it is gone */
    void *edges;            /* the library's: see JSVMX_SetNativeEdges */
} JSVMX_NativeObject;

/* [plain] A new object with this prototype (null is allowed) that stands for *native.
 * JSVM_OBJECT_EXPECTED: the prototype is neither an object nor null. */
JSVM_EXTERN JSVM_Status JSVMX_CreateNativeObject(JSVM_Env env, JSVM_Value prototype,
                                                 JSVMX_NativeObject *native,
                                                 JSVM_Value *result);

/* [plain] What an object stands for; NULL, with OK, if value is no native object of
 * this kind. A kind that is NULL means any. */
JSVM_EXTERN JSVM_Status JSVMX_GetNativeObject(JSVM_Env env, JSVM_Value value,
                                              const void *kind,
                                              JSVMX_NativeObject **result);

/* [plain] The object that stands for *native, in any Env of its VM; NULL, with OK, when
 * it is gone. */
JSVM_EXTERN JSVM_Status JSVMX_GetObjectOfNative(JSVM_Env env,
                                                const JSVMX_NativeObject *native,
                                                JSVM_Value *result);

/* [plain] Tells the engine's collector that the object holds these values, as if they
 * were its properties, instead of those it was told before; 0 values: none. A cycle
 * through C is collected if its part in C is told here and holds no reference. */
JSVM_EXTERN JSVM_Status JSVMX_SetNativeEdges(JSVM_Env env, JSVMX_NativeObject *native,
                                             size_t count, const JSVM_Value *values);

/* ---- calls without handles ----------------------------------------------- */

/* What a value is given as. */
typedef enum {
    JSVMX_GIVE_UNDEFINED = 0,
    JSVMX_GIVE_NULL,
    JSVMX_GIVE_BOOLEAN,   /* number, 0 or 1 */
    JSVMX_GIVE_NUMBER,    /* number */
    JSVMX_GIVE_LATIN1,    /* units, length; copied */
    JSVMX_GIVE_UTF16,     /* the same */
    JSVMX_GIVE_HANDLE,    /* handle */
    JSVMX_GIVE_REFERENCE, /* reference */
} JSVMX_Give;

/* A value that no handle was made of. Only the fields that `give` names are looked at.
 */
typedef struct {
    JSVMX_Give give;
    double number;
    const void *units;
    size_t length;
    JSVM_Value handle;
    JSVM_Ref reference;
} JSVMX_Given;

/* A call that is running. Its values are handles of the engine's own, which cost
 * nothing and are valid until the call returns. */
typedef struct {
    JSVM_Value thisValue; /* as it was passed, also undefined; called with new: the new
                             object, which has new.target's prototype */
    JSVM_Value newTarget; /* NULL unless called with new */
    size_t argc;
    const JSVM_Value *argv;
    void *data;
    JSVMX_Given *result; /* undefined until the function stores something else */
} JSVMX_Call;

/* Gives a handle, or NULL if the result is what *call->result says; a scope is open. An
 * exception that pends when it returns is thrown. */
typedef JSVM_Value(JSVM_CDECL *JSVMX_CallHandler)(JSVM_Env env, const JSVMX_Call *call);

typedef struct {
    const char *name; /* UTF-8; NULL: none */
    size_t nameLength;
    int parameterCount; /* what its property `length` says */
    bool isConstructor; /* may be called with new, and has a prototype */
    JSVMX_CallHandler call;
    void *data;
    JSVM_Finalize finalize; /* NULL, or called once with env NULL and data when the
                               function object is gone, at the latest when the VM is
                               destroyed. It must not call into the VM */
    void *finalizeHint;
} JSVMX_Function;

/* Makes a function object; the definition is copied. */
JSVM_EXTERN JSVM_Status JSVMX_CreateFunction(JSVM_Env env,
                                             const JSVMX_Function *definition,
                                             JSVM_Value *result);

/* ---- values at a glance -------------------------------------------------- */

typedef enum {
    JSVMX_KIND_UNDEFINED = 0,
    JSVMX_KIND_NULL,
    JSVMX_KIND_BOOLEAN,
    JSVMX_KIND_NUMBER,
    JSVMX_KIND_BIGINT,
    JSVMX_KIND_STRING,
    JSVMX_KIND_SYMBOL,
    JSVMX_KIND_FUNCTION,
    JSVMX_KIND_ARRAY,
    JSVMX_KIND_TYPED_ARRAY,
    JSVMX_KIND_ARRAY_BUFFER,
    JSVMX_KIND_DATA_VIEW,
    JSVMX_KIND_DATE,
    JSVMX_KIND_MAP,
    JSVMX_KIND_SET,
    JSVMX_KIND_PROMISE,
    JSVMX_KIND_PROXY, /* of whatever, but for a function */
    JSVMX_KIND_OBJECT, /* an ordinary object: a literal, an instance of a class */
    JSVMX_KIND_OTHER,  /* an object of another built-in class */
} JSVMX_Kind;

/* What a value is and holds. Pointers are valid while the value lives and nothing was
 * done with it. */
typedef struct {
    JSVMX_Kind kind;
    bool wide;        /* string: UTF-16 units, else Latin-1 ones */
    bool negative;    /* BigInt */
    bool immutable;   /* typed array: the memory of its buffer is */
    int elementType;  /* typed array: JSVM_TypedarrayType; 11: Float16Array */
    double number;    /* Number; Boolean: 0 or 1; Date: milliseconds, NaN if invalid */
    uint64_t word;    /* BigInt: the lowest 64 bits of its magnitude */
    const void *data; /* units of a string; memory of a typed array, DataView or
                         ArrayBuffer, NULL if detached */
    size_t length;    /* units; elements of a typed array; bytes of the others; words
                         of a BigInt's magnitude */
} JSVMX_Reading;

/* Tells what a value is and holds, in one call. Runs no JS. */
JSVM_EXTERN JSVM_Status JSVMX_ReadValue(JSVM_Env env, JSVM_Value value,
                                        JSVMX_Reading *result);

/* Writes in a few words what a value is, as error texts say it ("the number 5", "the
 * string 'a'", "the array [ 1, 2 ]"), into size bytes, with a 0 at the end; what does
 * not fit is cut between characters. Runs no JS. */
JSVM_EXTERN JSVM_Status JSVMX_DescribeValue(JSVM_Env env, JSVM_Value value, char *text,
                                            size_t size);

/* ---- calls through references -------------------------------------------- */

typedef struct {
    JSVMX_Reading reading;  /* as of JSVMX_ReadValue */
    JSVM_Value value;       /* a string, symbol, BigInt or object; else NULL */
    JSVM_HandleScope scope; /* in and out: where value belongs */
} JSVMX_Result;

/* As OH_JSVM_CallFunction, for callers that keep references: no handle is made of the
 * function, the receiver (NULL: undefined), the arguments and most primitive results.
 * Where a result needs one and result->scope, which the caller has set to its own scope
 * or NULL, is NULL, a scope is opened for it; the caller closes that. JSVM_INVALID_ARG:
 * func refers to no function; JSVM_OBJECT_EXPECTED: what a reference refers to is gone
 * or is data. */
JSVM_EXTERN JSVM_Status JSVMX_CallReference(JSVM_Env env, JSVM_Ref func,
                                            const JSVMX_Given *recv, size_t argc,
                                            const JSVMX_Given *argv,
                                            JSVMX_Result *result);

/* ---- memory that is held -------------------------------------------------- */

/* Memory of an ArrayBuffer or a view of one that stays where it is until it is let go:
 * its buffer is referenced and pinned. While it is, transferring, resizing and
 * detaching the buffer throw a TypeError (OH_JSVM_DetachArraybuffer:
 * JSVM_DETACHABLE_ARRAYBUFFER_EXPECTED). */
typedef struct {
    void *data;
    size_t length;   /* elements of a typed array, else bytes */
    int elementType; /* JSVM_TypedarrayType; 11: Float16Array; -1: no typed array */
    bool isReadonly; /* the buffer is immutable */
    void *hold;      /* for JSVMX_ReleaseMemory */
} JSVMX_Memory;

/* JSVM_ARRAYBUFFER_EXPECTED: the value has no such memory; JSVM_GENERIC_FAILURE: it is
 * detached. */
JSVM_EXTERN JSVM_Status JSVMX_HoldMemory(JSVM_Env env, JSVM_Value value,
                                         JSVMX_Memory *result);

/* Once for each hold, with the same Env, before it is destroyed. */
JSVM_EXTERN JSVM_Status JSVMX_ReleaseMemory(JSVM_Env env, void *hold);

/* ---- live resources ----------------------------------------------------- */

/* What the library holds in this process right now; all zero when everything was
 * closed. */
typedef struct {
    size_t vms;
    size_t envs;
    size_t handleScopes; /* opened by the caller, not yet closed */
    size_t handles;      /* slots in use in all handle scopes */
    size_t references;
    size_t scripts;
    size_t finalizers;
} JSVMX_LiveResources;

JSVM_EXTERN JSVM_Status JSVMX_GetLiveResources(JSVMX_LiveResources *result);

EXTERN_C_END

#endif /* ARK_RUNTIME_JSVMX_H */
