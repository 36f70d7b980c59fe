# Coroutines and futures as promises.

cdef extern from *:
    """
    #define jsvm_has_await(value) \
        (Py_TYPE(value)->tp_as_async && Py_TYPE(value)->tp_as_async->am_await)
    """
    bint jsvm_has_await(object value) noexcept


cdef JSVM_Value awaitable_to_js(Module module, Env env, object value) except? NULL:
    """A promise for a Python awaitable; NULL, without an exception, for anything else.
    """
    if jsvm_has_await(value):
        asyncio = sys.modules.get("asyncio")
        if asyncio is None or not asyncio.isfuture(value):
            value = start(module, value)
    elif not is_concurrent_future(value):
        return NULL
    return promise_of(module, env, value)


cdef bint is_concurrent_future(object value):
    """Whether it is a Future of threads; who has one has imported its module."""
    futures = sys.modules.get("concurrent.futures")
    return futures is not None and isinstance(value, futures.Future)


cdef object start(Module module, object awaitable):
    """The task of a coroutine, or of whatever else can be awaited."""
    cdef HostCode host_code
    coroutine = awaitable if hasattr(awaitable, "send") else await_it(awaitable)
    host_code = HostCode(module)
    try:
        return module.host.start(coroutine)
    except BaseException:
        coroutine.close()  # else Python warns that it was never awaited
        raise
    finally:
        host_code.end()


async def await_it(awaitable):
    return await awaitable


cdef JSVM_Value promise_of(Module module, Env env, object future) except NULL:
    """A promise that is settled as a future is."""
    cdef JSVM_Value promise, resolve, reject
    cdef HostCode host_code
    ok(env, JSVMX_CreatePromise(env.handle, &promise, &resolve, &reject))
    settle = functools.partial(
        settle_promise, module, env, to_python(env, resolve), to_python(env, reject),
        future)
    host_code = HostCode(module)
    try:
        module.host.when_done(env, future, settle)
    finally:
        host_code.end()
    return promise


def settle_promise(
    Module module, Env env, JSFunction resolve, JSFunction reject, future
):
    """Tell JS what became of a future. What was cancelled or failed rejects the
    promise with what a function that raises it would throw."""
    cdef JSVM_HandleScope scope
    cdef JSVM_Value value
    if env.closed:
        return
    scope = env.enter()
    try:
        try:
            value = value_to_js(module, env, future.result(), NULL)
        except BaseException as error:
            resolve = reject
            value = thrown_value(module, env, error)
        call_handles(resolve, 1, &value)
    finally:
        env.leave(scope)


cdef JSVM_Value thrown_value(
    Module module, Env env, BaseException error
) except NULL:
    """What JS would catch if a function of the module raised this. A cancelled task is
    an error like others: nothing is below that could end with it."""
    cdef HostCode host_code = HostCode(module)
    try:
        return exception_to_js(env, error, module.host.frames)
    finally:
        host_code.end()


@cython.final
cdef class HostCode:
    """While it lasts the host's own code runs, which no stop interrupts."""
    cdef Module module
    cdef int64_t depth

    def __init__(self, Module module):
        self.module = module
        self.depth = module.depth.data.as_longlongs[0]
        module.depth.data.as_longlongs[0] = 0

    cdef void end(self) noexcept:
        self.module.depth.data.as_longlongs[0] = self.depth
