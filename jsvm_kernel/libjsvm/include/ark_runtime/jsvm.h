/*
 * jsvm.h - JSVM-API: running JavaScript from C.
 *
 * Source compatible with OpenHarmony's header of the same name. How calls behave:
 *
 * Every function returns a JSVM_Status, named below without its prefix JSVM_. An env
 * or vm that is NULL gives INVALID_ARG before anything else is looked at; so does any
 * other pointer that is NULL where the comment does not allow it. Arguments are checked
 * for NULL before their types are looked at, and the first mistake found counts. A call
 * that fails leaves its outputs alone unless the comment says otherwise.
 *
 * The word in brackets says how a function enters the engine:
 *   [guarded] may run JavaScript. While an exception is pending it does nothing and
 *             returns PENDING_EXCEPTION; what JavaScript throws in it becomes the
 *             pending exception of the Env, together with the status given below.
 *   [plain]   takes an env and runs no JavaScript; works while an exception is pending.
 *   [vm]      takes a vm; leaves all last errors alone.
 *   [global]  needs no handle; leaves all last errors alone.
 * After a call on an env its status is also the errorCode of OH_JSVM_GetLastErrorInfo.
 *
 * A JSVM_Value made by a call belongs to the innermost open handle scope. Strings that
 * are passed in are copied, except where a comment says that memory is shared.
 */
#ifndef ARK_RUNTIME_JSVM_H
#define ARK_RUNTIME_JSVM_H

#include "jsvm_types.h"

EXTERN_C_START

/* ---- VM life cycle ------------------------------------------------------ */

/* A VM belongs to the thread that has a VM scope open in it. Scopes nest per thread
 * and are closed in reverse order; once all are closed another thread may take the
 * VM over. */

/* [global] Sets the process up; NULL means no options. Copies the external
 * references that snapshots may hold, understands heap size flags in argv and
 * ignores flags it does not know. Only the first call counts: every later one is
 * GENERIC_FAILURE and changes nothing. Optional here; callable from any thread. */
JSVM_EXTERN JSVM_Status OH_JSVM_Init(const JSVM_InitOptions *options);

/* [global] Makes a VM that the caller frees with OH_JSVM_DestroyVM; NULL options are
 * the defaults. INVALID_ARG: result is NULL, or the snapshot blob is not one.
 * Several threads may create VMs at the same time. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateVM(const JSVM_CreateVMOptions *options,
                                         JSVM_VM *result);

/* [vm] Frees the VM and everything left in it. ArrayBuffer finalizers that wait run
 * now. A VM scope that is still open is a fatal error: the handler of fatal errors
 * runs (it may longjmp away, the VM stays usable), then the process aborts. */
JSVM_EXTERN JSVM_Status OH_JSVM_DestroyVM(JSVM_VM vm);

/* [vm] Makes the VM current on the calling thread. GENERIC_FAILURE with *result NULL
 * while another thread has it open. */
JSVM_EXTERN JSVM_Status OH_JSVM_OpenVMScope(JSVM_VM vm, JSVM_VMScope *result);

/* [vm] Ends a stay in a VM. INVALID_ARG: scope is NULL. A scope of another thread or
 * of another VM is reported as a misuse and is OK. */
JSVM_EXTERN JSVM_Status OH_JSVM_CloseVMScope(JSVM_VM vm, JSVM_VMScope scope);

/* ---- Env: contexts ------------------------------------------------------ */

/* [vm] Makes a context with a global object of its own; freed with
 * OH_JSVM_DestroyEnv. The descriptors become properties of globalThis, with their
 * utf8name as key; those with JSVM_STATIC are passed over. The callback structures
 * are kept by address. Needs no open VM scope. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateEnv(JSVM_VM vm, size_t propertyCount,
                                          const JSVM_PropertyDescriptor *properties,
                                          JSVM_Env *result);

/* [vm] Makes an independent copy of context number index of the blob the VM was
 * created from, any number of times. No blob or no such context: GENERIC_FAILURE,
 * *result NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateEnvFromSnapshot(JSVM_VM vm, size_t index,
                                                      JSVM_Env *result);

/* [plain] Runs the finalizers that are left, newest first, drops references and
 * frees the Env and all its handles. Works with and without an open VM scope. */
JSVM_EXTERN JSVM_Status OH_JSVM_DestroyEnv(JSVM_Env env);

/* [plain] Enters the Env, and its VM where that is not current; so a VM scope is not
 * needed. */
JSVM_EXTERN JSVM_Status OH_JSVM_OpenEnvScope(JSVM_Env env, JSVM_EnvScope *result);

/* [plain] Leaves the Env. INVALID_ARG: scope is NULL. A scope of another thread is
 * reported as a misuse and is OK. */
JSVM_EXTERN JSVM_Status OH_JSVM_CloseEnvScope(JSVM_Env env, JSVM_EnvScope scope);

/* [plain], but leaves the last error alone. The VM that the Env lives in. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetVM(JSVM_Env env, JSVM_VM *result);

/* [plain] Keeps one pointer per Env. The finalizer (may be NULL) runs when the Env
 * is destroyed; a pointer that is replaced is dropped without its finalizer. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetInstanceData(JSVM_Env env, void *data,
                                                JSVM_Finalize finalizeCb,
                                                void *finalizeHint);

/* [plain] The pointer set last, or NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetInstanceData(JSVM_Env env, void **data);

/* ---- Locks -------------------------------------------------------------- */

/* [plain] Whether the calling thread holds the lock of the VM. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsLocked(JSVM_Env env, bool *isLocked);

/* [plain] Waits for the VM's lock and takes it. A thread that has it already is not
 * made to wait and the call is not counted: one release frees it. */
JSVM_EXTERN JSVM_Status OH_JSVM_AcquireLock(JSVM_Env env);

/* [plain] Frees the lock if it was taken through this Env, otherwise does nothing.
 * OK in both cases. */
JSVM_EXTERN JSVM_Status OH_JSVM_ReleaseLock(JSVM_Env env);

/* ---- Handle scopes ------------------------------------------------------ */

/* A handle dies with the handle scope that was the innermost one when it was made.
 * Every callback runs in a scope of its own, and an Env has an outermost scope that
 * lasts as long as itself; so a value never lacks a scope. */

/* [plain] Opens a scope within the innermost one; the caller closes it. */
JSVM_EXTERN JSVM_Status OH_JSVM_OpenHandleScope(JSVM_Env env, JSVM_HandleScope *result);

/* [plain] Frees the handles made since the scope was opened, and the scripts
 * compiled in it that are not retained. INVALID_ARG: scope is NULL.
 * HANDLE_SCOPE_MISMATCH, and the last error stays as it was: no scope is open. */
JSVM_EXTERN JSVM_Status OH_JSVM_CloseHandleScope(JSVM_Env env, JSVM_HandleScope scope);

/* [plain] As OH_JSVM_OpenHandleScope, for a scope that one handle may leave. */
JSVM_EXTERN JSVM_Status OH_JSVM_OpenEscapableHandleScope(
    JSVM_Env env, JSVM_EscapableHandleScope *result);

/* [plain] As OH_JSVM_CloseHandleScope, but scripts go on living in the enclosing
 * scope. */
JSVM_EXTERN JSVM_Status OH_JSVM_CloseEscapableHandleScope(
    JSVM_Env env, JSVM_EscapableHandleScope scope);

/* [plain] Makes a handle for escapee in the scope around the given one. INVALID_ARG:
 * any argument is NULL. ESCAPE_CALLED_TWICE: the scope has let a handle out already. */
JSVM_EXTERN JSVM_Status OH_JSVM_EscapeHandle(JSVM_Env env,
                                             JSVM_EscapableHandleScope scope,
                                             JSVM_Value escapee, JSVM_Value *result);

