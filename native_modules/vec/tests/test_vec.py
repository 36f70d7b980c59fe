"""The module as Python calls it."""

import array
import math

import pytest

import vec


def floats(*values):
    return array.array("d", values)


# ---- arrays ------------------------------------------------------------------------


def test_norm():
    assert vec.norm(floats(3, 4)) == 5
    assert vec.norm(floats()) == 0
    assert math.isnan(vec.norm(floats(1, math.nan)))
    assert vec.norm(floats(1, -math.inf)) == math.inf


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1, 1e170, 1e300])
def test_norm_of_any_size(size):
    x = floats(2 * size, -3 * size, 6 * size)
    assert vec.norm(x) == pytest.approx(7 * size, rel=1e-15)


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 8, 1001])
def test_dot(count):
    x, y = floats(*range(count)), floats(*range(1, count + 1))
    assert vec.dot(x, y) == sum(i * (i + 1) for i in range(count))


def test_distance():
    assert vec.distance(floats(1, 2), floats(4, -2)) == 5


def test_scale_and_axpy_write_into_the_array():
    x, y = floats(1, 2), floats(10, 20)
    vec.axpy(3, x, y)
    assert list(y) == [13, 26]
    vec.scale(-1, y)
    assert list(y) == [-13, -26]


def test_normalize():
    x = floats(3, 4)
    assert vec.normalize(x) == 5
    assert list(x) == [0.6, 0.8]
    with pytest.raises(ZeroDivisionError, match="no direction"):
        vec.normalize(floats(0, 0))


@pytest.mark.parametrize(
    "function", [vec.dot, vec.distance, lambda x, y: vec.axpy(1, x, y)]
)
def test_arrays_of_two_lengths_are_refused(function):
    with pytest.raises(ValueError, match="one length expected, got 2 and 3"):
        function(floats(1, 2), floats(1, 2, 3))


# ---- classes -----------------------------------------------------------------------


def test_vec2():
    v, w = vec.Vec2(3, 4), vec.Vec2(1, -2)
    assert (v.length, vec.Vec2(0, 2).angle) == (5, math.pi / 2)
    assert v.plus(w) == vec.Vec2(4, 2)
    assert v.minus(w) == vec.Vec2(2, 6)
    assert v.times(2) == vec.Vec2(6, 8)
    assert v.unit() == vec.Vec2(3 / 5, 4 / 5)
    assert (v.dot(w), v.cross(w), w.cross(v)) == (-5, -10, 10)
    turned = vec.Vec2(1, 0).rotated(math.pi / 2)
    assert list(turned) == pytest.approx([0, 1])
    assert list(vec.Vec2.polar(2, math.pi)) == pytest.approx([-2, 0])


def test_vec3():
    x, y = vec.Vec3(1), vec.Vec3(0, 1)
    assert x.cross(y) == vec.Vec3(0, 0, 1)
    assert vec.Vec3(2, 3, 6).length == 7
    assert x.plus(y).minus(x) == y
    assert y.times(3).unit() == y
    assert vec.Vec3(1, 2, 3).dot(vec.Vec3(4, 5, 6)) == 32


@pytest.mark.parametrize("vector", [vec.Vec2(1.5, -2), vec.Vec3(1.5, -2, 3)])
def test_every_vector(vector):
    assert type(vector)(*vector) == vector
    assert vector != type(vector)()
    assert vector != 1
    assert repr(vector).startswith(f"{type(vector).__name__}(1.5, -2")
    vector.x = 7
    assert next(iter(vector)) == 7
    with pytest.raises(ZeroDivisionError, match="no direction"):
        type(vector)().unit()
