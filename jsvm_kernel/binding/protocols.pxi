# What Python's special methods are in JS besides methods: iteration, text, display.

cdef int define_protocols(
    Class cls, Env env, JSVM_Value prototype, object described
) except -1:
    cdef JSVM_Value key
    kind = cls.kind
    define_tag(env, prototype, kind.__name__)
    iterate = iteration_of(kind)
    if iterate is not None:
        ok(env, OH_JSVM_GetSymbolIterator(env.handle, &key))
        define_operation(cls, env, prototype, key, "[Symbol.iterator]", iterate)
    if hasattr(kind, "__aiter__"):
        ok(env, OH_JSVM_GetSymbolAsyncIterator(env.handle, &key))
        define_operation(cls, env, prototype, key, "[Symbol.asyncIterator]", aiter)
    if hasattr(kind, "__next__") and not hasattr(kind, "next"):
        define_operation(cls, env, prototype, to_js(env, "next"), "next", step)
    if hasattr(kind, "__exit__") and symbol_named(env, b"dispose", &key):
        define_operation(cls, env, prototype, key, "[Symbol.dispose]", leave_context)
    if cls.is_error:
        return 0
    if has_text(kind) and not hasattr(kind, "toString"):
        define_operation(cls, env, prototype, to_js(env, "toString"), "toString", str)
    define_display(cls, env, prototype, described)
    return 0


cdef int define_operation(
    Class cls, Env env, JSVM_Value prototype, JSVM_Value key, str name, object function
) except -1:
    """A method without parameters, that calls a function with the instance."""
    described = {"name": name, "flavour": "plain", "params": [], "returns": "object"}
    return define_keyed(
        env, prototype, key, method_to_js(cls, env, function, None, described))


cdef bint symbol_named(Env env, const char *name, JSVM_Value *result) except -1:
    """The well-known symbol of this name, where the engine has it."""
    cdef JSVM_Value symbol
    cdef c_bool found = False
    ok(env, OH_JSVM_GetGlobal(env.handle, result))
    ok(env, OH_JSVM_GetNamedProperty(env.handle, result[0], b"Symbol", &symbol))
    ok(env, OH_JSVM_GetNamedProperty(env.handle, symbol, name, result))
    ok(env, OH_JSVM_IsSymbol(env.handle, result[0], &found))
    return found


cdef object iteration_of(object kind):
    """What iterates over an instance; None: nothing does."""
    if getattr(kind, "__iter__", None) is not None:
        return iter
    is_sequence = hasattr(kind, "__getitem__") and hasattr(kind, "__len__")
    return items_of if is_sequence and not hasattr(kind, "__iter__") else None


def items_of(sequence):
    """Iterate over a sequence by its length: C code behind an index may not check it,
    and Python's own way is to go on until it complains."""
    for index in range(len(sequence)):
        yield sequence[index]


cdef bint has_text(object kind):
    """Whether a class says itself what its instances are as text."""
    return kind.__repr__ is not object.__repr__ or kind.__str__ is not object.__str__


def step(iterator):
    """Give what next() of a JS iterator gives."""
    done = False
    try:
        value = next(iterator)
    except StopIteration as end:
        value, done = undefined if end.value is None else end.value, True
    return {"value": value, "done": done}


def leave_context(manager):
    manager.__exit__(None, None, None)
    return undefined


# ---- display -------------------------------------------------------------------------
#
# Two conventions that hosts know: Node's for text, and the one of JS kernels for rich
# output. Both are registered symbols, so nothing of a host is needed to follow them.

cdef tuple RICH = (
    ("_repr_html_", "text/html"), ("_repr_markdown_", "text/markdown"),
    ("_repr_svg_", "image/svg+xml"), ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"), ("_repr_latex_", "text/latex"),
    ("_repr_json_", "application/json"),
)


