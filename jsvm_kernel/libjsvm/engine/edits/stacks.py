"""What `error.stack` says, and which frames it leaves out."""

from .edit import Edit, after

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
