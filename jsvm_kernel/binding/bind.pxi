# The JS object that stands for a module.

def bind(env, module, description=None, *, name=None, host=None):
    """Make the JS object that stands for a Python module and return its proxy.

    description is the module's own (`__jsvm_exports__`) if it is None; name is how
    error texts call the module, else that of the Python module; host is what the
    program around knows, see BindingHost. Raises DescriptionError, ValueError.
    """
    cdef Env target = env
    cdef Module bound
    cdef JSVM_HandleScope scope
    if description is None:
        description = description_of(module)
    if name is None:
        name = module.__name__
    bound = Module(module, name, PlainHost() if host is None else host)
    read_named(bound, description)
    scope = target.enter()
    try:
        return to_python(target, new_holder(bound, target, description))
    finally:
        target.leave(scope)


cdef JSVM_Value new_holder(Module module, Env env, object description) except NULL:
    """The object with what the module exports."""
    cdef JSVM_Value holder
    ok(env, OH_JSVM_CreateObject(env.handle, &holder))
    define_tag(env, holder, module.name)
    define_classes(module, env, holder, description["classes"])
    define_enums(module, env, holder, description["enums"])
    for described in description["functions"]:
        define(env, holder, described["name"], function_to_js(module, env, described))
    for name in description.get("constants", ()):
        value = getattr(module.module, name)
        define(env, holder, name, value_to_js(module, env, value, NULL))
    return holder


cdef JSVM_Value function_to_js(Module module, Env env, object described) except NULL:
    """The JS function for one function of a description."""
    cdef Function function
    cdef str name = described["name"]
    if described["kind"] == "direct":
        return direct_to_js(
            env, f"{module.name}.{name}",
            [(param["name"], f"{'const ' if param['const'] else ''}{param['type']}")
             for param in described["params"]],
            described["returns"], described["thunk"],
            {key: (<Enum>enum).values for key, enum in module.named["enum"].items()},
            new_thrower(module) if described.get("fallible") else None)
    function = new_function(module, getattr(module.module, name), described)
    return owned_function(env, function, call_native, name, function.required)
