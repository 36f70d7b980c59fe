"""Statistics of Float64Arrays, computed in one or two passes over their own memory."""

from libc.math cimport sqrt


cpdef double mean(const double[:] values):
    """Arithmetic mean; NaN for an empty array."""
    cdef Py_ssize_t i
    cdef double total = 0
    for i in range(values.shape[0]):
        total += values[i]
    return total / values.shape[0] if values.shape[0] else float("nan")


cpdef double variance(const double[:] values):
    """Sample variance (divisor n - 1), in two passes; NaN below two values."""
    cdef Py_ssize_t i
    cdef double center = mean(values), total = 0
    for i in range(values.shape[0]):
        total += (values[i] - center) ** 2
    return total / (values.shape[0] - 1) if values.shape[0] > 1 else float("nan")


cpdef double correlation(const double[:] a, const double[:] b) except? -2:
    """Pearson's correlation coefficient of two arrays of one length."""
    if a.shape[0] != b.shape[0]:
        raise ValueError(f"arrays of one length expected, got {a.shape[0]} and {b.shape[0]}")
    cdef Py_ssize_t i
    cdef double mean_a = mean(a), mean_b = mean(b), ab = 0, aa = 0, bb = 0
    for i in range(a.shape[0]):
        ab += (a[i] - mean_a) * (b[i] - mean_b)
        aa += (a[i] - mean_a) ** 2
        bb += (b[i] - mean_b) ** 2
    return ab / sqrt(aa * bb) if aa * bb > 0 else float("nan")


def extent(const double[:] values):
    """[smallest, largest], or None for an empty array."""
    if values.shape[0] == 0:
        return None
    cdef Py_ssize_t i
    cdef double low = values[0], high = values[0]
    for i in range(1, values.shape[0]):
        low = min(low, values[i])
        high = max(high, values[i])
    return [low, high]
