/*
 * engine.c - the engine and our way into it, as one translation unit.
 *
 * It includes the prepared sources (see edits/), so it is the only file that sees
 * their structures, and the slow one to compile: what can be written with quickjs.h and
 * engine.h belongs elsewhere.
 */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "quickjs.c"
#include "libregexp.c"
#include "libunicode.c"
#include "dtoa.c"
#pragma GCC diagnostic pop

#include "engine.h"
#include "jsvm_build.h"

#include "native.h"
#include "cell.h"
#include "modules.h"
#include "values.h"
#include "private_slots.h"

uint32_t jsvm__engine_edits_tag(void)
{
    return JSVM_EDITS_TAG;
}

/* ---- stack texts --------------------------------------------------------- */

/* A string property, own or inherited, that is read without running any code. */
static JSValueConst jsvm__string_property(JSObject *p, JSAtom name)
{
    while (p && p->class_id != JS_CLASS_PROXY) {
        JSProperty *pr;
        JSShapeProperty *prs = find_own_property(&pr, p, name);

        if (prs) {
            bool plain = (prs->flags & JS_PROP_TMASK) == JS_PROP_NORMAL;
            return plain && JS_IsString(pr->u.value) ? pr->u.value : JS_UNDEFINED;
        }
        p = p->shape->proto;
    }
    return JS_UNDEFINED;
}

static void jsvm__put_string(JSContext *ctx, DynBuf *text, JSValueConst string)
{
    size_t length;
    const char *utf8 = JS_ToCStringLen(ctx, &length, string);

    /* Without memory for it the text lacks it, as build_backtrace must not throw. */
    if (!utf8) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return;
    }
    dbuf_put(text, (const uint8_t *)utf8, length);
    JS_FreeCString(ctx, utf8);
}

/* "name: message" and a line end. */
static void jsvm__stack_header(JSContext *ctx, JSObject *error, DynBuf *text)
{
    JSValueConst name = jsvm__string_property(error, JS_ATOM_name);
    JSValueConst message = jsvm__string_property(error, JS_ATOM_message);

    if (JS_IsUndefined(name)) {
        dbuf_putstr(text, "Error");
    } else {
        jsvm__put_string(ctx, text, name);
    }
    if (!JS_IsUndefined(message) && !JS_IsEmptyString(message)) {
        dbuf_putstr(text, ": ");
        jsvm__put_string(ctx, text, message);
    }
    dbuf_putc(text, '\n');
}

/* What `stack` of an error reads: header and frames. What Error.prepareStackTrace made
 * is left alone. */
static JSValue jsvm__stack_text(JSContext *ctx, JSObject *error, JSValueConst frames)
{
    static const char at[] = "    at ";
    JSValue result = JS_EXCEPTION;
    const char *utf8;
    size_t length;
    DynBuf text;

    if (!JS_IsString(frames)) {
        return js_dup(frames);
    }
    utf8 = JS_ToCStringLen(ctx, &length, frames);
    if (!utf8) {
        return JS_EXCEPTION;
    }
    if (length > 0 && strncmp(utf8, at, sizeof(at) - 1) != 0) {
        JS_FreeCString(ctx, utf8);
        return js_dup(frames);
    }
    js_dbuf_init(ctx, &text);
    jsvm__stack_header(ctx, error, &text);
    dbuf_put(&text, (const uint8_t *)utf8, length);
    if (dbuf_error(&text)) {
        JS_ThrowOutOfMemory(ctx);
    } else {
        result = JS_NewStringLen(ctx, (const char *)text.buf, text.size - 1);
    }
    dbuf_free(&text);
    JS_FreeCString(ctx, utf8);
    return result;
}

/* The first stack of a stop counts, unless no code of the user was there. */
static void jsvm__keep_stop_stack(JSContext *ctx)
{
    JSRuntime *rt = ctx->rt;
    JSValueConst error = rt->current_exception;
    const char *frames;

    if (rt->jsvm_stop_stack || !JS_IsError(error) ||
        !JS_IsString(JS_VALUE_GET_OBJ(error)->u.object_data)) {
        return;
    }
    frames = JS_ToCString(ctx, JS_VALUE_GET_OBJ(error)->u.object_data);
    if (frames && frames[0] != '\0') {
        rt->jsvm_stop_stack = strdup(frames);
    }
    JS_FreeCString(ctx, frames);
}