/* ---- References --------------------------------------------------------- */

/* A reference with a count above zero keeps its value alive. At zero it is weak: it
 * sees an object or symbol as long as something else holds it. Values of other types
 * are let go at zero. */

/* [plain] Makes a reference to any value; the caller deletes it. A count of 0 makes
 * it weak from the start. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateReference(JSVM_Env env, JSVM_Value value,
                                                uint32_t initialRefcount,
                                                JSVM_Ref *result);

/* [plain] Makes a reference to a private key. INVALID_ARG: the count is 0, as keys
 * cannot be held weakly. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateDataReference(JSVM_Env env, JSVM_Data data,
                                                    uint32_t initialRefcount,
                                                    JSVM_Ref *result);

/* [plain] Frees the reference, whatever its count. INVALID_ARG: ref is NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_DeleteReference(JSVM_Env env, JSVM_Ref ref);

/* [plain] Adds one to the count and stores it in *result (may be NULL). When the
 * value has been collected the count stays 0, which is OK. */
JSVM_EXTERN JSVM_Status OH_JSVM_ReferenceRef(JSVM_Env env, JSVM_Ref ref,
                                             uint32_t *result);

/* [plain] Takes one from the count and stores it in *result (may be NULL).
 * GENERIC_FAILURE: the count was 0. */
JSVM_EXTERN JSVM_Status OH_JSVM_ReferenceUnref(JSVM_Env env, JSVM_Ref ref,
                                               uint32_t *result);

/* [plain] A handle for the value; *result is NULL, with OK, when the value is gone. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetReferenceValue(JSVM_Env env, JSVM_Ref ref,
                                                  JSVM_Value *result);

/* [plain] The private key of a data reference. INVALID_ARG: the reference holds a
 * value. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetReferenceData(JSVM_Env env, JSVM_Ref ref,
                                                 JSVM_Data *result);

/* ---- Errors and exceptions ---------------------------------------------- */

/* [plain], but keeps the status it reports. The status of the latest call on the Env
 * and its text. The structure is the Env's; the next call may overwrite it. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetLastErrorInfo(JSVM_Env env,
                                                 const JSVM_ExtendedErrorInfo **result);

/* [guarded] Makes error, any value, the pending exception. Returns OK. */
JSVM_EXTERN JSVM_Status OH_JSVM_Throw(JSVM_Env env, JSVM_Value error);

/* [guarded] Throws a new Error with the UTF-8 text msg and, unless code is NULL, a
 * string property "code". Returns OK. INVALID_ARG: msg is NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_ThrowError(JSVM_Env env, const char *code,
                                           const char *msg);

/* [guarded] As OH_JSVM_ThrowError, with a TypeError. */
JSVM_EXTERN JSVM_Status OH_JSVM_ThrowTypeError(JSVM_Env env, const char *code,
                                               const char *msg);

/* [guarded] As OH_JSVM_ThrowError, with a RangeError. */
JSVM_EXTERN JSVM_Status OH_JSVM_ThrowRangeError(JSVM_Env env, const char *code,
                                                const char *msg);

/* [guarded] As OH_JSVM_ThrowError, with a SyntaxError. */
JSVM_EXTERN JSVM_Status OH_JSVM_ThrowSyntaxError(JSVM_Env env, const char *code,
                                                 const char *msg);

/* [plain] Makes an Error and throws nothing. code may be NULL. STRING_EXPECTED: msg,
 * or code where given, is not a string. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateError(JSVM_Env env, JSVM_Value code,
                                            JSVM_Value msg, JSVM_Value *result);

/* [plain] As OH_JSVM_CreateError, with a TypeError. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateTypeError(JSVM_Env env, JSVM_Value code,
                                                JSVM_Value msg, JSVM_Value *result);

/* [plain] As OH_JSVM_CreateError, with a RangeError. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateRangeError(JSVM_Env env, JSVM_Value code,
                                                 JSVM_Value msg, JSVM_Value *result);

/* [plain] As OH_JSVM_CreateError, with a SyntaxError. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateSyntaxError(JSVM_Env env, JSVM_Value code,
                                                  JSVM_Value msg, JSVM_Value *result);

/* [plain] Takes the pending exception away and gives it; undefined when there is
 * none. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetAndClearLastException(JSVM_Env env,
                                                         JSVM_Value *result);

/* [plain] Whether an exception is pending. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsExceptionPending(JSVM_Env env, bool *result);

/* ---- Making values ------------------------------------------------------ */

/* The functions here that take text accept JSVM_AUTO_LENGTH for zero-terminated text
 * and copy it. INVALID_ARG: text is NULL with a length other than 0, or the length
 * exceeds INT_MAX. */

/* [plain] undefined. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetUndefined(JSVM_Env env, JSVM_Value *result);

/* [plain] null. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetNull(JSVM_Env env, JSVM_Value *result);

/* [plain] true or false. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetBoolean(JSVM_Env env, bool value,
                                           JSVM_Value *result);

/* [plain] The Env's globalThis. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetGlobal(JSVM_Env env, JSVM_Value *result);

/* [plain] A Number. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateInt32(JSVM_Env env, int32_t value,
                                            JSVM_Value *result);

/* [plain] A Number. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateUint32(JSVM_Env env, uint32_t value,
                                             JSVM_Value *result);

/* [plain] A Number; beyond 2^53 it is the nearest double. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateInt64(JSVM_Env env, int64_t value,
                                            JSVM_Value *result);

/* [plain] A Number. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateDouble(JSVM_Env env, double value,
                                             JSVM_Value *result);

/* [plain] A BigInt. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateBigintInt64(JSVM_Env env, int64_t value,
                                                  JSVM_Value *result);

/* [plain] A BigInt. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateBigintUint64(JSVM_Env env, uint64_t value,
                                                   JSVM_Value *result);

/* [guarded] A BigInt from wordCount words, least significant first; negative when
 * signBit is not 0. No words make 0n. INVALID_ARG: words is NULL, or wordCount
 * exceeds INT_MAX. PENDING_EXCEPTION with a RangeError: more than the engine can
 * hold. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateBigintWords(JSVM_Env env, int signBit,
                                                  size_t wordCount,
                                                  const uint64_t *words,
                                                  JSVM_Value *result);

/* [plain] A string whose characters are the bytes. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateStringLatin1(JSVM_Env env, const char *str,
                                                   size_t length, JSVM_Value *result);

/* [plain] A string from UTF-8; each malformed part becomes U+FFFD. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateStringUtf8(JSVM_Env env, const char *str,
                                                 size_t length, JSVM_Value *result);

/* [plain] A string from UTF-16 code units; unpaired surrogates are kept. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateStringUtf16(JSVM_Env env, const char16_t *str,
                                                  size_t length, JSVM_Value *result);

/* [plain] A string over memory of the caller, which stays valid until the finalizer
 * (may be NULL) has run. *copied, which is required, tells whether the memory was
 * copied; then the finalizer has run already. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateExternalStringLatin1(
    JSVM_Env env, char *str, size_t length, JSVM_Finalize finalizeCallback,
    void *finalizeHint, JSVM_Value *result, bool *copied);

/* [plain] As OH_JSVM_CreateExternalStringLatin1, for UTF-16 code units. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateExternalStringUtf16(
    JSVM_Env env, char16_t *str, size_t length, JSVM_Finalize finalizeCallback,
    void *finalizeHint, JSVM_Value *result, bool *copied);

/* [guarded] A Date from milliseconds since 1970; NaN gives an invalid Date. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateDate(JSVM_Env env, double time,
                                           JSVM_Value *result);

/* [plain] A new symbol. description may be NULL. STRING_EXPECTED: it is not a
 * string. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateSymbol(JSVM_Env env, JSVM_Value description,
                                             JSVM_Value *result);

/* [plain] The symbol that Symbol.for gives for the UTF-8 text. */
JSVM_EXTERN JSVM_Status OH_JSVM_SymbolFor(JSVM_Env env, const char *utf8description,
                                          size_t length, JSVM_Value *result);

