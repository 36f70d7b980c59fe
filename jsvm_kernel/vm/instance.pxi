# Python objects that JS objects stand for: one JS object per Python object and VM.

cdef char INSTANCE      # its address tells our native objects from others'


@cython.final
@cython.no_gc_clear
cdef class Instance:
    """Ties a Python object to the JS object that stands for it.

    VM.instances holds it, and with it the Python object, until the JS object is gone.
    Where that object only is the tag of another one, `face` is the other one.
    """

    def __dealloc__(self):
        if self.face != NULL:
            do_or_queue(DELETE_REFERENCE, self.face_env, self.face)


@cython.no_gc_clear
cdef class Exposed:
    """How instances of a Python class look in one Env: as objects with a prototype."""

    def __dealloc__(self):
        if self.env != NULL:
            do_or_queue(DELETE_REFERENCE, self.env, self.prototype)

    cdef JSVM_Value to_js(self, Env env, object value) except NULL:
        """The JS object of an instance of the class, in the open scope."""
        cdef JSVM_Value prototype, result = find_instance(env, value)
        if result != NULL:
            return result
        check(env, OH_JSVM_GetReferenceValue(env.handle, self.prototype, &prototype))
        return new_instance(env, value, prototype)


cdef int expose(Env env, Exposed exposed, object kind, JSVM_Value prototype) except -1:
    """Let instances of a class cross to JS as `exposed` says. A kind that is no class
    is the caller's own: env.exposed.get(kind)."""
    check(env, OH_JSVM_CreateReference(env.handle, prototype, 1, &exposed.prototype))
    exposed.env = env.state
    exposed.env.users += 1
    if env.exposed is None:
        env.exposed = {}
    env.exposed[kind] = exposed
    return 0


cdef Exposed find_exposed(Env env, type kind):
    """How instances of a class cross: as those of its nearest base that was exposed."""
    if env.exposed is None:
        return None
    exposed = env.exposed.get(kind)
    if exposed is None:
        for base in kind.__mro__:
            exposed = env.exposed.get(base)
            if exposed is not None:
                break
    return <Exposed>exposed


cdef JSVM_Value find_instance(Env env, object value) except? NULL:
    """The JS object that stands for a Python object; NULL if there is none, or only one
    of an Env that was closed, whose methods are dead."""
    cdef VM vm = env.vm
    cdef JSVM_Value result = NULL
    cdef Instance instance = vm.instances.get(<size_t><PyObject *>value)
    if instance is not None and instance.state.native.object == NULL:
        sweep(vm, vm.state)
        instance = None
    if instance is not None and not instance.state.held.env.closed:
        check(env, JSVMX_GetObjectOfNative(
            env.handle, &instance.state.native, &result))
    return result


cdef JSVM_Value new_instance(
    Env env, object value, JSVM_Value prototype
) except NULL:
    """A new JS object that stands for a Python object."""
    cdef VM vm = env.vm
    cdef JSVM_Value result
    cdef Instance instance, older
    if len(vm.instances) >= vm.instances_due:
        collect_unasked(vm)
    instance = Instance.__new__(Instance)
    instance.value = value
    instance.key = <size_t><PyObject *>value
    instance.state.native.kind = &INSTANCE
    instance.state.native.finalize = bury_instance
    instance.state.held.vm = vm.state
    instance.state.held.env = env.state
    instance.state.held.instance = <PyObject *>instance
    older = vm.instances.get(instance.key)
    if older is not None:  # of an Env that was closed; it lives as long as its object
        older.key = <size_t><PyObject *>older
        vm.instances[older.key] = older
    vm.instances[instance.key] = instance
    try:
        check(env, JSVMX_CreateNativeObject(
            env.handle, prototype, &instance.state.native, &result))
    except:
        del vm.instances[instance.key]
        raise
    vm.state.users += 1
    env.state.users += 1
    return result


cdef Instance instance_of(Env env, JSVM_Value value):
    """What a JS object stands for; None: it is an object of JS itself."""
    cdef JSVMX_NativeObject *native = NULL
    JSVMX_GetNativeObject(env.handle, value, &INSTANCE, &native)
    if native == NULL:
        return None
    return <Instance>(<InstanceState *>native).held.instance


cdef void bury_instance(JSVM_Env env, void *data, void *hint) noexcept nogil:
    """JSVM_Finalize of an instance's JS object."""
    bury(env, &(<InstanceState *>data).held, NULL)


# ---- objects of JS that come to stand for a Python object ----------------------------
#
# A JS error, which has to be a real one, can't be a native object. A hidden property
# holds one, the tag.

cdef JSVM_Value tag_key(Env env) except NULL:
    cdef JSVM_Value key
    check(env, OH_JSVM_SymbolFor(
        env.handle, b"jsvm.instance", JSVM_AUTO_LENGTH, &key))
    return key


cdef int tie(Env env, object value, JSVM_Value target) except -1:
    """Let a JS object stand for a Python object for which none stands."""
    cdef JSVM_Value tag, nothing
    cdef JSVM_PropertyDescriptor entry
    cdef Instance instance
    check(env, OH_JSVM_GetNull(env.handle, &nothing))
    tag = new_instance(env, value, nothing)
    instance = instance_of(env, tag)
    check(env, OH_JSVM_CreateReference(env.handle, target, 0, &instance.face))
    instance.face_env = env.state
    env.state.users += 1
    memset(&entry, 0, sizeof(entry))
    entry.name = tag_key(env)
    entry.value = tag
    entry.attributes = JSVM_CONFIGURABLE
    check(env, OH_JSVM_DefineProperties(env.handle, target, 1, &entry))
    return 0


cdef JSVM_Value find_tied(Env env, object value) except? NULL:
    """The JS object that was tied to a Python object, NULL if there is none."""
    cdef JSVM_Value result = NULL
    cdef Instance instance = env.vm.instances.get(<size_t><PyObject *>value)
    if instance is not None and instance.face != NULL:
        if not instance.face_env.closed:
            check(env, OH_JSVM_GetReferenceValue(env.handle, instance.face, &result))
    return result


cdef object object_behind(Env env, JSVM_Value value):
    """The Python object that a JS object stands for or was tied to; None: there is
    none."""
    cdef JSVM_Value tag
    cdef c_bool is_error = False
    instance = instance_of(env, value)
    if instance is None:
        OH_JSVM_IsError(env.handle, value, &is_error)
        if is_error:
            check(env, OH_JSVM_GetProperty(env.handle, value, tag_key(env), &tag))
            instance = instance_of(env, tag)
    return None if instance is None else instance.value