/* The frame of the constructor that `new` named, if an error is being constructed. */
static JSStackFrame *jsvm__first_frame(JSRuntime *rt)
{
    JSStackFrame *sf;

    if (JS_VALUE_GET_TAG(rt->jsvm_new_target) == JS_TAG_OBJECT) {
        for (sf = rt->current_stack_frame; sf; sf = sf->prev_frame) {
            if (JS_VALUE_GET_OBJ(sf->cur_func) ==
                JS_VALUE_GET_OBJ(rt->jsvm_new_target)) {
                return sf;
            }
        }
    }
    return rt->current_stack_frame;
}

/* Files whose names begin with "jsvm:" are a host's own. */
static bool jsvm__is_host_code(JSContext *ctx, const JSFunctionBytecode *b)
{
    static const char ours[] = "jsvm:";
    JSAtomStruct *name;

    if (b->filename == JS_ATOM_NULL || __JS_AtomIsTaggedInt(b->filename)) {
        return false;
    }
    name = ctx->rt->atom_array[b->filename];
    return !name->is_wide_char && name->len >= sizeof(ours) - 1 &&
           memcmp(str8(name), ours, sizeof(ours) - 1) == 0;
}

static const JSFunctionBytecode *jsvm__frame_bytecode(const JSStackFrame *sf)
{
    const JSObject *p = JS_VALUE_GET_OBJ(sf->cur_func);

    return js_class_has_bytecode(p->class_id) ? p->u.func.function_bytecode : NULL;
}

/* A native function counts as its caller's; one that no code called and that has no
 * name is the way into a cell, module or job. */
static bool jsvm__frame_is_shown(JSContext *ctx, const JSStackFrame *sf)
{
    const JSStackFrame *caller;
    const char *name;
    bool named;

    for (caller = sf; caller; caller = caller->prev_frame) {
        const JSFunctionBytecode *b = jsvm__frame_bytecode(caller);

        if (b) {
            return !jsvm__is_host_code(ctx, b);
        }
    }
    name = get_func_name(ctx, sf->cur_func);
    named = name && name[0] != '\0';
    JS_FreeCString(ctx, name);
    return named;
}

/* ---- runtime and contexts ----------------------------------------------- */

int jsvm__engine_setup_runtime(JSRuntime *rt)
{
    JSClassID id = 0;

    /* The id of our class has to be the same in all runtimes: it is the first one that
     * is asked for. */
    JS_NewClassID(rt, &id);
    assert(id == JSVM_CLASS_NATIVE);
    return JS_NewClass(rt, id, &jsvm_native_class);
}

void jsvm__engine_set_gc_hook(JSRuntime *rt, void (*hook)(JSRuntime *rt, bool after))
{
    rt->jsvm_gc_hook = hook;
}

size_t jsvm__engine_heap_size(JSRuntime *rt)
{
    return rt->malloc_state.malloc_size;
}

JSContext *jsvm__engine_new_context(JSRuntime *rt)
{
    JSContext *ctx = JS_NewContext(rt);

    /* The engine passes over some failures while it fills the context; each of them has
     * thrown, and without a caller the exception is still there. */
    if (!JS_IsUninitialized(rt->current_exception)) {
        JS_FreeValueRT(rt, rt->current_exception);
        rt->current_exception = JS_UNINITIALIZED;
        if (ctx)
            JS_FreeContext(ctx);
        return NULL;
    }
    if (!ctx)
        return NULL;
    if (rt->jsvm_hash_seed == 0)
        rt->jsvm_hash_seed = ctx->hash_seed | 1;
    ctx->hash_seed = rt->jsvm_hash_seed;
    return ctx;
}

void jsvm__engine_drop_jobs(JSContext *ctx)
{
    struct list_head *link, *next;
    int i;

    list_for_each_safe(link, next, &ctx->rt->job_list)
    {
        JSJobEntry *job = list_entry(link, JSJobEntry, link);
        if (job->ctx != ctx)
            continue;
        list_del(&job->link);
        for (i = 0; i < job->argc; i++)
            JS_FreeValue(ctx, job->argv[i]);
        js_free(ctx, job);
    }
}