/* [plain] Symbol.asyncIterator. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolAsyncIterator(JSVM_Env env,
                                                       JSVM_Value *result);

/* [plain] Symbol.hasInstance. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolHasInstance(JSVM_Env env, JSVM_Value *result);

/* [plain] Symbol.isConcatSpreadable. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolIsConcatSpreadable(JSVM_Env env,
                                                            JSVM_Value *result);

/* [plain] Symbol.iterator. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolIterator(JSVM_Env env, JSVM_Value *result);

/* [plain] Symbol.match. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolMatch(JSVM_Env env, JSVM_Value *result);

/* [plain] Symbol.replace. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolReplace(JSVM_Env env, JSVM_Value *result);

/* [plain] Symbol.search. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolSearch(JSVM_Env env, JSVM_Value *result);

/* [plain] Symbol.split. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolSplit(JSVM_Env env, JSVM_Value *result);

/* [plain] Symbol.toPrimitive. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolToPrimitive(JSVM_Env env, JSVM_Value *result);

/* [plain] Symbol.toStringTag. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolToStringTag(JSVM_Env env, JSVM_Value *result);

/* [plain] Symbol.unscopables. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetSymbolUnscopables(JSVM_Env env, JSVM_Value *result);

/* ---- Reading values ----------------------------------------------------- */

/* The string readers count in their own units: bytes of Latin-1 or UTF-8, or 16-bit
 * code units. With buf NULL they only store the whole length in *result, which is
 * then required. Otherwise they copy what fits before a terminating zero and store
 * the copied length in *result (may be NULL); a bufsize of 0 writes nothing.
 * STRING_EXPECTED: the value is not a string. */

/* [plain] BOOLEAN_EXPECTED: not a boolean. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueBool(JSVM_Env env, JSVM_Value value,
                                             bool *result);

/* [plain] NUMBER_EXPECTED: not a Number. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueDouble(JSVM_Env env, JSVM_Value value,
                                               double *result);

/* [plain] The Number modulo 2^32 as ECMAScript's ToInt32 does it; NaN and the
 * infinities give 0. NUMBER_EXPECTED: not a Number. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueInt32(JSVM_Env env, JSVM_Value value,
                                              int32_t *result);

/* [plain] As OH_JSVM_GetValueInt32, by ToUint32. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueUint32(JSVM_Env env, JSVM_Value value,
                                               uint32_t *result);

/* [plain] The Number without its fraction, held to the range of int64_t; NaN and the
 * infinities give 0. NUMBER_EXPECTED: not a Number. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueInt64(JSVM_Env env, JSVM_Value value,
                                              int64_t *result);

/* [plain] The low 64 bits; *lossless, which is required, tells whether that is all
 * of it. BIGINT_EXPECTED: not a BigInt. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueBigintInt64(JSVM_Env env, JSVM_Value value,
                                                    int64_t *result, bool *lossless);

/* [plain] As OH_JSVM_GetValueBigintInt64, unsigned; never lossless for a negative
 * value. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueBigintUint64(JSVM_Env env, JSVM_Value value,
                                                     uint64_t *result, bool *lossless);

/* [plain] Copies at most *wordCount words, least significant first, and sets
 * *wordCount to the number that the value needs (0n needs none). With signBit and
 * words both NULL it only tells the number; one alone is INVALID_ARG.
 * BIGINT_EXPECTED: not a BigInt. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueBigintWords(JSVM_Env env, JSVM_Value value,
                                                    int *signBit, size_t *wordCount,
                                                    uint64_t *words);

/* [plain] Characters beyond U+00FF keep only their low byte. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueStringLatin1(JSVM_Env env, JSVM_Value value,
                                                     char *buf, size_t bufsize,
                                                     size_t *result);

/* [plain] Never cuts a character in two; an unpaired surrogate comes out as U+FFFD. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueStringUtf8(JSVM_Env env, JSVM_Value value,
                                                   char *buf, size_t bufsize,
                                                   size_t *result);

/* [plain] Code units as they are. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueStringUtf16(JSVM_Env env, JSVM_Value value,
                                                    char16_t *buf, size_t bufsize,
                                                    size_t *result);

/* [plain] The pointer that OH_JSVM_CreateExternal was given. INVALID_ARG: another
 * value. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetValueExternal(JSVM_Env env, JSVM_Value value,
                                                 void **result);

/* [guarded] Milliseconds since 1970, NaN for an invalid Date. DATE_EXPECTED: not a
 * Date. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetDateValue(JSVM_Env env, JSVM_Value value,
                                             double *result);

/* [guarded] ARRAY_EXPECTED, and *result 0: not an array. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetArrayLength(JSVM_Env env, JSVM_Value value,
                                               uint32_t *result);

/* ---- Type checks -------------------------------------------------------- */

/* They run no JavaScript, and an answer of false is OK whatever the value. */

/* [plain] The type; JSVM_FUNCTION for whatever can be called, JSVM_EXTERNAL for a
 * value of OH_JSVM_CreateExternal. */
JSVM_EXTERN JSVM_Status OH_JSVM_Typeof(JSVM_Env env, JSVM_Value value,
                                       JSVM_ValueType *result);

/* [plain] Whether value is undefined. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsUndefined(JSVM_Env env, JSVM_Value value,
                                            bool *isUndefined);

/* [plain] Whether value is null. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsNull(JSVM_Env env, JSVM_Value value, bool *isNull);

/* [plain] Whether value is null or undefined. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsNullOrUndefined(JSVM_Env env, JSVM_Value value,
                                                  bool *isNullOrUndefined);

/* [plain] Whether value is a primitive boolean. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsBoolean(JSVM_Env env, JSVM_Value value,
                                          bool *isBoolean);

/* [plain] Whether value is a primitive Number. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsNumber(JSVM_Env env, JSVM_Value value,
                                         bool *isNumber);

/* [plain] Whether value is a primitive string. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsString(JSVM_Env env, JSVM_Value value,
                                         bool *isString);

/* [plain] Whether value is a primitive symbol. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsSymbol(JSVM_Env env, JSVM_Value value,
                                         bool *isSymbol);

/* [plain] Whether value is a primitive BigInt. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsBigInt(JSVM_Env env, JSVM_Value value,
                                         bool *isBigInt);

/* [plain] Whether value is an object; functions, arrays and externals are. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsObject(JSVM_Env env, JSVM_Value value,
                                         bool *isObject);

/* [plain] Whether value can be called. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsFunction(JSVM_Env env, JSVM_Value value,
                                           bool *isFunction);

/* [plain] The same question as OH_JSVM_IsFunction. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsCallable(JSVM_Env env, JSVM_Value value,
                                           bool *isCallable);

/* [plain] Whether value can be called with new. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsConstructor(JSVM_Env env, JSVM_Value value,
                                              bool *isConstructor);

/* [plain] Whether value is a Boolean object. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsBooleanObject(JSVM_Env env, JSVM_Value value,
                                                bool *result);

/* [plain] Whether value is a Number object. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsNumberObject(JSVM_Env env, JSVM_Value value,
                                               bool *result);

/* [plain] Whether value is a String object. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsStringObject(JSVM_Env env, JSVM_Value value,
                                               bool *result);

/* [plain] Whether value is a Symbol object. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsSymbolObject(JSVM_Env env, JSVM_Value value,
                                               bool *result);

/* [plain] Whether value is a BigInt object. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsBigIntObject(JSVM_Env env, JSVM_Value value,
                                               bool *result);

/* [plain] Whether value is an array itself; a Proxy of one is not. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsArray(JSVM_Env env, JSVM_Value value, bool *result);

/* [plain] Whether value is an ArrayBuffer; a SharedArrayBuffer is not. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsArraybuffer(JSVM_Env env, JSVM_Value value,
                                              bool *result);

/* [plain] Whether value is an ArrayBuffer that has been detached. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsDetachedArraybuffer(JSVM_Env env, JSVM_Value value,
                                                      bool *result);

/* [plain] Whether value is a typed array; a DataView is not. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsTypedarray(JSVM_Env env, JSVM_Value value,
                                             bool *result);

/* [plain] Whether value is a DataView. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsDataview(JSVM_Env env, JSVM_Value value,
                                           bool *result);

/* [plain] Whether value is a Date. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsDate(JSVM_Env env, JSVM_Value value, bool *isDate);

/* [plain] Whether value was made by Error or one of its subclasses. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsError(JSVM_Env env, JSVM_Value value, bool *result);

/* [plain] Whether value is a Map. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsMap(JSVM_Env env, JSVM_Value value, bool *isMap);

/* [plain] Whether value is a Set. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsSet(JSVM_Env env, JSVM_Value value, bool *isSet);

/* [plain] Whether value is a native promise; other objects with a then method are
 * not. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsPromise(JSVM_Env env, JSVM_Value value,
                                          bool *isPromise);

/* [plain] Whether value is a RegExp. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsRegExp(JSVM_Env env, JSVM_Value value, bool *result);

/* ---- Conversion and comparison ------------------------------------------ */

