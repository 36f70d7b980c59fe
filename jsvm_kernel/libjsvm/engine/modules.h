/*
 * modules.h - loading modules (part of engine.c).
 *
 * A load begins with one import (of a cell, of import(), of require) and brings in a
 * graph of modules. Where it fails, none of what it brought in may stay: a module whose
 * dependencies are not all there would be linked by the next import that finds it. The
 * context's list of modules is in the order of their making, so what a load brought in
 * is what stands behind the place at which it began; and what is not linked yet has
 * never run, so nothing but its equals points to it.
 */

static void jsvm__discard_unlinked(JSContext *ctx, struct list_head *before)
{
    struct list_head *link = before->next, *next;

    for (; link != &ctx->loaded_modules; link = next) {
        JSModuleDef *m = list_entry(link, JSModuleDef, link);
        next = link->next;
        if (m->status == JS_MODULE_STATUS_UNLINKED)
            js_free_module_def(ctx, m);
    }
}

JSModuleDef *jsvm__engine_compile_module(JSContext *ctx, const char *source,
                                         size_t length, const char *name)
{
    JSValue module = JS_Eval(ctx, source, length, name,
                             JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    JSModuleDef *definition;

    if (JS_IsException(module))
        return NULL;
    definition = JS_VALUE_GET_PTR(module);
    JS_FreeValue(ctx, module); /* the context's list of modules keeps it */
    return definition;
}

void jsvm__engine_set_module_describer(JSRuntime *rt,
                                       int (*describe)(JSContext *ctx, JSModuleDef *m,
                                                       JSValueConst meta))
{
    rt->jsvm_describe_module = describe;
}

/* ---- forgetting --------------------------------------------------------- */

bool jsvm__engine_forget_module(JSContext *ctx, const char *name)
{
    JSAtom atom = JS_NewAtom(ctx, name);
    JSModuleDef *m;

    if (atom == JS_ATOM_NULL)
        return false;
    m = js_find_loaded_module(ctx, atom, JS_UNDEFINED);
    JS_FreeAtom(ctx, atom);
    if (m)
        m->jsvm_forgotten = true;
    return m != NULL;
}

void jsvm__engine_forget_failed_modules(JSContext *ctx, bool pending_too)
{
    struct list_head *link;

    list_for_each(link, &ctx->loaded_modules)
    {
        JSModuleDef *m = list_entry(link, JSModuleDef, link);
        if ((m->status == JS_MODULE_STATUS_EVALUATED && m->eval_has_exception) ||
            (m->status == JS_MODULE_STATUS_EVALUATING_ASYNC && pending_too &&
             m->async_evaluation))
            m->jsvm_forgotten = true;
    }
}

/* ---- errors ------------------------------------------------------------- */

/* Throws the text in `message`, which is freed. The engine's own functions for that cut
 * it at 255 bytes, and names of modules are long. */
static void jsvm_throw_message(JSContext *ctx, JSErrorEnum kind, DynBuf *message)
{
    dbuf_putc(message, 0);
    if (dbuf_error(message))
        JS_ThrowOutOfMemory(ctx);
    else
        JS_Throw(ctx, JS_MakeError2(ctx, kind, true, (const char *)message->buf));
    dbuf_free(message);
}

static void jsvm_put_atom(JSContext *ctx, DynBuf *message, JSAtom atom)
{
    const char *text = JS_AtomToCString(ctx, atom);

    if (text) {
        dbuf_putstr(message, text);
        JS_FreeCString(ctx, text);
    } else {
        message->error = true;
    }
}

/* ---- require ------------------------------------------------------------ */

static void jsvm_throw_cannot_require(JSContext *ctx, JSModuleDef *m, const char *why)
{
    DynBuf message;

    js_dbuf_init(ctx, &message);
    dbuf_putstr(&message, "cannot require '");
    jsvm_put_atom(ctx, &message, m->module_name);
    dbuf_putstr(&message, why);
    jsvm_throw_message(ctx, JS_PLAIN_ERROR, &message);
}

typedef struct {
    JSModuleDef **items;
    int count;
    int size;
} JSVMModuleList;

/* Whether m and all it imports can be evaluated here and now. Throws what stands in the
 * way: a module that is still being loaded or evaluated, or one that has to wait. */
static bool jsvm_can_run_now(JSContext *ctx, JSModuleDef *m, JSVMModuleList *seen)
{
    int i;

    for (i = 0; i < seen->count; i++) {
        if (seen->items[i] == m)
            return true;
    }
    if (js_resize_array(ctx, (void **)&seen->items, sizeof(JSModuleDef *), &seen->size,
                        seen->count + 1))
        return false;
    seen->items[seen->count++] = m;
    if (m->status == JS_MODULE_STATUS_EVALUATED)
        return true;
    if (m->status == JS_MODULE_STATUS_LINKING ||
        m->status == JS_MODULE_STATUS_EVALUATING)
        goto cycle;
    if (m->has_tla || m->status == JS_MODULE_STATUS_EVALUATING_ASYNC) {
        jsvm_throw_cannot_require(
            ctx, m, "': it is a module with top-level await; use await import()");
        return false;
    }
    for (i = 0; i < m->req_module_entries_count; i++) {
        if (!m->req_module_entries[i].module)
            goto cycle;
        if (!jsvm_can_run_now(ctx, m->req_module_entries[i].module, seen))
            return false;
    }
    return true;
cycle:
    jsvm_throw_cannot_require(ctx, m, "': it is still being loaded (a cycle)");
    return false;
}

/* The module of this name, loaded with all it imports; NULL with an exception. */
static JSModuleDef *jsvm_load_by_name(JSContext *ctx, const char *name)
{
    JSRuntime *rt = ctx->rt;
    JSAtom atom = JS_NewAtom(ctx, name);
    JSModuleDef *m;

    if (atom == JS_ATOM_NULL)
        return NULL;
    m = js_find_loaded_module(ctx, atom, JS_UNDEFINED);
    JS_FreeAtom(ctx, atom);
    if (!m) {
        m = rt->u.module_loader_func2(ctx, name, rt->module_loader_opaque,
                                      JS_UNDEFINED);
    }
    return m && js_resolve_module(ctx, m) == 0 ? m : NULL;
}

JSValue jsvm__engine_require_module(JSContext *ctx, const char *name)
{
    struct list_head *before = ctx->loaded_modules.prev;
    JSModuleDef *m = jsvm_load_by_name(ctx, name);
    JSVMModuleList seen = { NULL, 0, 0 };
    JSValue promise, reason;
    bool ready;

    ready = m && jsvm_can_run_now(ctx, m, &seen);
    js_free(ctx, seen.items);
    if (!ready || js_create_module_function(ctx, m) < 0 || js_link_module(ctx, m) < 0) {
        jsvm__discard_unlinked(ctx, before);
        return JS_EXCEPTION;
    }
    promise = js_evaluate_module(ctx, m);
    if (JS_IsException(promise))
        return promise;
    if (JS_PromiseState(ctx, promise) == JS_PROMISE_FULFILLED) {
        JS_FreeValue(ctx, promise);
        return JS_GetModuleNamespace(ctx, m);
    }
    reason = JS_PromiseResult(ctx, promise);
    js_promise_set_handled(ctx, promise); /* whoever requires gets the error */
    JS_FreeValue(ctx, promise);
    return JS_Throw(ctx, reason);
}

/* ---- functions from text ------------------------------------------------ */

JSValue jsvm__engine_compile_function(JSContext *ctx, const char *source, size_t length,
                                      const char *name, const char *parameters)
{
    DynBuf text;
    JSValue function;

    js_dbuf_init(ctx, &text);
    /* The head stands on a line 0 of its own, so all positions are those of source. */
    dbuf_putstr(&text, "(function (");
    dbuf_putstr(&text, parameters);
    dbuf_putstr(&text, ") {\n");
    if (length > 1 && source[0] == '#' && source[1] == '!') {
        dbuf_putstr(&text, "//"); /* a shebang line is one only at the very start */
        source += 2;
        length -= 2;
    }
    dbuf_put(&text, (const uint8_t *)source, length);
    dbuf_putstr(&text, "\n})");
    dbuf_putc(&text, 0);
    if (dbuf_error(&text)) {
        dbuf_free(&text);
        return JS_ThrowOutOfMemory(ctx);
    }
    function = JS_EvalInternal(ctx, ctx->global_obj, (const char *)text.buf,
                               text.size - 1, name, 0, JS_EVAL_TYPE_GLOBAL, -1);
    dbuf_free(&text);
    return function;
}

/* ---- missing exports ---------------------------------------------------- */

enum { JSVM_LONGEST_NAME = 40, JSVM_MOST_NAMES = 8 };

static int jsvm_lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* How many letters have to be added, removed or changed to make a of b, with no regard
 * to case. */
static int jsvm_name_distance(const char *a, const char *b)
{
    size_t rows = strlen(a), columns = strlen(b), i, j;
    int line[JSVM_LONGEST_NAME + 1];

    if (rows > JSVM_LONGEST_NAME || columns > JSVM_LONGEST_NAME)
        return INT_MAX;
    for (j = 0; j <= columns; j++)
        line[j] = (int)j;
    for (i = 1; i <= rows; i++) {
        int diagonal = line[0];
        line[0] = (int)i;
        for (j = 1; j <= columns; j++) {
            int above = line[j];
            int cost = jsvm_lower(a[i - 1]) != jsvm_lower(b[j - 1]);
            line[j] = min_int(min_int(above, line[j - 1]) + 1, diagonal + cost);
            diagonal = above;
        }
    }
    return line[columns];
}

/* Appends the names, those near to `wanted` if that is given, at most JSVM_MOST_NAMES.
 * Returns how many would have fitted. */
static int jsvm_list_names(JSContext *ctx, GetExportNamesState *names,
                           const char *wanted, DynBuf *list)
{
    const char *separator = "";
    int i, found = 0;

    for (i = 0; i < names->exported_names_count; i++) {
        JSAtom atom = names->exported_names[i].export_name;
        char text[ATOM_GET_STR_BUF_SIZE];
        JS_AtomGetStr(ctx, text, sizeof(text), atom);
        if (wanted && jsvm_name_distance(wanted, text) > (int)strlen(wanted) / 3)
            continue;
        if (found++ < JSVM_MOST_NAMES) {
            dbuf_putstr(list, separator);
            dbuf_putstr(list, text);
            separator = ", ";
        }
    }
    return found;
}

static void jsvm__throw_missing_export(JSContext *ctx, JSModuleDef *m,
                                       JSAtom export_name)
{
    char wanted[ATOM_GET_STR_BUF_SIZE];
    GetExportNamesState names = { 0 };
    DynBuf message, near;

    if (get_exported_names(ctx, &names, m, false) < 0)
        goto done;
    js_dbuf_init(ctx, &message);
    js_dbuf_init(ctx, &near);
    JS_AtomGetStr(ctx, wanted, sizeof(wanted), export_name);
    dbuf_putstr(&message, "module '");
    jsvm_put_atom(ctx, &message, m->module_name);
    dbuf_printf(&message, "' has no export '%s'; ", wanted);
    if (jsvm_list_names(ctx, &names, wanted, &near) > 0) {
        dbuf_putstr(&message, "did you mean ");
        dbuf_put(&message, near.buf, near.size);
    } else {
        dbuf_putstr(&message, "it exports ");
        if (jsvm_list_names(ctx, &names, NULL, &message) == 0)
            dbuf_putstr(&message, "nothing");
        if (names.exported_names_count > JSVM_MOST_NAMES)
            dbuf_printf(&message, ", … (%d names)", names.exported_names_count);
    }
    dbuf_free(&near);
    jsvm_throw_message(ctx, JS_SYNTAX_ERROR, &message);
done:
    js_free(ctx, names.modules);
    js_free(ctx, names.exported_names);
}

/* ---- where a failed import is written ----------------------------------- */

/* Of several imports of one module the first counts. */
static void jsvm__keep_import_place(JSModuleDef *m, int index, int line, int column)
{
    JSReqModuleEntry *request;

    if (index < 0)
        return;
    request = &m->req_module_entries[index];
    if (request->jsvm_line == 0) {
        request->jsvm_line = line;
        request->jsvm_column = column;
    }
}

/* Whether an error was made where no JavaScript ran; it can take frames then. */
static bool jsvm__lacks_frames(JSContext *ctx, JSValueConst error)
{
    JSValue *frames;

    if (!JS_IsError(error))
        return false;
    frames = &JS_VALUE_GET_OBJ(error)->u.object_data;
    if (JS_IsEmptyString(*frames)) {
        JS_FreeValue(ctx, *frames);
        *frames = JS_UNDEFINED;
    }
    return JS_IsUndefined(*frames);
}

/* Gives the exception of a request that failed the place of that request. */
static void jsvm__place_import_error(JSContext *ctx, JSModuleDef *m, int index)
{
    const JSReqModuleEntry *request = &m->req_module_entries[index];
    JSValue error = JS_GetException(ctx);

    if (request->jsvm_line > 0 && jsvm__lacks_frames(ctx, error)) {
        const char *name = JS_AtomToCString(ctx, m->module_name);
        if (name)
            build_backtrace(ctx, error, JS_UNDEFINED, name, request->jsvm_line,
                            request->jsvm_column, JS_BACKTRACE_FLAG_SINGLE_LEVEL);
        else
            JS_FreeValue(ctx, JS_GetException(ctx));
        JS_FreeCString(ctx, name);
    }
    JS_Throw(ctx, error);
}

/* The frames of what runs now; undefined if Error.prepareStackTrace would be called. */
static JSValue jsvm__frames_here(JSContext *ctx)
{
    JSValue error, frames;

    if (JS_IsFunction(ctx, ctx->error_prepare_stack))
        return JS_UNDEFINED;
    error = JS_NewError(ctx);
    if (JS_IsException(error)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return JS_UNDEFINED;
    }
    build_backtrace(ctx, error, JS_UNDEFINED, NULL, 0, 0, 0);
    frames = js_dup(JS_VALUE_GET_OBJ(error)->u.object_data);
    JS_FreeValue(ctx, error);
    return frames;
}

/* Lets an error without frames have been made where `frames` were taken. */
static void jsvm__add_frames(JSContext *ctx, JSValueConst error, JSValueConst frames)
{
    if (JS_IsString(frames) && jsvm__lacks_frames(ctx, error))
        JS_VALUE_GET_OBJ(error)->u.object_data = js_dup(frames);
}
