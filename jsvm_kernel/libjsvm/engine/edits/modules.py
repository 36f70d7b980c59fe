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
