# Python classes as JS classes: what binding a module makes of them, and their calls.
#
# An instance is a native object of vm (instance.pxi): one JS object per Python object
# while that lives. Methods and accessors are on the prototype and check their receiver.
# A class lives as long as its Env: JS holds its functions, and they hold the class.

cdef extern from "Python.h":
    Py_ssize_t Py_REFCNT(PyObject *value) noexcept


@cython.final
cdef class Class(Exposed):
    """A class of a bound module in one Env."""
    cdef Module module
    cdef type kind
    cdef str name               # as error texts have it: "module.Class"
    cdef bint is_error          # its instances are JS errors: exceptions.pxi
    cdef list stored            # names of the attributes that are data

    cdef JSVM_Value to_js(self, Env env, object value) except NULL:
        cdef JSVM_Value prototype, found
        if not self.is_error:
            return Exposed.to_js(self, env, value)
        found = find_tied(env, value)
        if found != NULL:
            return found
        ok(env, OH_JSVM_GetReferenceValue(env.handle, self.prototype, &prototype))
        return new_error(self, env, value, prototype)


@cython.final
cdef class Constructor(Native):
    """What JS calls with new."""
    cdef Class of
    cdef Function function

    cdef JSVM_Value call(self, Env env, const JSVMX_Call *call) noexcept:
        cdef int made = 0
        try:
            if call.newTarget == NULL:
                raise Refusal("a class is called with new, as in "
                              f"new {self.of.kind.__name__}(…)")
            return adopt_instance(self.of, env, call, invoke(
                self.function, env, call, self.of.kind, NULL, &made))
        except BaseException as error:
            fail(self.function, env, error, made)
        return NULL


cdef JSVM_Value adopt_instance(
    Class cls, Env env, const JSVMX_Call *call, object value
) except NULL:
    """The JS object for what a constructor made. It may have crossed before, as an
    argument of a callback for example, and then had no prototype of a JS subclass."""
    cdef JSVM_Value prototype, result
    if not isinstance(value, cls.kind):
        raise TypeError(
            f"{cls.name} made a {type(value).__qualname__} instead of an instance")
    ok(env, OH_JSVM_ObjectGetPrototypeOf(env.handle, call.thisValue, &prototype))
    if env.state.vm.dead != NULL:
        sweep(env.vm, env.state.vm)     # a loop may make many objects in one call of JS
    if cls.is_error:
        return new_error(cls, env, value, prototype)
    # What nobody else holds has not crossed.
    result = NULL if Py_REFCNT(<PyObject *>value) == 1 else find_instance(env, value)
    if result == NULL:
        return new_instance(env, value, prototype)
    ok(env, OH_JSVM_ObjectSetPrototypeOf(env.handle, result, prototype))
    return result


# ---- members -------------------------------------------------------------------------

cdef object receiver_of(Class cls, Env env, JSVM_Value this):
    """The Python object whose method is called."""
    value = object_behind(env, this)
    if not isinstance(value, cls.kind):
        raise Refusal(
            f"called on {described(env, this)}, which is no {cls.kind.__name__}")
    return value


@cython.final
cdef class Method(Native):
    """A method of instances, or what else is asked of them: their iterator, text, …"""
    cdef Class of
    cdef Function function      # its callable takes the instance first
    cdef str attribute          # of the callable; None: it does for every instance

    cdef JSVM_Value call(self, Env env, const JSVMX_Call *call) noexcept:
        cdef int made = 0
        try:
            this = receiver_of(self.of, env, call.thisValue)
            return result_to_js(self.function, env, invoke(
                self.function, env, call, self.callable_for(env, this),
                <PyObject *>this, &made))
        except BaseException as error:
            fail(self.function, env, error, made)
        return NULL

    cdef object callable_for(self, Env env, object this):
        """A class that JS does not know may have a method of its own for this one."""
        cdef type kind = type(this)
        if kind is self.of.kind or self.attribute is None or kind in env.exposed:
            return self.function.callable
        return getattr(kind, self.attribute)


@cython.final
cdef class Setter(Native):
    """What is called when a property is assigned to."""
    cdef Class of
    cdef Function function      # its one parameter is the value
    cdef str attribute

    cdef JSVM_Value call(self, Env env, const JSVMX_Call *call) noexcept:
        cdef int at = 0
        try:
            this = receiver_of(self.of, env, call.thisValue)
            try:
                value = read_argument(
                    self.function, env, &self.function.params[0], call, &at)
            except Misfit as error:
                raise error.of("property", self.attribute)
            set_attribute(self.of.module, this, self.attribute, value)
        except BaseException as error:
            fail(self.function, env, error, 1)
        return NULL


