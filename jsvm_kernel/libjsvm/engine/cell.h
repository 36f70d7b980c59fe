/*
 * cell.h - notebook cells (part of engine.c).
 *
 * A cell is compiled as an async global script with the flag JSVM_EVAL_FLAG_CELL
 * (edits/). What it imports is collected, while it is parsed, in a module without a
 * body: when the cell starts, that module is linked and evaluated like any other, then
 * the imported names are bound as live global lexical names, then the script runs.
 */

/* What the parser collects beside the script. */
typedef struct JSVMCell {
    const char *name;
    JSModuleDef *imports; /* NULL: the cell imports nothing */
    JSValue locals;       /* array of [local name] in the order of the import entries */
} JSVMCell;

/* Called when the module of a cell's imports is evaluated: it has nothing to do. */
static int jsvm_no_body(JSContext *ctx, JSModuleDef *m)
{
    (void)ctx;
    (void)m;
    return 0;
}

static JSModuleDef *jsvm__cell_imports(JSParseState *s)
{
    JSContext *ctx = s->ctx;
    JSVMCell *cell = ctx->rt->jsvm_cell;
    JSAtom name;

    if (!cell->imports) {
        name = JS_NewAtom(ctx, cell->name);
        if (name == JS_ATOM_NULL)
            return NULL;
        cell->locals = JS_NewArray(ctx);
        cell->imports = js_new_module_def(ctx, name);
        if (JS_IsException(cell->locals) || !cell->imports)
            return NULL;
        cell->imports->init_func = jsvm_no_body;
    }
    return cell->imports;
}

/* Whether the parser is in a cell, which then has a module to hold its import.meta. */
static bool jsvm__cell_uses_meta(JSParseState *s)
{
    return s->ctx->rt->jsvm_cell && jsvm__cell_imports(s);
}

static int jsvm__cell_add_import(JSParseState *s, JSModuleDef *m, JSAtom local_name,
                                 JSAtom import_name)
{
    JSContext *ctx = s->ctx;
    JSVMCell *cell = ctx->rt->jsvm_cell;
    JSGlobalVar *declared;
    JSImportEntry *entry;

    if (find_global_var(s->cur_func, local_name))
        return js_parse_error(s, "invalid redefinition of lexical identifier");
    declared = add_global_var(ctx, s->cur_func, local_name);
    if (!declared)
        return -1;
    declared->is_lexical = true;
    declared->is_const = true;
    declared->jsvm_is_import = true;

    if (JS_DefinePropertyValueUint32(
            ctx, cell->locals, (uint32_t)m->import_entries_count,
            JS_AtomToString(ctx, local_name), JS_PROP_C_W_E) < 0)
        return -1;
    if (js_resize_array(ctx, (void **)&m->import_entries, sizeof(JSImportEntry),
                        &m->import_entries_size, m->import_entries_count + 1))
        return -1;
    entry = &m->import_entries[m->import_entries_count++];
    entry->import_name = JS_DupAtom(ctx, import_name);
    entry->var_idx = 0;
    return 0;
}

static void jsvm_cell_abandon(JSContext *ctx, JSVMCell *cell)
{
    if (cell->imports)
        js_free_module_def(ctx, cell->imports);
    cell->imports = NULL;
    JS_FreeValue(ctx, cell->locals);
    cell->locals = JS_UNDEFINED;
}

/* Whether the first token is `{`: only then the two readings of a cell can differ. */
static bool jsvm_starts_with_brace(const char *p)
{
    for (;;) {
        if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r') {
            p++;
        } else if (p[0] == '/' && p[1] == '/') {
            while (*p && *p != '\n')
                p++;
        } else if (p[0] == '/' && p[1] == '*') {
            p = strstr(p + 2, "*/");
            if (!p)
                return false;
            p += 2;
        } else {
            return *p == '{';
        }
    }
}

