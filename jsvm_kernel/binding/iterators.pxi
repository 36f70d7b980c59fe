# Python generators and iterators as JS iterators.

cdef JSVM_Value iterator_to_js(Module module, Env env, object value) except? NULL:
    """A JS iterator for a Python one; NULL, without an exception, for anything else."""
    return NULL