/* A conversion that throws leaves the exception pending and returns the status of
 * the wanted type. */

/* [guarded] ToBoolean; never throws. */
JSVM_EXTERN JSVM_Status OH_JSVM_CoerceToBool(JSVM_Env env, JSVM_Value value,
                                             JSVM_Value *result);

/* [guarded] ToNumber. NUMBER_EXPECTED with the exception: a symbol, a BigInt, or a
 * throwing valueOf. */
JSVM_EXTERN JSVM_Status OH_JSVM_CoerceToNumber(JSVM_Env env, JSVM_Value value,
                                               JSVM_Value *result);

/* [guarded] ToObject. OBJECT_EXPECTED with a TypeError: undefined or null. */
JSVM_EXTERN JSVM_Status OH_JSVM_CoerceToObject(JSVM_Env env, JSVM_Value value,
                                               JSVM_Value *result);

/* [guarded] ToString. STRING_EXPECTED with the exception: a symbol, or a throwing
 * toString. */
JSVM_EXTERN JSVM_Status OH_JSVM_CoerceToString(JSVM_Env env, JSVM_Value value,
                                               JSVM_Value *result);

/* [guarded] ToBigInt. BIGINT_EXPECTED with the exception: a Number, undefined, null
 * or text that is no integer. */
JSVM_EXTERN JSVM_Status OH_JSVM_CoerceToBigInt(JSVM_Env env, JSVM_Value value,
                                               JSVM_Value *result);

/* [guarded] lhs == rhs. PENDING_EXCEPTION: a conversion threw. */
JSVM_EXTERN JSVM_Status OH_JSVM_Equals(JSVM_Env env, JSVM_Value lhs, JSVM_Value rhs,
                                       bool *result);

/* [guarded] lhs === rhs. */
JSVM_EXTERN JSVM_Status OH_JSVM_StrictEquals(JSVM_Env env, JSVM_Value lhs,
                                             JSVM_Value rhs, bool *result);

/* [guarded] object instanceof constructor, with Symbol.hasInstance. *result is false
 * on every failure. OBJECT_EXPECTED: constructor is undefined or null.
 * FUNCTION_EXPECTED with a TypeError: constructor cannot be called. GENERIC_FAILURE:
 * the check itself threw. */
JSVM_EXTERN JSVM_Status OH_JSVM_Instanceof(JSVM_Env env, JSVM_Value object,
                                           JSVM_Value constructor, bool *result);

/* ---- Objects and properties --------------------------------------------- */

/* The receiver is converted by ToObject. OBJECT_EXPECTED with a TypeError: it is
 * undefined or null. GENERIC_FAILURE with the exception pending: an accessor or a
 * Proxy threw. INVALID_ARG: a handle, name or required result is NULL. Names are
 * UTF-8, zero-terminated. */

/* [plain] An empty object. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateObject(JSVM_Env env, JSVM_Value *result);

/* [plain] An empty Map. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateMap(JSVM_Env env, JSVM_Value *result);

/* [plain] An empty Set. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateSet(JSVM_Env env, JSVM_Value *result);

/* [guarded] The prototype, or null. INVALID_ARG: object is NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetPrototype(JSVM_Env env, JSVM_Value object,
                                             JSVM_Value *result);

/* [guarded] What Object.getPrototypeOf gives. */
JSVM_EXTERN JSVM_Status OH_JSVM_ObjectGetPrototypeOf(JSVM_Env env, JSVM_Value object,
                                                     JSVM_Value *result);

/* [guarded] Sets the prototype. INVALID_ARG: prototype is not an object; null is not
 * one. GENERIC_FAILURE: a cycle, or an object that cannot be extended. */
JSVM_EXTERN JSVM_Status OH_JSVM_ObjectSetPrototypeOf(JSVM_Env env, JSVM_Value object,
                                                     JSVM_Value prototype);

/* [guarded] object[key] = value, as in sloppy mode: what a frozen object refuses is
 * OK. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetProperty(JSVM_Env env, JSVM_Value object,
                                            JSVM_Value key, JSVM_Value value);

/* [guarded] object[key]; undefined where there is none. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetProperty(JSVM_Env env, JSVM_Value object,
                                            JSVM_Value key, JSVM_Value *result);

/* [guarded] key in object. */
JSVM_EXTERN JSVM_Status OH_JSVM_HasProperty(JSVM_Env env, JSVM_Value object,
                                            JSVM_Value key, bool *result);

/* [guarded] delete object[key]; *result (may be NULL) is false for a fixed property,
 * which is OK. */
JSVM_EXTERN JSVM_Status OH_JSVM_DeleteProperty(JSVM_Env env, JSVM_Value object,
                                               JSVM_Value key, bool *result);

/* [guarded] Whether object itself has the property. NAME_EXPECTED: key is neither a
 * string nor a symbol. */
JSVM_EXTERN JSVM_Status OH_JSVM_HasOwnProperty(JSVM_Env env, JSVM_Value object,
                                               JSVM_Value key, bool *result);

/* [guarded] As OH_JSVM_SetProperty, with a name. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetNamedProperty(JSVM_Env env, JSVM_Value object,
                                                 const char *utf8name,
                                                 JSVM_Value value);

/* [guarded] As OH_JSVM_GetProperty, with a name. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetNamedProperty(JSVM_Env env, JSVM_Value object,
                                                 const char *utf8name,
                                                 JSVM_Value *result);

/* [guarded] As OH_JSVM_HasProperty, with a name. */
JSVM_EXTERN JSVM_Status OH_JSVM_HasNamedProperty(JSVM_Env env, JSVM_Value object,
                                                 const char *utf8name, bool *result);

/* [guarded] As OH_JSVM_SetProperty, with an index. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetElement(JSVM_Env env, JSVM_Value object,
                                           uint32_t index, JSVM_Value value);

/* [guarded] As OH_JSVM_GetProperty, with an index. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetElement(JSVM_Env env, JSVM_Value object,
                                           uint32_t index, JSVM_Value *result);

/* [guarded] As OH_JSVM_HasProperty, with an index. */
JSVM_EXTERN JSVM_Status OH_JSVM_HasElement(JSVM_Env env, JSVM_Value object,
                                           uint32_t index, bool *result);