/* The compiled script, or JS_EXCEPTION with nothing left in `cell`. */
static JSValue jsvm_compile_cell(JSContext *ctx, const char *source, size_t length,
                                 JSVMCell *cell)
{
    int flags = JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_ASYNC | JS_EVAL_FLAG_COMPILE_ONLY |
                JSVM_EVAL_FLAG_CELL;
    JSVMCell *outer = ctx->rt->jsvm_cell;
    JSValue script = JS_EXCEPTION;
    bool try_expression = jsvm_starts_with_brace(source);

    ctx->rt->jsvm_cell = cell;
    if (try_expression) {
        script = JS_Eval(ctx, source, length, cell->name,
                         flags | JSVM_EVAL_FLAG_CELL_EXPRESSION);
        if (JS_IsException(script))
            JS_FreeValue(ctx, JS_GetException(ctx));
    }
    if (JS_IsException(script))
        script = JS_Eval(ctx, source, length, cell->name, flags);
    ctx->rt->jsvm_cell = outer;
    if (JS_IsException(script))
        jsvm_cell_abandon(ctx, cell);
    return script;
}

/* Makes `name` a global lexical name that reads variable `ref` of a module. */
static int jsvm_bind_live(JSContext *ctx, JSAtom name, JSVarRef *ref)
{
    JSObject *names = JS_VALUE_GET_OBJ(ctx->global_var_obj);
    JSProperty *pr;

    if (delete_property(ctx, names, name) < 0)
        return -1;
    pr = add_property(ctx, names, name,
                      JS_PROP_ENUMERABLE | JS_PROP_CONFIGURABLE | JS_PROP_VARREF);
    if (!pr)
        return -1;
    JS_REF_COUNT(ref)++;
    pr->u.var_ref = ref;
    return 0;
}

/* Makes `name` a global lexical constant with `value` (taken over): a module namespace.
 */
static int jsvm_bind_constant(JSContext *ctx, JSAtom name, JSValue value)
{
    JSObject *names = JS_VALUE_GET_OBJ(ctx->global_var_obj);
    JSProperty *pr = NULL;

    if (!JS_IsException(value) && delete_property(ctx, names, name) >= 0)
        pr = add_property(ctx, names, name, JS_PROP_ENUMERABLE | JS_PROP_CONFIGURABLE);
    if (!pr) {
        JS_FreeValue(ctx, value);
        return -1;
    }
    pr->u.value = value;
    return 0;
}

/* Finds what import entry i names. Afterwards either *ref is a borrowed variable, or it
 * is NULL and *namespace_of the module whose namespace is meant. */
static int jsvm_resolve_import(JSContext *ctx, JSModuleDef *imports, int i,
                               JSVarRef **ref, JSModuleDef **namespace_of)
{
    JSImportEntry *entry = &imports->import_entries[i];
    JSModuleDef *from = imports->req_module_entries[entry->req_module_idx].module;
    JSResolveResultEnum found;
    JSExportEntry *export;
    JSModuleDef *exporter;

    *ref = NULL;
    *namespace_of = from;
    if (entry->import_name == JS_ATOM__star_)
        return 0;
    found = js_resolve_export(ctx, &exporter, &export, from, entry->import_name);
    if (found == JS_RESOLVE_RES_FOUND) {
        if (export->local_name == JS_ATOM__star_) {
            *namespace_of =
                exporter->req_module_entries[export->u.req_module_idx].module;
            return 0;
        }
        *ref = js_get_local_export_var_ref(ctx, exporter, export);
        if (*ref)
            return 0;
        found = JS_RESOLVE_RES_CIRCULAR;
    }
    js_resolve_export_throw_error(ctx, found, from, entry->import_name);
    jsvm__place_import_error(ctx, imports, entry->req_module_idx);
    return -1;
}

static int jsvm_bind_imports(JSContext *ctx, JSModuleDef *imports, JSValueConst locals)
{
    int i, status;

    for (i = 0; i < imports->import_entries_count; i++) {
        JSVarRef *ref;
        JSModuleDef *namespace_of;
        JSValue local;
        JSAtom name;

        if (jsvm_resolve_import(ctx, imports, i, &ref, &namespace_of) < 0)
            return -1;
        local = JS_GetPropertyUint32(ctx, locals, (uint32_t)i);
        name = JS_ValueToAtom(ctx, local);
        JS_FreeValue(ctx, local);
        if (name == JS_ATOM_NULL)
            return -1;
        status = ref ? jsvm_bind_live(ctx, name, ref)
                     : jsvm_bind_constant(ctx, name,
                                          JS_GetModuleNamespace(ctx, namespace_of));
        JS_FreeAtom(ctx, name);
        if (status < 0)
            return -1;
    }
    return 0;
}

