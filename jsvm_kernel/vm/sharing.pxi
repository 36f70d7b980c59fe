# Python memory to JS: typed arrays and ArrayBuffers over buffers of Python objects.

# libjsvm wants external memory to start at a multiple of this.
cdef enum:
    EXTERNAL_ALIGNMENT = 8


cdef JSVM_Value buffer_to_js(
    Env env, object source, object kind, object copy
) except NULL:
    """A typed array over the memory of source; over a copy where copy is true, or None
    and the memory is read-only. kind: name of its constructor; None: what the buffer's
    format says. A buffer without dimensions is a number."""
    cdef Py_buffer view
    cdef int type
    PyObject_GetBuffer(source, &view, PyBUF_FULL_RO)
    if view.ndim == 0 and kind is None:
        PyBuffer_Release(&view)
        return to_js(env, memoryview(source)[()])
    try:
        type = type_of_format(&view) if kind is None else type_of_kind(kind)
        return make_array(env, source, &view, type, share(&view, copy))
    finally:
        PyBuffer_Release(&view)  # what is shared has a view of its own


cdef JSVM_Value array_buffer_to_js(Env env, object source, object copy) except NULL:
    """An ArrayBuffer over the memory of source, or over a copy; see buffer_to_js."""
    cdef Py_buffer view
    cdef Py_ssize_t offset = 0
    cdef JSVM_Value result
    PyObject_GetBuffer(source, &view, PyBUF_FULL_RO)
    try:
        result = make_buffer(env, None, &view, share(&view, copy), &offset)
        if offset != 0:
            raise ValueError(
                "the memory does not begin at a multiple of 8 bytes, so no ArrayBuffer "
                "can begin there; pass copy=True or make a typed array")
        return result
    finally:
        PyBuffer_Release(&view)


cdef bint share(Py_buffer *view, object copy) except -1:
    """Whether to share the memory; an error if it must be and cannot."""
    if copy is None:
        copy = bool(view.readonly)
    if copy:
        return False
    if view.readonly:
        raise ValueError(
            "the buffer is read-only and JavaScript could write to it; pass copy=True")
    if not PyBuffer_IsContiguous(view, b"C"):
        raise ValueError(
            "the buffer is not contiguous; pass copy=True or use "
            "numpy.ascontiguousarray")
    return True


cdef JSVM_Value make_array(
    Env env, object source, Py_buffer *view, int type, bint shared
) except NULL:
    cdef JSVM_Value buffer, result
    cdef Py_ssize_t offset = 0
    cdef Py_ssize_t size = ELEMENT_TYPES[type].size
    name = ELEMENT_TYPES[type].name.decode()
    if view.len % size != 0:
        raise ValueError(f"{view.len} bytes are not a whole number of {name} elements")
    if shared and <size_t>view.buf % size != 0:
        raise ValueError(
            f"the memory is not aligned to the {size} bytes of a {name} element; pass "
            "copy=True")
    buffer = make_buffer(env, source, view, shared, &offset)
    check(env, OH_JSVM_CreateTypedarray(
        env.handle, <JSVM_TypedarrayType>type, view.len // size, buffer, offset,
        &result))
    return result


cdef JSVM_Value make_buffer(
    Env env, object source, Py_buffer *view, bint shared, Py_ssize_t *offset
) except NULL:
    """An ArrayBuffer in which the memory, or its copy, begins at *offset."""
    cdef JSVM_Value result
    cdef JSMemory owner
    cdef void *data = NULL
    cdef Held *held
    cdef c_bool copied = False
    if not shared or view.len == 0:
        check(env, OH_JSVM_CreateArraybuffer(env.handle, view.len, &data, &result))
        if view.len > 0:
            PyBuffer_ToContiguous(data, view, view.len, b"C")
        return result
    owner = js_owner(env, source)
    if owner is not None and buffer_around(env, owner, view, &result, offset):
        return result
    held = new_held(env)
    try:
        PyObject_GetBuffer(view.obj, &held.buffer, PyBUF_FULL_RO)
        # The buffer begins at the multiple of 8 at or before the memory. The bytes
        # between belong to the same allocation: every allocator aligns to 8 at least.
        offset[0] = <size_t>held.buffer.buf % EXTERNAL_ALIGNMENT
        check(env, OH_JSVM_CreateArrayBufferFromExternalMemory(
            env.handle, <char *>held.buffer.buf - offset[0],
            held.buffer.len + offset[0], bury_buffer, held, &copied, &result))
    except:
        PyBuffer_Release(&held.buffer)
        drop_vm_state(held.vm)
        free(held)
        raise
    return result


