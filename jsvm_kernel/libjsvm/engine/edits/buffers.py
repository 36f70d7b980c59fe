"""ArrayBuffers whose memory stays where it is while native code uses it."""

from .edit import Edit, after, before

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