/* [guarded] As OH_JSVM_DeleteProperty, with an index. */
JSVM_EXTERN JSVM_Status OH_JSVM_DeleteElement(JSVM_Env env, JSVM_Value object,
                                              uint32_t index, bool *result);

/* [guarded] An array of the names that for-in visits: enumerable string keys, those
 * of prototypes too, indices as strings. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetPropertyNames(JSVM_Env env, JSVM_Value object,
                                                 JSVM_Value *result);

/* [guarded] An array of the keys that pass the filter, own ones or with those of
 * prototypes; indices as Numbers or as strings. INVALID_ARG: unknown mode or
 * conversion. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetAllPropertyNames(JSVM_Env env, JSVM_Value object,
                                                    JSVM_KeyCollectionMode keyMode,
                                                    JSVM_KeyFilter keyFilter,
                                                    JSVM_KeyConversion keyConversion,
                                                    JSVM_Value *result);

/* [guarded] Defines the properties in turn and stops at the first failure. Callback
 * structures are kept by address; methods get an empty name. NAME_EXPECTED: a name
 * that is neither a string nor a symbol. Refused by the object: INVALID_ARG for an
 * accessor or a value, GENERIC_FAILURE for a method. */
JSVM_EXTERN JSVM_Status OH_JSVM_DefineProperties(
    JSVM_Env env, JSVM_Value object, size_t propertyCount,
    const JSVM_PropertyDescriptor *properties);

/* [guarded] Object.freeze, for the object's own properties. GENERIC_FAILURE:
 * refused. PENDING_EXCEPTION: a Proxy trap threw. */
JSVM_EXTERN JSVM_Status OH_JSVM_ObjectFreeze(JSVM_Env env, JSVM_Value object);

/* [guarded] Object.seal; failures as OH_JSVM_ObjectFreeze. */
JSVM_EXTERN JSVM_Status OH_JSVM_ObjectSeal(JSVM_Env env, JSVM_Value object);

/* ---- Arrays, buffers and their views ------------------------------------ */

/* [plain] An empty array. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateArray(JSVM_Env env, JSVM_Value *result);

/* [plain] An array of the given length without elements. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateArrayWithLength(JSVM_Env env, size_t length,
                                                      JSVM_Value *result);

/* [guarded] A zeroed ArrayBuffer; *data (may be NULL) points to its memory as long
 * as it lives and is not detached. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateArraybuffer(JSVM_Env env, size_t byteLength,
                                                  void **data, JSVM_Value *result);

/* [guarded] An ArrayBuffer over arrayBufferSize bytes at data + offset. The memory
 * stays the caller's and must outlive the buffer; several buffers may overlap.
 * INVALID_ARG: data is NULL, a size is 0, or the window goes beyond
 * backingStoreSize. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateArrayBufferFromBackingStoreData(
    JSVM_Env env, void *data, size_t backingStoreSize, size_t offset,
    size_t arrayBufferSize, JSVM_Value *result);

/* [global] Memory for ArrayBuffers, freed by
 * OH_JSVM_FreeArrayBufferBackingStoreData. INVALID_ARG: data is NULL.
 * GENERIC_FAILURE: no memory. */
JSVM_EXTERN JSVM_Status OH_JSVM_AllocateArrayBufferBackingStoreData(
    size_t byteLength, JSVM_InitializedFlag initialized, void **data);

/* [global] Frees that memory; no living ArrayBuffer may use it. INVALID_ARG: data is
 * NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_FreeArrayBufferBackingStoreData(void *data);

#ifdef JSVM_EXPERIMENTAL
/* [guarded] An ArrayBuffer over the caller's memory without copying (*copied is
 * false). The finalizer (may be NULL) runs when the buffer is gone, at the latest
 * when the VM is destroyed, with env NULL. INVALID_ARG: externalData is NULL with a
 * length, not aligned to 8 bytes, or 32 GiB long; or there is a finalizer for no
 * bytes. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateArrayBufferFromExternalMemory(
    JSVM_Env env, void *externalData, size_t byteLength,
    JSVM_FinalizeArrayBuffer finalizeCb, void *finalizeHint, bool *copied,
    JSVM_Value *result);
#endif

/* [plain] Memory and size in bytes; either may be NULL. INVALID_ARG: not an
 * ArrayBuffer. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetArraybufferInfo(JSVM_Env env, JSVM_Value arraybuffer,
                                                   void **data, size_t *byteLength);

/* [plain] Detaches the buffer from its memory. ARRAYBUFFER_EXPECTED: not an
 * ArrayBuffer. DETACHABLE_ARRAYBUFFER_EXPECTED: one that cannot be detached. */
JSVM_EXTERN JSVM_Status OH_JSVM_DetachArraybuffer(JSVM_Env env, JSVM_Value arraybuffer);

/* [guarded] A view of length elements at byteOffset. INVALID_ARG: unknown type, or
 * not an ArrayBuffer. GENERIC_FAILURE with a RangeError: the offset does not suit
 * the element (code ERR_JSVM_INVALID_TYPEDARRAY_ALIGNMENT), or the view goes beyond
 * the buffer (code ERR_JSVM_INVALID_TYPEDARRAY_LENGTH). */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateTypedarray(JSVM_Env env, JSVM_TypedarrayType type,
                                                 size_t length, JSVM_Value arraybuffer,
                                                 size_t byteOffset, JSVM_Value *result);

/* [plain] Element type, number of elements, memory of the first element, buffer,
 * offset in bytes; each may be NULL. INVALID_ARG: not a typed array. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetTypedarrayInfo(JSVM_Env env, JSVM_Value typedarray,
                                                  JSVM_TypedarrayType *type,
                                                  size_t *length, void **data,
                                                  JSVM_Value *arraybuffer,
                                                  size_t *byteOffset);

/* [guarded] A DataView of length bytes at byteOffset. INVALID_ARG: not an
 * ArrayBuffer. PENDING_EXCEPTION with a RangeError (code
 * ERR_JSVM_INVALID_DATAVIEW_ARGS): it goes beyond the buffer. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateDataview(JSVM_Env env, size_t length,
                                               JSVM_Value arraybuffer,
                                               size_t byteOffset, JSVM_Value *result);

/* [plain] Size in bytes, memory, buffer, offset; each may be NULL. INVALID_ARG: not
 * a DataView. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetDataviewInfo(JSVM_Env env, JSVM_Value dataview,
                                                size_t *bytelength, void **data,
                                                JSVM_Value *arraybuffer,
                                                size_t *byteOffset);

/* ---- Functions and classes ---------------------------------------------- */

/* Functions keep the address of their JSVM_CallbackStruct. A callback runs in a
 * handle scope of its own; NULL as its result means undefined. An exception that is
 * pending when it returns is thrown in JavaScript, and the result is dropped. */

/* [guarded] A function that calls cb. The name may be NULL. INVALID_ARG: cb is NULL,
 * or the length exceeds INT_MAX. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateFunction(JSVM_Env env, const char *utf8name,
                                               size_t length, JSVM_Callback cb,
                                               JSVM_Value *result);

/* [guarded] func.call(recv, ...argv); result may be NULL. INVALID_ARG: recv is NULL,
 * func is not a function, or argv is NULL for arguments. PENDING_EXCEPTION: it
 * threw. */
JSVM_EXTERN JSVM_Status OH_JSVM_CallFunction(JSVM_Env env, JSVM_Value recv,
                                             JSVM_Value func, size_t argc,
                                             const JSVM_Value *argv,
                                             JSVM_Value *result);

/* [guarded] new constructor(...argv). INVALID_ARG: constructor is not a function, or
 * argv is NULL for arguments. PENDING_EXCEPTION: it threw. */
