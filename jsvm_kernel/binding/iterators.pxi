# Python iterators as JS iterators: objects that stand for them, with next, return and
# throw, and the methods of Iterator.prototype or, for asynchronous ones, of
# AsyncIterator.prototype.

cdef extern from "Python.h":
    bint PyIter_Check(object value) noexcept

cdef extern from *:
    """
    #define jsvm_has_anext(value) \
        (Py_TYPE(value)->tp_as_async && Py_TYPE(value)->tp_as_async->am_anext)
    """
    bint jsvm_has_anext(object value) noexcept

cdef str JUST_STARTED = "can't send non-None value to a just-started generator"


@cython.final
cdef class ExposedIterator(Exposed):
    """How iterators of a type look, in contrast to instances of an exported class."""


cdef JSVM_Value iterator_to_js(Module module, Env env, object value) except? NULL:
    """A JS iterator for a Python one; NULL, without an exception, for anything else."""
    cdef JSVM_Value result, prototype
    cdef bint is_async = jsvm_has_anext(value)
    if not is_async and not PyIter_Check(value):
        return NULL
    exposed = find_exposed(env, type(value))
    if exposed is not None and type(exposed) is not ExposedIterator:
        return NULL
    prototype = prototype_of(module, env, is_async)
    if exposed is None:  # so that it crosses elsewhere, too
        expose(env, ExposedIterator.__new__(ExposedIterator), type(value), prototype)
    result = find_instance(env, value)
    return new_instance(env, value, prototype) if result == NULL else result


# ---- prototypes ----------------------------------------------------------------------

@cython.final
cdef class IteratorMethod:
    """A method of a prototype."""
    cdef Module module
    cdef str name
    cdef bint is_async


cdef JSVM_Value prototype_of(Module module, Env env, bint is_async) except NULL:
    """The prototype of the module's iterators: its methods know whose errors to show.
    The Env keeps it."""
    cdef JSVM_Value prototype
    cdef ExposedIterator known
    kind = (module, is_async)
    if env.exposed is None or kind not in env.exposed:
        prototype = new_prototype(module, env, is_async)
        expose(env, ExposedIterator.__new__(ExposedIterator), kind, prototype)
        return prototype
    known = env.exposed[kind]
    ok(env, OH_JSVM_GetReferenceValue(env.handle, known.prototype, &prototype))
    return prototype


cdef JSVM_Value new_prototype(Module module, Env env, bint is_async) except NULL:
    """An object that inherits from what generators of JS inherit from, found by way of
    one: scripts can replace all names."""
    cdef JSVM_Value inherited, prototype
    cdef IteratorMethod method
    kind = "async function*" if is_async else "function*"
    of_one = env.eval(f"({kind} () {{}}).prototype", filename="jsvm:iterators")
    inherited = (<JSObject>of_one).get()
    for _ in range(2):
        ok(env, OH_JSVM_ObjectGetPrototypeOf(env.handle, inherited, &inherited))
    inherit = env.eval("(p => ({ __proto__: p }))", filename="jsvm:iterators")
    prototype = call_handles(inherit, 1, &inherited)
    for name in ("next", "return", "throw"):
        method = IteratorMethod.__new__(IteratorMethod)
        method.module = module
        method.name = name
        method.is_async = is_async
        define_keyed(env, prototype, to_js(env, name),
                     owned_function(env, method, call_iterator, name, 1))
    define_tag(env, prototype, "AsyncGenerator" if is_async else "Generator")
    return prototype


# ---- calls ---------------------------------------------------------------------------

cdef JSVM_Value call_iterator(JSVM_Env handle, const JSVMX_Call *call) noexcept nogil:
    """JSVMX_CallHandler of the methods."""
    cdef Held *held = <Held *>call.data
    cdef VMState *vm = held.vm  # held may go in the call: exchange_functions()
    cdef Gil gil
    cdef JSVM_Value result
    take_gil(vm, &gil)
    result = (<PythonBody><void *>run_iterator)(handle, call, held)
    give_gil(vm, &gil)
    return result


cdef JSVM_Value run_iterator(
    JSVM_Env handle, const JSVMX_Call *call, Held *held
) noexcept:
    """The part of call_iterator that has the GIL."""
    cdef Env env
    cdef IteratorMethod method
    cdef Instance instance
    if held.env.object == NULL or held.env.closed:
        OH_JSVM_ThrowError(handle, NULL, b"the Env of this iterator is closed")
        return NULL
    env = <Env>held.env.object
    method = <IteratorMethod>held.callable
    try:
        instance = instance_of(env, call.thisValue)
        if instance is None or not is_iterator(instance.value, method.is_async):
            raise JSTypeError(f"{method.name}: `this` is no iterator of Python")
        if method.is_async:
            return async_step(method, env, instance.value, call)
        return take_step(method, env, instance.value, call)
    except BaseException as error:
        throw_exception(method.module, env, error)
    return NULL


cdef bint is_iterator(object value, bint is_async) noexcept:
    return jsvm_has_anext(value) if is_async else PyIter_Check(value)


cdef JSVM_Value take_step(
    IteratorMethod method, Env env, object iterator, const JSVMX_Call *call
) except NULL:
    """{value, done} of one call."""
    cdef int64_t *depth = <int64_t *>method.module.depth.data.as_longlongs
    given = to_python(env, call.argv[0]) if call.argc > 0 else undefined
    done = False
    depth[0] += 1
    try:
        if method.name == "next":
            value = advance(iterator, given)
        elif method.name == "return":
            if hasattr(iterator, "throw"):  # a list's iterator has no end to make
                iterator.close()
            value, done = given, True
        else:
            error = error_of(env, call)
            if not hasattr(iterator, "throw"):
                raise error
            value = iterator.throw(error)
    except StopIteration as end:
        value, done = undefined if end.value is None else end.value, True
    finally:
        depth[0] -= 1
    return step_result(method.module, env, value, done)


cdef object advance(object iterator, object given):
    """The next value; what JS gives is what `yield` gives in a generator."""
    if given is not undefined and hasattr(iterator, "send"):
        try:
            return iterator.send(given)
        except TypeError as error:
            if str(error) != JUST_STARTED:  # JS's first value is for nobody, too
                raise
    return next(iterator)


cdef object error_of(Env env, const JSVMX_Call *call):
    """The exception for the argument of throw()."""
    cdef JSVM_Value nothing
    if call.argc > 0:
        return exception_of(env, call.argv[0])
    ok(env, OH_JSVM_GetUndefined(env.handle, &nothing))
    return exception_of(env, nothing)


cdef JSVM_Value step_result(Module module, Env env, object value, bint done) except NULL:
    cdef JSVM_Value result
    ok(env, OH_JSVM_CreateObject(env.handle, &result))
    define(env, result, "value", value_to_js(module, env, value, NULL))
    define(env, result, "done", to_js(env, True if done else False))
    return result


cdef JSVM_Value async_step(
    IteratorMethod method, Env env, object iterator, const JSVMX_Call *call
) except NULL:
    """The promise of {value, done} of one call."""
    from . import async_steps  # imports asyncio
    given = to_python(env, call.argv[0]) if call.argc > 0 else undefined
    if method.name == "next":
        asked = async_steps.take_next(iterator, given)
    elif method.name == "return":
        asked = async_steps.end(iterator, given)
    else:
        asked = async_steps.throw(iterator, error_of(env, call))
    return promise_of(method.module, env, start(method.module, asked))
