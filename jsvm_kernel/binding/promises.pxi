# Coroutines and futures as promises.

cdef JSVM_Value awaitable_to_js(Module module, Env env, object value) except? NULL:
    """A promise for a Python awaitable; NULL, without an exception, for anything else.
    """
    return NULL
