# Exceptions across the border: what Python raised as a JS error, what JS threw as a
# JSError.
#
# The JS error made for a Python exception is tied to it (instance.pxi): it is the same
# one however often the exception crosses, and back in Python the exception is the
# __cause__ of the JSError.

cdef enum:
    MOST_RELATED = 100      # so many causes and parts of one error cross with it


# ---- Python exceptions into JS -------------------------------------------------------

cdef int throw_python(Env env, BaseException error, object frames=frames_of) noexcept:
    """Make a Python exception the pending JS exception. `frames` gives the frames of a
    traceback."""
    cdef JSVMX_StopReason reason = JSVMX_STOP_NONE
    cdef VM vm = env.vm
    if not isinstance(error, Exception) or isinstance(error, Stopped):
        # JS must neither catch it nor go on: it is stopped, and the Python code that
        # called JS gets the exception.
        JSVMX_GetStopReason(vm.state.vm, &reason)
        vm.exception = error
        vm.state.unwinding = True
        vm.stop_is_ours = reason == JSVMX_STOP_NONE
        if vm.stop_is_ours:
            JSVMX_RequestStop(vm.state.vm)
        OH_JSVM_ThrowError(env.handle, NULL, b"stopped by a Python exception")
        return 0
    try:
        check(env, OH_JSVM_Throw(env.handle, exception_to_js(env, error, frames)))
    except BaseException:
        throw_name(env, error)
    return 0


cdef void throw_name(Env env, object error) noexcept:
    """Throw an Error that only says the name of a Python exception: what is left where
    describing it fails, for want of memory mostly. So it allocates nothing in Python.
    """
    cdef char text[200]
    cdef type kind = type(error)
    snprintf(text, sizeof(text), b"%s in Python", (<PyTypeObject *>kind).tp_name)
    OH_JSVM_ThrowError(env.handle, NULL, text)


cdef JSVM_Value exception_to_js(
    Env env, BaseException error, object frames
) except NULL:
    """The JS error for an exception that is thrown into JS now."""
    return described_error(env, error, frames, js_stack(env), [])


cdef JSVM_Value described_error(
    Env env, BaseException error, object frames, list callers, list related
) except NULL:
    """The JS error for an exception, with its causes. `callers` is the JS it is thrown
    into, `related` has the exceptions that it belongs to."""
    cdef JSVM_Value cause, result = NULL
    cdef bint is_js = isinstance(error, JSError)    # raised to be JS's own: no frames
    if is_js:
        if error.has_value:
            return js_error_to_js(env, error)
        result = new_js_error(env, error.name, error.message)
    else:
        result = find_tied(env, error)
        if result == NULL and find_exposed(env, type(error)) is not None:
            result = to_js(env, error)
        elif result == NULL:
            result = new_python_error(env, error)
            tie(env, error, result)
        elif related:
            return result       # crossed before, with all that follows
    related.append(error)
    if not is_js:
        write_stack(env, result, error, frames, callers)
    origin = error.__cause__
    if origin is None and not is_js and not error.__suppress_context__:
        origin = error.__context__
    if origin is not None and len(related) < MOST_RELATED:
        cause = described_error(env, origin, frames, [], related)
        define_hidden_value(env, result, b"cause", cause)
    if isinstance(error, BaseExceptionGroup):
        add_parts(env, result, error, frames, related)
    return result


cdef int add_parts(
    Env env, JSVM_Value target, object group, object frames, list related
) except -1:
    """The exceptions of a group as the errors of an AggregateError."""
    cdef JSVM_Value array, part
    cdef uint32_t index = 0
    check(env, OH_JSVM_CreateArray(env.handle, &array))
    for error in group.exceptions:
        if len(related) >= MOST_RELATED:
            break
        part = described_error(env, error, frames, [], related)
        check(env, OH_JSVM_SetElement(env.handle, array, index, part))
        index += 1
    return define_hidden_value(env, target, b"errors", array)


cdef JSVM_Value js_error_to_js(Env env, object error) except NULL:
    """The very value that JS threw, if this VM's JS threw it, else a new error."""
    try:
        return to_js(env, error.value)
    except ValueError:
        pass  # of another VM
    except Closed:
        pass
    return new_js_error(env, error.name, error.message)


cdef JSVM_Value new_js_error(Env env, str name, str message) except NULL:
    """A new error with this name, of the class of that name where the engine makes
    it."""
    cdef JSVM_Value result, text = text_to_js(env, message)
    if name == "TypeError":
        check(env, OH_JSVM_CreateTypeError(env.handle, NULL, text, &result))
    elif name == "RangeError":
        check(env, OH_JSVM_CreateRangeError(env.handle, NULL, text, &result))
    elif name == "SyntaxError":
        check(env, OH_JSVM_CreateSyntaxError(env.handle, NULL, text, &result))
    else:
        check(env, OH_JSVM_CreateError(env.handle, NULL, text, &result))
        if name != "Error":
            define_hidden(env, result, b"name", name)
    return result


