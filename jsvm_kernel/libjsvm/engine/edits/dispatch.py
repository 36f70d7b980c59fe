"""A dispatch table per runtime, switched at the next opcode of every frame."""

from .edit import Edit, after, before

SWITCHABLE_DISPATCH = [
    after(
        "runtime-fields",
        "State of the edits lives in the runtime: the dispatch table in force, the two "
        "tables to choose from, one poll counter for all contexts (a signal handler can "
        "reset one counter, not walk a list of contexts), where the last stop hit, one "
        "hash seed for all contexts, the cell that is being parsed, what fills "
        "import.meta, and who is told of collections.",
        "    void *libc_opaque;\n    JSRuntimeFinalizerState *finalizers;\n",
        """\
    const void * const * volatile jsvm_dispatch;
    const void * const *jsvm_plain_table;
    const void * const *jsvm_hook_table;
    volatile int jsvm_interrupt_counter;
    char *jsvm_stop_stack;
    JSValueConst jsvm_new_target;
    uint32_t jsvm_hash_seed;
    struct JSVMCell *jsvm_cell;
    int (*jsvm_describe_module)(JSContext *ctx, JSModuleDef *m, JSValueConst meta);
    void (*jsvm_gc_hook)(JSRuntime *rt, bool after);
""",
    ),
    before(
        "declarations",
        "What the edits call, defined in engine.c behind this file.",
        "typedef struct JSStackFrame {\n",
        """\
struct JSFunctionBytecode;
struct JSParseState;
struct JSFunctionDef;
struct JSModuleDef;
struct JSStackFrame;
#define JSVM_CALL_FLAG_SETUP (1 << 30)
static void jsvm__keep_stop_stack(JSContext *ctx);
static struct JSStackFrame *jsvm__first_frame(JSRuntime *rt);
static void jsvm__stack_header(JSContext *ctx, JSObject *error, DynBuf *text);
static JSValue jsvm__stack_text(JSContext *ctx, JSObject *error, JSValueConst frames);
static bool jsvm__frame_is_shown(JSContext *ctx, const struct JSStackFrame *sf);
static no_inline int jsvm__on_opcode(JSContext *ctx, struct JSStackFrame *sf,
                                     struct JSFunctionBytecode *b, uint8_t *pc,
                                     JSValue *sp, int opcode);
static struct JSModuleDef *jsvm__cell_imports(struct JSParseState *s);
static int jsvm__cell_add_import(struct JSParseState *s, struct JSModuleDef *m,
                                 JSAtom local_name, JSAtom import_name);
static bool jsvm__cell_uses_meta(struct JSParseState *s);
static void jsvm__discard_unlinked(JSContext *ctx, struct list_head *before);
static void jsvm__throw_missing_export(JSContext *ctx, struct JSModuleDef *m,
                                       JSAtom export_name);
static void jsvm__keep_import_place(struct JSModuleDef *m, int index, int line,
                                    int column);
static void jsvm__place_import_error(JSContext *ctx, struct JSModuleDef *m, int index);
static bool jsvm__lacks_frames(JSContext *ctx, JSValueConst error);
static JSValue jsvm__frames_here(JSContext *ctx);
static void jsvm__add_frames(JSContext *ctx, JSValueConst error, JSValueConst frames);

""",
    ),
    after(
        "hook-table",
        "A second table that sends every opcode to one label. Choosing the table per "
        "runtime costs nothing while the plain one is in force, and a switch takes "
        "effect at the next opcode of every frame, from any thread.",
        "        [ OP_COUNT ... 255 ] = &&case_default\n    };\n",
        """\
    __extension__ static const void * const jsvm_hook_labels[256] = {
        [ 0 ... 255 ] = &&jsvm_case_hook
    };
""",
    ),
    Edit(
        "dispatch-through-runtime",
        "Opcodes are dispatched through the runtime's table.",
        "__extension__ ({ goto *dispatch_table[opcode = *pc++]; });",
        "__extension__ ({ goto *rt->jsvm_dispatch[opcode = *pc++]; });",
    ),
    Edit(
        "hook-setup",
        "The tables hold local labels of JS_CallInternal, so only it can hand them out: "
        "it does so in its slow path for calls of what is not an object.",
        """\
                goto restart;
        } else {
            goto not_a_function;
""",
        """\
                goto restart;
        } else if (flags & JSVM_CALL_FLAG_SETUP) {
            rt->jsvm_plain_table = dispatch_table;
            rt->jsvm_hook_table = jsvm_hook_labels;
            rt->jsvm_dispatch = dispatch_table;
            return JS_UNDEFINED;
        } else {
            goto not_a_function;
""",
    ),
    before(
        "hook-label",
        "Where every opcode arrives while the hook table is in force.",
        "        CASE(OP_invalid):\n        DEFAULT:\n",
        """\
        jsvm_case_hook:
            sf->cur_pc = pc;
            opcode = jsvm__on_opcode(ctx, sf, b, pc - 1, sp, opcode);
            if (unlikely(opcode < 0))
                goto exception;
            __extension__ ({ goto *dispatch_table[opcode]; });
""",
    ),
    before(
        "setup-declaration",
        "JS_NewContextRaw asks for the tables before the definition of JS_CallInternal.",
        "JSContext *JS_NewContextRaw(JSRuntime *rt)\n",
        """\
static JSValue JS_CallInternal(JSContext *caller_ctx, JSValueConst func_obj,
                               JSValueConst this_obj, JSValueConst new_target,
                               int argc, JSValueConst *argv, int flags);

""",
    ),
    before(
        "setup-with-first-context",
        "Creating the basic objects already runs bytecode.",
        "    if (JS_AddIntrinsicBasicObjects(ctx)) {\n        JS_FreeContext(ctx);\n",
        """\
    if (!rt->jsvm_dispatch) {
        rt->jsvm_interrupt_counter = JS_INTERRUPT_COUNTER_INIT;
        JS_CallInternal(ctx, JS_UNDEFINED, JS_UNDEFINED, JS_UNDEFINED, 0, NULL,
                        JSVM_CALL_FLAG_SETUP);
    }
""",
    ),
]
