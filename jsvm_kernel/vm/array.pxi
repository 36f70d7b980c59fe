# Arrays as sequences.

@cython.final
@cython.no_gc_clear
cdef class JSArray(JSObject):
    """A JavaScript array, as a sequence.

    Integers and slices index as in Python (negative ones count from the end, a slice
    gives a list); iteration is live. `in` looks for an element. What changes the length
    is JavaScript's: array.push(1), array.splice(0, 2), array["length"] = 0.
    """

    def __len__(self):
        return array_length(self)

    def __getitem__(self, key):
        if isinstance(key, int):
            return get_attribute(self, sequence_index(array_length(self), key))
        if isinstance(key, slice):
            indices = range(*key.indices(array_length(self)))
            return [get_attribute(self, i) for i in indices]
        return get_item(self, key)

    def __setitem__(self, key, value):
        if isinstance(key, slice):
            raise TypeError("slices of a JavaScript array are assigned by splice")
        if isinstance(key, int):
            key = sequence_index(array_length(self), key)
        set_item(self, key, value)

    def __delitem__(self, key):
        if isinstance(key, (int, slice)):
            raise TypeError("elements of a JavaScript array are deleted by splice")
        delete_item(self, key)

    def __contains__(self, value):
        return any(value is item or value == item for item in self)

    def __iter__(self):
        return iterate_array(self)

    def __reversed__(self):
        return (get_attribute(self, i) for i in range(array_length(self) - 1, -1, -1))

    cdef str summary(self):
        return f"of {array_length(self)}"


cdef object sequence_index(Py_ssize_t length, object index):
    """A Python index of a sequence, counted from the start."""
    index = int(index)
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of range for length {length}")
    return index + length if index < 0 else index


cdef Py_ssize_t array_length(JSArray array) except -1:
    cdef Env env = array.env_of()
    cdef JSVM_HandleScope scope = env.enter()
    cdef uint32_t length
    try:
        check(env, OH_JSVM_GetArrayLength(env.handle, array.get(), &length))
        return length
    finally:
        env.leave(scope)


def iterate_array(JSArray array):
    """Iterate as JavaScript does: the length is looked at before each element."""
    cdef Py_ssize_t index = 0
    while index < array_length(array):
        yield get_attribute(array, index)
        index += 1