cdef int set_attribute(Module module, object this, str name, object value) except -1:
    """Assign to an attribute; a stop interrupts it meanwhile."""
    cdef int64_t *depth = <int64_t *>module.depth.data.as_longlongs
    depth[0] += 1
    try:
        setattr(this, name, value)
    finally:
        depth[0] -= 1
    return 0


# ---- binding -------------------------------------------------------------------------

cdef int name_classes(Module module, list described) except -1:
    """Let types name the classes. A decorator may have made something else of one."""
    for each in described:
        kind = getattr(module.module, each["name"], None)
        if not isinstance(kind, type):
            raise DescriptionError(
                f"declares {each['name']} as a class, but once it is loaded that is "
                f"of type {type(kind).__name__}: give what is no class another name")
        module.named["class"][each["name"]] = kind
    return 0


cdef int define_classes(
    Module module, Env env, JSVM_Value holder, list described
) except -1:
    """Define all classes of a module on its holder; base classes come first."""
    cdef dict made = {}
    for each in described:
        define_class(module, env, holder, each, made)
    return 0


cdef int define_class(
    Module module, Env env, JSVM_Value holder, object described, dict made
) except -1:
    cdef Class cls = Class.__new__(Class)
    cdef JSVM_Value function, prototype
    cls.module = module
    cls.kind = module.named["class"][described["name"]]
    cls.name = f"{module.name}.{described['name']}"
    cls.is_error = issubclass(cls.kind, BaseException)
    function = constructor_to_js(cls, env, described, made)
    ok(env, OH_JSVM_CreateObject(env.handle, &prototype))
    extend(cls, env, described["base"], function, prototype)
    define_as(env, function, to_js(env, "prototype"), prototype, JSVM_DEFAULT)
    define_keyed(env, prototype, to_js(env, "constructor"), function)
    expose(env, cls, cls.kind, prototype)
    made[described["name"]] = described
    for member in described["methods"]:
        define_method(cls, env, prototype, member)
    for member in described["properties"]:
        if member.get("static"):
            define_shared(cls, env, function, member)
        else:
            define_property(cls, env, prototype, member)
    for member in all_static(described, made):
        define_static(cls, env, function, member)
    define_protocols(cls, env, prototype, described)
    define(env, holder, described["name"], function)
    return 0


cdef JSVM_Value constructor_to_js(
    Class cls, Env env, object described, dict made
) except NULL:
    cdef Constructor constructor = Constructor.__new__(Constructor)
    constructor.of = cls
    signature = described["constructor"] or {"params": inherited_params(described, made)}
    constructor.function = new_function(cls.module, cls.kind, {
        "flavour": "plain", "returns": "object", **signature,
        "name": described["name"]})
    return owned_constructor(env, constructor, call_native, described["name"],
                          constructor.function.required)


cdef list inherited_params(object described, dict made):
    """Those of the base class, or, if that is none of the module's, anything."""
    while described["base"]:
        described = made[described["base"]]
        if described["constructor"]:
            return described["constructor"]["params"]
    if described["cdef"] and not described["exception"]:
        return []
    return [ANYTHING]


cdef dict ANYTHING = {
    "name": "args", "type": "object", "kind": "varargs", "optional": True,
    "nullable": True, "const": False, "default": "",
}


cdef int extend(
    Class cls, Env env, str base, JSVM_Value function, JSVM_Value prototype
) except -1:
    """Chain prototype and class to those of the base class."""
    cdef Class parent
    cdef JSVM_Value parent_prototype, parent_function
    if base:
        parent = env.exposed[cls.module.named["class"][base]]
        ok(env, OH_JSVM_GetReferenceValue(
            env.handle, parent.prototype, &parent_prototype))
    elif cls.is_error:
        error_prototype(env, &parent_prototype)
    else:
        return 0
    if cls.is_error:
        define_keyed(
            env, prototype, to_js(env, "name"), to_js(env, cls.kind.__name__))
    ok(env, OH_JSVM_ObjectSetPrototypeOf(env.handle, prototype, parent_prototype))
    ok(env, OH_JSVM_GetNamedProperty(
        env.handle, parent_prototype, b"constructor", &parent_function))
    ok(env, OH_JSVM_ObjectSetPrototypeOf(env.handle, function, parent_function))
    return 0


