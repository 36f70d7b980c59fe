/*
 * engine.h - all that libjsvm knows of the engine beyond its public quickjs.h.
 *
 * The functions here are defined in engine.c, the one translation unit that includes
 * the engine's sources and so sees its internals. Everything else in libjsvm goes
 * through this header. Ownership follows quickjs.h: a JSValue result is the caller's
 * to free, a JSValueConst argument is borrowed, JS_EXCEPTION means that an exception is
 * set in the context.
 */
#ifndef JSVM_ENGINE_H
#define JSVM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The engine's header has its own warning policy. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "quickjs.h"
#pragma GCC diagnostic pop

/* Hash of the edit list, part of the code cache tag (written by prepare.py). */
uint32_t jsvm__engine_edits_tag(void);

/* ---- runtime and contexts ----------------------------------------------- */

/* Registers our classes; call once, right after JS_NewRuntime. 0 or -1 (no memory). */
int jsvm__engine_setup_runtime(JSRuntime *rt);

/* A context with all intrinsics. All contexts of a runtime get one hash seed: Map and
 * Set keys are hashed with the seed of the context that runs, so with different
 * seeds a Map filled in one context finds nothing in another. NULL: no memory. */
JSContext *jsvm__engine_new_context(JSRuntime *rt);

/* Drops the context's microtasks. They do not hold their context, so this has to be
 * done before the last reference to it may go. */
void jsvm__engine_drop_jobs(JSContext *ctx);

/* ---- garbage ------------------------------------------------------------ */

/* Is called before and after each collection of cycles; NULL: nothing is. */
void jsvm__engine_set_gc_hook(JSRuntime *rt, void (*hook)(JSRuntime *rt, bool after));

/* Bytes that the runtime has allocated. */
size_t jsvm__engine_heap_size(JSRuntime *rt);

/* ---- the stop button ---------------------------------------------------- */

/* From now on every opcode and every poll of the runtime throws an uncatchable
 * InternalError. Async-signal-safe, any thread. Stays in force until cleared. */
void jsvm__engine_request_stop(JSRuntime *rt);
void jsvm__engine_clear_stop(JSRuntime *rt);

/* The frames that the last stop hit, as in a stack text; NULL: none are known. */
const char *jsvm__engine_stop_stack(JSRuntime *rt);
void jsvm__engine_drop_stop_stack(JSRuntime *rt);

/* ---- async context ------------------------------------------------------ */

/* As JSVMX_AsyncContext. The structure is not copied; NULL: nobody keeps a context. */
typedef struct JSVMAsyncContext {
    int64_t (*current)(void *data);
    void (*enter)(int64_t context, void *data);
    void *data;
} JSVMAsyncContext;

void jsvm__engine_set_async_context(JSRuntime *rt, const JSVMAsyncContext *context);

/* ---- cells -------------------------------------------------------------- */

/* Compiles and starts a cell (JSVMX_RunCell): the promise of { value }. JS_EXCEPTION
 * for a syntax error, when nothing has run, and for an uncatchable error.
 * source[length] must be 0. */
JSValue jsvm__engine_run_cell(JSContext *ctx, const char *source, size_t length,
                              const char *name);

typedef enum {
    JSVM_SYNTAX_COMPLETE,
    JSVM_SYNTAX_INCOMPLETE,
    JSVM_SYNTAX_INVALID,
    JSVM_SYNTAX_NO_MEMORY,
} JSVMSyntax;

/* Parses a cell without running it. source[length] must be 0. */
JSVMSyntax jsvm__engine_check_syntax(JSContext *ctx, const char *source, size_t length);

/* ---- modules ------------------------------------------------------------ */

/* Compiles module source, loads what it imports, and gives its definition, or NULL with
 * an exception. For the module loader, which is called by who cleans up. */
JSModuleDef *jsvm__engine_compile_module(JSContext *ctx, const char *source,
                                         size_t length, const char *name);

/* What fills the import.meta of a module when that is first used; -1: exception. */
void jsvm__engine_set_module_describer(JSRuntime *rt,
                                       int (*describe)(JSContext *ctx, JSModuleDef *m,
                                                       JSValueConst meta));

/* Later imports of this name load it anew; those that have the module keep it. False if
 * there was none. */
bool jsvm__engine_forget_module(JSContext *ctx, const char *name);

/* The same for all modules whose evaluation failed, or also those that still wait. */
void jsvm__engine_forget_failed_modules(JSContext *ctx, bool pending_too);

/* Loads, links and evaluates a module at once and gives its namespace object; an
 * exception if it cannot run to its end now. */
JSValue jsvm__engine_require_module(JSContext *ctx, const char *name);

/* A function with source as its body; `parameters` are names with commas between. */
JSValue jsvm__engine_compile_function(JSContext *ctx, const char *source, size_t length,
                                      const char *name, const char *parameters);