/* ---- async context ------------------------------------------------------ */

void jsvm__engine_set_async_context(JSRuntime *rt, const JSVMAsyncContext *context)
{
    rt->jsvm_async_context = context;
}

static int64_t jsvm__async_context(JSRuntime *rt)
{
    const JSVMAsyncContext *keeper = rt->jsvm_async_context;

    return keeper ? keeper->current(keeper->data) : 0;
}

/* Runs a job in the context it was scheduled in. Whatever the job enters itself ends
 * with it. */
static JSValue jsvm__run_job(JSJobEntry *e)
{
    const JSVMAsyncContext *keeper = e->ctx->rt->jsvm_async_context;
    JSValueConst *argv = vc(e->argv);
    int64_t before;
    JSValue result;

    if (keeper == NULL)
        return e->job_func(e->ctx, e->argc, argv);
    before = keeper->current(keeper->data);
    if (e->jsvm_async_context != before)
        keeper->enter(e->jsvm_async_context, keeper->data);
    result = e->job_func(e->ctx, e->argc, argv);
    if (keeper->current(keeper->data) != before)
        keeper->enter(before, keeper->data);
    return result;
}

/* ---- the stop button ---------------------------------------------------- */

static int jsvm_always_interrupt(JSRuntime *rt, void *opaque)
{
    (void)rt;
    (void)opaque;
    return 1;
}

/* Called for every opcode while the hook table is in force. Gives the opcode to run, or
 * -1 with an exception. */
static no_inline int jsvm__on_opcode(JSContext *ctx, JSStackFrame *sf,
                                     JSFunctionBytecode *b, uint8_t *pc, JSValue *sp,
                                     int opcode)
{
    (void)sf;
    (void)b;
    (void)pc;
    (void)sp;
    if (ctx->rt->interrupt_handler == NULL)
        return opcode; /* cleared between the table's switch and this opcode */
    JS_ThrowInterrupted(ctx);
    return -1;
}

/* Three plain stores, all that a signal handler may do here. The order matters to a
 * thread that watches: the handler is there before anything asks it. */
void jsvm__engine_request_stop(JSRuntime *rt)
{
    rt->interrupt_handler = jsvm_always_interrupt;
    rt->jsvm_dispatch = rt->jsvm_hook_table ? rt->jsvm_hook_table : rt->jsvm_dispatch;
    rt->jsvm_interrupt_counter = 0;
}

const char *jsvm__engine_stop_stack(JSRuntime *rt)
{
    return rt->jsvm_stop_stack;
}

void jsvm__engine_drop_stop_stack(JSRuntime *rt)
{
    free(rt->jsvm_stop_stack);
    rt->jsvm_stop_stack = NULL;
}

void jsvm__engine_clear_stop(JSRuntime *rt)
{
    if (rt->jsvm_plain_table)
        rt->jsvm_dispatch = rt->jsvm_plain_table;
    rt->interrupt_handler = NULL;
}

/* ---- weak references ---------------------------------------------------- */

JSValue jsvm__engine_new_weak(JSContext *ctx, JSValueConst target)
{
    JSValue weak;
    JSWeakRefData *data;
    JSWeakRefRecord *record;

    if (!is_valid_weakref_target(target))
        return JS_ThrowTypeError(ctx, "value cannot be referenced weakly");
    weak = JS_NewObjectProtoClass(ctx, JS_NULL, JS_CLASS_WEAK_REF);
    if (JS_IsException(weak))
        return weak;
    data = js_malloc(ctx, sizeof(*data));
    record = js_malloc(ctx, sizeof(*record));
    if (!data || !record) {
        js_free(ctx, data);
        js_free(ctx, record);
        JS_FreeValue(ctx, weak);
        return JS_EXCEPTION;
    }
    data->target = target;
    data->obj = weak;
    record->kind = JS_WEAK_REF_KIND_WEAK_REF;
    record->u.weak_ref_data = data;
    insert_weakref_record(target, record);
    JS_SetOpaqueInternal(weak, data);
    return weak;
}

