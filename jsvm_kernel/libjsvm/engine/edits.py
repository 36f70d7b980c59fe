"""The edits made to the engine's sources, as data.

Each edit has a name, the reason for it, the file it changes, an anchor that must occur
exactly once in that file, and the text that takes the anchor's place. An anchor that
moved stops the build (`prepare.py`): an edit is never skipped.

What an edit adds carries the prefix `jsvm_`, so that a reader of the prepared sources
sees at once what is ours. The functions it calls are defined in `engine.c`, which
includes the prepared sources; the edits stay small and the code lives there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One change: `anchor` (unique in `file`) is replaced by `text`."""

    name: str
    reason: str
    anchor: str
    text: str
    file: str = "quickjs.c"


def after(name: str, reason: str, anchor: str, addition: str) -> Edit:
    """Put `addition` right after the anchor."""
    return Edit(name, reason, anchor, anchor + addition)


def before(name: str, reason: str, anchor: str, addition: str) -> Edit:
    """Put `addition` right before the anchor."""
    return Edit(name, reason, anchor, addition + anchor)


SWITCHABLE_DISPATCH = [
    after(
        "runtime-fields",
        "State of the edits lives in the runtime: the dispatch table in force, the two "
        "tables to choose from, one poll counter for all contexts (a signal handler can "
        "reset one counter, not walk a list of contexts), where the last stop hit, one "
        "hash seed for all contexts, the cell that is being parsed, and what fills "
        "import.meta.",
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

CELLS = [
    Edit(
        "cell-function-flags",
        "A function definition knows that it is the top level of a cell, and whether the "
        "cell is to be read as one expression.",
        "    bool has_await : 1; /* true if await is used (used in module eval) */\n\n",
        """\
    bool has_await : 1; /* true if await is used (used in module eval) */
    bool jsvm_is_cell : 1;
    bool jsvm_is_cell_expression : 1;

""",
    ),
    before(
        "cell-eval-flags",
        "Evaluation flags for cells, beside the engine's own.",
        "/* 'input' must be zero terminated i.e. input[input_len] = '\\0'. */\n"
        "/* `export_name` and `input` may be pure ASCII or UTF-8 encoded */\n"
        "static JSValue __JS_EvalInternal(",
        """\
#define JSVM_EVAL_FLAG_CELL (1 << 20)
#define JSVM_EVAL_FLAG_CELL_EXPRESSION (1 << 21)

""",
    ),
    Edit(
        "cell-flags-reach-the-parser",
        "The flags of the evaluation become flags of the outermost function.",
        "    fd->has_this_binding = (eval_type != JS_EVAL_TYPE_DIRECT);\n",
        """\
    fd->has_this_binding = (eval_type != JS_EVAL_TYPE_DIRECT);
    fd->jsvm_is_cell = (flags & JSVM_EVAL_FLAG_CELL) != 0;
    fd->jsvm_is_cell_expression = (flags & JSVM_EVAL_FLAG_CELL_EXPRESSION) != 0;
""",
    ),
    Edit(
        "cell-expression",
        "A cell that is one object literal is an expression, as in every console: the "
        "host tries this reading first and falls back to the block.",
        "    while (s->token.val != TOK_EOF) {\n        if (js_parse_source_element(s))\n",
        """\
    if (fd->jsvm_is_cell_expression) {
        if (js_parse_expr(s))
            return -1;
        emit_op(s, OP_put_loc);
        emit_u16(s, fd->eval_ret_idx);
        if (s->token.val == ';' && next_token(s))
            return -1;
        if (s->token.val != TOK_EOF)
            return js_parse_error(s, "unexpected text after the expression");
    }
    while (s->token.val != TOK_EOF) {
        if (js_parse_source_element(s))
""",
    ),
    Edit(
        "cell-declaration-flag",
        "A flag of the define opcodes: the declaration stands in a cell. It has to be a "
        "bit that neither they nor the property flags beside it use.",
        "#define DEFINE_GLOBAL_FUNC_VAR (1 << 6)\n",
        "#define DEFINE_GLOBAL_FUNC_VAR (1 << 6)\n"
        "#define JSVM_DEFINE_GLOBAL_IN_CELL (1 << 5)\n",
    ),
    Edit(
        "cell-redeclaration-check",
        "Running a cell again declares its names again, which is no error.",
        """\
    /* check if there already is a lexical declaration */
    p = JS_VALUE_GET_OBJ(ctx->global_var_obj);
    prs = find_own_property1(p, prop);
    if (prs) {
""",
        """\
    /* check if there already is a lexical declaration */
    p = JS_VALUE_GET_OBJ(ctx->global_var_obj);
    prs = find_own_property1(p, prop);
    if (prs && !(flags & JSVM_DEFINE_GLOBAL_IN_CELL)) {
""",
    ),
    Edit(
        "cell-redeclaration",
        "A lexical name that is declared again keeps its value until the new declaration "
        "is evaluated: a cell that fails half-way loses nothing. An imported name "
        "becomes a plain variable. `var` in a cell takes the place of a lexical name.",
        """\
    prs = find_own_property1(p, prop);
    if (prs)
        return 0;
    if (!p->extensible)
        return 0;
    pr = add_property(ctx, p, prop, flags);
""",
        """\
    if ((def_flags & JSVM_DEFINE_GLOBAL_IN_CELL) &&
        !(def_flags & DEFINE_GLOBAL_LEX_VAR) &&
        delete_property(ctx, JS_VALUE_GET_OBJ(ctx->global_var_obj), prop) < 0)
        return -1;
    prs = find_own_property(&pr, p, prop);
    if (prs && (def_flags & JSVM_DEFINE_GLOBAL_IN_CELL) &&
        (def_flags & DEFINE_GLOBAL_LEX_VAR)) {
        if ((prs->flags & JS_PROP_TMASK) != JS_PROP_VARREF)
            return js_update_property_flags(ctx, p, &prs, flags);
        val = js_dup(*pr->u.var_ref->pvalue);
        if (delete_property(ctx, p, prop) < 0) {
            JS_FreeValue(ctx, val);
            return -1;
        }
        prs = NULL;
    }
    if (prs)
        return 0;
    if (!p->extensible)
        return 0;
    pr = add_property(ctx, p, prop, flags);
""",
    ),
    Edit(
        "cell-function-redeclaration",
        "A function declared in a cell takes the place of a lexical name; the flag is "
        "ours and must not reach the property.",
        """\
    p = JS_VALUE_GET_OBJ(ctx->global_obj);
    prs = find_own_property1(p, prop);
    flags = JS_PROP_HAS_VALUE | JS_PROP_THROW;
""",
        """\
    if (def_flags & JSVM_DEFINE_GLOBAL_IN_CELL) {
        def_flags &= ~JSVM_DEFINE_GLOBAL_IN_CELL;
        if (delete_property(ctx, JS_VALUE_GET_OBJ(ctx->global_var_obj), prop) < 0)
            return -1;
    }
    p = JS_VALUE_GET_OBJ(ctx->global_obj);
    prs = find_own_property1(p, prop);
    flags = JS_PROP_HAS_VALUE | JS_PROP_THROW;
""",
    ),
    Edit(
        "cell-emit-check",
        "The check of a cell's declarations carries the flag; an import's name is bound "
        "by the host when its module has been evaluated.",
        """\
        dbuf_putc(&bc_out, OP_check_define_var);
        dbuf_put_u32(&bc_out, JS_DupAtom(ctx, hf->var_name));
        flags = 0;
""",
        """\
        if (hf->jsvm_is_import)
            goto next;
        dbuf_putc(&bc_out, OP_check_define_var);
        dbuf_put_u32(&bc_out, JS_DupAtom(ctx, hf->var_name));
        flags = s->jsvm_is_cell ? JSVM_DEFINE_GLOBAL_IN_CELL : 0;
""",
    ),
    Edit(
        "cell-emit-definition",
        "As cell-emit-check. What a cell declares on the global object can be deleted and "
        "declared as something else later, so it is configurable.",
        """\
            flags = 0;
            if (s->eval_type != JS_EVAL_TYPE_GLOBAL)
                flags |= JS_PROP_CONFIGURABLE;
""",
        """\
            if (hf->jsvm_is_import)
                goto done_global_var;
            flags = 0;
            if (s->jsvm_is_cell)
                flags |= JSVM_DEFINE_GLOBAL_IN_CELL | JS_PROP_CONFIGURABLE;
            if (s->eval_type != JS_EVAL_TYPE_GLOBAL)
                flags |= JS_PROP_CONFIGURABLE;
""",
    ),
    Edit(
        "cell-import-names",
        "The names an import declares are lexical names of the cell, so that the "
        "parser's own checks for names declared twice see them.",
        "    uint8_t is_const   : 1; /* const definition */\n"
        "    int scope_level;    /* scope of definition */\n",
        "    uint8_t is_const   : 1; /* const definition */\n"
        "    uint8_t jsvm_is_import : 1; /* declared by an import of a cell */\n"
        "    int scope_level;    /* scope of definition */\n",
    ),
    Edit(
        "cell-import-names-start",
        "As cell-import-names: add_global_var sets each field.",
        "    hf->is_const = false;\n    hf->scope_level = s->scope_level;\n",
        "    hf->is_const = false;\n    hf->jsvm_is_import = false;\n"
        "    hf->scope_level = s->scope_level;\n",
    ),
    Edit(
        "cell-import-declaration",
        "Import declarations are allowed at the top level of a cell.",
        "    } else if (s->token.val == TOK_IMPORT && fd->module &&\n",
        "    } else if (s->token.val == TOK_IMPORT && "
        "(fd->module || fd->jsvm_is_cell) &&\n",
    ),
    Edit(
        "cell-import-module",
        "A cell is no module: what it imports is collected in a module of its own that "
        "has no body.",
        "    JSModuleDef *m = s->cur_func->module;\n"
        "    JSAtom local_name, import_name, module_name;\n"
        "    int first_import, i, idx;\n\n"
        "    if (next_token(s))\n        return -1;\n",
        "    JSModuleDef *m = s->cur_func->jsvm_is_cell ? jsvm__cell_imports(s)\n"
        "                                               : s->cur_func->module;\n"
        "    JSAtom local_name, import_name, module_name;\n"
        "    int first_import, i, idx;\n\n"
        "    if (!m)\n        return -1;\n"
        "    if (next_token(s))\n        return -1;\n",
    ),
    Edit(
        "cell-import-binding",
        "In a cell an import binds a global lexical name, not a closure variable.",
        "    if (local_name == JS_ATOM_arguments || local_name == JS_ATOM_eval)\n"
        '        return js_parse_error(s, "invalid import binding");\n',
        "    if (local_name == JS_ATOM_arguments || local_name == JS_ATOM_eval)\n"
        '        return js_parse_error(s, "invalid import binding");\n\n'
        "    if (s->cur_func->jsvm_is_cell)\n"
        "        return jsvm__cell_add_import(s, m, local_name, import_name);\n",
    ),
    Edit(
        "live-global-read",
        "A global lexical name may be a live binding of a module (JS_PROP_VARREF).",
        """\
    prs = find_own_property(&pr, p, prop);
    if (prs) {
        /* XXX: should handle JS_PROP_TMASK properties */
        if (unlikely(JS_IsUninitialized(pr->u.value)))
            return JS_ThrowReferenceErrorUninitialized(ctx, prs->atom);
        return js_dup(pr->u.value);
    }
""",
        """\
    prs = find_own_property(&pr, p, prop);
    if (prs) {
        JSValue *pval = &pr->u.value;
        if (unlikely((prs->flags & JS_PROP_TMASK) == JS_PROP_VARREF))
            pval = pr->u.var_ref->pvalue;
        if (unlikely(JS_IsUninitialized(*pval)))
            return JS_ThrowReferenceErrorUninitialized(ctx, prs->atom);
        return js_dup(*pval);
    }
""",
    ),
    Edit(
        "live-global-reference",
        "As live-global-read; a live binding is never writable, which is checked next.",
        "           OP_put_var_ref/OP_get_var_ref ? */\n"
        "        if (unlikely(JS_IsUninitialized(pr->u.value))) {\n",
        "           OP_put_var_ref/OP_get_var_ref ? */\n"
        "        if (unlikely((prs->flags & JS_PROP_TMASK) != JS_PROP_VARREF &&\n"
        "                     JS_IsUninitialized(pr->u.value))) {\n",
    ),
    Edit(
        "live-global-write",
        "As live-global-reference.",
        "        if (flag != 1) {\n"
        "            if (unlikely(JS_IsUninitialized(pr->u.value))) {\n",
        "        if (flag != 1) {\n"
        "            if (unlikely((prs->flags & JS_PROP_TMASK) != JS_PROP_VARREF &&\n"
        "                         JS_IsUninitialized(pr->u.value))) {\n",
    ),
]

ROBUSTNESS = [
    Edit(
        "async-resolve-out-of-memory",
        "Settling an async function's promise allocates; when that fails the engine "
        "aborts the process. The failure is handed to the caller instead, as an "
        "uncatchable error is.",
        """\
                if (JS_IsUncatchableError(ctx->rt->current_exception)) {
                    is_success = false;
                } else {
                    abort(); /* BUG */
                }
""",
        "                is_success = false;\n",
    ),
    Edit(
        "context-out-of-memory",
        "A context is in the collector's list before it has its table of prototypes.",
        """\
    if (!ctx->class_proto) {
        js_free_rt(rt, ctx);
""",
        """\
    if (!ctx->class_proto) {
        remove_gc_object(&ctx->header);
        js_free_rt(rt, ctx);
""",
    ),
    Edit(
        "array-out-of-memory",
        "Only the very first array was meant to come this way; arrays of subclasses do, "
        "too, and may find no memory for their length.",
        """\
                                      JS_PROP_WRITABLE | JS_PROP_LENGTH);
                }
                pr->u.value = js_int32(0);
""",
        """\
                                      JS_PROP_WRITABLE | JS_PROP_LENGTH);
                }
                if (unlikely(!pr)) {
                    js_free_shape(ctx->rt, p->shape);
                    js_free(ctx, p->prop);
                    js_free(ctx, p);
                    return JS_EXCEPTION;
                }
                pr->u.value = js_int32(0);
""",
    ),
    before(
        "parse-out-of-memory",
        "The parser does not look whether its bytecode found room, and then patches what "
        "is not there. Ending it at the next token is soon enough; the token at hand is "
        "freed by whoever sees the error.",
        """\
    free_token(s, &s->token);

    p = s->last_ptr = s->buf_ptr;
    s->got_lf = false;
    s->last_line_num = s->token.line_num;
""",
        """\
    if (unlikely(s->cur_func && dbuf_error(&s->cur_func->byte_code))) {
        JS_ThrowOutOfMemory(s->ctx);
        return -1;
    }

""",
    ),
    before(
        "class-out-of-memory",
        "As parse-out-of-memory, for the bytecode behind the last token of a class.",
        "    put_u32(fd->byte_code.buf + ctor_cpool_offset, ctor_fd->parent_cpool_idx);\n",
        """\
    if (unlikely(dbuf_error(&fd->byte_code))) {
        JS_ThrowOutOfMemory(ctx);
        goto fail;
    }
""",
    ),
    before(
        "create-function-out-of-memory",
        "As parse-out-of-memory, for the bytecode behind the last token of a function.",
        "    /* first create all the child functions */\n",
        """\
    if (unlikely(dbuf_error(&fd->byte_code))) {
        JS_ThrowOutOfMemory(ctx);
        goto fail;
    }

""",
    ),
    Edit(
        "constant-pool-out-of-memory",
        "A child function whose place in the constant pool could not be made has none.",
        "        assert(cpool_idx >= 0);\n",
        """\
        if (unlikely(cpool_idx < 0)) {
            JS_FreeValue(ctx, func_obj);
            JS_ThrowOutOfMemory(ctx);
            goto fail;
        }
""",
    ),
    Edit(
        "constant-out-of-memory",
        "A constant that finds no place in the pool is still held.",
        """\
    idx = cpool_add(s, js_dup(val));
    if (idx < 0)
        return -1;
    emit_op(s, OP_push_const);
""",
        """\
    idx = cpool_add(s, js_dup(val));
    if (idx < 0) {
        JS_FreeValue(s->ctx, val);
        return -1;
    }
    emit_op(s, OP_push_const);
""",
    ),
    Edit(
        "relocation-out-of-memory",
        "Addresses are patched in bytecode that may be shorter than it should be.",
        """\
                    re_next = re->next;
                    switch (re->size) {
                    case 4:
                        put_u32(bc_out.buf + re->addr, diff);
""",
        """\
                    re_next = re->next;
                    switch (dbuf_error(&bc_out) ? 0 : re->size) {
                    case 4:
                        put_u32(bc_out.buf + re->addr, diff);
""",
    ),
    before(
        "relocation-entries",
        "Addresses that were still to be patched when compiling failed.",
        "    js_free(ctx, fd->label_slots);\n",
        """\
    for (i = 0; i < fd->label_count && fd->label_slots; i++) {
        while (fd->label_slots[i].first_reloc) {
            RelocEntry *reloc = fd->label_slots[i].first_reloc;
            fd->label_slots[i].first_reloc = reloc->next;
            js_free(ctx, reloc);
        }
    }
""",
    ),
    before(
        "jumps-out-of-memory",
        "As relocation-out-of-memory.",
        "    /* more jump optimizations */\n",
        "    if (unlikely(dbuf_error(&bc_out)))\n        s->jump_count = 0;\n",
    ),
    Edit(
        "cut-bytecode-out-of-memory",
        "Bytecode that found no room may end within an instruction, so it cannot be "
        "walked for the atoms in it.",
        "    free_bytecode_atoms(ctx->rt, fd->byte_code.buf, fd->byte_code.size,\n",
        "    if (!dbuf_error(&fd->byte_code))\n"
        "        free_bytecode_atoms(ctx->rt, fd->byte_code.buf, fd->byte_code.size,\n",
    ),
    Edit(
        "out-of-memory-reserve",
        "At the memory limit there is no memory for the error object either, and the "
        "engine throws null instead. The error gets a reserve of its own beyond the "
        "limit.",
        """\
        rt->in_out_of_memory = true;
        JS_ThrowInternalError(ctx, "out of memory");
        rt->in_out_of_memory = false;
""",
        """\
        size_t jsvm_limit = rt->malloc_state.malloc_limit;
        rt->in_out_of_memory = true;
        if (jsvm_limit != 0)
            rt->malloc_state.malloc_limit = jsvm_limit + 64 * 1024;
        JS_ThrowInternalError(ctx, "out of memory");
        rt->malloc_state.malloc_limit = jsvm_limit;
        rt->in_out_of_memory = false;
""",
    ),
]

PINNED_BUFFERS = [
    after(
        "buffer-pins",
        "Native code (NumPy, through the buffer protocol) may hold an ArrayBuffer's "
        "memory; while it does, JS must not take that memory away.",
        "    uint8_t shared; /* if shared, the array buffer cannot be detached */\n",
        "    int jsvm_pins; /* > 0: the memory must stay where it is */\n",
    ),
    after(
        "buffer-pins-start",
        "A new buffer is not pinned.",
        "    abuf->detached = false;\n    abuf->immutable = false;\n",
        "    abuf->jsvm_pins = 0;\n",
    ),
    before(
        "buffer-pins-error",
        "What a pinned buffer's methods throw.",
        "static JSValue JS_ThrowTypeErrorArrayBufferOOB(JSContext *ctx)\n{",
        """\
static JSValue jsvm_throw_pinned(JSContext *ctx)
{
    return JS_ThrowTypeError(ctx, "ArrayBuffer is in use by native code");
}

""",
    ),
    Edit(
        "buffer-pins-transfer",
        "Transferring detaches.",
        "        return JS_ThrowTypeErrorDetachedArrayBuffer(ctx);\n"
        "    pmax_len = NULL;\n",
        "        return JS_ThrowTypeErrorDetachedArrayBuffer(ctx);\n"
        "    if (abuf->jsvm_pins > 0)\n"
        "        return jsvm_throw_pinned(ctx);\n"
        "    pmax_len = NULL;\n",
    ),
    before(
        "buffer-pins-resize",
        "Resizing moves the memory.",
        "    if (!array_buffer_is_resizable(abuf))\n"
        '        return JS_ThrowTypeError(ctx, "array buffer is not resizable");\n'
        "    if (len < 0",
        "    if (abuf->jsvm_pins > 0)\n        return jsvm_throw_pinned(ctx);\n",
    ),
]

ASYNC_CONTEXT = [
    after(
        "async-context-field",
        "Who keeps the embedder's async context; NULL if nobody does.",
        "    struct list_head job_list; /* list of JSJobEntry.link */\n",
        "    const struct JSVMAsyncContext *jsvm_async_context;\n",
    ),
    before(
        "async-context-declarations",
        "Defined in engine.c behind this file.",
        "typedef struct JSJobEntry {\n",
        """\
struct JSJobEntry;
static int64_t jsvm__async_context(JSRuntime *rt);
static JSValue jsvm__run_job(struct JSJobEntry *e);

""",
    ),
    after(
        "async-context-of-job",
        "A job continues what scheduled it.",
        "    JSContext *ctx;\n    JSJobFunc *job_func;\n    int argc;\n",
        "    int64_t jsvm_async_context;\n",
    ),
    after(
        "async-context-capture",
        "As async-context-of-job.",
        "    e->job_func = job_func;\n",
        "    e->jsvm_async_context = jsvm__async_context(rt);\n",
    ),
    Edit(
        "async-context-run",
        "As async-context-of-job.",
        "    res = e->job_func(e->ctx, e->argc, vc(e->argv));\n",
        "    res = jsvm__run_job(e);\n",
    ),
    after(
        "async-context-of-reaction",
        "A reaction continues whoever called then or awaits, not whoever settles the "
        "promise.",
        "    JSValue resolving_funcs[2];\n    JSValue handler;\n",
        "    int64_t jsvm_async_context;\n",
    ),
    after(
        "async-context-of-reaction-capture",
        "As async-context-of-reaction.",
        "        rd->handler = js_dup(handler);\n",
        "        rd->jsvm_async_context = jsvm__async_context(ctx->rt);\n",
    ),
    Edit(
        "async-context-of-reaction-run",
        "As async-context-of-reaction.",
        """\
        JS_EnqueueJob(ctx, promise_reaction_job, 5, args);
        list_del(&rd->link);
""",
        """\
        if (JS_EnqueueJob(ctx, promise_reaction_job, 5, args) == 0)
            list_entry(ctx->rt->job_list.prev, JSJobEntry, link)->jsvm_async_context =
                rd->jsvm_async_context;
        list_del(&rd->link);
""",
    ),
]

MODULES = [
    Edit(
        "module-forgotten-flag",
        "A module whose file changed is loaded anew: the old one lives on for those that "
        "imported it, but is no longer found by its name.",
        "    bool resolved;\n    bool func_created;\n",
        "    bool resolved;\n    bool func_created;\n    bool jsvm_forgotten;\n",
    ),
    Edit(
        "module-identity",
        "A module is its name: attributes are checked at the import and do not change "
        "what is loaded, so data.json is one module with and without them.",
        """\
    JSModuleDef *m;
    int eq;

    /* first look at the loaded modules */
    list_for_each(el, &ctx->loaded_modules) {
        m = list_entry(el, JSModuleDef, link);
        if (m->module_name == name) {
            eq = js_module_attributes_equal(ctx, m->attributes, attributes);
            if (eq < 0)
                return NULL; /* exception */
            if (eq)
                return m;
        }
    }
    return NULL;
""",
        """\
    JSModuleDef *m;

    /* first look at the loaded modules */
    list_for_each(el, &ctx->loaded_modules) {
        m = list_entry(el, JSModuleDef, link);
        if (m->module_name == name && !m->jsvm_forgotten)
            return m;
    }
    return NULL;
""",
    ),
    Edit(
        "module-stale-exception",
        "Looking a module up cannot throw any more (module-identity); what is found here "
        "is an exception that a stop left, and no reason not to load.",
        """\
    if (JS_HasException(ctx)) {
        js_free(ctx, cname);
        JS_FreeAtom(ctx, module_name);
        return NULL;
    }

    JS_FreeAtom(ctx, module_name);

    /* load the module */
""",
        """\
    JS_FreeAtom(ctx, module_name);

    /* load the module */
""",
    ),
    Edit(
        "module-of-function",
        "import.meta is found by the file name of the function that asks; of several "
        "modules of that name the newest is the one that can be found.",
        """\
    struct list_head *el;
    JSModuleDef *m;

    list_for_each(el, &ctx->loaded_modules) {
        m = list_entry(el, JSModuleDef, link);
        if (m->module_name == name)
            return m;
""",
        """\
    struct list_head *el;
    JSModuleDef *m;

    list_for_each_prev(el, &ctx->loaded_modules) {
        m = list_entry(el, JSModuleDef, link);
        if (m->module_name == name)
            return m;
""",
    ),
    Edit(
        "module-failed-graph",
        "When a dependency is missing, other modules may point to this one already: it "
        "must not be freed alone. Who began to load frees all that came to nothing.",
        """\
        if (js_resolve_module(ctx, m) < 0)
            goto fail1;
        fun_obj = JS_NewModuleValue(ctx, m);
""",
        """\
        if (js_resolve_module(ctx, m) < 0)
            return JS_EXCEPTION;
        fun_obj = JS_NewModuleValue(ctx, m);
""",
    ),
    Edit(
        "dynamic-import-begins",
        "What a failed import() loaded is discarded, so that the next one tries anew.",
        """\
    JSValue ret, err, func_obj, evaluate_resolving_funcs[2];
    JSValueConst func_data[3];

    m = js_host_resolve_imported_module(ctx, basename, filename, attributes);
    if (!m)
        goto fail;

    if (js_resolve_module(ctx, m) < 0) {
        js_free_modules(ctx, JS_FREE_MODULE_NOT_RESOLVED);
        goto fail;
    }
""",
        """\
    JSValue ret, err, func_obj, evaluate_resolving_funcs[2];
    JSValueConst func_data[3];
    struct list_head *before = ctx->loaded_modules.prev;

    m = js_host_resolve_imported_module(ctx, basename, filename, attributes);
    if (!m)
        goto fail;

    if (js_resolve_module(ctx, m) < 0)
        goto fail;
""",
    ),
    Edit(
        "dynamic-import-fails",
        "As dynamic-import-begins.",
        "    fail:\n        err = JS_GetException(ctx);\n"
        "        ret = JS_Call(ctx, resolving_funcs[1], JS_UNDEFINED, 1, vc(&err));\n",
        "    fail:\n        err = JS_GetException(ctx);\n"
        "        jsvm__discard_unlinked(ctx, before);\n"
        "        ret = JS_Call(ctx, resolving_funcs[1], JS_UNDEFINED, 1, vc(&err));\n",
    ),
    Edit(
        "missing-export",
        "The error names what the module does export.",
        """\
        JS_ThrowSyntaxError(ctx, "Could not find export '%s' in module '%s'",
                            JS_AtomGetStr(ctx, buf1, sizeof(buf1), export_name),
                            JS_AtomGetStr(ctx, buf2, sizeof(buf2), m->module_name));
""",
        "        jsvm__throw_missing_export(ctx, m, export_name);\n",
    ),
    Edit(
        "import-meta-of-host",
        "The host says what import.meta holds, when it is first asked for.",
        "            return JS_EXCEPTION;\n        m->meta_obj = obj;\n",
        """\
            return JS_EXCEPTION;
        if (ctx->rt->jsvm_describe_module &&
            ctx->rt->jsvm_describe_module(ctx, m, obj) < 0) {
            JS_FreeValue(ctx, obj);
            return JS_EXCEPTION;
        }
        m->meta_obj = obj;
""",
    ),
    Edit(
        "import-meta-in-cells",
        "A cell has an import.meta, too: that of the module of its imports.",
        "            if (!s->is_module)\n"
        '                return js_parse_error(s, "import.meta only valid',
        "            if (!s->is_module && !jsvm__cell_uses_meta(s))\n"
        '                return js_parse_error(s, "import.meta only valid',
    ),
]

POSITIONS = [
    Edit(
        "position-of-token",
        "The engine counts the columns of the first line from 0, all others from 1.",
        "    s->token.col_num = max_int(1, s->mark - s->eol);\n",
        "    s->token.col_num = (int)(s->token.ptr - s->token.line_start) + 1;\n",
    ),
    before(
        "position-of-statement",
        "A statement without an expression, such as a loop for ever, has a place, too.",
        "    switch(tok = s->token.val) {\n",
        "    emit_source_loc(s);\n",
    ),
    after(
        "position-in-parser",
        "Where the property or name stands that was parsed last: what an assignment to "
        "it that fails is reported at.",
        "    bool is_module; /* parsing a module */\n    bool allow_html_comments;\n",
        "    int jsvm_line, jsvm_col;\n",
    ),
    Edit(
        "position-of-operand",
        "A call, a property and an operator are reported where they stand in the "
        "source, not where their last operand does: what is read of an operand, such "
        "as an argument that is a call itself, moves the position.",
        "    bool accept_lparen = (parse_flags & PF_POSTFIX_CALL) != 0;\n\n"
        "    call_type = FUNC_CALL_NORMAL;\n",
        "    bool accept_lparen = (parse_flags & PF_POSTFIX_CALL) != 0;\n"
        "    int jsvm_line = s->token.line_num, jsvm_col = s->token.col_num;\n\n"
        "    call_type = FUNC_CALL_NORMAL;\n",
    ),
    Edit(
        "position-of-operand-kept",
        "See position-in-parser.",
        "    return 0;\n}\n\nstatic __exception int js_parse_delete(JSParseState *s)\n",
        "    s->jsvm_line = jsvm_line;\n    s->jsvm_col = jsvm_col;\n"
        "    return 0;\n}\n\nstatic __exception int js_parse_delete(JSParseState *s)\n",
    ),
    Edit(
        "position-of-call",
        "The engine takes the first argument's position here; see position-of-operand.",
        "            parse_func_call2:\n                emit_source_loc(s);\n",
        "            parse_func_call2:\n",
    ),
    Edit(
        "position-of-call-emitted",
        "A call is reported at the name of what is called, after its arguments.",
        "            emit_func_call:\n                switch(opcode) {\n",
        "            emit_func_call:\n"
        "                emit_source_loc_at(s, jsvm_line, jsvm_col);\n"
        "                switch(opcode) {\n",
    ),
    after(
        "position-of-apply",
        "As position-of-call-emitted, for calls with spread arguments.",
        "                /* drop the index */\n                emit_op(s, OP_drop);\n\n"
        "                /* apply function call */\n",
        "                emit_source_loc_at(s, jsvm_line, jsvm_col);\n",
    ),
    after(
        "position-of-new",
        "As position-of-call-emitted, for `new` without parentheses.",
        "                /* new operator on an object */\n",
        "                emit_source_loc_at(s, jsvm_line, jsvm_col);\n",
    ),
    after(
        "position-of-property",
        "A property is reported at its name.",
        "        parse_property:\n",
        "            jsvm_line = s->token.line_num;\n"
        "            jsvm_col = s->token.col_num;\n"
        "            emit_source_loc(s);\n",
    ),
    after(
        "position-of-element",
        "An element is reported at its bracket.",
        "        parse_array_access:\n",
        "            jsvm_line = s->token.line_num;\n"
        "            jsvm_col = s->token.col_num;\n",
    ),
    Edit(
        "position-of-element-emitted",
        "As position-of-element, after what is between the brackets.",
        "            if (js_parse_expect(s, ']'))\n                return -1;\n"
        "            if (prev_op == OP_get_super) {\n",
        "            if (js_parse_expect(s, ']'))\n                return -1;\n"
        "            emit_source_loc_at(s, jsvm_line, jsvm_col);\n"
        "            if (prev_op == OP_get_super) {\n",
    ),
    Edit(
        "position-of-operator",
        "A binary operator is reported at itself.",
        """\
        if (next_token(s))
            return -1;
        emit_source_loc(s);
        if (js_parse_expr_binary(s, level - 1, parse_flags))
            return -1;
        emit_op(s, opcode);
""",
        """\
        int jsvm_line = s->token.line_num, jsvm_col = s->token.col_num;
        if (next_token(s))
            return -1;
        if (js_parse_expr_binary(s, level - 1, parse_flags))
            return -1;
        emit_source_loc_at(s, jsvm_line, jsvm_col);
        emit_op(s, opcode);
""",
    ),
    Edit(
        "position-of-assignment",
        "An assignment is reported at what is assigned to.",
        "    if (js_parse_cond_expr(s, parse_flags))\n        return -1;\n\n"
        "    op = s->token.val;\n    if (op == '=' ||",
        "    if (js_parse_cond_expr(s, parse_flags))\n        return -1;\n\n"
        "    int jsvm_line = s->jsvm_line, jsvm_col = s->jsvm_col;\n"
        "    op = s->token.val;\n    if (op == '=' ||",
    ),
    Edit(
        "position-of-assignment-emitted",
        "As position-of-assignment, after the value.",
        "        put_lvalue(s, opcode, scope, name, label, PUT_LVALUE_KEEP_TOP, false);\n"
        "    } else if (op >= TOK_LAND_ASSIGN",
        "        emit_source_loc_at(s, jsvm_line, jsvm_col);\n"
        "        put_lvalue(s, opcode, scope, name, label, PUT_LVALUE_KEEP_TOP, false);\n"
        "    } else if (op >= TOK_LAND_ASSIGN",
    ),
    before(
        "position-of-object-pattern",
        "A pattern is reported where it begins, when what it takes apart can't be.",
        "        /* throw an exception if the value cannot be converted to an object */\n",
        "        emit_source_loc_at(s, jsvm_line, jsvm_col);\n",
    ),
    Edit(
        "position-of-object-pattern-start",
        "As position-of-object-pattern.",
        "    assign_addr = s->cur_func->byte_code.size;\n    if (s->token.val == '{') {\n",
        "    assign_addr = s->cur_func->byte_code.size;\n"
        "    int jsvm_line = s->token.line_num, jsvm_col = s->token.col_num;\n"
        "    if (s->token.val == '{') {\n",
    ),
    before(
        "position-of-array-pattern",
        "As position-of-object-pattern.",
        "        /* the block environment is only needed in generators in case\n"
        "           'yield' triggers a 'return' */\n",
        "        emit_source_loc_at(s, jsvm_line, jsvm_col);\n",
    ),
    before(
        "position-of-for-of",
        "What is no iterable is reported where it stands.",
        "        break_entry.has_iterator = true;\n"
        "        break_entry.is_async_iterator = is_async;\n",
        "        emit_source_loc_at(s, s->jsvm_line, s->jsvm_col);\n",
    ),
    Edit(
        "position-of-spread-element",
        "As position-of-for-of.",
        "            if (js_parse_assign_expr(s))\n                return -1;\n"
        "            emit_op(s, OP_append);\n",
        "            if (js_parse_assign_expr(s))\n                return -1;\n"
        "            emit_source_loc_at(s, s->jsvm_line, s->jsvm_col);\n"
        "            emit_op(s, OP_append);\n",
    ),
    before(
        "position-of-spread-argument",
        "As position-of-for-of.",
        "                        /* XXX: could pass is_last indicator? */\n",
        "                        emit_source_loc_at(s, s->jsvm_line, s->jsvm_col);\n",
    ),
]

STACK_TEXTS = [
    Edit(
        "stack-of-stop",
        "Where a stop hit is kept: what carries it up may end in a microtask, and then "
        "nobody sees it.",
        "                        NULL, 0, 0, 0);\n    }\n"
        "    if (!JS_IsUncatchableError(rt->current_exception)) {\n",
        "                        NULL, 0, 0, 0);\n    }\n"
        "    if (JS_IsUncatchableError(rt->current_exception)) {\n"
        "        jsvm__keep_stop_stack(ctx);\n    } else {\n",
    ),
    Edit(
        "stack-of-subclass",
        "The stack of an error begins where the error is made: constructors of its class "
        "and of those above are left out.",
        "    build_backtrace(ctx, obj, JS_UNDEFINED, NULL, 0, 0, "
        "JS_BACKTRACE_FLAG_SKIP_FIRST_LEVEL);\n    return obj;\n exception:\n",
        "    ctx->rt->jsvm_new_target = new_target;\n"
        "    build_backtrace(ctx, obj, JS_UNDEFINED, NULL, 0, 0, "
        "JS_BACKTRACE_FLAG_SKIP_FIRST_LEVEL);\n"
        "    ctx->rt->jsvm_new_target = JS_UNDEFINED;\n    return obj;\n exception:\n",
    ),
    Edit(
        "stack-of-subclass-start",
        "As stack-of-subclass.",
        "    sf_start = rt->current_stack_frame;\n",
        "    sf_start = jsvm__first_frame(rt);\n",
    ),
    Edit(
        "stack-header",
        "`error.stack` begins with the error's name and message, as everywhere else. "
        "They are put there when it is read: constructors set names after super().",
        "    if (p->class_id != JS_CLASS_ERROR)\n        return JS_UNDEFINED;\n"
        "    return js_dup(p->u.object_data);\n",
        "    if (p->class_id != JS_CLASS_ERROR)\n        return JS_UNDEFINED;\n"
        "    return jsvm__stack_text(ctx, p, p->u.object_data);\n",
    ),
    after(
        "stack-header-of-property",
        "As stack-header, where the stack is a plain property.",
        "    } else {\n        js_dbuf_init(ctx, &dbuf);\n",
        "        if (has_filter_func || can_add_backtrace(error_obj))\n"
        "            jsvm__stack_header(ctx, JS_VALUE_GET_OBJ(error_obj), &dbuf);\n",
    ),
    after(
        "stack-without-host-frames",
        "Frames of a host's own files say nothing to whoever reads a stack.",
        "            backtrace_flags &= ~JS_BACKTRACE_FLAG_SKIP_FIRST_LEVEL;\n"
        "            continue;\n        }\n",
        "        if (!jsvm__frame_is_shown(ctx, sf))\n            continue;\n",
    ),
]

EDITS = (
    SWITCHABLE_DISPATCH
    + POLLS
    + CELLS
    + MODULES
    + ROBUSTNESS
    + PINNED_BUFFERS
    + ASYNC_CONTEXT
    + POSITIONS
    + STACK_TEXTS
)