/* ---- calls --------------------------------------------------------------- */

/* JS_Call of a function that is held meanwhile, with arguments of the caller's own,
 * which need not be copied: the function may put other values in their place, for the
 * caller to free. */
JSValue jsvm__engine_call(JSContext *ctx, JSValueConst func, JSValueConst this_val,
                          int argc, JSValue *argv);

/* ---- functions with native code ----------------------------------------- */

/* new_target is undefined unless the function is called as a constructor; then this_val
 * is undefined and the callee makes the instance. argv has argc values. */
typedef JSValue JSVMNativeCall(JSContext *ctx, JSValueConst this_val,
                               JSValueConst new_target, int argc, JSValueConst *argv,
                               void *data);

/* A function object that calls `call` with `data` in a stack frame of its own, so that
 * it has a place in stack traces. `release`, if any, gets `data` when the function
 * object dies (and not when this fails). */
JSValue jsvm__engine_new_native(JSContext *ctx, JSVMNativeCall *call, void *data,
                                void (*release)(JSRuntime *rt, void *data),
                                const char *name, size_t name_length, int length,
                                bool is_constructor);

/* Gives each of two such functions of one context the code and data of the other.
 * False: one of them is something else. Neither may be running. */
bool jsvm__engine_exchange_natives(JSValueConst first, JSValueConst second);

/* ---- weak references ---------------------------------------------------- */

/* A weak reference to an object or a unique symbol: an opaque value to be kept and
 * freed. */
JSValue jsvm__engine_new_weak(JSContext *ctx, JSValueConst target);

/* Whether that is possible: objects and symbols, but not registered symbols. */
bool jsvm__engine_can_be_weak(JSValueConst target);

/* Its target, or JS_UNINITIALIZED when that is gone. */
JSValue jsvm__engine_weak_target(JSContext *ctx, JSValueConst weak);

/* ---- strings ------------------------------------------------------------ */

typedef struct {
    const void *data; /* uint8_t (Latin-1) or, if wide, uint16_t (UTF-16) units */
    size_t length;    /* in units */
    bool wide;
} JSVMStringView;

/* Looks at the units of a string; flattens a rope first, which may fail (false, with an
 * exception). The view lives as long as the string. */
bool jsvm__engine_view_string(JSContext *ctx, JSValueConst string,
                              JSVMStringView *view);

JSValue jsvm__engine_new_latin1(JSContext *ctx, const char *units, size_t length);

/* ---- BigInt ------------------------------------------------------------- */

/* Sign (1 = negative) and number of 64-bit words of the magnitude; fills at most
 * `capacity` words, lowest first. */
size_t jsvm__engine_bigint_words(JSValueConst value, int *sign, uint64_t *words,
                                 size_t capacity);

JSValue jsvm__engine_new_bigint(JSContext *ctx, bool negative, const uint64_t *words,
                                size_t count);

/* ---- property keys ------------------------------------------------------ */

/* Whether an atom is an array index, and which. */
bool jsvm__engine_atom_is_index(JSContext *ctx, JSAtom atom, uint32_t *index);

/* Names of the global lexical declarations (let, const, class, import), for completion:
 * a JS array of strings. */
JSValue jsvm__engine_lexical_names(JSContext *ctx);

/* ---- iterators ------------------------------------------------------------ */

/* What an iterator of a Map or Set has still to give, which it keeps: an array of keys
 * or values or, then *entries is set, of pairs. undefined: no such iterator. */
JSValue jsvm__engine_iterator_items(JSContext *ctx, JSValueConst iterator,
                                    bool *entries);

/* ---- Map and Set -------------------------------------------------------- */

/* How many entries a Map or Set has; false: it is neither. */
bool jsvm__engine_collection_size(JSValueConst value, size_t *size);

/* A new array of a Set's values, or of a Map's keys and values in turn. */
JSValue jsvm__engine_collection_entries(JSContext *ctx, JSValueConst collection);

/* As the built-in `add` or `set` does; value is of no account to a Set. False: an
 * exception is set. */
bool jsvm__engine_collection_add(JSContext *ctx, JSValueConst collection,
                                 JSValueConst key, JSValueConst value);

/* ---- objects ------------------------------------------------------------ */

/* Which primitive an object wraps: new Boolean(true), Object(1n), ... */
typedef enum {
    JSVM_WRAPS_NOTHING,
    JSVM_WRAPS_BOOLEAN,
    JSVM_WRAPS_NUMBER,
    JSVM_WRAPS_STRING,
    JSVM_WRAPS_SYMBOL,
    JSVM_WRAPS_BIGINT,
} JSVMWrapped;

JSVMWrapped jsvm__engine_wrapped(JSValueConst value);

