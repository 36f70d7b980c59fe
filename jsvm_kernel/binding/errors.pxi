# What goes wrong in a call, as a JS exception.

cdef int throw_refusal(Function function, Env env, object error) except -1:
    """Throw a TypeError, or a RangeError, that names the function."""
    cdef bint is_range = False
    cdef bytes text
    sentence = str(error)
    if isinstance(error, Misfit):
        is_range = error.is_range
        sentence = f"{error.subject} {sentence}"
    text = f"{function.name}: {sentence}".encode("utf-8", "replace")
    if is_range:
        OH_JSVM_ThrowRangeError(env.handle, NULL, text)
    else:
        OH_JSVM_ThrowTypeError(env.handle, NULL, text)
    return 0


cdef object missing(Function function, int index, size_t given):
    return Refusal(f"parameter '{function.names[index]}' is missing "
                   f"({given} of {function.accepted} arguments given)")


cdef int throw_exception(Module module, Env env, BaseException error) except -1:
    """Throw what the Python code of a module raised."""
    cdef JSVMX_StopReason reason = JSVMX_STOP_NONE
    cdef int64_t depth
    if isinstance(error, (JSError, Stopped)):
        return throw_python(env, error)  # JS has thrown it: the same error goes on
    if not isinstance(error, Exception):
        JSVMX_GetStopReason(env.state.vm.vm, &reason)
        if isinstance(error, KeyboardInterrupt) and reason != JSVMX_STOP_NONE:
            return 0  # the VM is being stopped: JS ends when this returns
        return throw_python(env, error)
    depth = module.depth.data.as_longlongs[0]
    module.depth.data.as_longlongs[0] = 0  # the host's code runs
    try:
        throw_described(module, env, error)
    finally:
        module.depth.data.as_longlongs[0] = depth
    return 0


cdef int throw_described(Module module, Env env, BaseException error) except -1:
    """Throw an Error with the Python frames above those of JS in its stack."""
    cdef JSVM_Value result = class_error_to_js(env, error)
    name, text = type(error).__name__, error_text(error)
    header = message = f"{name}: {text}" if text else name
    if result == NULL:
        header = f"Error: {message}"
        ok(env, OH_JSVM_CreateError(env.handle, NULL, to_js(env, message), &result))
    leave_out_own_frames(error)
    lines = [frame_text(frame) for frame in module.host.frames(error)]
    callers = js_frames(property_text(env, result, b"stack"))
    define_hidden(env, result, b"stack",
                  "\n".join([header, *lines, *callers]))
    ok(env, OH_JSVM_Throw(env.handle, result))
    return 0


cdef int leave_out_own_frames(BaseException error) except -1:
    """Let the traceback begin with the module's own code."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.endswith(".pxi"):
        frames = frames.tb_next
    error.__traceback__ = frames
    return 0


cdef list js_frames(str stack):
    """The frames of JS in an error's stack. The first is the function that JS called,
    which the Python frames show already."""
    lines = [line for line in stack.split("\n") if line.startswith("    at ")]
    return lines[1:]


cdef str error_text(BaseException error):
    try:
        return str(error)
    except Exception:
        return "<its text raised an exception>"


cdef str frame_text(object frame):
    place = frame["file"]
    if frame["line"] > 0:
        place += f":{frame['line']}"
    if frame["column"] > 0:
        place += f":{frame['column']}"
    return f"    at {frame['name']} ({place})" if frame["name"] else f"    at {place}"
