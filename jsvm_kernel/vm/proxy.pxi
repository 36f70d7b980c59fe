# Live proxies: what all have in common, symbols, plain objects.

cdef extern from "Python.h":
    PyObject *_PyType_Lookup(type kind, object name)    # borrowed; sets no exception
    object PyObject_GenericGetAttr(object value, object name)


@cython.no_gc_clear
@cython.freelist(64)  # subclasses of the same size use it too
cdef class JSValue:
    """A JavaScript value that lives in its VM; base of all proxies.

    Two proxies are equal when they stand for one and the same JavaScript object. A
    proxy keeps its object alive, may die on any thread, and after its VM or Env was
    closed raises Closed whenever it is used.
    """

    def __cinit__(self):
        self.identity = -1

    def __init__(self):
        raise TypeError(f"{type(self).__name__} objects come from JavaScript")

    def __dealloc__(self):
        if self.ref != NULL:
            self.env.state.users += 1
            do_or_queue(DELETE_REFERENCE, self.env.state, self.ref)

    cdef JSVM_Value get(self) except NULL:
        """A handle of the value in the open scope."""
        cdef JSVM_Value value
        check(self.env, OH_JSVM_GetReferenceValue(self.env.handle, self.ref, &value))
        if value == NULL:
            raise_collected()
        return value

    cdef Env env_of(self):
        """The Env; an error for a proxy that a subclass's __new__ made of nothing."""
        if self.env is None:
            raise TypeError(f"this {type(self).__name__} has no value")
        return self.env

    def __eq__(self, other):
        cdef JSVM_HandleScope scope
        cdef c_bool same = False
        cdef Env env = self.env
        if self is other:
            return True
        if not isinstance(other, JSValue):
            return NotImplemented
        if env is None or (<JSValue>other).env is None:
            return False
        if env.vm is not (<JSValue>other).env.vm or (<JSValue>other).env.state.closed:
            return False
        scope = env.enter()
        try:
            check(env, OH_JSVM_StrictEquals(
                env.handle, self.get(), proxy_to_js(env, other), &same))
            return True if same else False
        finally:
            env.leave(scope)

    def __hash__(self):
        if self.identity == -1:
            self.identity = hash(identity_of(self))
        return self.identity

    def __bool__(self):
        return True  # as in JavaScript, also of an empty array

    def __repr__(self):
        cdef VMState *state
        name = type(self).__name__
        if self.env is None:
            return f"<{name} of nothing>"
        state = self.env.state.vm
        if state.closed or self.env.state.closed:
            return f"<{name} (closed)>"
        if not may_touch(state):
            return f"<{name} of another thread>"
        try:
            text = self.summary()
        except JSVMError as error:
            text = f"({type(error).__name__})"
        return f"<{name} {text}>"

    def __str__(self):
        cdef Env env = self.env_of()
        cdef JSVM_HandleScope scope = env.enter()
        cdef JSVM_Value text
        cdef PyThreadState *previous
        cdef JSVM_Status status
        try:
            if isinstance(self, JSSymbol):
                return described(env, self.get())
            value = self.get()
            previous = leave_python(env.state.vm)
            status = OH_JSVM_CoerceToString(env.handle, value, &text)
            enter_python(env.state.vm, previous)
            check(env, status)
            return text_from_js(env, text)
        finally:
            env.leave(scope)

    cdef str summary(self):
        return str(self)


cdef int raise_collected() except -1:
    """For a proxy of a cycle that was collected, which a destructor still uses."""
    raise Closed("the JavaScript object was collected, with the Python object whose "
                 "destructor uses it")


def env_of(JSValue value not None):
    """Return the Env that a proxy was made in."""
    return value.env_of()


cdef object identity_of(JSValue proxy):
    """A number that is the same for all proxies of one object, in all Envs of a VM: a
    WeakMap in JS remembers it."""
    cdef Env env = proxy.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef JSVM_Value function, this, value, result
    cdef JSVM_Status status
    try:
        if env.state.identity == NULL:
            share_identity(env)
        check(env, OH_JSVM_GetReferenceValue(env.handle, env.state.identity, &function))
        check(env, OH_JSVM_GetUndefined(env.handle, &this))
        value = proxy.get()
        status = OH_JSVM_CallFunction(env.handle, this, function, 1, &value, &result)
        check(env, status)
        return to_python(env, result)
    finally:
        env.leave(scope)


# Registered symbols cannot be keys of a WeakMap; their text tells them apart.
cdef str IDENTITY_SOURCE = """
(() => {
    const numbers = new WeakMap();
    const get = numbers.get.bind(numbers), set = numbers.set.bind(numbers);
    const keyFor = Symbol.keyFor;
    let last = 0;
    return (value) => {
        if (typeof value === "symbol") {
            const text = keyFor(value);
            if (text !== undefined) return text;
        }
        let number = get(value);
        if (number === undefined) set(value, number = ++last);
        return number;
    };
})()
"""


