# Python callables as JS functions.

cdef extern from "Python.h":
    size_t PY_VECTORCALL_ARGUMENTS_OFFSET
    object PyObject_Vectorcall(
        object callable, PyObject *const *args, size_t nargsf, PyObject *names)

ctypedef JSVM_Value (*PythonBody)(
    JSVM_Env, JSVM_CallbackInfo, Held *, size_t, JSVM_Value *) noexcept nogil


cdef str name_of(object value):
    name = getattr(value, "__name__", "")
    return name if type(name) is str else ""


cdef JSVM_Value callable_to_js(Env env, object function, str name) except NULL:
    """A new JS function that calls the Python callable and keeps it alive."""
    cdef JSVM_Value result
    cdef JSVM_CallbackStruct callback
    cdef bytes utf8 = name.encode("utf-8", "replace")
    cdef Held *held = new_held(env)
    held.callable = <PyObject *>function
    held.env = env.state
    callback.callback = call_python
    callback.data = held
    try:
        env.vm.callables[<size_t>held] = function
        check(env, JSVMX_CreateOwnedFunction(
            env.handle, utf8, len(utf8), &callback, bury, NULL, &result))
    except:
        env.vm.callables.pop(<size_t>held, None)
        drop_vm_state(held.vm)
        free(held)
        raise
    env.state.users += 1
    return result


cdef Held *new_held(Env env) except NULL:
    cdef Held *held = <Held *>calloc(1, sizeof(Held))
    if held == NULL:
        raise MemoryError
    held.vm = env.state.vm
    held.vm.users += 1
    return held


# ---- the call ------------------------------------------------------------------------

cdef JSVM_Value call_python(JSVM_Env handle, JSVM_CallbackInfo info) noexcept nogil:
    """JSVM callback of all Python callables."""
    cdef JSVM_Value few[FEW_ARGUMENTS]
    cdef size_t count = 2   # most calls have fewer; room beyond them costs handles
    cdef void *data
    cdef Gil gil
    cdef JSVM_Value result
    cdef Held *held
    OH_JSVM_GetCbInfo(handle, info, &count, few, NULL, &data)
    held = <Held *>data
    take_gil(held.vm, &gil)
    result = (<PythonBody><void *>run_python)(handle, info, held, count, few)
    give_gil(held.vm, &gil)
    return result


cdef JSVM_Value run_python(
    JSVM_Env handle, JSVM_CallbackInfo info, Held *held, size_t count, JSVM_Value *few
) noexcept:
    """The part of call_python that has the GIL. `few` has the first two arguments."""
    cdef Env env
    cdef JSVM_Value *values = few
    if held.env.object == NULL or held.env.closed:
        OH_JSVM_ThrowError(handle, NULL, b"the Env of this Python function is closed")
        return NULL
    env = <Env>held.env.object
    function = <object>held.callable  # held by this call: the JS function may die in it
    try:
        if count > 2:
            values = more_arguments(env, info, few, &count)
        try:
            return call_with(env, function, values, count)
        finally:
            if values != few:
                free(values)
    except BaseException as error:
        throw_python(env, error)
        return NULL


cdef JSVM_Value *more_arguments(
    Env env, JSVM_CallbackInfo info, JSVM_Value *few, size_t *count
) except NULL:
    """All arguments: in `few`, or in memory that the caller frees."""
    cdef JSVM_Value *values = few
    if count[0] > FEW_ARGUMENTS:
        values = <JSVM_Value *>malloc(count[0] * sizeof(JSVM_Value))
        if values == NULL:
            raise MemoryError
    check(env, OH_JSVM_GetCbInfo(env.handle, info, count, values, NULL, NULL))
    return values


cdef JSVM_Value call_with(
    Env env, object function, JSVM_Value *values, size_t count
) except NULL:
    cdef PyObject *few[FEW_ARGUMENTS + 1]
    cdef PyObject **args = few
    cdef size_t i, made = 0
    if count > FEW_ARGUMENTS:
        args = <PyObject **>malloc((count + 1) * sizeof(PyObject *))
        if args == NULL:
            raise MemoryError
    try:
        for i in range(count):
            argument = to_python(env, values[i])
            Py_INCREF(argument)
            args[i + 1] = <PyObject *>argument
            made += 1
        result = PyObject_Vectorcall(
            function, args + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)
        return to_js(env, result)
    finally:
        for i in range(made):
            Py_DECREF(<object>args[i + 1])
        if args != few:
            free(args)


# ---- Python exceptions into JS -------------------------------------------------------

cdef int throw_python(Env env, BaseException error) except -1:
    """Make a Python exception the pending JS exception."""
    cdef JSVMX_StopReason reason = JSVMX_STOP_NONE
    cdef VM vm = env.vm
    cdef JSVM_Value value
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
        if isinstance(error, JSError):
            value = js_error_to_js(env, error)
        else:
            value = python_error_to_js(env, error)
        check(env, OH_JSVM_Throw(env.handle, value))
    except Exception as failure:
        text = f"{type(error).__name__} in Python".encode("utf-8", "replace")
        OH_JSVM_ThrowError(env.handle, NULL, <bytes>text)
    return 0


cdef JSVM_Value js_error_to_js(Env env, object error) except NULL:
    """The very value that JS threw, if this VM's JS threw it, else a new error."""
    if error.has_value:
        try:
            return to_js(env, error.value)
        except ValueError:
            pass  # of another VM
        except Closed:
            pass
    return new_js_error(env, error.name, error.message)


cdef JSVM_Value new_js_error(Env env, str name, str message) except NULL:
    cdef JSVM_Value result, text = text_to_js(env, message)
    cdef JSVM_Status status
    if name == "TypeError":
        status = OH_JSVM_CreateTypeError(env.handle, NULL, text, &result)
    elif name == "RangeError":
        status = OH_JSVM_CreateRangeError(env.handle, NULL, text, &result)
    elif name == "SyntaxError":
        status = OH_JSVM_CreateSyntaxError(env.handle, NULL, text, &result)
    else:
        status = OH_JSVM_CreateError(env.handle, NULL, text, &result)
        check(env, status)
        if name != "Error":
            define_hidden(env, result, b"name", name)
    check(env, status)
    return result


cdef JSVM_Value python_error_to_js(Env env, BaseException error) except NULL:
    """An Error "Type: text" with the traceback as its property pythonTraceback."""
    cdef JSVM_Value result
    cdef VM vm = env.vm
    try:
        text = str(error)
    except Exception:
        text = "<its text raised an exception>"
    name = type(error).__name__
    result = new_js_error(env, "Error", f"{name}: {text}" if text else name)
    define_hidden(env, result, b"pythonTraceback", traceback_text(error))
    vm.forget_cause()
    check(env, OH_JSVM_CreateReference(env.handle, result, 1, &vm.cause_ref))
    vm.cause_env = env.state
    env.state.users += 1
    vm.cause = error
    return result


cdef str traceback_text(BaseException error):
    """The traceback as Python prints it, without the frames of this module on top."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.endswith(".pxi"):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))


cdef int define_hidden(
    Env env, JSVM_Value target, const char *name, str text
) except -1:
    """A property that for-in and JSON do not show."""
    cdef JSVM_PropertyDescriptor entry
    memset(&entry, 0, sizeof(entry))
    entry.utf8name = name
    entry.value = text_to_js(env, text)
    entry.attributes = JSVM_DEFAULT_METHOD
    check(env, OH_JSVM_DefineProperties(env.handle, target, 1, &entry))
    return 0
