# Promises.

@cython.final
@cython.no_gc_clear
cdef class JSPromise(JSObject):
    """A JavaScript promise.

    `await promise` in asyncio waits for it: whatever settles it, a timer of the loop
    for example, calls into the VM from the same thread. `result()` does not wait, but
    on another thread, after VM.accept_calls(): there it does.
    """

    @property
    def state(self):
        """"pending", "fulfilled" or "rejected"."""
        cdef JSVM_HandleScope scope = self.env_of().enter()
        cdef JSVMX_PromiseState state
        try:
            check(self.env, JSVMX_GetPromiseState(
                self.env.handle, self.get(), &state, NULL))
        finally:
            self.env.leave(scope)
        if state == JSVMX_PROMISE_PENDING:
            return "pending"
        return "fulfilled" if state == JSVMX_PROMISE_FULFILLED else "rejected"

    def result(self):
        """Run the microtasks and return the value; raise JSError if it was rejected.

        Raise PromisePending if it is still pending. For the promise of run_cell the
        value is the cell's completion value. After VM.accept_calls() other threads may
        ask, too, and wait until the promise is settled.
        """
        cdef Env env = self.env_of()
        if env.vm.calls is not None and not may_touch(env.state.vm):
            return env.vm.calls.result_of(self)
        env.vm.run_microtasks()
        return settled_value(self)

    cdef int mark_handled(self) except -1:
        """Python has seen the rejection: it is not an unhandled one."""
        cdef Env env = self.env
        cdef JSVM_Value nothing
        if not self.is_handled:
            self.is_handled = True
            nothing = run_script(env, "(() => {})", "jsvm:handled", 0)
            check(env, OH_JSVM_PromiseRegisterHandler(
                env.handle, self.get(), NULL, nothing, NULL))
        return 0

    def __await__(self):
        return wait(self, self.env_of().vm, when_settled).__await__()

    cdef str summary(self):
        return self.state


def settled_value(JSPromise promise not None):
    """JSPromise.result() as far as microtasks have come; for use within one, too."""
    cdef Env env = promise.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef JSVM_Value value
    cdef JSVMX_PromiseState state
    try:
        check(env, JSVMX_GetPromiseState(env.handle, promise.get(), &state, &value))
        if state == JSVMX_PROMISE_PENDING:
            raise PromisePending("the promise is pending")
        if state == JSVMX_PROMISE_REJECTED:
            promise.mark_handled()
            raise exception_of(env, value)
        if promise.is_cell:
            check(env, OH_JSVM_GetNamedProperty(env.handle, value, b"value", &value))
        return to_python(env, value)
    finally:
        env.leave(scope)


def when_settled(JSPromise promise not None, callback):
    """Call callback() from a microtask once the promise is settled."""
    cdef Env env = promise.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef JSVM_Value function, target
    cdef PyThreadState *previous
    cdef JSVM_Status status
    try:
        function = callable_to_js(env, lambda _: callback(), "settled")
        target = promise.get()
        previous = leave_python(env.state.vm)
        status = OH_JSVM_PromiseRegisterHandler(
            env.handle, target, function, function, NULL)
        enter_python(env.state.vm, previous)
        check(env, status)
        promise.is_handled = True
    finally:
        env.leave(scope)
