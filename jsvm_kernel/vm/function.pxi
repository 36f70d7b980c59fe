# Calling JS functions from Python.

cdef extern from "Python.h":
    ctypedef object (*vectorcallfunc)(object, PyObject *const *, size_t, PyObject *)
    Py_ssize_t PyVectorcall_NARGS(size_t nargsf) noexcept
    unsigned long Py_TPFLAGS_HAVE_VECTORCALL
    ctypedef struct PyTypeObject:
        Py_ssize_t tp_vectorcall_offset
        unsigned long tp_flags
        const char *tp_name
        void *tp_call
    PyObject *PyVectorcall_Call(PyObject *, PyObject *, PyObject *)
    void PyType_Modified(PyTypeObject *type)

cdef enum:
    FEW_ARGUMENTS = 8       # handles of so many arguments fit on the C stack

cdef double REFUSAL_S = 0.01


@cython.final
@cython.no_gc_clear
cdef class JSFunction(JSObject):
    """A JavaScript function.

    Calling it passes converted arguments and gives the converted result; the GIL is
    released meanwhile. `this` is undefined, or the object whose attribute the function
    was read from (`array.push(1)`), or what the keyword `this=` says.

    After VM.accept_calls() it may be called on any thread: the call is made on the
    VM's, and the caller waits. post() does not wait.
    """

    def __call__(self, *args, this=None):
        """Call the function; see the class."""
        raise NotImplementedError  # replaced by call_function, see install_vectorcall

    cdef str summary(self):
        name = get_attribute(self, "name")
        return name if name and type(name) is str else "(anonymous)"

    def new(self, *args):
        """Call the function as a constructor and return the new object."""
        cdef JSVM_HandleScope scope = self.env_of().enter()
        try:
            return construct(self, args)
        finally:
            self.env.leave(scope)


cdef void install_vectorcall() noexcept:
    """Let CPython call JSFunctions without packing arguments into a tuple; Cython has
    no syntax for it."""
    cdef JSFunction sample = JSFunction.__new__(JSFunction)
    cdef PyTypeObject *function = <PyTypeObject *>JSFunction
    function.tp_vectorcall_offset = <char *>&sample.vectorcall - <char *><void *>sample
    function.tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL
    function.tp_call = <void *>PyVectorcall_Call
    PyType_Modified(function)


# ---- the call ------------------------------------------------------------------------

cdef object call_function(
    object callee, PyObject *const *args, size_t nargsf, PyObject *names
):
    """vectorcallfunc of JSFunction."""
    cdef JSFunction function = <JSFunction>callee
    cdef Env env = function.env
    cdef Py_ssize_t count = PyVectorcall_NARGS(nargsf)
    cdef JSVMX_Given few[FEW_ARGUMENTS]
    cdef JSVMX_Given *values = few
    cdef JSVMX_Given receiver
    cdef JSVMX_Given *this = NULL
    cdef JSVMX_Result result
    cdef VMState *state
    cdef PyThreadState *previous
    cdef JSVM_Status status
    cdef Py_ssize_t i
    if env is None:
        raise TypeError("this JSFunction has no function")
    state = env.state.vm
    if state.owner == PyThread_get_thread_ident():
        begin_own_use(env, state)
    elif env.vm.calls is not None:
        return call_from_elsewhere(function, args, count, names)
    else:
        begin_use(env)
    result.scope = NULL
    try:
        if count > FEW_ARGUMENTS:
            values = <JSVMX_Given *>malloc(count * sizeof(JSVMX_Given))
            if values == NULL:
                raise MemoryError
        for i in range(count):
            give(env, <object>args[i], &values[i], &result.scope)
        if names != NULL and len(<tuple>names) > 0:
            this = &receiver
            give(env, keyword_this(<tuple>names, args + count), this, &result.scope)
        elif function.receiver is not None:
            this = &receiver
            give(env, function.receiver, this, &result.scope)
        previous = leave_python(state)
        status = JSVMX_CallReference(
            env.handle, function.ref, this, count, values, &result)
        enter_python(state, previous)
        if status != JSVM_OK or state.unwinding:
            call_failed(env, status, &result.scope)
        return read_to_python(env, result.value, &result.reading)
    finally:
        if result.scope == NULL and state.dead == NULL:
            state.uses -= 1
        else:
            env.leave(result.scope)
        if values != few:
            free(values)