bool jsvm__engine_can_be_weak(JSValueConst target)
{
    return is_valid_weakref_target(target);
}

JSValue jsvm__engine_weak_target(JSContext *ctx, JSValueConst weak)
{
    JSWeakRefData *data = JS_GetOpaque(weak, JS_CLASS_WEAK_REF);

    (void)ctx;
    if (!data || data == &js_weakref_sentinel)
        return JS_UNINITIALIZED;
    return js_dup(data->target);
}

/* ---- strings ------------------------------------------------------------ */

/* The flat text of a rope, borrowed: the rope keeps it from now on. The engine lets
 * only a shared rope keep it. */
static JSString *flatten_in_place(JSContext *ctx, JSValueConst string)
{
    JSStringRope *rope = JS_VALUE_GET_STRING_ROPE(string);
    JSValue flat = js_linearize_string_rope(ctx, string);

    if (JS_IsException(flat))
        return NULL;
    if (JS_VALUE_GET_TAG(rope->left) != JS_TAG_STRING ||
        JS_VALUE_GET_STRING(rope->left) != JS_VALUE_GET_STRING(flat)) {
        JS_FreeValue(ctx, rope->left);
        JS_FreeValue(ctx, rope->right);
        rope->left = js_dup(flat);
        rope->right = JS_AtomToString(ctx, JS_ATOM_empty_string);
    }
    JS_FreeValue(ctx, flat);
    return JS_VALUE_GET_STRING(rope->left);
}

bool jsvm__engine_view_string(JSContext *ctx, JSValueConst string, JSVMStringView *view)
{
    JSString *p = JS_VALUE_GET_TAG(string) == JS_TAG_STRING_ROPE
                      ? flatten_in_place(ctx, string)
                      : JS_VALUE_GET_STRING(string);

    if (!p)
        return false;
    view->wide = p->is_wide_char;
    view->length = p->len;
    view->data = p->is_wide_char ? (const void *)str16(p) : (const void *)str8(p);
    return true;
}

JSValue jsvm__engine_new_latin1(JSContext *ctx, const char *units, size_t length)
{
    if (length == 0)
        return js_empty_string(ctx->rt); /* units may be NULL */
    if (length > JS_STRING_LEN_MAX)
        return JS_ThrowRangeError(ctx, "invalid string length");
    return js_new_string8_len(ctx, units, (int)length);
}

/* ---- BigInt ------------------------------------------------------------- */

size_t jsvm__engine_bigint_words(JSValueConst value, int *sign, uint64_t *words,
                                 size_t capacity)
{
    JSBigIntBuf buf;
    const JSBigInt *p;
    size_t count = 0, length, i;
    uint32_t carry;

    if (JS_VALUE_GET_TAG(value) == JS_TAG_SHORT_BIG_INT)
        p = js_bigint_set_short(&buf, value);
    else
        p = JS_VALUE_GET_PTR(value);

    /* Two's complement in 32-bit limbs to sign and magnitude in 64-bit words. */
    *sign = js_bigint_sign(p);
    length = p->len;
    while (length > 0 && p->tab[length - 1] == (*sign ? UINT32_MAX : 0))
        length--; /* limbs that only carry the sign */
    carry = 1;
    for (i = 0; i < length; i++) {
        uint32_t limb = p->tab[i];
        if (*sign) {
            limb = ~limb + carry;
            carry = carry && limb == 0;
        }
        if (limb != 0)
            count = i / 2 + 1;
        if (i / 2 < capacity) {
            if (i % 2 == 0)
                words[i / 2] = limb;
            else
                words[i / 2] |= (uint64_t)limb << 32;
        }
    }
    if (*sign && carry) { /* the magnitude is 2 to the power of 32 * length */
        count = length / 2 + 1;
        if (length / 2 < capacity) {
            if (length % 2 == 0)
                words[length / 2] = 1;
            else
                words[length / 2] |= (uint64_t)1 << 32;
        }
    }
    return count;
}

