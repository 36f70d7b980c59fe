# Python callables as JS functions.

cdef extern from "Python.h":
    size_t PY_VECTORCALL_ARGUMENTS_OFFSET
    object PyObject_Vectorcall(
        object callable, PyObject *const *args, size_t nargsf, PyObject *names)

cdef extern from *:
    """
    #define JSVM_RAISED() (-1)
    """
    # For Cython a call that failed: it raises the exception that C code left behind.
    int raised "JSVM_RAISED"() except -1

ctypedef JSVM_Value (*PythonBody)(JSVM_Env, const JSVMX_Call *, Held *) noexcept nogil
# call_with without a `try`, which would cost every call as much as an argument.
ctypedef int (*QuietCall)(Env, object, const JSVMX_Call *, JSVM_Value *) noexcept


cdef str name_of(object value):
    name = getattr(value, "__name__", "")
    return name if type(name) is str else ""


cdef JSVM_Value callable_to_js(Env env, object function, str name) except NULL:
    """A new JS function that calls the Python callable and keeps it alive."""
    return new_owned(env, function, call_python, name, 0, True)


cdef Held *new_held(Env env) except NULL:
    cdef Held *held = <Held *>calloc(1, sizeof(Held))
    if held == NULL:
        raise MemoryError
    held.vm = env.state.vm
    held.vm.users += 1
    return held


# ---- the call ------------------------------------------------------------------------

cdef JSVM_Value call_python(JSVM_Env handle, const JSVMX_Call *call) noexcept nogil:
    """JSVMX_CallHandler of all Python callables."""
    cdef Held *held = <Held *>call.data
    cdef VMState *vm = held.vm  # held may go in the call: exchange_functions()
    cdef Gil gil
    cdef JSVM_Value result
    take_gil(vm, &gil)
    result = (<PythonBody><void *>run_python)(handle, call, held)
    give_gil(vm, &gil)
    return result


cdef JSVM_Value run_python(
    JSVM_Env handle, const JSVMX_Call *call, Held *held
) noexcept:
    """The part of call_python that has the GIL."""
    cdef Env env
    cdef JSVM_Value result = NULL
    if held.env.object == NULL or held.env.closed:
        OH_JSVM_ThrowError(handle, NULL, b"the Env of this Python function is closed")
        return NULL
    env = <Env>held.env.object
    function = <object>held.callable  # held by this call: the JS function may die in it
    if (<QuietCall><void *>call_with)(env, function, call, &result) < 0:
        throw_raised(env)
    return result


cdef int throw_raised(Env env) noexcept:
    """Throw in JS what Python has raised."""
    try:
        raised()
    except BaseException as error:
        throw_python(env, error)
    return 0


cdef int call_with(
    Env env, object function, const JSVMX_Call *call, JSVM_Value *result
) except -1:
    """Call Python; *result is filled in if a handle is needed, else call.result."""
    cdef PyObject *few[FEW_ARGUMENTS + 1]
    cdef PyObject **args = few
    cdef size_t i, made = 0
    if call.argc > FEW_ARGUMENTS:
        args = <PyObject **>malloc((call.argc + 1) * sizeof(PyObject *))
        if args == NULL:
            raise MemoryError
    try:
        for i in range(call.argc):
            argument = to_python(env, call.argv[i])
            Py_INCREF(argument)
            args[i + 1] = <PyObject *>argument
            made += 1
        returned = PyObject_Vectorcall(
            function, args + 1, call.argc | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)
    finally:
        for i in range(made):
            Py_DECREF(<object>args[i + 1])
        if args != few:
            free(args)
    if not give_plain(returned, call.result):
        result[0] = to_js(env, returned)
    return 0