/* A missing export is an error before any module runs. */
static int jsvm_check_imports(JSContext *ctx, JSModuleDef *imports)
{
    JSModuleDef *namespace_of;
    JSVarRef *ref;
    int i;

    for (i = 0; i < imports->import_entries_count; i++) {
        if (jsvm_resolve_import(ctx, imports, i, &ref, &namespace_of) < 0)
            return -1;
    }
    return 0;
}

enum { JSVM_CELL_SCRIPT, JSVM_CELL_MODULE, JSVM_CELL_LOCALS, JSVM_CELL_PARTS };

/* Reaction to the imports' evaluation: bind the names, run the script. */
static JSValue jsvm_cell_imports_ready(JSContext *ctx, JSValueConst this_val, int argc,
                                       JSValueConst *argv, int magic,
                                       JSValueConst *parts)
{
    (void)this_val;
    (void)argc;
    (void)argv;
    (void)magic;
    if (jsvm_bind_imports(ctx, JS_VALUE_GET_PTR(parts[JSVM_CELL_MODULE]),
                          parts[JSVM_CELL_LOCALS]) < 0)
        return JS_EXCEPTION;
    return JS_EvalFunction(ctx, js_dup(parts[JSVM_CELL_SCRIPT]));
}

/* Loads, links and evaluates the imports; the promise of the script's own promise. */
static JSValue jsvm_run_after_imports(JSContext *ctx, JSValueConst script,
                                      JSVMCell *cell)
{
    JSModuleDef *imports = cell->imports;
    struct list_head *before = imports->link.prev;
    JSValue evaluated, reaction, result;
    JSValueConst parts[JSVM_CELL_PARTS];

    if (js_resolve_module(ctx, imports) < 0 ||
        js_create_module_function(ctx, imports) < 0 ||
        js_link_module(ctx, imports) < 0 || jsvm_check_imports(ctx, imports) < 0) {
        jsvm__discard_unlinked(ctx, before);
        return JS_EXCEPTION;
    }
    evaluated = js_evaluate_module(ctx, imports);
    if (JS_IsException(evaluated))
        return evaluated;

    JSValue module = JS_NewModuleValue(ctx, imports);
    parts[JSVM_CELL_SCRIPT] = script;
    parts[JSVM_CELL_MODULE] = module;
    parts[JSVM_CELL_LOCALS] = cell->locals;
    reaction =
        JS_NewCFunctionData(ctx, jsvm_cell_imports_ready, 1, 0, JSVM_CELL_PARTS, parts);
    JS_FreeValue(ctx, module);
    if (JS_IsException(reaction)) {
        JS_FreeValue(ctx, evaluated);
        return JS_EXCEPTION;
    }
    result = JS_PromiseThen(ctx, evaluated, reaction, JS_UNDEFINED);
    JS_FreeValue(ctx, reaction);
    JS_FreeValue(ctx, evaluated);
    return result;
}

JSValue jsvm__engine_run_cell(JSContext *ctx, const char *source, size_t length,
                              const char *name)
{
    JSVMCell cell = { .name = name, .imports = NULL, .locals = JS_UNDEFINED };
    JSValue script = jsvm_compile_cell(ctx, source, length, &cell);
    JSValue result, error;

    if (JS_IsException(script))
        return script;
    if (cell.imports) {
        result = jsvm_run_after_imports(ctx, script, &cell);
        JS_FreeValue(ctx, script);
        JS_FreeValue(ctx, cell.locals);
    } else {
        result = JS_EvalFunction(ctx, script);
    }
    if (JS_IsException(result) && !JS_IsUncatchableError(ctx->rt->current_exception)) {
        error = JS_GetException(ctx);
        result = JS_NewSettledPromise(ctx, true, error);
        JS_FreeValue(ctx, error);
    }
    return result;
}