/* Whether it is an object of no built-in class: a literal, an instance of a class. */
bool jsvm__engine_is_ordinary(JSValueConst value);

/* Milliseconds of a Date object, NaN when it is invalid. */
double jsvm__engine_date_value(JSValueConst date);

JSValue jsvm__engine_new_map(JSContext *ctx);
JSValue jsvm__engine_new_set(JSContext *ctx);

/* object[key] = value as in sloppy mode: 1 = done, 0 = refused, -1 = exception. Takes
 * the value over. */
int jsvm__engine_set_property(JSContext *ctx, JSValueConst object, JSAtom key,
                              JSValue value);

/* Sets the prototype: 1 = done, 0 = refused, -1 = exception (Proxy, no memory). */
int jsvm__engine_set_prototype(JSContext *ctx, JSValueConst object,
                               JSValueConst prototype);

/* ---- private slots ------------------------------------------------------ */

/* A key of hidden properties, unlike any other. The description is a string, or
 * undefined for none. */
JSValue jsvm__engine_new_private_key(JSContext *ctx, JSValueConst description);

bool jsvm__engine_is_private_key(JSValueConst value);

/* The hidden property of an object, JS_UNINITIALIZED when it has none. No JS runs, here
 * and below. */
JSValue jsvm__engine_get_private(JSContext *ctx, JSValueConst object, JSValueConst key);

/* Sets it, frozen or not, and takes the value over. 0, or -1 for want of memory. */
int jsvm__engine_set_private(JSContext *ctx, JSValueConst object, JSValueConst key,
                             JSValue value);

/* Takes it away if it is there. 0, or -1 for want of memory. */
int jsvm__engine_delete_private(JSContext *ctx, JSValueConst object, JSValueConst key);

/* ---- primitives --------------------------------------------------------- */

/* A symbol with a string as description, or without if that is undefined; `registered`
 * gives the symbol of Symbol.for(description). */
JSValue jsvm__engine_new_symbol(JSContext *ctx, JSValueConst description,
                                bool registered);

typedef enum {
    JSVM_SYMBOL_ASYNC_ITERATOR,
    JSVM_SYMBOL_HAS_INSTANCE,
    JSVM_SYMBOL_IS_CONCAT_SPREADABLE,
    JSVM_SYMBOL_ITERATOR,
    JSVM_SYMBOL_MATCH,
    JSVM_SYMBOL_REPLACE,
    JSVM_SYMBOL_SEARCH,
    JSVM_SYMBOL_SPLIT,
    JSVM_SYMBOL_TO_PRIMITIVE,
    JSVM_SYMBOL_TO_STRING_TAG,
    JSVM_SYMBOL_UNSCOPABLES,
} JSVMWellKnownSymbol;

JSValue jsvm__engine_well_known_symbol(JSContext *ctx, JSVMWellKnownSymbol which);

/* ECMAScript's ToBigInt, which throws a TypeError for Numbers. */
JSValue jsvm__engine_to_bigint(JSContext *ctx, JSValueConst value);

/* A string from UTF-16 units, kept as Latin-1 where that suffices. */
JSValue jsvm__engine_new_utf16(JSContext *ctx, const uint16_t *units, size_t length);

/* A RegExp of a string and letters of flags, whatever became of the global RegExp. */
JSValue jsvm__engine_new_regexp(JSContext *ctx, JSValueConst pattern,
                                const char *flags);

/* ---- ArrayBuffer and its views ------------------------------------------ */

typedef struct {
    uint8_t *data; /* never NULL, unless detached */
    size_t length; /* bytes; 0 if detached */
    bool detached;
    bool detachable;
    bool immutable;
} JSVMBufferInfo;

/* False if the value is not an ArrayBuffer (a SharedArrayBuffer is not). */
bool jsvm__engine_buffer_info(JSValueConst value, JSVMBufferInfo *info);

/* Adds to the number of pins of an ArrayBuffer; a pinned one is neither detached,
 * transferred nor resized. False, with no change, if it is detached or the number would
 * be negative. */
bool jsvm__engine_pin_buffer(JSValueConst buffer, int delta);

typedef struct {
    int type;            /* JSTypedArrayEnum, or -1 for a DataView */
    size_t count;        /* elements that are accessible now; bytes of a DataView */
    size_t offset;       /* bytes from the start of the buffer */
    uint8_t *data;       /* first element; NULL if the buffer is detached */
    JSValueConst buffer; /* borrowed from the view */
} JSVMViewInfo;

/* False if the value is neither a typed array nor a DataView. */
bool jsvm__engine_view_info(JSValueConst value, JSVMViewInfo *info);

/* A DataView; the buffer must be an ArrayBuffer that holds the range. */
JSValue jsvm__engine_new_dataview(JSContext *ctx, JSValueConst buffer, size_t offset,
                                  size_t length);

#endif
