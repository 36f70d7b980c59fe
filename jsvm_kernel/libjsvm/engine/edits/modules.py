"""Modules whose loader gives values, and graphs that fail half-way."""

from .edit import Edit

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
        "        jsvm__add_frames(ctx, err, frames);\n"
        "        jsvm__discard_unlinked(ctx, before);\n"
        "        ret = JS_Call(ctx, resolving_funcs[1], JS_UNDEFINED, 1, vc(&err));\n",
    ),
    Edit(
        "import-place",
        "An import that fails shows where it is written: a request keeps its place.",
        "key/value */\n} JSReqModuleEntry;\n",
        "key/value */\n    int jsvm_line, jsvm_column; /* 0: not known */\n"
        "} JSReqModuleEntry;\n",
    ),
    Edit(
        "import-place-unknown",
        "As import-place.",
        "    rme->attributes = js_dup(attributes);\n    return i;\n",
        "    rme->attributes = js_dup(attributes);\n"
        "    rme->jsvm_line = rme->jsvm_column = 0;\n    return i;\n",
    ),
    Edit(
        "import-place-from",
        "As import-place.",
        "    module_name = JS_ValueToAtom(s->ctx, s->token.u.str.str);\n",
        "    JSToken specifier = s->token;\n"
        "    module_name = JS_ValueToAtom(s->ctx, s->token.u.str.str);\n",
    ),
    Edit(
        "import-place-from-kept",
        "As import-place.",
        "    idx = add_req_module_entry(s->ctx, m, module_name, attributes);\n",
        "    idx = add_req_module_entry(s->ctx, m, module_name, attributes);\n"
        "    jsvm__keep_import_place(m, idx, specifier.line_num, specifier.col_num);\n",
    ),
    Edit(
        "import-place-bare",
        "As import-place.",
        """\
        JSValue attributes;

        module_name = JS_ValueToAtom(ctx, s->token.u.str.str);
""",
        """\
        JSValue attributes;
        JSToken specifier = s->token;

        module_name = JS_ValueToAtom(ctx, s->token.u.str.str);
""",
    ),
    Edit(
        "import-place-bare-kept",
        "As import-place.",
        "        idx = add_req_module_entry(ctx, m, module_name, attributes);\n",
        "        idx = add_req_module_entry(ctx, m, module_name, attributes);\n"
        "        jsvm__keep_import_place(m, idx, specifier.line_num, "
        "specifier.col_num);\n",
    ),
    Edit(
        "import-place-resolve",
        "As import-place.",
        "        if (!m1)\n            return -1;\n        rme->module = m1;\n",
        "        if (!m1) {\n            jsvm__place_import_error(ctx, m, i);\n"
        "            return -1;\n        }\n        rme->module = m1;\n",
    ),
    Edit(
        "import-place-link",
        "As import-place.",
        "                    js_resolve_export_throw_error(ctx, ret, m1, "
        "mi->import_name);\n",
        "                    js_resolve_export_throw_error(ctx, ret, m1, "
        "mi->import_name);\n"
        "                    jsvm__place_import_error(ctx, m, mi->req_module_idx);\n",
    ),
    Edit(
        "import-place-export",
        "As import-place.",
        "                js_resolve_export_throw_error(ctx, ret, m1, me->local_name);\n",
        "                js_resolve_export_throw_error(ctx, ret, m1, me->local_name);\n"
        "                jsvm__place_import_error(ctx, m, me->u.req_module_idx);\n",
    ),
    Edit(
        "dynamic-import-frames",
        "An import() that fails has the stack of its call; the job that loads has none.",
        """\
                                  JSValueConst *resolving_funcs,
                                  JSValueConst attributes)
{
    JSValue evaluate_promise;
""",
        """\
                                  JSValueConst *resolving_funcs,
                                  JSValueConst attributes, JSValueConst frames)
{
    JSValue evaluate_promise;
""",
    ),
    Edit(
        "dynamic-import-frames-none",
        "As dynamic-import-frames.",
        "vc(resolving_funcs), JS_UNDEFINED);\n    JS_FreeValue(ctx, resolving_funcs[0]);",
        "vc(resolving_funcs), JS_UNDEFINED,\n                          JS_UNDEFINED);\n"
        "    JS_FreeValue(ctx, resolving_funcs[0]);",
    ),
    Edit(
        "dynamic-import-frames-job",
        "As dynamic-import-frames.",
        "    JS_LoadModuleInternal(ctx, basename, filename, resolving_funcs, attributes);\n",
        "    JS_LoadModuleInternal(ctx, basename, filename, resolving_funcs, attributes,\n"
        "                          argv[5]);\n",
    ),
    Edit(
        "dynamic-import-frames-taken",
        "As dynamic-import-frames.",
        "    JS_EnqueueJob(ctx, js_dynamic_import_job, 5, vc(args));\ndone:\n",
        "    args[5] = jsvm__frames_here(ctx);\n"
        "    JS_EnqueueJob(ctx, js_dynamic_import_job, 6, vc(args));\n"
        "    JS_FreeValue(ctx, args[5]);\ndone:\n",
    ),
    Edit(
        "dynamic-import-frames-room",
        "As dynamic-import-frames.",
        "    JSValue attributes_obj = JS_UNDEFINED;\n    JSValue args[5];\n",
        "    JSValue attributes_obj = JS_UNDEFINED;\n    JSValue args[6];\n",
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
