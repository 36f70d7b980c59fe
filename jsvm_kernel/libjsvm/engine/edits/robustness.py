"""Failures, of memory above all, that end in an error instead of a crash."""

from .edit import Edit, before

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
        "names-out-of-memory",
        "Resolving names passes over some failures, and the code that comes out looks "
        "for a variable in the wrong place.",
        """\
    fun_obj = js_create_function(ctx, fd);
    if (JS_IsException(fun_obj))
        goto fail1;
""",
        """\
    bool jsvm_pending = JS_HasException(ctx);
    fun_obj = js_create_function(ctx, fd);
    if (!jsvm_pending && !JS_IsException(fun_obj) && JS_HasException(ctx)) {
        JS_FreeValue(ctx, fun_obj);
        fun_obj = JS_EXCEPTION;
    }
    if (JS_IsException(fun_obj))
        goto fail1;
""",
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