cdef JSMemory js_owner(Env env, object source):
    """The JS memory of this VM that a memoryview, or an array of numpy or Cython, looks
    at; None: it is Python's. If JS held Python's view of its own memory, neither side
    could ever let go."""
    # Few views lie over one another; an array of Cython's is its own base.
    for _ in range(8):
        if source is None or isinstance(source, JSMemory):
            break
        if type(source) is memoryview:
            source = (<object>source).obj
        else:
            source = getattr(source, "base", None)
    if not isinstance(source, JSMemory) or (<JSMemory>source).env is None:
        return None
    return <JSMemory>source if (<JSMemory>source).env.vm is env.vm else None


cdef bint buffer_around(
    Env env, JSMemory owner, Py_buffer *view, JSVM_Value *buffer, Py_ssize_t *offset
) except -1:
    """Give the ArrayBuffer of JS memory, in which the view begins at *offset; False for
    a SharedArrayBuffer, of which JSVM-API makes no views."""
    cdef Memory memory
    cdef c_bool is_buffer = False
    cdef void *data
    find_memory(env, proxy_to_js(env, owner), &memory)
    OH_JSVM_IsArraybuffer(env.handle, memory.buffer, &is_buffer)
    if not is_buffer:
        return False
    check(env, OH_JSVM_GetArraybufferInfo(env.handle, memory.buffer, &data, NULL))
    buffer[0] = memory.buffer
    offset[0] = <char *>view.buf - <char *>data
    return True


# ---- which typed array ---------------------------------------------------------------

cdef int type_of_kind(object kind) except -1:
    cdef int type
    for type in range(FLOAT16_ARRAY):
        if kind == ELEMENT_TYPES[type].name.decode():
            return type
    names = ", ".join([ELEMENT_TYPES[i].name.decode() for i in range(FLOAT16_ARRAY)])
    raise ValueError(f"{kind!r} is no kind of typed array; there are {names}")


cdef dict TYPE_OF_NUMBER = {
    ("signed", 1): JSVM_INT8_ARRAY, ("signed", 2): JSVM_INT16_ARRAY,
    ("signed", 4): JSVM_INT32_ARRAY, ("signed", 8): JSVM_BIGINT64_ARRAY,
    ("unsigned", 1): JSVM_UINT8_ARRAY, ("unsigned", 2): JSVM_UINT16_ARRAY,
    ("unsigned", 4): JSVM_UINT32_ARRAY, ("unsigned", 8): JSVM_BIGUINT64_ARRAY,
    ("float", 4): JSVM_FLOAT32_ARRAY, ("float", 8): JSVM_FLOAT64_ARRAY,
}
cdef dict NUMBER_OF_FORMAT = {
    **dict.fromkeys("bhilqn", "signed"), **dict.fromkeys("BHILQN?c", "unsigned"),
    **dict.fromkeys("fde", "float"),
}


cdef int type_of_format(Py_buffer *view) except -1:
    """The typed array whose elements are those of the buffer."""
    format = "B" if view.format == NULL else view.format.decode()
    order = format[:1] if format[:1] in "@=<>!" else ""
    code = format.removeprefix(order)
    foreign = order in (("!", ">") if LITTLE_ENDIAN else ("<",))
    type = TYPE_OF_NUMBER.get((NUMBER_OF_FORMAT.get(code), view.itemsize))
    if type is None or (foreign and view.itemsize > 1):
        raise TypeError(
            f"no typed array has elements of the format {format!r}; convert the "
            "buffer, for example with numpy's astype")
    return type
