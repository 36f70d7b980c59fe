# Memory shared with Python: JS buffers export it, Python buffers become typed arrays.

# By JSVM_TypedarrayType, and Float16Array, for which JSVM-API has no number.
cdef enum:
    FLOAT16_ARRAY = 11
    TYPED_ARRAYS = 12

cdef struct ElementType:
    const char *name
    const char *format      # of Python's struct module
    Py_ssize_t size         # bytes

cdef ElementType[TYPED_ARRAYS] ELEMENT_TYPES = [
    ElementType(b"Int8Array", b"b", 1), ElementType(b"Uint8Array", b"B", 1),
    ElementType(b"Uint8ClampedArray", b"B", 1), ElementType(b"Int16Array", b"h", 2),
    ElementType(b"Uint16Array", b"H", 2), ElementType(b"Int32Array", b"i", 4),
    ElementType(b"Uint32Array", b"I", 4), ElementType(b"Float32Array", b"f", 4),
    ElementType(b"Float64Array", b"d", 8), ElementType(b"BigInt64Array", b"q", 8),
    ElementType(b"BigUint64Array", b"Q", 8), ElementType(b"Float16Array", b"e", 2),
]

# Where a view's memory is.
cdef struct Memory:
    void *data              # NULL: detached
    size_t length           # elements
    int type                # index into ELEMENT_TYPES
    JSVM_Value buffer       # the ArrayBuffer or SharedArrayBuffer


# ---- JS memory to Python -------------------------------------------------------------

@cython.no_gc_clear
cdef class JSMemory(JSObject):
    """An ArrayBuffer or a view of one. Supports the buffer protocol: memoryview(x) and
    numpy.asarray(x) share its memory. While they exist, JavaScript can neither detach,
    transfer nor resize the buffer, and the VM's memory is not freed even if it is
    closed."""

    def __getbuffer__(self, Py_buffer *view, int flags):
        cdef Env env = self.env_of()
        cdef JSVM_HandleScope scope = env.enter()
        cdef JSVMX_Memory memory
        cdef int type
        try:
            hold(env, self.get(), &memory)
        finally:
            env.leave(scope)
        if memory.isReadonly and flags & PyBUF_WRITABLE:
            JSVMX_ReleaseMemory(env.handle, memory.hold)
            raise BufferError("the ArrayBuffer is immutable")
        type = JSVM_UINT8_ARRAY if memory.elementType < 0 else memory.elementType
        self.exports += 1
        env.state.exports += 1
        env.state.vm.exports += 1
        self.length = memory.length
        self.itemsize = ELEMENT_TYPES[type].size
        view.obj = self
        view.buf = memory.data
        view.len = self.length * self.itemsize
        view.itemsize = self.itemsize
        view.readonly = memory.isReadonly
        view.format = NULL
        if flags & PyBUF_FORMAT:
            view.format = <char *>ELEMENT_TYPES[type].format
        view.ndim = 1
        view.shape = &self.length if flags & PyBUF_ND else NULL
        view.strides = NULL
        if flags & PyBUF_STRIDES == PyBUF_STRIDES:
            view.strides = &self.itemsize
        view.suboffsets = NULL
        view.internal = memory.hold

    def __releasebuffer__(self, Py_buffer *view):
        cdef EnvState *state = self.env.state
        self.exports -= 1
        do_or_queue(RELEASE_MEMORY, state, <JSVM_Ref>view.internal)
        state.exports -= 1
        state.vm.exports -= 1
        if state.closed and state.exports == 0 and not state.vm.closed:
            state.users += 1
            do_or_queue(DESTROY_ENV, state, NULL)
        if state.vm.closed and state.vm.exports == 0:
            self.env.vm.destroy()

    def __len__(self):
        return memory_of(self).length

    cdef str summary(self):
        cdef Memory memory = memory_of(self)
        return "detached" if memory.data == NULL else f"of {memory.length}"


@cython.final
@cython.no_gc_clear
cdef class JSArrayBuffer(JSMemory):
    """An ArrayBuffer; its length is in bytes."""


@cython.final
@cython.no_gc_clear
cdef class JSDataView(JSMemory):
    """A DataView; its length is in bytes."""


@cython.final
@cython.no_gc_clear
cdef class JSTypedArray(JSMemory):
    """A typed array, as a sequence of numbers that cannot change its length."""

    @property
    def kind(self):
        """Name of its constructor, for example "Float64Array"."""
        return ELEMENT_TYPES[memory_of(self).type].name.decode()

    def __getitem__(self, key):
        if isinstance(key, int):
            return get_attribute(self, sequence_index(len(self), key))
        if isinstance(key, slice):
            return [get_attribute(self, i) for i in range(*key.indices(len(self)))]
        return get_item(self, key)

    def __setitem__(self, key, value):
        if isinstance(key, slice):
            raise TypeError("assign slices through numpy.asarray(array) or memoryview")
        if isinstance(key, int):
            key = sequence_index(len(self), key)
        set_item(self, key, value)

    def __delitem__(self, key):
        if isinstance(key, (int, slice)):
            raise TypeError("elements of a typed array cannot be deleted")
        delete_item(self, key)

    def __contains__(self, value):
        return any(value == item for item in self)

    def __reversed__(self):
        return (get_attribute(self, i) for i in range(len(self) - 1, -1, -1))

    cdef str summary(self):
        return f"{self.kind} {JSMemory.summary(self)}"


cdef int find_memory(Env env, JSVM_Value value, Memory *memory) except -1:
    """Fill in where the memory of a buffer or view is."""
    cdef JSVM_TypedarrayType type
    cdef c_bool is_buffer, is_array
    memory.type = JSVM_UINT8_ARRAY
    OH_JSVM_IsArraybuffer(env.handle, value, &is_buffer)
    if is_buffer:
        memory.buffer = value
        check(env, OH_JSVM_GetArraybufferInfo(
            env.handle, value, &memory.data, &memory.length))
        return 0
    OH_JSVM_IsTypedarray(env.handle, value, &is_array)
    if not is_array:
        check(env, OH_JSVM_GetDataviewInfo(
            env.handle, value, &memory.length, &memory.data, &memory.buffer, NULL))
        return 0
    check(env, OH_JSVM_GetTypedarrayInfo(
        env.handle, value, NULL, &memory.length, &memory.data, &memory.buffer, NULL))
    if OH_JSVM_GetTypedarrayInfo(
            env.handle, value, &type, NULL, NULL, NULL, NULL) == JSVM_OK:
        memory.type = type
    else:
        memory.type = FLOAT16_ARRAY
    return 0


cdef Memory memory_of(JSMemory proxy) except *:
    cdef Env env = proxy.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef Memory memory
    try:
        find_memory(env, proxy.get(), &memory)
        return memory
    finally:
        env.leave(scope)


cdef inline int hold(Env env, JSVM_Value value, JSVMX_Memory *memory) except -1:
    """Keep the memory in place until JSVMX_ReleaseMemory."""
    if JSVMX_HoldMemory(env.handle, value, memory) != JSVM_OK:
        raise BufferError("the ArrayBuffer is detached")
    return 0
