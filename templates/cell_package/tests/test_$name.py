"""What others use of the module is there; what it does is yours to test."""

import pytest

import $name

EXPORTS = [
$exports]


@pytest.mark.parametrize("export", EXPORTS)
def test_it_has(export):
    assert hasattr($name, export)
