"""$summary"""
# JavaScript sees every def and cpdef function and every class below; names that begin
# with _ stay private.


# C numbers, nogil and noexcept: called straight from the engine, without Python.
cpdef double scale(double x, double factor) noexcept nogil:
    """x times factor."""
    return x * factor


# A typed array is its own memory: what is written here, JavaScript sees.
cpdef void fill(double[:] values, double value):
    """Set every element."""
    cdef Py_ssize_t i
    for i in range(values.shape[0]):
        values[i] = value


# Anything Python. An exception becomes an Error.
def greet(str name):
    """A greeting."""
    if not name:
        raise ValueError("name is empty")
    return f"Hello, {name}!"


# A class of JavaScript: new $name.Counter(10).
cdef class Counter:
    """Counts."""

    cdef readonly long count

    def __init__(self, long start=0):
        self.count = start

    cpdef long add(self, long n=1):
        """Count on; gives the new count."""
        self.count += n
        return self.count