JSVM_EXTERN JSVM_Status OH_JSVM_NewInstance(JSVM_Env env, JSVM_Value constructor,
                                            size_t argc, const JSVM_Value *argv,
                                            JSVM_Value *result);

/* [plain] What a callback was called with. *argc says how many handles argv has room
 * for and becomes the number of arguments given; room beyond it is filled with
 * undefined. All outputs may be NULL, but argv needs argc. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetCbInfo(JSVM_Env env, JSVM_CallbackInfo cbinfo,
                                          size_t *argc, JSVM_Value *argv,
                                          JSVM_Value *thisArg, void **data);

/* [plain] new.target of the call; NULL, with OK, for a call without new. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetNewTarget(JSVM_Env env, JSVM_CallbackInfo cbinfo,
                                             JSVM_Value *result);

/* [guarded] A class: its constructor callback, members on the prototype, JSVM_STATIC
 * members on the class. Methods check that they are called on an instance ("Illegal
 * invocation") unless JSVM_NO_RECEIVER_CHECK is given. It can be called without new
 * too. INVALID_ARG: a name, constructor or needed list is NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_DefineClass(JSVM_Env env, const char *utf8name,
                                            size_t length, JSVM_Callback constructor,
                                            size_t propertyCount,
                                            const JSVM_PropertyDescriptor *properties,
                                            JSVM_Value *result);

/* [guarded] As OH_JSVM_DefineClass; accesses to properties of instances go to the
 * handlers, and instances can be called where callAsFunctionCallback is given.
 * INVALID_ARG too: the configuration is NULL, or the given callback structure holds
 * no function. */
JSVM_EXTERN JSVM_Status OH_JSVM_DefineClassWithPropertyHandler(
    JSVM_Env env, const char *utf8name, size_t length, JSVM_Callback constructor,
    size_t propertyCount, const JSVM_PropertyDescriptor *properties,
    JSVM_PropertyHandlerCfg propertyHandlerCfg, JSVM_Callback callAsFunctionCallback,
    JSVM_Value *result);

/* [guarded] As OH_JSVM_DefineClass, with a class made by these functions as parent
 * (may be NULL) and with options. INVALID_ARG too: another parent, or an unknown
 * option. */
JSVM_EXTERN JSVM_Status OH_JSVM_DefineClassWithOptions(
    JSVM_Env env, const char *utf8name, size_t length, JSVM_Callback constructor,
    size_t propertyCount, const JSVM_PropertyDescriptor *properties,
    JSVM_Value parentClass, size_t optionCount, JSVM_DefineClassOptions options[],
    JSVM_Value *result);

/* ---- Native data on objects --------------------------------------------- */

/* Finalizers run after the object is gone, at the latest in OH_JSVM_DestroyEnv; they
 * must not run JavaScript. */

/* [guarded] Ties nativeObject (may be NULL) to an object. finalizeCb may be NULL.
 * result (may be NULL) gets a weak reference, which the caller deletes. INVALID_ARG:
 * not an object, or wrapped already. */
JSVM_EXTERN JSVM_Status OH_JSVM_Wrap(JSVM_Env env, JSVM_Value jsObject,
                                     void *nativeObject, JSVM_Finalize finalizeCb,
                                     void *finalizeHint, JSVM_Ref *result);

/* [guarded] The pointer of a wrapped object. INVALID_ARG: it is not wrapped. */
JSVM_EXTERN JSVM_Status OH_JSVM_Unwrap(JSVM_Env env, JSVM_Value jsObject,
                                       void **result);

/* [guarded] Unties the pointer and stores it in *result (may be NULL); its finalizer
 * will not run. INVALID_ARG: not wrapped. */
JSVM_EXTERN JSVM_Status OH_JSVM_RemoveWrap(JSVM_Env env, JSVM_Value jsObject,
                                           void **result);

/* [guarded] Marks the object, once. INVALID_ARG: it has a tag. OBJECT_EXPECTED: no
 * object, and not convertible to one. */
JSVM_EXTERN JSVM_Status OH_JSVM_TypeTagObject(JSVM_Env env, JSVM_Value value,
                                              const JSVM_TypeTag *typeTag);

/* [guarded] Whether the object carries this tag; false, with OK, when it has none. */
JSVM_EXTERN JSVM_Status OH_JSVM_CheckObjectTypeTag(JSVM_Env env, JSVM_Value value,
                                                   const JSVM_TypeTag *typeTag,
                                                   bool *result);

/* [plain] Runs finalizeCb after the object is gone; an object may have several.
 * result (may be NULL) gets a weak reference, which the caller deletes. INVALID_ARG:
 * not an object, or no finalizer. */
JSVM_EXTERN JSVM_Status OH_JSVM_AddFinalizer(JSVM_Env env, JSVM_Value jsObject,
                                             void *finalizeData,
                                             JSVM_Finalize finalizeCb,
                                             void *finalizeHint, JSVM_Ref *result);

/* [guarded] A value that holds a pointer; each call makes a distinct one. finalizeCb
 * may be NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateExternal(JSVM_Env env, void *data,
                                               JSVM_Finalize finalizeCb,
                                               void *finalizeHint, JSVM_Value *result);

/* ---- Private keys, proxies, regular expressions ------------------------- */

/* Private properties are invisible to JavaScript, and a Proxy neither traps nor
 * forwards them. OBJECT_EXPECTED: not an object. INVALID_ARG: something is NULL, or
 * key is not a private key. */

/* [plain] A new private key; description may be NULL. STRING_EXPECTED: it is not a
 * string. Keys are different even where their descriptions are equal. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreatePrivate(JSVM_Env env, JSVM_Value description,
                                              JSVM_Data *result);

/* [guarded] Sets the private property. PENDING_EXCEPTION: it threw. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetPrivate(JSVM_Env env, JSVM_Value object,
                                           JSVM_Data key, JSVM_Value value);

/* [guarded] The private property; undefined where there is none. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetPrivate(JSVM_Env env, JSVM_Value object,
                                           JSVM_Data key, JSVM_Value *result);

/* [guarded] Removes the private property; OK when there is none. */
JSVM_EXTERN JSVM_Status OH_JSVM_DeletePrivate(JSVM_Env env, JSVM_Value object,
                                              JSVM_Data key);

/* [guarded] new Proxy(target, handler). OBJECT_EXPECTED: one of them is not an
 * object. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateProxy(JSVM_Env env, JSVM_Value target,
                                            JSVM_Value handler, JSVM_Value *result);

/* [plain] Whether value is a Proxy. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsProxy(JSVM_Env env, JSVM_Value value, bool *isProxy);

/* [plain] The target of a Proxy. INVALID_TYPE: not a Proxy. */
JSVM_EXTERN JSVM_Status OH_JSVM_ProxyGetTarget(JSVM_Env env, JSVM_Value value,
                                               JSVM_Value *result);

/* [guarded] A RegExp. STRING_EXPECTED: the pattern is not a string. GENERIC_FAILURE
 * with a SyntaxError: a malformed pattern, or flags that exclude each other. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateRegExp(JSVM_Env env, JSVM_Value value,
                                             JSVM_RegExpFlags flags,
                                             JSVM_Value *result);

/* ---- Promises and microtasks -------------------------------------------- */

/* Under the policy JSVM_MICROTASK_AUTO microtasks run when the outermost call into
 * JavaScript returns. What they throw never reaches the caller. */

/* [guarded] A pending promise and the deferred that settles it. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreatePromise(JSVM_Env env, JSVM_Deferred *deferred,
                                              JSVM_Value *promise);

/* [guarded] Resolves the promise and frees the deferred, which must not be used
 * again. */
JSVM_EXTERN JSVM_Status OH_JSVM_ResolveDeferred(JSVM_Env env, JSVM_Deferred deferred,
                                                JSVM_Value resolution);

