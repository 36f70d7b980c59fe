"""Places where built-ins that loop ask whether to stop."""

from .edit import Edit, before

POLLS = [
    Edit(
        "poll-counter-reset",
        "The poll counter is the runtime's, see runtime-fields.",
        "    ctx->interrupt_counter = JS_INTERRUPT_COUNTER_INIT;\n",
        "    rt->jsvm_interrupt_counter = JS_INTERRUPT_COUNTER_INIT;\n",
    ),
    Edit(
        "poll-counter-step",
        "The poll counter is the runtime's, see runtime-fields.",
        "    if (unlikely(--ctx->interrupt_counter <= 0)) {\n",
        "    if (unlikely(--ctx->rt->jsvm_interrupt_counter <= 0)) {\n",
    ),
    Edit(
        "poll-try-get",
        "Array built-ins over a huge length (join, fill, splice, ...) run for ages inside "
        "one native call: their element accessors poll on the slow path.",
        "    val = JS_EXCEPTION;\n    present = -1;\n    prop = JS_NewAtomInt64(ctx, idx);\n",
        """\
    val = JS_EXCEPTION;
    present = -1;
    if (unlikely(js_poll_interrupts(ctx))) {
        *pval = val;
        return present;
    }
    prop = JS_NewAtomInt64(ctx, idx);
""",
    ),
    before(
        "poll-declaration",
        "js_poll_interrupts is defined behind its new callers or needs no declaration "
        "there; a second one is harmless.",
        "static int JS_TryGetPropertyInt64(JSContext *ctx, JSValueConst obj, int64_t idx, "
        "JSValue *pval)\n{",
        "static inline __exception int js_poll_interrupts(JSContext *ctx);\n",
    ),
    Edit(
        "poll-get",
        "As poll-try-get.",
        """\
            return val;
    }
    prop = JS_NewAtomInt64(ctx, idx);
    if (prop == JS_ATOM_NULL)
        return JS_EXCEPTION;
""",
        """\
            return val;
    }
    if (unlikely(js_poll_interrupts(ctx)))
        return JS_EXCEPTION;
    prop = JS_NewAtomInt64(ctx, idx);
    if (prop == JS_ATOM_NULL)
        return JS_EXCEPTION;
""",
    ),
    Edit(
        "poll-set",
        "As poll-try-get.",
        """\
                        int64_t idx, JSValue val)
{
    JSAtom prop;
    int res;

    if ((uint64_t)idx <= INT32_MAX) {
""",
        """\
                        int64_t idx, JSValue val)
{
    JSAtom prop;
    int res;

    if (unlikely(js_poll_interrupts(ctx))) {
        JS_FreeValue(ctx, val);
        return -1;
    }
    if ((uint64_t)idx <= INT32_MAX) {
""",
    ),
    Edit(
        "poll-delete",
        "As poll-try-get.",
        """\
int JS_DeletePropertyInt64(JSContext *ctx, JSValueConst obj, int64_t idx, int flags)
{
    JSAtom prop;
    int res;

""",
        """\
int JS_DeletePropertyInt64(JSContext *ctx, JSValueConst obj, int64_t idx, int flags)
{
    JSAtom prop;
    int res;

    if (unlikely(js_poll_interrupts(ctx)))
        return -1;
""",
    ),
    Edit(
        "poll-create",
        "As poll-try-get.",
        """\
static int JS_CreateDataPropertyUint32(JSContext *ctx, JSValueConst this_obj,
                                       int64_t idx, JSValue val, int flags)
{
""",
        """\
static int JS_CreateDataPropertyUint32(JSContext *ctx, JSValueConst this_obj,
                                       int64_t idx, JSValue val, int flags)
{
    if (unlikely(js_poll_interrupts(ctx))) {
        JS_FreeValue(ctx, val);
        return -1;
    }
""",
    ),
]