cdef JSVM_Value new_python_error(Env env, BaseException error) except NULL:
    """A new error with the name and text of an exception. TypeErrors, SyntaxErrors and
    groups are errors of JS's class, all others plain ones."""
    cdef JSVM_Value result, prototype
    cdef str name = type(error).__name__
    base = "Error"
    if isinstance(error, TypeError):
        base = "TypeError"
    elif isinstance(error, SyntaxError):
        base = "SyntaxError"
    result = new_js_error(env, base, exception_text(error))
    if isinstance(error, BaseExceptionGroup):
        try:
            prototype = run_script(env, "AggregateError.prototype", "jsvm:errors", 0)
            check(env, OH_JSVM_ObjectSetPrototypeOf(env.handle, result, prototype))
        except JSError:
            pass  # the program has taken AggregateError away
    if name != base:
        define_hidden(env, result, b"name", name)
    return result


cdef str exception_text(BaseException error):
    """What Python prints of an exception behind its name, notes too."""
    try:
        text = str(error)
    except Exception:
        text = "<its text raised an exception>"
    notes = getattr(error, "__notes__", None)
    if isinstance(notes, (list, tuple)):
        text = "\n".join([text, *(note for note in notes if isinstance(note, str))])
    return text


# ---- the stack -----------------------------------------------------------------------

cdef int write_stack(
    Env env, JSVM_Value target, BaseException error, object frames, list callers
) except -1:
    """Let the stack of an error be its header, the Python frames and those of JS."""
    cdef list lines = frame_lines(frames(error))
    name = property_text(env, target, b"name")
    message = property_text(env, target, b"message")
    if lines and callers and callers[0].endswith(" (native)"):
        callers = callers[1:]   # what JS called: the Python frames show it
    text = "\n".join([f"{name}: {message}" if message else name, *lines, *callers])
    return define_hidden(env, target, b"stack", text)


cdef list js_stack(Env env):
    """The frames of the JS that runs."""
    cdef JSVM_Value here
    check(env, OH_JSVM_CreateError(env.handle, NULL, text_to_js(env, ""), &here))
    lines = property_text(env, here, b"stack").split("\n")
    return [line for line in lines if line.startswith("    at ")]


cdef int define_hidden(
    Env env, JSVM_Value target, const char *name, str text
) except -1:
    """A text property that for-in and JSON do not show."""
    return define_hidden_value(env, target, name, text_to_js(env, text))


cdef int define_hidden_value(
    Env env, JSVM_Value target, const char *name, JSVM_Value value
) except -1:
    cdef JSVM_PropertyDescriptor entry
    memset(&entry, 0, sizeof(entry))
    entry.utf8name = name
    entry.value = value
    entry.attributes = JSVM_DEFAULT_METHOD
    check(env, OH_JSVM_DefineProperties(env.handle, target, 1, &entry))
    return 0


# ---- what JS threw -------------------------------------------------------------------

cdef object exception_of(Env env, JSVM_Value value):
    """The JSError for a thrown or rejected value, with its causes."""
    return read_error(env, value, [])


cdef object read_error(Env env, JSVM_Value value, list related):
    """`related` has (handle, JSError) of those that were read before."""
    cdef JSVM_Value cause
    cdef c_bool is_error = False, same = False
    OH_JSVM_IsError(env.handle, value, &is_error)
    if not is_error:
        thrown = to_python(env, value)
        error = js_error(described(env, value), "", "", thrown)
        if isinstance(thrown, BaseException):   # of an exposed class
            error.__cause__ = thrown
        return error
    for handle, error in related:
        OH_JSVM_StrictEquals(env.handle, value, <JSVM_Value><size_t>handle, &same)
        if same:
            return error
    error = js_error(
        property_text(env, value, b"message"), property_text(env, value, b"name"),
        property_text(env, value, b"stack"), to_python(env, value))
    related.append((<size_t>value, error))
    behind = object_behind(env, value)
    if isinstance(behind, BaseException):
        error.__cause__ = behind
    elif len(related) < MOST_RELATED and read_named(env, value, b"cause", &cause):
        error.__cause__ = read_error(env, cause, related)
    if error.name == "AggregateError":
        error.errors = tuple(read_parts(env, value, related))
    return error


cdef list read_parts(Env env, JSVM_Value value, list related):
    """The errors of an AggregateError."""
    cdef JSVM_Value array, part
    cdef c_bool is_array = False
    cdef uint32_t index, length = 0
    cdef list parts = []
    if not read_named(env, value, b"errors", &array):
        return parts
    OH_JSVM_IsArray(env.handle, array, &is_array)
    if not is_array:
        return parts
    check(env, OH_JSVM_GetArrayLength(env.handle, array, &length))
    for index in range(min(length, MOST_RELATED)):
        if len(related) >= MOST_RELATED:
            break
        if OH_JSVM_GetElement(env.handle, array, index, &part) != JSVM_OK:
            OH_JSVM_GetAndClearLastException(env.handle, &part)
            break
        parts.append(read_error(env, part, related))
    return parts