# ---- binding members -----------------------------------------------------------------

# What the special methods behind a member do, as functions of the instance.
cdef dict OPERATORS = {
    "__getitem__": operator.getitem, "__setitem__": operator.setitem,
    "__delitem__": operator.delitem, "__contains__": operator.contains,
    "__eq__": operator.eq, "__len__": len,
}


cdef Method new_method(Class cls, object callable, str attribute, object described):
    """A method of a description; the callable takes the instance first."""
    cdef Method method = Method.__new__(Method)
    method.of = cls
    method.attribute = attribute
    method.function = new_function(cls.module, callable, {
        **described, "name": f"{cls.kind.__name__}.{described['name']}"})
    return method


cdef JSVM_Value method_to_js(
    Class cls, Env env, object callable, str attribute, object described
) except NULL:
    """A function for the prototype."""
    cdef Method method = new_method(cls, callable, attribute, described)
    return owned_function(
        env, method, call_native, described["name"], method.function.required)


cdef int define_method(Class cls, Env env, JSVM_Value prototype, object member) except -1:
    cdef str name = member["name"]
    special = member.get("special")
    if special:
        function = method_to_js(cls, env, OPERATORS[special], None, member)
    else:
        function = method_to_js(cls, env, getattr(cls.kind, name), name, member)
    return define_keyed(env, prototype, to_js(env, name), function)


cdef object described_getter(object member):
    """A property's getter as a described function."""
    return {"name": member["name"], "flavour": "plain", "params": [],
            "returns": member["type"]}


cdef int define_property(
    Class cls, Env env, JSVM_Value prototype, object member
) except -1:
    cdef Setter setter
    cdef JSVM_Value get, set = NULL
    cdef str name = member["name"]
    special = member.get("special")
    callable = OPERATORS[special] if special else operator.attrgetter(name)
    get = method_to_js(cls, env, callable, None, described_getter(member))
    if member["writable"]:
        setter = Setter.__new__(Setter)
        setter.of = cls
        setter.attribute = name
        setter.function = new_function(cls.module, setattr, {
            "name": cls.kind.__name__, "flavour": "plain", "returns": "void",
            "params": [{"name": name, "type": member["type"], "kind": "positional",
                        "optional": False, "nullable": member.get("nullable", False)}]})
        set = owned_function(env, setter, call_native, name, 1)
    ok(env, JSVMX_DefineAccessor(
        env.handle, prototype, to_js(env, name), get, set, JSVM_CONFIGURABLE))
    return 0


cdef int define_shared(Class cls, Env env, JSVM_Value function, object member) except -1:
    """An attribute of the class itself: read when JS reads it."""
    cdef Function getter = new_function(
        cls.module, functools.partial(getattr, cls.kind, member["name"]),
        described_getter({**member, "name": f"{cls.kind.__name__}.{member['name']}"}))
    ok(env, JSVMX_DefineAccessor(
        env.handle, function, to_js(env, member["name"]),
        owned_function(env, getter, call_native, member["name"], 0), NULL,
        <JSVM_PropertyAttributes>(JSVM_ENUMERABLE | JSVM_CONFIGURABLE)))
    return 0


cdef list all_static(object described, dict made):
    """The static members of a class; class methods of its base classes too, because
    they are called with the class that they are called on."""
    found = {}
    while described:
        for member in described["static"]:
            found.setdefault(member["name"], member)
        described = made.get(described["base"])
    return list(found.values())


cdef int define_static(Class cls, Env env, JSVM_Value function, object member) except -1:
    cdef Function static = new_function(
        cls.module, getattr(cls.kind, member["name"]),
        {**member, "name": f"{cls.kind.__name__}.{member['name']}"})
    return define_keyed(env, function, to_js(env, member["name"]), owned_function(
        env, static, call_native, member["name"], static.required))


# ---- enums ---------------------------------------------------------------------------

cdef int define_enums(
    Module module, Env env, JSVM_Value holder, list described
) except -1:
    """Enums are frozen objects: name -> value."""
    cdef JSVM_Value result
    for each in described:
        kind = getattr(module.module, each["name"], None)
        members = each["members"]
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            members = {name: member.value for name, member in kind.__members__.items()}
        result = value_to_js(module, env, members, NULL)
        define_tag(env, result, each["name"])
        ok(env, OH_JSVM_ObjectFreeze(env.handle, result))
        define(env, holder, each["name"], result)
    return 0