/* ---- completeness ------------------------------------------------------- */

/* Finds where an error says it is, as an offset into the source, at most its end.
 * Errors within a regular expression carry no place: gives false. */
static bool jsvm_error_offset(JSContext *ctx, JSValueConst error, const char *source,
                              size_t length, size_t *result)
{
    JSValue value = JS_GetPropertyStr(ctx, error, "stack");
    const char *stack = JS_ToCString(ctx, value), *place;
    int line = 0, column = 0;
    size_t offset = 0;

    JS_FreeValue(ctx, value);
    place = stack ? strstr(stack, "<input>:") : NULL;
    if (place)
        sscanf(place, "<input>:%d:%d", &line, &column);
    JS_FreeCString(ctx, stack);
    for (; line > 1 && offset < length; offset++) {
        if (source[offset] == '\n')
            line--;
    }
    offset += column > 0 ? (size_t)column - 1 : length;
    *result = offset < length ? offset : length;
    return place != NULL;
}

/* Whether the brackets that open at `p` never close, or close at the end of the text: a
 * destructuring pattern that still waits for its end or its initializer. */
static bool jsvm_is_open_pattern(const char *p)
{
    int depth = 0;

    for (; *p; p++) {
        if (*p == '[' || *p == '{' || *p == '(') {
            depth++;
        } else if ((*p == ']' || *p == '}' || *p == ')') && --depth == 0) {
            return p[1 + strspn(p + 1, " \t\r\n")] == 0;
        }
    }
    return true;
}

/* Whether the last line with anything on it ends in a backslash. */
static bool jsvm_goes_on(const char *source, size_t length)
{
    if (length > 0 && source[length - 1] == '\n')
        length--;
    return length > 0 && source[length - 1] == '\\';
}

/* The parser stops at the first token that does not fit. Input is incomplete when that
 * is the end of the text, or a token that the end cut short and that may span lines. */
static JSVMSyntax jsvm_classify_error(JSContext *ctx, JSValueConst error,
                                      const char *source, size_t length)
{
    size_t offset = length;
    bool placed = jsvm_error_offset(ctx, error, source, length, &offset);
    char at = source[offset];
    JSValue value = JS_GetPropertyStr(ctx, error, "message");
    const char *message = JS_ToCString(ctx, value);
    bool incomplete = false;

    JS_FreeValue(ctx, value);
    if (!message)
        return JSVM_SYNTAX_NO_MEMORY;
    if (!placed || strstr(message, "unexpected end of regexp") ||
        strstr(message, "must be inside"))
        /* No line mends a regular expression, or puts a loop around a break. */
        incomplete = false;
    else if (strstr(message, "unexpected end of string"))
        /* A template, or a quoted string whose last line ends in a backslash. */
        incomplete = (at != '"' && at != '\'') || jsvm_goes_on(source, length);
    else if (strstr(message, "nexpected end of"))
        incomplete = true;
    else if (at == '[' || at == '{')
        incomplete = strstr(message, "variable name expected") &&
                     jsvm_is_open_pattern(source + offset);
    else
        incomplete = at == 0 || strspn(source + offset, " \t\r\n") == length - offset;
    JS_FreeCString(ctx, message);
    return incomplete ? JSVM_SYNTAX_INCOMPLETE : JSVM_SYNTAX_INVALID;
}

JSVMSyntax jsvm__engine_check_syntax(JSContext *ctx, const char *source, size_t length)
{
    JSVMCell cell = { .name = "<input>", .imports = NULL, .locals = JS_UNDEFINED };
    JSValue script = jsvm_compile_cell(ctx, source, length, &cell);
    JSValue error;
    JSVMSyntax result;

    if (!JS_IsException(script)) {
        jsvm_cell_abandon(ctx, &cell);
        JS_FreeValue(ctx, script);
        return JSVM_SYNTAX_COMPLETE;
    }
    error = JS_GetException(ctx);
    result = JS_IsError(error) ? jsvm_classify_error(ctx, error, source, length)
                               : JSVM_SYNTAX_NO_MEMORY;
    JS_FreeValue(ctx, error);
    return result;
}