/* [guarded] Rejects the promise and frees the deferred, which must not be used
 * again. */
JSVM_EXTERN JSVM_Status OH_JSVM_RejectDeferred(JSVM_Env env, JSVM_Deferred deferred,
                                               JSVM_Value rejection);

/* [guarded] promise.then(onFulfilled, onRejected); either may be NULL, and so may
 * result, which gets the new promise. INVALID_ARG: promise or both handlers are
 * NULL. INVALID_TYPE: not a promise, or a handler that is not a function. */
JSVM_EXTERN JSVM_Status OH_JSVM_PromiseRegisterHandler(JSVM_Env env, JSVM_Value promise,
                                                       JSVM_Value onFulfilled,
                                                       JSVM_Value onRejected,
                                                       JSVM_Value *result);

/* [vm] INVALID_ARG: an unknown policy. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetMicrotaskPolicy(JSVM_VM vm,
                                                   JSVM_MicrotaskPolicy policy);

/* [vm] Runs the waiting microtasks of all Envs of the VM. */
JSVM_EXTERN JSVM_Status OH_JSVM_PerformMicrotaskCheckpoint(JSVM_VM vm);

/* [global] Runs one waiting task of the VM, if there is any; *result tells. A NULL
 * vm is OK with false. */
JSVM_EXTERN JSVM_Status OH_JSVM_PumpMessageLoop(JSVM_VM vm, bool *result);

/* [vm] Sets the handler that hears of rejections without a handler and of promises
 * settled more than once; NULL takes it away. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetHandlerForPromiseReject(
    JSVM_VM vm, JSVM_HandlerForPromiseReject handler);

/* ---- Compiling and running ---------------------------------------------- */

/* A script handle lives as long as its handle scope, or until OH_JSVM_ReleaseScript
 * once it is retained. Code caches are hints: one that does not fit is rejected and
 * the source is compiled. */

/* [guarded] Compiles source text as a classic script and runs nothing. cachedData
 * may be NULL; otherwise *cacheRejected (may be NULL) tells whether it was of use,
 * and eagerCompile is ignored. INVALID_ARG: script or result is NULL.
 * STRING_EXPECTED: script is not a string. GENERIC_FAILURE: a SyntaxError is
 * pending. */
JSVM_EXTERN JSVM_Status OH_JSVM_CompileScript(JSVM_Env env, JSVM_Value script,
                                              const uint8_t *cachedData,
                                              size_t cacheDataLength, bool eagerCompile,
                                              bool *cacheRejected, JSVM_Script *result);

/* [guarded] As OH_JSVM_CompileScript, with the file name and the offsets that stack
 * traces show. The source map has no effect yet. INVALID_ARG too: origin or its
 * resourceName is NULL, or an offset is out of bounds (2^31 lines, 2^20 columns). */
JSVM_EXTERN JSVM_Status OH_JSVM_CompileScriptWithOrigin(JSVM_Env env, JSVM_Value script,
                                                        const uint8_t *cachedData,
                                                        size_t cacheDataLength,
                                                        bool eagerCompile,
                                                        bool *cacheRejected,
                                                        JSVM_ScriptOrigin *origin,
                                                        JSVM_Script *result);

/* [guarded] As OH_JSVM_CompileScript, with options; the last one of a kind counts,
 * unknown ones are passed over. INVALID_ARG too: an unknown compile mode, or the
 * mode that consumes a code cache without one. */
JSVM_EXTERN JSVM_Status OH_JSVM_CompileScriptWithOptions(JSVM_Env env,
                                                         JSVM_Value script,
                                                         size_t optionCount,
                                                         JSVM_CompileOptions options[],
                                                         JSVM_Script *result);

/* [guarded] Runs the script, which may be run any number of times, and gives its
 * completion value. GENERIC_FAILURE: it threw, and the exception is pending. */
JSVM_EXTERN JSVM_Status OH_JSVM_RunScript(JSVM_Env env, JSVM_Script script,
                                          JSVM_Value *result);

/* [plain] Lets the script outlive its handle scope. INVALID_ARG: NULL, or retained
 * already. */
JSVM_EXTERN JSVM_Status OH_JSVM_RetainScript(JSVM_Env env, JSVM_Script script);

/* [plain] Frees a retained script. INVALID_ARG: NULL, or not retained. */
JSVM_EXTERN JSVM_Status OH_JSVM_ReleaseScript(JSVM_Env env, JSVM_Script script);

/* [guarded] A function from parameter names and the text of its body. The name may
 * be NULL. INVALID_ARG: argv is NULL for parameters. STRING_EXPECTED: a parameter or
 * the body is not a string. GENERIC_FAILURE: a SyntaxError is pending. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateFunctionWithScript(JSVM_Env env,
                                                         const char *funcName,
                                                         size_t length, size_t argc,
                                                         const JSVM_Value *argv,
                                                         JSVM_Value script,
                                                         JSVM_Value *result);

/* [guarded] JSON.parse. STRING_EXPECTED: not a string. GENERIC_FAILURE: a
 * SyntaxError is pending. */
JSVM_EXTERN JSVM_Status OH_JSVM_JsonParse(JSVM_Env env, JSVM_Value jsonString,
                                          JSVM_Value *result);

/* [guarded] JSON.stringify; for a value without JSON text the string "undefined".
 * GENERIC_FAILURE: it threw, on a cycle or a BigInt for example. */
JSVM_EXTERN JSVM_Status OH_JSVM_JsonStringify(JSVM_Env env, JSVM_Value jsonObject,
                                              JSVM_Value *result);

/* ---- Code cache --------------------------------------------------------- */

/* [plain] Serialises the compiled script; the caller frees *data with
 * OH_JSVM_ReleaseCache. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateCodeCache(JSVM_Env env, JSVM_Script script,
                                                const uint8_t **data, size_t *length);

/* [plain] Frees what OH_JSVM_CreateCodeCache or OH_JSVM_CreateWasmCache gave.
 * INVALID_ARG: NULL, or an unknown type. */
JSVM_EXTERN JSVM_Status OH_JSVM_ReleaseCache(JSVM_Env env, const uint8_t *cacheData,
                                             JSVM_CacheType cacheType);

/* [vm] Starts to decode a code cache and returns at once; the result goes to
 * OH_JSVM_CompileScriptWithOptions and is freed by OH_JSVM_ReleaseDeserializeResult.
 * INVALID_ARG: something is NULL or empty, or the cache is not one (*result is
 * NULL). */
JSVM_EXTERN JSVM_Status OH_JSVM_BackgroundDeserialize(JSVM_VM vm,
                                                      JSVM_CodeCache cacheData,
                                                      JSVM_DeserializeResult *result);

/* [global] Frees the result. INVALID_ARG: NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_ReleaseDeserializeResult(JSVM_DeserializeResult result);

/* ---- Snapshots ---------------------------------------------------------- */

/* [vm] Serialises the Envs into a blob, which the caller owns; their numbers in it
 * are their places in the list. GENERIC_FAILURE: the VM was not created for it.
 * Native functions are possible where the address of their callback structure is
 * among the external references of OH_JSVM_Init. The VM runs no JavaScript
 * afterwards. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateSnapshot(JSVM_VM vm, size_t contextCount,
                                               const JSVM_Env *contexts,
                                               const char **blobData, size_t *blobSize);

/* ---- Memory and garbage collection -------------------------------------- */

/* [plain] Tells the VM that objects hold changeInBytes more (or fewer) bytes outside
 * its heap; *result becomes the new sum. */
JSVM_EXTERN JSVM_Status OH_JSVM_AdjustExternalMemory(JSVM_Env env,
                                                     int64_t changeInBytes,
                                                     int64_t *result);

/* [plain] CRITICAL and LOW_MEMORY collect all garbage before they return, finalizers
 * and GC handlers included; MODERATE is a hint, NONE ends the pressure. */
