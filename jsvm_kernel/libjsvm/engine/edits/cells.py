"""What a notebook cell needs of the parser and of global names."""

from .edit import Edit, before

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
    Edit(
        "cell-export",
        "Code of a module in a cell: say what to do with its exports.",
        "    case TOK_ENUM:\n    case TOK_EXPORT:\n    case TOK_EXTENDS:\n",
        """\
    case TOK_EXPORT:
        if (s->cur_func->jsvm_is_cell) {
            js_parse_error(s, "cells share what they declare and export nothing: "
                           "leave out 'export'");
            goto fail;
        }
        /* fall through */
    case TOK_ENUM:
    case TOK_EXTENDS:
""",
    ),
]
