# Properties of JS objects. They are defined, not set: setters, and a key like __proto__,
# are nothing special.

cdef int define_as(
    Env env, JSVM_Value target, JSVM_Value key, JSVM_Value value,
    JSVM_PropertyAttributes attributes
) except -1:
    """Define a property under a string or symbol."""
    cdef JSVM_PropertyDescriptor entry
    memset(&entry, 0, sizeof(entry))
    entry.name = key
    entry.value = value
    entry.attributes = attributes
    ok(env, OH_JSVM_DefineProperties(env.handle, target, 1, &entry))
    return 0


cdef int define(Env env, JSVM_Value target, str key, JSVM_Value value) except -1:
    """As an object literal does."""
    return define_as(env, target, to_js(env, key), value, JSVM_DEFAULT_JSPROPERTY)


cdef int define_keyed(
    Env env, JSVM_Value target, JSVM_Value key, JSVM_Value value
) except -1:
    """As a class declares a method: not enumerable."""
    return define_as(env, target, key, value, JSVM_DEFAULT_METHOD)


cdef int define_tag(Env env, JSVM_Value target, str name) except -1:
    """What an object is called where it is shown: Symbol.toStringTag."""
    cdef JSVM_Value tag
    ok(env, OH_JSVM_GetSymbolToStringTag(env.handle, &tag))
    return define_as(env, target, tag, to_js(env, name), JSVM_CONFIGURABLE)