cdef inline int give(
    Env env, object value, JSVMX_Given *given, JSVM_HandleScope *scope
) except -1:
    """Tell the engine an argument, without a handle if one is not needed; *scope is NULL
    before the first that needs one."""
    cdef int width
    if give_plain(value, given):
        return 0
    if type(value) is str:
        width = PyUnicode_KIND(value)
        if width < 4:
            given.give = JSVMX_GIVE_LATIN1 if width == 1 else JSVMX_GIVE_UTF16
            given.units = PyUnicode_DATA(value)
            given.length = PyUnicode_GET_LENGTH(value)
            return 0
    elif isinstance(value, JSValue):
        check_crossing(env, <JSValue>value)
        given.give = JSVMX_GIVE_REFERENCE
        given.reference = (<JSValue>value).ref
        return 0
    if scope[0] == NULL:
        check(env, OH_JSVM_OpenHandleScope(env.handle, scope))
    given.give = JSVMX_GIVE_HANDLE
    given.handle = to_js(env, value)
    return 0


cdef object keyword_this(tuple names, PyObject *const *values):
    """The value of the keyword `this`, which is the only one."""
    if len(names) > 1 or names[0] != "this":
        unknown = next(name for name in names if name != "this")
        raise TypeError(
            f"a JavaScript function takes the keyword this, not {unknown!r}")
    return <object>values[0]


cdef int call_failed(
    Env env, JSVM_Status status, JSVM_HandleScope *scope
) except -1:
    """Raise what went wrong with JSVMX_CallReference."""
    cdef char text[FAILURE_TEXT]
    if status == JSVM_OBJECT_EXPECTED:
        raise_collected()
    failure_text(env, text)
    if scope[0] == NULL:
        OH_JSVM_OpenHandleScope(env.handle, scope)  # else: the one around has to do
    return env.fail_as(status, text)


cdef object call_from_elsewhere(
    JSFunction function, PyObject *const *args, Py_ssize_t count, PyObject *names
):
    """Have the VM's thread make the call, and wait for it."""
    cdef Py_ssize_t i
    if function.env.closed:
        # A loop in C that tries again and again would keep the GIL for itself.
        time.sleep(REFUSAL_S)
        check_open(function.env)
    values = [<object>args[i] for i in range(count)]
    keywords = {}
    if names != NULL:
        for i, name in enumerate(<tuple>names):
            keywords[name] = <object>args[count + i]
    return queue_of(function).call(function.env, function.context,
                                   functools.partial(function, *values, **keywords))


def queue_of(JSFunction function not None):
    """Return the queue of calls to the function's VM; Closed where it is too late."""
    cdef Env env = function.env_of()
    check_open(env)
    if env.vm.calls is None:
        raise RuntimeError(
            "nobody serves calls of this VM: its thread has to call VM.accept_calls()")
    return env.vm.calls


def context_of(value):
    """Return the async context in which Python got a function or promise."""
    if type(value) is JSPromise:
        return (<JSPromise>value).context
    return (<JSFunction?>value).context


cdef JSVM_Value call_handles(
    JSFunction function, size_t count, const JSVM_Value *values
) except NULL:
    """Call a function with handles; the result is in the open scope."""
    cdef Env env = function.env
    cdef VMState *state = env.state.vm
    cdef JSVM_Value this, func, result
    cdef PyThreadState *previous
    cdef JSVM_Status status
    if function.receiver is not None:
        this = proxy_to_js(env, function.receiver)
    else:
        check(env, OH_JSVM_GetUndefined(env.handle, &this))
    check(env, OH_JSVM_GetReferenceValue(env.handle, function.ref, &func))
    previous = leave_python(state)
    status = OH_JSVM_CallFunction(env.handle, this, func, count, values, &result)
    enter_python(state, previous)
    check(env, status)
    return result


cdef object construct(JSFunction function, tuple args):
    cdef Env env = function.env
    cdef Py_ssize_t i, count = len(args)
    cdef JSVM_Value func, result
    cdef JSVM_Value *values = <JSVM_Value *>malloc((count + 1) * sizeof(JSVM_Value))
    cdef PyThreadState *previous
    cdef JSVM_Status status
    if values == NULL:
        raise MemoryError
    try:
        for i in range(count):
            values[i] = to_js(env, args[i])
        func = function.get()
        previous = leave_python(env.state.vm)
        status = OH_JSVM_NewInstance(env.handle, func, count, values, &result)
        enter_python(env.state.vm, previous)
        check(env, status)
        return to_python(env, result)
    finally:
        free(values)