JSVM_EXTERN JSVM_Status OH_JSVM_MemoryPressureNotification(
    JSVM_Env env, JSVM_MemoryPressureLevel level);

/* [vm] Calls handler before or after collections of the given types. INVALID_ARG:
 * handler is NULL, or the pair of handler and userData is there already. */
JSVM_EXTERN JSVM_Status OH_JSVM_AddHandlerForGC(JSVM_VM vm,
                                                JSVM_CBTriggerTimeForGC triggerTime,
                                                JSVM_HandlerForGC handler,
                                                JSVM_GCType gcType, void *userData);

/* [vm] Takes a handler away. INVALID_ARG: the pair is unknown. */
JSVM_EXTERN JSVM_Status OH_JSVM_RemoveHandlerForGC(JSVM_VM vm,
                                                   JSVM_CBTriggerTimeForGC triggerTime,
                                                   JSVM_HandlerForGC handler,
                                                   void *userData);

/* [vm] Sets the handler that runs when the VM's memory is used up. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetHandlerForOOMError(JSVM_VM vm,
                                                      JSVM_HandlerForOOMError handler);

/* [vm] Sets the handler that runs before a fatal error ends the process; it may
 * longjmp away. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetHandlerForFatalError(
    JSVM_VM vm, JSVM_HandlerForFatalError handler);

/* ---- Heap statistics ---------------------------------------------------- */

/* [vm] Fills the statistics in. INVALID_ARG: result is NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetHeapStatistics(JSVM_VM vm,
                                                  JSVM_HeapStatistics *result);

/* [vm] Calls callback before a full collection that finds at least threshold bytes
 * in use. One per VM. INVALID_ARG: callback is NULL, threshold is 0 or above the
 * heap limit, or there is one already. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetHeapThresholdCallback(
    JSVM_VM vm, uint64_t threshold, JSVM_HandlerForHeapThreshold callback, void *data);

/* [vm] Takes it away. INVALID_ARG: the arguments are not those it was set with. */
JSVM_EXTERN JSVM_Status OH_JSVM_ClearHeapThresholdCallback(
    JSVM_VM vm, uint64_t threshold, JSVM_HandlerForHeapThreshold callback, void *data);

/* ---- Heap snapshots ----------------------------------------------------- */

/* [vm] Writes the heap in pieces as a .heapsnapshot file of Chrome's. INVALID_ARG:
 * stream is NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_TakeHeapSnapshot(JSVM_VM vm, JSVM_OutputStream stream,
                                                 void *streamData);

/* [vm] Writes the heap in pieces in the engine's own format; callable from a heap
 * threshold callback and in a forked child. INVALID_ARG: stream is NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_TakeRawHeapSnapshot(JSVM_VM vm,
                                                    JSVM_OutputStream stream,
                                                    void *streamData);

/* ---- CPU profiler ------------------------------------------------------- */

/* [vm] Starts to sample; the handle is freed by OH_JSVM_StopCpuProfiler. */
JSVM_EXTERN JSVM_Status OH_JSVM_StartCpuProfiler(JSVM_VM vm, JSVM_CpuProfiler *result);

/* [vm] Stops and writes the samples in pieces as a .cpuprofile file. INVALID_ARG:
 * profiler or stream is NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_StopCpuProfiler(JSVM_VM vm, JSVM_CpuProfiler profiler,
                                                JSVM_OutputStream stream,
                                                void *streamData);

/* ---- Tracing ------------------------------------------------------------ */

/* [global] Starts to record events in the whole process; no categories mean the
 * usual four. tag names the key of the events ("traceEvents" where NULL);
 * eventsCount is the size of the ring of events. INVALID_ARG: count does not suit
 * categories, or an unknown category. */
JSVM_EXTERN JSVM_Status OH_JSVM_TraceStart(size_t count,
                                           const JSVM_TraceCategory *categories,
                                           const char *tag, size_t eventsCount);

/* [global] Stops and writes all events in one piece of JSON. INVALID_ARG: stream or
 * streamData is NULL, or nothing was started; a recording then goes on. */
JSVM_EXTERN JSVM_Status OH_JSVM_TraceStop(JSVM_OutputStream stream, void *streamData);

/* ---- Debugger ----------------------------------------------------------- */

/* [guarded] Serves the Chrome DevTools Protocol for the Env on host:port.
 * INVALID_ARG: host is NULL. GENERIC_FAILURE: it cannot listen there. */
JSVM_EXTERN JSVM_Status OH_JSVM_OpenInspector(JSVM_Env env, const char *host,
                                              uint16_t port);

/* [guarded] As OH_JSVM_OpenInspector, on the first free local port from 9229 on and
 * on a socket that carries pid; the target shows the name ("jsvm" where NULL).
 * INVALID_ARG: pid is negative. */
JSVM_EXTERN JSVM_Status OH_JSVM_OpenInspectorWithName(JSVM_Env env, int pid,
                                                      const char *name);

/* [guarded] Stops serving. GENERIC_FAILURE: nothing is served. */
JSVM_EXTERN JSVM_Status OH_JSVM_CloseInspector(JSVM_Env env);

/* [guarded] Waits until a front end has connected and says go; breakNextLine pauses
 * at the first statement. GENERIC_FAILURE: nothing is served. */
JSVM_EXTERN JSVM_Status OH_JSVM_WaitForDebugger(JSVM_Env env, bool breakNextLine);

/* [plain] Switches a check of the Env on or off. */
JSVM_EXTERN JSVM_Status OH_JSVM_SetDebugOption(JSVM_Env env,
                                               JSVM_DebugOption debugOption,
                                               bool isEnabled);

/* ---- WebAssembly -------------------------------------------------------- */

/* [guarded] A WebAssembly.Module from bytes. cacheData may be NULL; cacheRejected
 * may be NULL. INVALID_ARG: no bytes, or an empty cache. PENDING_EXCEPTION with a
 * CompileError: not WebAssembly. */
JSVM_EXTERN JSVM_Status OH_JSVM_CompileWasmModule(JSVM_Env env,
                                                  const uint8_t *wasmBytecode,
                                                  size_t wasmBytecodeLength,
                                                  const uint8_t *cacheData,
                                                  size_t cacheDataLength,
                                                  bool *cacheRejected,
                                                  JSVM_Value *wasmModule);

/* [guarded] Optimises one function of a module. INVALID_ARG: not a module, or an
 * unknown level. */
JSVM_EXTERN JSVM_Status OH_JSVM_CompileWasmFunction(JSVM_Env env, JSVM_Value wasmModule,
                                                    uint32_t functionIndex,
                                                    JSVM_WasmOptLevel optLevel);

/* [plain] Whether value is a WebAssembly.Module. */
JSVM_EXTERN JSVM_Status OH_JSVM_IsWasmModuleObject(JSVM_Env env, JSVM_Value value,
                                                   bool *result);

/* [guarded] Serialises a compiled module; the caller frees *data with
 * OH_JSVM_ReleaseCache. INVALID_ARG: not a module. GENERIC_FAILURE: nothing to
 * serialise. */
JSVM_EXTERN JSVM_Status OH_JSVM_CreateWasmCache(JSVM_Env env, JSVM_Value wasmModule,
                                                const uint8_t **data, size_t *length);

/* ---- Version and VM information ----------------------------------------- */

/* [plain] The version of JSVM-API that is implemented: 9. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetVersion(JSVM_Env env, uint32_t *result);

/* [global] Name and version of the engine, and a tag that changes with the format of
 * code caches. INVALID_ARG: result is NULL. */
JSVM_EXTERN JSVM_Status OH_JSVM_GetVMInfo(JSVM_VMInfo *result);

EXTERN_C_END

#endif /* ARK_RUNTIME_JSVM_H */
