# A call from JS: the trampoline, the arguments, Python, the result.

cdef extern from "Python.h":
    size_t PY_VECTORCALL_ARGUMENTS_OFFSET
    object PyObject_Vectorcall(
        object callable, PyObject *const *args, size_t nargsf, PyObject *names)

cdef enum:
    FEW_ARGUMENTS = 12      # so many fit on the C stack

ctypedef JSVM_Value (*PythonBody)(JSVM_Env, const JSVMX_Call *, Held *) noexcept nogil


cdef JSVM_Value call_native(JSVM_Env handle, const JSVMX_Call *call) noexcept nogil:
    """JSVMX_CallHandler of all functions of bound modules: a Native is behind each."""
    cdef Held *held = <Held *>call.data
    cdef VMState *vm = held.vm  # held may go in the call: exchange_functions()
    cdef Gil gil
    cdef JSVM_Value result
    take_gil(vm, &gil)
    result = (<PythonBody><void *>run_native)(handle, call, held)
    give_gil(vm, &gil)
    return result


cdef JSVM_Value run_native(
    JSVM_Env handle, const JSVMX_Call *call, Held *held
) noexcept:
    """The part of call_native that has the GIL."""
    cdef Native native
    cdef Env env
    if held.env.object == NULL or held.env.closed:
        OH_JSVM_ThrowError(handle, NULL, b"the Env of this native function is closed")
        return NULL
    env = <Env>held.env.object
    native = <Native>held.callable  # held by this call: the JS function may die
    return native.call(env, call)


cdef JSVM_Value call_function(
    Function function, Env env, const JSVMX_Call *call
) noexcept:
    """Call Python and give its result; NULL with an exception that pends in JS."""
    cdef int made = 0
    try:
        return result_to_js(function, env, invoke(
            function, env, call, function.callable, NULL, &made))
    except BaseException as error:
        fail(function, env, error, made)
    return NULL


cdef inline object invoke(
    Function function, Env env, const JSVMX_Call *call, object callable,
    PyObject *receiver, int *made
):
    """Call a Python callable with the receiver, unless that is NULL, and what JS gave;
    *made counts the arguments that were fit."""
    cdef PyObject *few[FEW_ARGUMENTS + 2]
    cdef PyObject **args = few
    cdef int i, first = 1 if receiver == NULL else 2
    if not function.is_plain:
        return call_with_options(function, env, call, callable, receiver)
    if function.positional > FEW_ARGUMENTS:
        args = <PyObject **>malloc((function.positional + 2) * sizeof(PyObject *))
        if args == NULL:
            raise MemoryError
    try:
        args[1] = receiver
        if read_arguments(function, env, call, args + first, made):
            return call_python(function.module, callable, args, made[0] + first - 1)
        return call_with_options(function, env, call, callable, receiver)
    finally:
        for i in range(made[0]):
            Py_DECREF(<object>args[first + i])
        if args != few:
            free(args)


cdef inline object call_python(
    Module module, object callable, PyObject **args, int count
):
    """Call a Python callable with args[1:]; a stop interrupts it meanwhile."""
    cdef int64_t *depth = <int64_t *>module.depth.data.as_longlongs
    depth[0] += 1
    try:
        return PyObject_Vectorcall(
            callable, args + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)
    finally:
        depth[0] -= 1


cdef int fail(
    Function function, Env env, object error, int argument
) noexcept:
    """Throw an exception in JS, whatever happens on the way."""
    try:
        if isinstance(error, Misfit):
            if argument < function.positional:
                error.of("parameter", function.names[argument])
            throw_refusal(function, env, error)
        elif isinstance(error, Refusal):
            throw_refusal(function, env, error)
        else:
            throw_exception(function.module, env, error)
    except BaseException:
        throw_name(env, error)
    return 0


cdef bint read_arguments(
    Function function, Env env, const JSVMX_Call *call, PyObject **args, int *made
) except -1:
    """Check and convert positional arguments; False if one in the middle is left out.
    What is left out and what is undefined are the same: the default value."""
    cdef size_t given = call.argc
    cdef int i
    cdef int at = 0
    while given > <size_t>function.required and is_undefined(env, call.argv[given - 1]):
        given -= 1
    for i in range(function.positional):
        if at >= <int>given:
            if at < function.required:
                raise missing(function, i, given)
            break
        if function.params[i].optional and is_undefined(env, call.argv[at]):
            return False
        value = read_argument(function, env, &function.params[i], call, &at)
        Py_INCREF(value)
        args[i] = <PyObject *>value
        made[0] = i + 1
    return True


cdef inline bint is_undefined(Env env, JSVM_Value value) noexcept:
    cdef c_bool answer = False
    OH_JSVM_IsUndefined(env.handle, value, &answer)
    return answer


cdef inline object read_argument(
    Function function, Env env, const Parameter *param, const JSVMX_Call *call, int *at
):
    """Check and convert the argument at *at, and the shape behind a matrix."""
    cdef JSVMX_Reading reading
    cdef JSVM_Value value = call.argv[at[0]], shape = NULL
    ok(env, JSVMX_ReadValue(env.handle, value, &reading))
    at[0] += 1
    if reading.kind == JSVMX_KIND_NULL and param.nullable:
        result = None
    else:
        result = from_js(env, &param.type, value, &reading)
    if param.type.code == VIEW2D:
        if <size_t>at[0] < call.argc:
            shape = call.argv[at[0]]
        at[0] += 1
        if result is not None:
            result = shaped(env, &param.type, result, shape)
    return result
