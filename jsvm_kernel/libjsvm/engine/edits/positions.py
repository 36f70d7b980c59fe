"""Source positions of the piece of code that failed."""

from .edit import Edit, after, before

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
    Edit(
        "position-of-import-call",
        "An import() is reported where it begins.",
        "            emit_op(s, OP_import);\n",
        "            emit_source_loc_at(s, jsvm_line, jsvm_col);\n"
        "            emit_op(s, OP_import);\n",
    ),
    Edit(
        "position-of-regexp",
        "The error of a literal that is no regular expression has an empty stack; the "
        "engine would leave it so.",
        "                    backtrace_flags = JS_BACKTRACE_FLAG_SINGLE_LEVEL;\n"
        "                build_backtrace(s->ctx, s->ctx->rt->current_exception, "
        "JS_UNDEFINED,\n",
        "                    backtrace_flags = JS_BACKTRACE_FLAG_SINGLE_LEVEL;\n"
        "                jsvm__lacks_frames(s->ctx, s->ctx->rt->current_exception);\n"
        "                build_backtrace(s->ctx, s->ctx->rt->current_exception, "
        "JS_UNDEFINED,\n",
    ),
    Edit(
        "end-of-source",
        "The end of the text is no token that could be quoted.",
        '    default:\n        return js_parse_error(s, "unexpected token in expression',
        "    default:\n        if (s->token.val == TOK_EOF)\n"
        '            return js_parse_error(s, "unexpected end of input");\n'
        '        return js_parse_error(s, "unexpected token in expression',
    ),
]