JSValue jsvm__engine_new_bigint(JSContext *ctx, bool negative, const uint64_t *words,
                                size_t count)
{
    JSBigInt *p, *negated;
    size_t i;

    while (count > 0 && words[count - 1] == 0)
        count--;
    if (count > INT_MAX / 4) {
        return JS_ThrowRangeError(ctx, "BigInt is too large to allocate");
    }
    p = js_bigint_new(ctx, (int)(count * 2 + 1)); /* one limb for the sign */
    if (!p)
        return JS_EXCEPTION;
    for (i = 0; i < count; i++) {
        p->tab[2 * i] = (js_limb_t)words[i];
        p->tab[2 * i + 1] = (js_limb_t)(words[i] >> 32);
    }
    p->tab[2 * count] = 0;
    p = js_bigint_normalize(ctx, p);
    if (negative) {
        negated = js_bigint_neg(ctx, p);
        js_free(ctx, p);
        if (!negated)
            return JS_EXCEPTION;
        p = negated;
    }
    return JS_CompactBigInt(ctx, p);
}

/* ---- property keys ------------------------------------------------------ */

bool jsvm__engine_atom_is_index(JSContext *ctx, JSAtom atom, uint32_t *index)
{
    return JS_AtomIsArrayIndex(ctx, index, atom);
}

JSValue jsvm__engine_lexical_names(JSContext *ctx)
{
    JSPropertyEnum *names;
    uint32_t count, i;
    JSValue array = JS_NewArray(ctx);

    if (JS_IsException(array))
        return array;
    if (JS_GetOwnPropertyNames(ctx, &names, &count, ctx->global_var_obj,
                               JS_GPN_STRING_MASK) < 0)
        goto fail;
    for (i = 0; i < count; i++) {
        JSValue name = JS_AtomToString(ctx, names[i].atom);
        if (JS_IsException(name) ||
            JS_DefinePropertyValueUint32(ctx, array, i, name, JS_PROP_C_W_E) < 0) {
            JS_FreePropertyEnum(ctx, names, count);
            goto fail;
        }
    }
    JS_FreePropertyEnum(ctx, names, count);
    return array;
fail:
    JS_FreeValue(ctx, array);
    return JS_EXCEPTION;
}

/* ---- iterators ------------------------------------------------------------ */

static JSValue jsvm__iterator_item(JSContext *ctx, const JSMapIteratorData *it,
                                   const JSMapRecord *mr, bool is_set)
{
    JSValueConst pair[2] = { mr->key, is_set ? mr->key : mr->value };

    if (it->kind == JS_ITERATOR_KIND_KEY_AND_VALUE) {
        return js_create_array(ctx, 2, pair);
    }
    return js_dup(pair[it->kind == JS_ITERATOR_KIND_VALUE]);
}

JSValue jsvm__engine_iterator_items(JSContext *ctx, JSValueConst iterator,
                                    bool *entries)
{
    bool is_set = JS_GetOpaque(iterator, JS_CLASS_SET_ITERATOR) != NULL;
    const JSMapIteratorData *it =
        JS_GetOpaque(iterator, is_set ? JS_CLASS_SET_ITERATOR : JS_CLASS_MAP_ITERATOR);
    struct list_head *link;
    JSMapState *map;
    JSValue items;
    uint32_t count = 0;

    if (!it) {
        return JS_UNDEFINED;
    }
    *entries = it->kind == JS_ITERATOR_KIND_KEY_AND_VALUE;
    items = JS_NewArray(ctx);
    if (JS_IsException(items) || JS_IsUndefined(it->obj)) {
        return items;
    }
    map = JS_GetOpaque(it->obj, is_set ? JS_CLASS_SET : JS_CLASS_MAP);
    link = it->cur_record ? it->cur_record->link.next : map->records.next;
    for (; link != &map->records; link = link->next) {
        const JSMapRecord *mr = list_entry(link, JSMapRecord, link);
        JSValue item;

        if (mr->empty) {
            continue;
        }
        item = jsvm__iterator_item(ctx, it, mr, is_set);
        if (JS_IsException(item) ||
            JS_DefinePropertyValueUint32(ctx, items, count++, item, JS_PROP_C_W_E) <
                0) {
            JS_FreeValue(ctx, items);
            return JS_EXCEPTION;
        }
    }
    return items;
}
