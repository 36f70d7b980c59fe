/*
 * native.h - calls to functions, and function objects that run native code (part of
 * engine.c).
 *
 * The engine's own C functions carry no data pointer of the caller, and those that
 * carry data do not see new.target. This class gives both, in a stack frame like any
 * other function's.
 */

JSValue jsvm__engine_call(JSContext *ctx, JSValueConst func, JSValueConst this_val,
                          int argc, JSValue *argv)
{
    JSValue held = js_dup(func);
    JSValue result = JS_CallInternal(ctx, held, this_val, JS_UNDEFINED, argc,
                                     (JSValueConst *)argv, 0);

    JS_FreeValue(ctx, held);
    return result;
}

enum { JSVM_CLASS_NATIVE = JS_CLASS_INIT_COUNT };

typedef struct {
    JSVMNativeCall *call;
    void *data;
    void (*release)(JSRuntime *rt, void *data);
    JSContext *realm; /* owned: the function may outlive its Env */
} JSVMNative;

static void jsvm_native_finalizer(JSRuntime *rt, JSValueConst val)
{
    JSVMNative *native = JS_GetOpaque(val, JSVM_CLASS_NATIVE);

    if (!native)
        return;
    if (native->release)
        native->release(rt, native->data);
    JS_FreeContext(native->realm);
    js_free_rt(rt, native);
}

static void jsvm_native_mark(JSRuntime *rt, JSValueConst val, JS_MarkFunc *mark_func)
{
    JSVMNative *native = JS_GetOpaque(val, JSVM_CLASS_NATIVE);

    if (native)
        mark_func(rt, &native->realm->header);
}

static JSValue jsvm_native_call(JSContext *ctx, JSValueConst func_obj,
                                JSValueConst this_obj, int argc, JSValueConst *argv,
                                int flags)
{
    JSRuntime *rt = ctx->rt;
    JSVMNative *native = JS_VALUE_GET_OBJ(func_obj)->u.opaque;
    JSStackFrame frame;
    JSValue result;
    bool is_construct = (flags & JS_CALL_FLAG_CONSTRUCTOR) != 0;

    if (js_check_stack_overflow(rt, 0))
        return JS_ThrowStackOverflow(ctx);
    frame.is_strict_mode = false;
    frame.is_constructor = is_construct;
    frame.cur_func = unsafe_unconst(func_obj);
    frame.arg_count = argc;
    frame.arg_buf = (JSValue *)argv;
    frame.cur_gc_obj = NULL;
    frame.prev_frame = rt->current_stack_frame;
    rt->current_stack_frame = &frame;
    result =
        native->call(native->realm, is_construct ? JS_UNDEFINED : this_obj,
                     is_construct ? this_obj : JS_UNDEFINED, argc, argv, native->data);
    rt->current_stack_frame = frame.prev_frame;
    return result;
}

static const JSClassDef jsvm_native_class = {
    .class_name = "Function",
    .finalizer = jsvm_native_finalizer,
    .gc_mark = jsvm_native_mark,
    .call = jsvm_native_call,
};

bool jsvm__engine_exchange_natives(JSValueConst first, JSValueConst second)
{
    JSVMNative *native = JS_GetOpaque(first, JSVM_CLASS_NATIVE);
    JSVMNative *other = JS_GetOpaque(second, JSVM_CLASS_NATIVE);

    if (!native || !other || native->realm != other->realm)
        return false;
    JS_SetOpaque(first, other);
    JS_SetOpaque(second, native);
    return true;
}

JSValue jsvm__engine_new_native(JSContext *ctx, JSVMNativeCall *call, void *data,
                                void (*release)(JSRuntime *rt, void *data),
                                const char *name, size_t name_length, int length,
                                bool is_constructor)
{
    JSVMNative *native;
    JSAtom atom;
    JSValue func = JS_NewObjectProtoClass(ctx, ctx->function_proto, JSVM_CLASS_NATIVE);

    if (JS_IsException(func))
        return func;
    native = js_malloc(ctx, sizeof(*native));
    atom = JS_NewAtomLen(ctx, name ? name : "", name ? name_length : 0);
    if (!native || atom == JS_ATOM_NULL) {
        js_free(ctx, native);
        JS_FreeAtom(ctx, atom);
        JS_FreeValue(ctx, func);
        return JS_EXCEPTION;
    }
    native->call = call;
    native->data = data;
    native->release = NULL; /* until nothing can fail any more */
    native->realm = JS_DupContext(ctx);
    JS_SetOpaque(func, native);
    js_function_set_properties(ctx, func, atom, length);
    JS_FreeAtom(ctx, atom);
    if (is_constructor) {
        JS_SetConstructorBit(ctx, func, true);
        /* The object `prototype` is made when somebody looks at it. */
        if (JS_DefineAutoInitProperty(ctx, func, JS_ATOM_prototype,
                                      JS_AUTOINIT_ID_PROTOTYPE, NULL,
                                      JS_PROP_WRITABLE) < 0) {
            JS_FreeValue(ctx, func);
            return JS_EXCEPTION;
        }
    }
    native->release = release;
    return func;
}
