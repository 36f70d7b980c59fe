import array

import pytest

import $name


def test_scale():
    assert $name.scale(2, 21) == 42


def test_fill_writes_into_the_array():
    values = array.array("d", [1, 2, 3])
    $name.fill(values, 7)
    assert list(values) == [7, 7, 7]


def test_greet():
    assert $name.greet("you") == "Hello, you!"
    with pytest.raises(ValueError, match="name is empty"):
        $name.greet("")


def test_counter():
    counter = $name.Counter(10)
    assert counter.add() == 11
    assert counter.add(5) == counter.count == 16
