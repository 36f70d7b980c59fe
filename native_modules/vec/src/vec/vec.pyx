# cython: boundscheck=False, wraparound=False, cdivision=True
"""Vectors of the plane and of space, and Float64Arrays as vectors of any length."""

from libc.math cimport atan2, cos, fabs, hypot, sin, sqrt

cdef extern from "float.h" nogil:
    double DBL_EPSILON, DBL_MAX, DBL_MIN


# ---- arrays ------------------------------------------------------------------------
#
# Their memory is JavaScript's own: what is written here, is written there. A function
# that can't fail is `noexcept nogil` and called straight from the engine; one that
# wants arrays of one length says so with an exception.


cpdef double norm(const double[::1] x) noexcept nogil:
    """Euclidean length; neither large nor small elements make it overflow."""
    cdef double square = _dot(x, x)
    cdef double largest = 0, total = 0
    cdef Py_ssize_t i
    if DBL_MIN / DBL_EPSILON < square <= DBL_MAX or square != square:
        return sqrt(square)
    for i in range(x.shape[0]):
        largest = max(largest, fabs(x[i]))
    if largest == 0 or largest > DBL_MAX:
        return largest
    for i in range(x.shape[0]):
        total += (x[i] / largest) ** 2
    return largest * sqrt(total)


cpdef void scale(double alpha, double[::1] x) noexcept nogil:
    """x becomes alpha x."""
    cdef Py_ssize_t i
    for i in range(x.shape[0]):
        x[i] *= alpha


cpdef double dot(const double[::1] x, const double[::1] y) except? -1:
    """Scalar product of two arrays of one length."""
    _check_lengths(x.shape[0], y.shape[0])
    return _dot(x, y)


cpdef double distance(const double[::1] x, const double[::1] y) except? -1:
    """Euclidean distance of two arrays of one length."""
    cdef Py_ssize_t i
    cdef double total = 0
    _check_lengths(x.shape[0], y.shape[0])
    for i in range(x.shape[0]):
        total += (x[i] - y[i]) ** 2
    return sqrt(total)


cpdef void axpy(double alpha, const double[::1] x, double[::1] y) except *:
    """y becomes alpha x + y, for two arrays of one length."""
    cdef Py_ssize_t i
    _check_lengths(x.shape[0], y.shape[0])
    for i in range(x.shape[0]):
        y[i] += alpha * x[i]


cpdef double normalize(double[::1] x) except? -1:
    """Make the length of x 1; gives the length it had, which can't be 0."""
    cdef double length = _direction(norm(x))
    cdef Py_ssize_t i
    for i in range(x.shape[0]):
        x[i] /= length
    return length


cdef double _dot(const double[::1] x, const double[::1] y) noexcept nogil:
    # Four sums at once: an addition need not wait for the one before it.
    cdef double a = 0, b = 0, c = 0, d = 0
    cdef Py_ssize_t i = 0, count = x.shape[0]
    while i + 4 <= count:
        a += x[i] * y[i]
        b += x[i + 1] * y[i + 1]
        c += x[i + 2] * y[i + 2]
        d += x[i + 3] * y[i + 3]
        i += 4
    while i < count:
        a += x[i] * y[i]
        i += 1
    return (a + b) + (c + d)


cdef double _direction(double length) except -1:
    """The length of a vector that has a direction."""
    if length == 0:
        raise ZeroDivisionError("a vector of length 0 has no direction")
    return length


cdef int _check_lengths(Py_ssize_t x, Py_ssize_t y) except -1:
    if x != y:
        raise ValueError(f"arrays of one length expected, got {x} and {y}")
    return 0


# ---- the plane ---------------------------------------------------------------------


cdef class Vec2:
    """A vector of the plane."""

    cdef public double x, y

    def __init__(self, double x=0, double y=0):
        self.x = x
        self.y = y

    @staticmethod
    def polar(double length, double angle) -> Vec2:
        """The vector of a length and an angle to the x axis, in radians."""
        return Vec2(length * cos(angle), length * sin(angle))

    @property
    def length(self) -> float:
        """Euclidean length."""
        return hypot(self.x, self.y)

    @property
    def angle(self) -> float:
        """Angle to the x axis in radians, from -pi to pi."""
        return atan2(self.y, self.x)

    cpdef Vec2 plus(self, Vec2 other):
        """The sum."""
        return Vec2(self.x + other.x, self.y + other.y)

    cpdef Vec2 minus(self, Vec2 other):
        """The difference."""
        return Vec2(self.x - other.x, self.y - other.y)

    cpdef Vec2 times(self, double factor):
        """The vector, longer by a factor."""
        return Vec2(self.x * factor, self.y * factor)

    cpdef Vec2 unit(self):
        """The vector of this direction and of length 1."""
        cdef double length = _direction(self.length)
        return Vec2(self.x / length, self.y / length)

    cpdef Vec2 rotated(self, double angle):
        """The vector, turned counterclockwise by an angle in radians."""
        cdef double c = cos(angle), s = sin(angle)
        return Vec2(c * self.x - s * self.y, s * self.x + c * self.y)

    cpdef double dot(self, Vec2 other):
        """Scalar product."""
        return self.x * other.x + self.y * other.y

    cpdef double cross(self, Vec2 other):
        """Area of the parallelogram of both, negative if other lies clockwise."""
        return self.x * other.y - self.y * other.x

    def __eq__(self, other):
        if not isinstance(other, Vec2):
            return NotImplemented
        return self.x == (<Vec2>other).x and self.y == (<Vec2>other).y

    def __iter__(self):
        yield self.x
        yield self.y

    def __repr__(self):
        return f"Vec2({self.x:g}, {self.y:g})"


# ---- space -------------------------------------------------------------------------


cdef class Vec3:
    """A vector of space."""

    cdef public double x, y, z

    def __init__(self, double x=0, double y=0, double z=0):
        self.x = x
        self.y = y
        self.z = z

    @property
    def length(self) -> float:
        """Euclidean length."""
        return hypot(hypot(self.x, self.y), self.z)

    cpdef Vec3 plus(self, Vec3 other):
        """The sum."""
        return Vec3(self.x + other.x, self.y + other.y, self.z + other.z)

    cpdef Vec3 minus(self, Vec3 other):
        """The difference."""
        return Vec3(self.x - other.x, self.y - other.y, self.z - other.z)

    cpdef Vec3 times(self, double factor):
        """The vector, longer by a factor."""
        return Vec3(self.x * factor, self.y * factor, self.z * factor)

    cpdef Vec3 unit(self):
        """The vector of this direction and of length 1."""
        cdef double length = _direction(self.length)
        return Vec3(self.x / length, self.y / length, self.z / length)

    cpdef double dot(self, Vec3 other):
        """Scalar product."""
        return self.x * other.x + self.y * other.y + self.z * other.z

    cpdef Vec3 cross(self, Vec3 other):
        """The vector product: at right angles to both."""
        return Vec3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )

    def __eq__(self, other):
        if not isinstance(other, Vec3):
            return NotImplemented
        cdef Vec3 vector = other
        return (self.x, self.y, self.z) == (vector.x, vector.y, vector.z)

    def __iter__(self):
        yield self.x
        yield self.y
        yield self.z

    def __repr__(self):
        return f"Vec3({self.x:g}, {self.y:g}, {self.z:g})"
