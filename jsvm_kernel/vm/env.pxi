# Env: a global object and what runs in it.

@cython.final
@cython.no_gc_clear
cdef class Env:
    """A context of a VM, with a global object of its own; the same as VM.env().

    As a context manager it closes itself. Values of one Env may be used in the other
    Envs of its VM. Strings, numbers and the like are converted by value, objects are
    live proxies; see docs/reference/vm.md.
    """

    def __cinit__(self, VM vm not None):
        cdef EnvState *state
        vm.check()
        self.vm = vm
        state = <EnvState *>calloc(1, sizeof(EnvState))
        if state == NULL:
            raise MemoryError
        if OH_JSVM_CreateEnv(vm.state.vm, 0, NULL, &state.env) != JSVM_OK:
            free(state)
            raise OutOfMemory("no memory for an Env within the VM's memory limit")
        state.users = 1
        state.vm = vm.state
        state.vm.users += 1
        state.object = <PyObject *>self
        self.state = state
        self.handle = state.env
        OH_JSVM_OpenEnvScope(state.env, &state.scope)
        vm.envs.add(self)

    def __dealloc__(self):
        if self.state == NULL:
            return
        self.state.object = NULL
        self.state.closed = True
        do_or_queue(DESTROY_ENV, self.state, NULL)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Free the context; closing twice is allowed. Raises RuntimeError while its VM
        is in use, by JavaScript that runs for example."""
        cdef VMState *state = self.state.vm
        if self.state.closed or state.closed:
            self.state.closed = True
            return
        check_owner(state)
        if state.depth > 0 or state.uses > 0:
            raise RuntimeError("an Env cannot be closed while its VM is in use")
        do_chores(state)
        self.state.closed = True
        if self.vm.calls is not None:
            self.vm.calls.drop_env(self)
        self.resolve = self.load = self.describe = self.exposed = None
        destroy_env(self.state)
        sweep(self.vm, state)

    @property
    def closed(self):
        """Whether the Env, or its VM, was closed."""
        return bool(self.state.closed or self.state.vm.closed)

    @property
    def handle(self):
        """Address of the JSVM_Env, for C and Cython code that uses jsvm.h itself."""
        check_open(self)
        return <size_t>self.handle

    def __repr__(self):
        return f"<Env{' (closed)' if self.closed else ''} of {self.vm!r}>"

    # ---- entering and leaving --------------------------------------------------------

    cdef JSVM_HandleScope enter(self) except NULL:
        """Begin a use of the Env: checks, and a scope for leave()."""
        cdef JSVM_HandleScope scope
        begin_use(self)
        if OH_JSVM_OpenHandleScope(self.handle, &scope) != JSVM_OK:
            self.leave(NULL)
            raise MemoryError("no memory for a handle scope")
        return scope

    cdef void leave(self, JSVM_HandleScope scope) noexcept:
        """End a use; scope is NULL if it needed none."""
        cdef VMState *state = self.state.vm
        if scope != NULL:
            OH_JSVM_CloseHandleScope(self.handle, scope)
        state.uses -= 1
        if state.dead != NULL:
            sweep(self.vm, state)

    cdef int fail(self, JSVM_Status status) except -1:
        """Raise what the call that just failed says went wrong."""
        cdef char text[FAILURE_TEXT]
        failure_text(self, text)    # first: the next call changes the last error
        return self.fail_as(status, text)

    cdef int fail_as(self, JSVM_Status status, const char *text) except -1:
        """The same where the last error was read. Nothing pends any more then: what is
        raised may be that there is no memory for an exception."""
        cdef c_bool pending = False
        cdef JSVM_Value value = NULL
        OH_JSVM_IsExceptionPending(self.handle, &pending)
        if pending:
            OH_JSVM_GetAndClearLastException(self.handle, &value)
        if self.state.vm.unwinding:
            raise_unwinding(self.vm)
        if not pending:
            raise failure(text, status)
        stopped = stop_exception(self.vm)
        if stopped is not None:
            raise stopped
        if value == NULL:
            raise MemoryError
        raise exception_of(self, value)

    # ---- running ---------------------------------------------------------------------

    def eval(self, code, *, filename="<eval>", line=1):
        """Run source text as a classic script and return its completion value.

        filename and line (of the first line) are what stack traces show. Raises JSError
        for what it throws, JSSyntaxError for malformed source, Stopped,
        TimeLimitExceeded.
        """
        cdef JSVM_HandleScope scope
        check_text(code, "code")
        check_text(filename, "filename")
        if not 1 <= line < 0x7FFFFFFF:
            raise ValueError(f"line counts from 1, not {line}")
        scope = self.enter()
        try:
            return to_python(self, run_script(self, code, filename, line - 1))
        finally:
            self.leave(scope)

    def run_cell(self, code, *, name="<cell>"):
        """Run source text as a notebook cell and return a JSPromise of its value.

        In a cell top-level await and import are allowed and names may be declared
        again. Raises JSSyntaxError, and has run nothing then; whatever else goes wrong
        rejects the promise. Its result() is the completion value; the promise itself,
        handed to JavaScript, is fulfilled with {value: completion value}.
        """
        cdef JSVM_HandleScope scope
        cdef JSVM_Value promise
        cdef PyThreadState *previous
        cdef JSVM_Status status
        cdef bytes source = utf8_source(code, "code")
        cdef bytes cell_name = utf8_source(name, "name")
        cdef const char *text = source
        cdef const char *name_text = cell_name
        cdef size_t length = len(source)
        scope = self.enter()
        try:
            previous = leave_python(self.state.vm)
            status = JSVMX_RunCell(self.handle, text, length, name_text, &promise)
            enter_python(self.state.vm, previous)
            check(self, status)
            proxy = new_promise(self)
            (<JSPromise>proxy).is_cell = True
            return adopt(self, promise, proxy)
        finally:
            self.leave(scope)

    def check_syntax(self, code):
        """Parse source text as a cell: "complete", "incomplete" or "invalid"."""
        cdef JSVM_HandleScope scope
        cdef JSVMX_Completeness answer
        cdef bytes source = utf8_source(code, "code")
        scope = self.enter()
        try:
            check(self, JSVMX_CheckSyntax(self.handle, source, len(source), &answer))
        finally:
            self.leave(scope)
        if answer == JSVMX_SOURCE_COMPLETE:
            return "complete"
        return "incomplete" if answer == JSVMX_SOURCE_INCOMPLETE else "invalid"

    # ---- modules ---------------------------------------------------------------------

    def set_module_loader(self, resolve, load, describe=None):
        """Set how imports find modules.

        resolve(referrer, specifier, type) returns the canonical name of a module, a
        str; type is the import attribute of that name, or None. load(name) returns its
        source text, a str, or a JSObject whose own enumerable properties become the
        module's exports. describe(name, meta) puts properties on an import.meta. What
        they raise makes the import fail: a JSError with its own value, TypeError and
        SyntaxError as the JavaScript errors of these names, others as an Error, with
        the exception's text as message. None for all takes the loader away.
        """
        cdef JSVM_HandleScope scope = self.enter()
        try:
            install_loader(self, resolve, load, describe)
        finally:
            self.leave(scope)

    def require_module(self, name):
        """Load and evaluate the module of this canonical name now and return its
        namespace object. Raises JSError where it would have to wait."""
        cdef JSVM_HandleScope scope
        cdef JSVM_Value result
        cdef PyThreadState *previous
        cdef JSVM_Status status
        cdef bytes text = utf8_source(name, "name")
        cdef const char *resolved = text
        scope = self.enter()
        try:
            previous = leave_python(self.state.vm)
            status = JSVMX_RequireModule(self.handle, resolved, &result)
            enter_python(self.state.vm, previous)
            check(self, status)
            return to_python(self, result)
        finally:
            self.leave(scope)

    def forget_module(self, name):
        """Make the next import of a module load it anew; whoever has it keeps it.
        Returns whether there was one of this name."""
        cdef c_bool found = False
        cdef bytes text = utf8_source(name, "name")
        cdef JSVM_HandleScope scope = self.enter()
        try:
            check(self, JSVMX_ForgetModule(self.handle, text, &found))
            return True if found else False
        finally:
            self.leave(scope)

    def forget_failed_modules(self, *, pending=False):
        """The same for all modules whose evaluation failed; with pending=True also for
        those whose top-level await has not ended."""
        cdef JSVM_HandleScope scope = self.enter()
        try:
            check(self, JSVMX_ForgetFailedModules(self.handle, bool(pending)))
        finally:
            self.leave(scope)

    # ---- globals ---------------------------------------------------------------------

    @property
    def globals(self):
        """Live proxy of globalThis: env.globals["x"], env.globals.x."""
        cdef JSVM_HandleScope scope = self.enter()
        cdef JSVM_Value value
        try:
            check(self, OH_JSVM_GetGlobal(self.handle, &value))
            return adopt(self, value, JSObject.__new__(JSObject))
        finally:
            self.leave(scope)

    def lexical_names(self):
        """Names of the global let, const, class and import bindings, which are no
        properties of globalThis."""
        cdef JSVM_HandleScope scope = self.enter()
        cdef JSVM_Value names
        try:
            check(self, JSVMX_GetLexicalNames(self.handle, &names))
            return elements(self, names)
        finally:
            self.leave(scope)

    def set_host_data(self, address):
        """Keep one pointer for the program that hosts the Env (JSVMX_SetHostData)."""
        cdef size_t pointer = address
        cdef JSVM_HandleScope scope = self.enter()
        try:
            check(self, JSVMX_SetHostData(self.handle, <void *>pointer))
        finally:
            self.leave(scope)

    # ---- making values ---------------------------------------------------------------

    def adopt(self, address):
        """Convert a JSVM_Value, given by its address, that C or Cython code has in an
        open handle scope."""
        cdef size_t pointer = address
        cdef JSVM_HandleScope scope
        if pointer == 0:
            raise ValueError("a JSVM_Value is not NULL")
        scope = self.enter()
        try:
            return to_python(self, <JSVM_Value>pointer)
        finally:
            self.leave(scope)

    def value(self, value):
        """Convert a Python value to JavaScript and back: a list, dict, callable or
        buffer gives the proxy of a new JavaScript object; proxies stay as they are."""
        cdef JSVM_HandleScope scope = self.enter()
        try:
            return to_python(self, to_js(self, value))
        finally:
            self.leave(scope)

    def array(self, items):
        """Return a new JavaScript array of the items."""
        return self.value(list(items))

    def object(self, items=()):
        """Return a new JavaScript object with the properties of a mapping."""
        return self.value(dict(items))

    def function(self, callable, *, name=None):
        """Return a JavaScript function that calls the Python callable.

        Every conversion of a callable makes a function of its own; use this where
        JavaScript compares functions.
        """
        cdef JSVM_HandleScope scope
        if not PyCallable_Check(callable):
            raise TypeError(f"{type(callable).__qualname__} is not callable")
        name = name_of(callable) if name is None else name
        check_text(name, "name")
        scope = self.enter()
        try:
            return to_python(self, callable_to_js(self, callable, name))
        finally:
            self.leave(scope)

    def expose(self, kind, prototype):
        """Let instances of a Python class cross to JavaScript as objects with this
        prototype, those of a subclass too unless it has one of its own. A Python object
        is one and the same JavaScript object while that lives, in all Envs of the VM;
        what crosses back is the very Python object."""
        cdef JSVM_HandleScope scope
        if not isinstance(kind, type):
            raise TypeError(f"kind is a class, not {type(kind).__qualname__}")
        if not isinstance(prototype, JSObject):
            raise TypeError(
                f"prototype is a JSObject, not {type(prototype).__qualname__}")
        scope = self.enter()
        try:
            expose(self, Exposed.__new__(Exposed), kind, proxy_to_js(self, prototype))
        finally:
            self.leave(scope)

    def symbol(self, description=None):
        """Return a new symbol."""
        cdef JSVM_HandleScope scope = self.enter()
        cdef JSVM_Value result, text = NULL
        try:
            if description is not None:
                check_text(description, "description")
                text = text_to_js(self, description)
            check(self, OH_JSVM_CreateSymbol(self.handle, text, &result))
            return to_python(self, result)
        finally:
            self.leave(scope)

    def array_buffer(self, data, *, copy=None):
        """Return a new ArrayBuffer over a buffer, for example a bytearray.

        copy=None shares writable memory and copies read-only memory; True copies; False
        shares or raises ValueError.
        """
        cdef JSVM_HandleScope scope = self.enter()
        try:
            return to_python(self, array_buffer_to_js(self, data, copy))
        finally:
            self.leave(scope)

    def typed_array(self, kind, data, *, copy=None):
        """Return a new typed array over a buffer; kind is, for example, "Uint8Array".

        kind=None takes the kind that suits the buffer's format; otherwise the bytes are
        taken as they are. copy is as for array_buffer().
        """
        cdef JSVM_HandleScope scope = self.enter()
        try:
            return to_python(self, buffer_to_js(self, data, kind, copy))
        finally:
            self.leave(scope)

    def direct_function(
        self, name, params, result, thunk, enums=None, *, fallible=False
    ):
        """Return a JavaScript function that runs C code without Python.

        params is a sequence of (parameter name, type name), result a type name; type
        names are "double", "float", "bint", "int8" to "int64", "uint8" to "uint64";
        "void" for a result; for a parameter also "double[:]" and so on, the memory of a
        typed array, which "const double[:]" only reads. "enum NAME" is one of the
        values that enums has for the name, or, if these are bits such as 1, 2 and 4, a
        combination of them. thunk is the address of a JSVMX_Thunk that
        outlives the function; if it is fallible, that of the thunk of a
        JSVMX_Fallible, which leaves an exception in Python when it fails. Wrong
        arguments raise a JavaScript TypeError or RangeError.
        """
        cdef JSVM_HandleScope scope = self.enter()
        try:
            function = direct_to_js(
                self, name, list(params), result, thunk, dict(enums or {}),
                Thrower() if fallible else None)
            return to_python(self, function)
        finally:
            self.leave(scope)

    def exchange_functions(self, first, second):
        """Give each of two native functions what the other one runs.

        Whoever holds one of them calls the other's code from now on; a call that is
        under way ends as it began. Both must have been made in this Env by Python or by
        native code. Functions of C whose callbacks ask for their data must not run.
        """
        cdef JSVM_HandleScope scope = self.enter()
        try:
            check(self, JSVMX_ExchangeFunctions(
                self.handle, to_js(self, first), to_js(self, second)))
        finally:
            self.leave(scope)


cdef JSVM_Value run_script(Env env, str code, str filename, size_t line) except NULL:
    """Compile and run; the completion value is in the open scope."""
    cdef JSVM_Value source, result
    cdef JSVM_Script script
    cdef JSVM_ScriptOrigin origin
    cdef bytes name = utf8_source(filename, "filename")
    cdef PyThreadState *previous
    cdef JSVM_Status status
    memset(&origin, 0, sizeof(origin))
    origin.resourceName = name
    origin.resourceLineOffset = line
    source = text_to_js(env, code)
    previous = leave_python(env.state.vm)
    status = OH_JSVM_CompileScriptWithOrigin(
        env.handle, source, NULL, 0, False, NULL, &origin, &script)
    if status == JSVM_OK:
        status = OH_JSVM_RunScript(env.handle, script, &result)
    enter_python(env.state.vm, previous)
    check(env, status)
    return result


# ---- uses -----------------------------------------------------------------------------

cdef inline int begin_use(Env env) except -1:
    """Begin a use of an Env that may need no scope; Env.leave() ends it."""
    cdef VMState *state = env.state.vm
    if state.owner != PyThread_get_thread_ident():
        check_open(env)
        check_owner(state)
    return begin_own_use(env, state)


cdef inline int begin_own_use(Env env, VMState *state) except -1:
    """The same where the thread is known to be the VM's."""
    if state.closed or env.state.closed:
        check_open(env)
    if state.chore_count > 0:
        do_chores(state)
    state.uses += 1
    return 0


# ---- checks of arguments -------------------------------------------------------------

cdef int check_open(Env env) except -1:
    if env.state.vm.closed:
        raise Closed("the VM is closed")
    if env.state.closed:
        raise Closed("the Env is closed")
    return 0


cdef int check_owner(VMState *state) except -1:
    if state.owner == PyThread_get_thread_ident():
        return 0
    if state.owner == 0:
        raise WrongThread("no thread has entered the VM; call VM.enter() first")
    raise WrongThread(
        "the VM belongs to another thread, which has to call VM.leave() before this "
        "one can call VM.enter(); functions alone may be called from here, once it has "
        "called VM.accept_calls()")


cdef int check_text(object text, str what) except -1:
    if not isinstance(text, str):
        raise TypeError(f"{what} is a str, not {type(text).__qualname__}")
    return 0


cdef bytes utf8_source(object text, str what):
    """Text for a C function; a lone surrogate becomes U+FFFD."""
    check_text(text, what)
    if what != "code" and "\0" in text:
        raise ValueError(f"{what} contains a NUL character")
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    return re.sub("[\ud800-\udfff]", "\ufffd", text).encode()