cdef int share_identity(Env env) except -1:
    """Give the Env the VM's identity function; the first that needs it makes it."""
    cdef JSVM_Value function
    for other in env.vm.envs:
        if (<Env>other).state.identity != NULL and not (<Env>other).state.closed:
            check(env, OH_JSVM_GetReferenceValue(
                env.handle, (<Env>other).state.identity, &function))
            break
    else:
        function = run_script(env, IDENTITY_SOURCE, "jsvm:identity", 0)
    check(env, OH_JSVM_CreateReference(env.handle, function, 1, &env.state.identity))
    return 0


@cython.final
@cython.no_gc_clear
cdef class JSSymbol(JSValue):
    """A symbol; usable as a property key: `object[symbol]`."""

    @property
    def description(self):
        """The text it was made with, or None."""
        cdef Env env = self.env_of()
        cdef JSVM_HandleScope scope = env.enter()
        cdef JSVM_Value text
        try:
            check(env, OH_JSVM_GetNamedProperty(
                env.handle, self.get(), b"description", &text))
            return None if is_undefined(env, text) else to_python(env, text)
        finally:
            env.leave(scope)


# ---- objects -------------------------------------------------------------------------

@cython.no_gc_clear
cdef class JSObject(JSValue):
    """A JavaScript object.

    `object[key]` and `object.name` read a property, with prototypes, as JavaScript
    does; a function that was read as an attribute has the object as `this`. A property
    that does not exist raises KeyError or AttributeError. Attributes whose names begin
    and end with two underscores are Python's. Iteration is JavaScript's where the
    object is iterable, else over its own enumerable string keys; their number is its
    length. `async for` takes what `for await` takes. Where JavaScript has no property of that name, the methods `keys`,
    `values`, `items` and `get` are those of a mapping, so that dict(object) works.
    """

    def __getitem__(self, key):
        return get_item(self, key)

    def __setitem__(self, key, value):
        set_item(self, key, value)

    def __delitem__(self, key):
        delete_item(self, key)

    def __contains__(self, key):
        return has_item(self, key)

    # Not __getattr__, before which Python makes an AttributeError: that takes longer
    # than reading the property.
    def __getattribute__(self, name):
        if _PyType_Lookup(type(self), name) != NULL or is_dunder(name):
            return PyObject_GenericGetAttr(self, name)
        return js_attribute(self, name)

    def __setattr__(self, name, value):
        if is_dunder(name) or hasattr(type(self), name):
            raise AttributeError(
                f"{name!r} is Python's; use object[{name!r}] = ... for the property")
        set_item(self, name, value)

    def __delattr__(self, name):
        if not has_item(self, name):
            raise AttributeError(f"JavaScript object has no property {name!r}")
        delete_item(self, name)

    def __iter__(self):
        iterator = js_iterator(self)
        return iter(own_keys(self)) if iterator is None else iterator

    def __aiter__(self):
        return js_async_iterator(self)

    def __len__(self):
        size = collection_size(self)
        return len(own_keys(self)) if size is None else size

    def __dir__(self):
        names = [key for key in all_names(self) if key.isidentifier()]
        return sorted({*object.__dir__(self), *names})

    cdef str summary(self):
        """Name of its class, as far as that can be found out."""
        try:
            name = get_item(get_item(self, "constructor"), "name")
        except (LookupError, TypeError, JSError):
            name = ""
        return name if name and type(name) is str else "Object"


cdef inline bint is_dunder(str name) noexcept:
    cdef Py_ssize_t length = len(name)
    if length < 5 or name[0] != "_":
        return False
    return name[1] == "_" and name[length - 1] == "_" and name[length - 2] == "_"


cdef object js_attribute(JSObject proxy, str name):
    """An attribute that is not Python's: a property, or a method of a mapping."""
    value = get_attribute(proxy, name)
    if value is undefined and not has_item(proxy, name):
        method = MAPPING_METHODS.get(name)
        if method is None:
            raise AttributeError(f"JavaScript object has no property {name!r}")
        return functools.partial(method, proxy)
    if type(value) is JSFunction:
        (<JSFunction>value).receiver = proxy
    return value


def _mapping_values(JSObject proxy):
    return [get_item(proxy, key) for key in own_keys(proxy)]


def _mapping_items(JSObject proxy):
    return [(key, get_item(proxy, key)) for key in own_keys(proxy)]


def _mapping_get(JSObject proxy, key, default=None):
    try:
        return get_item(proxy, key)
    except KeyError:
        pass
    return default


cdef dict MAPPING_METHODS = {
    "keys": lambda proxy: own_keys(proxy),
    "values": _mapping_values,
    "items": _mapping_items,
    "get": _mapping_get,
}