cdef int define_display(
    Class cls, Env env, JSVM_Value prototype, object described
) except -1:
    cdef JSVM_Value key
    own_text = cls.kind.__repr__ is not object.__repr__
    cls.stored = stored_names(cls, env, described)
    ok(env, OH_JSVM_SymbolFor(
        env.handle, b"nodejs.util.inspect.custom", JSVM_AUTO_LENGTH, &key))
    define_keyed(env, prototype, key, shower_to_js(
        cls, env, "[nodejs.util.inspect.custom]", repr if own_text else None))
    rich = [each for each in RICH if hasattr(cls.kind, each[0])]
    if rich or hasattr(cls.kind, "_repr_mimebundle_"):
        ok(env, OH_JSVM_SymbolFor(
            env.handle, b"Jupyter.display", JSVM_AUTO_LENGTH, &key))
        define_keyed(env, prototype, key, shower_to_js(
            cls, env, "[Jupyter.display]", functools.partial(bundle_of, rich)))
    return 0


@cython.final
cdef class Shower(Native):
    """A method that shows an instance: what a Python function makes of it, else an
    object with its data."""
    cdef Method method
    cdef bint is_bundle

    cdef JSVM_Value call(self, Env env, const JSVMX_Call *call) noexcept:
        try:
            value = object_behind(env, call.thisValue)
            if not isinstance(value, self.method.of.kind):
                # It only inherits from an instance, as the prototype does.
                return call.thisValue if not self.is_bundle else to_js(
                    env, {"text/plain": f"{self.method.of.kind.__name__} {{}}"})
            if self.method.function.callable is not None:
                return self.method.call(env, call)
            return data_of(self.method.of, env, call.thisValue, value)
        except BaseException as error:
            fail(self.method.function, env, error, 0)
        return NULL


cdef JSVM_Value shower_to_js(Class cls, Env env, str name, object shown) except NULL:
    cdef Shower shower = Shower.__new__(Shower)
    shower.is_bundle = name == "[Jupyter.display]"
    shower.method = new_method(cls, shown, None, {
        "name": name, "flavour": "plain", "params": [], "returns": "object"})
    return owned_function(env, shower, call_native, name, 0)


cdef JSVM_Value data_of(
    Class cls, Env env, JSVM_Value this, object value
) except NULL:
    """An object of the same class with the data of an instance as its properties, and
    those that JS has put on it."""
    cdef JSVM_Value result, prototype
    ok(env, OH_JSVM_ObjectGetPrototypeOf(env.handle, this, &prototype))
    ok(env, OH_JSVM_CreateObject(env.handle, &result))
    ok(env, OH_JSVM_ObjectSetPrototypeOf(env.handle, result, prototype))
    for name in cls.stored:
        if hasattr(value, name):
            define(env, result, name, showable(cls.module, env, getattr(value, name)))
    ok(env, JSVMX_CopyDataProperties(env.handle, this, result))
    return result


cdef JSVM_Value showable(Module module, Env env, object value) except NULL:
    """A value for the eye: its repr where it has no counterpart in JS."""
    try:
        return value_to_js(module, env, value, NULL)
    except TypeError:
        pass
    return to_js(env, repr(value))


cdef list stored_names(Class cls, Env env, object described):
    """The attributes that are data, those of base classes first: reading them runs no
    code of the author."""
    names = []
    if described["base"]:
        parent = env.exposed[cls.module.named["class"][described["base"]]]
        names += (<Class>parent).stored
    own = [member["name"] for member in described["properties"] if member.get("stored")]
    return names + [name for name in own if name not in names]


def bundle_of(rich, value):
    """Give the forms that an instance has for notebooks, by MIME type."""
    bundle = {}
    if hasattr(value, "_repr_mimebundle_"):
        found = value._repr_mimebundle_()
        bundle.update(found[0] if isinstance(found, tuple) else found)
    for method, kind in rich:
        found = getattr(value, method)()
        if found is not None:
            bundle[kind] = found[0] if isinstance(found, tuple) else found
    bundle.setdefault("text/plain", repr(value))
    return bundle
