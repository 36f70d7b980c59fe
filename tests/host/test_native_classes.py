"""Classes of a native module in a real host: built by Cython, shown in a notebook."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Host
from native_cells import Built, compile_module, load

CELL = """
    from collections import namedtuple
    from dataclasses import dataclass

    cdef int alive = 0

    cdef class Vec:
        '''A vector.'''
        cdef public double x, y
        cdef readonly int id
        cdef public Vec next
        cdef public object callback
        cdef public double[:] data

        def __cinit__(self):
            global alive
            alive += 1

        def __init__(self, double x, double y=0):
            self.x, self.y = x, y

        def __dealloc__(self):
            global alive
            alive -= 1

        cpdef double norm(self):
            return (self.x ** 2 + self.y ** 2) ** 0.5

        def plus(self, Vec other not None):
            return Vec(self.x + other.x, self.y + other.y)

        def __iter__(self):
            yield self.x
            yield self.y

        def __getitem__(self, Py_ssize_t index):
            return (self.x, self.y)[index]

    cdef class Named(Vec):
        cdef public str name

        def __init__(self, str name):
            super().__init__(1, 2)
            self.name = name

        def __repr__(self):
            return f"<{self.name}>"

        def _repr_html_(self):
            return f"<b>{self.name}</b>"

    class TooFar(Exception):
        def __init__(self, str text, int distance):
            super().__init__(text)
            self.distance = distance

    @dataclass
    class Point:
        x: float
        y: float = 0.0

    class _Other:
        def __repr__(self):
            return "an other"

    class Plain:
        def __init__(self):
            self.tags = ["a"]
            self.other = _Other()

    class Door:
        log = ""
        def __enter__(self):
            return self
        def __exit__(self, *error):
            Door.log += "closed"

    Pair = namedtuple("Pair", "left right")

    cpdef int count():
        return alive

    cpdef double length(Vec vec):
        return vec.norm()

    def go(int distance):
        if distance > 10:
            raise TooFar("too far", distance)
        return distance

    def calls(f):
        return f()
"""


@pytest.fixture(scope="module")
def built(builds: Path) -> Built:
    return compile_module(CELL, builds, "geo")


@pytest.fixture
def geo(host: Host, cc: str, built: Built) -> Host:
    """A host with the module in it."""
    loaded = load(host, built, "geo")
    assert loaded.outcome.status == "ok", loaded.outcome
    return host


def test_a_cdef_class_is_a_class(geo: Host) -> None:
    assert geo.value("const v = new geo.Vec(3, 4); v.norm()") == "5"
    assert geo.value("[v.plus(v).x, v.x, geo.length(v)]") == "[ 6, 3, 5 ]"
    assert geo.value("v.x = 0; v.norm()") == "4"
    assert geo.value("v.next = v; v.next === v && v.next.next === v") == "true"
    assert geo.value("v.next = null; v.next") == "null"
    assert geo.value("v.get(1)") == "4"
    assert geo.value("[v instanceof geo.Vec, new geo.Named('a') instanceof geo.Vec]")
    assert geo.value("new geo.Named('a').name") == "'a'"


def test_an_array_of_an_instance_is_the_typed_array_s_memory(geo: Host) -> None:
    geo.value("const v = new geo.Vec(1), a = new Float64Array([1, 2]); v.data = a")
    assert geo.value("a[0] = 7; v.data[0]") == "7"


def test_wrong_values_are_refused(geo: Host) -> None:
    for code, text in (
        ("new geo.Vec('a')", "geo.Vec: parameter 'x' expects a number"),
        ("geo.Vec(1)", "geo.Vec: a class is called with new, as in new Vec(…)"),
        ("new geo.Vec(1).x = 'a'", "geo.Vec: property 'x' expects a number"),
        ("new geo.Vec(1).next = {}", "property 'next' expects an instance of Vec"),
        ("geo.length({})", "parameter 'vec' expects an instance of Vec"),
        ("geo.Vec.prototype.norm.call({})", "geo.Vec.norm: called on the object {}"),
    ):
        error = geo.run(code).outcome.error
        assert error is not None, code
        assert error.name == "TypeError"
        assert text in error.message


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("new geo.Vec(3, 4)", "Vec { x: 3, y: 4, id: 0, next: null, callback: null }"),
        ("new geo.Named('a')", "<a>"),
        (
            "[new geo.Named('a'), {p: new geo.Point(1, 2)}]",
            "[ <a>, { p: Point(x=1.0, y=2.0) } ]",
        ),
        ("new geo.Pair(1, 'r')", "Pair(left=1, right='r')"),
        ("new geo.Door()", "Door {}"),
        ("geo.Vec", "[class Vec]"),
        ("geo.Named.prototype", "Named {}"),
        ("new geo.Plain()", "Plain { tags: [ 'a' ], other: 'an other' }"),
        ("class My extends geo.Vec {}; My", "[class My extends Vec]"),
        (
            "class Near extends geo.Vec { own = 1 }; new Near(1)",
            "Near [Vec] { x: 1, y: 0, id: 0, next: null, callback: null, own: 1 }",
        ),
    ],
)
def test_instances_show_what_they_are(geo: Host, code: str, shown: str) -> None:
    assert geo.value(code) == shown


def test_an_instance_that_holds_itself_is_shown_to_a_depth(geo: Host) -> None:
    shown = geo.value("const v = new geo.Vec(1); v.next = v; v")
    assert shown is not None
    assert shown.count("Vec {") == 3
    assert "next: [Vec]" in shown


def test_a_notebook_shows_the_rich_form(geo: Host) -> None:
    (result,) = geo.run("new geo.Named('a')").displays
    assert result.data == {"text/html": "<b>a</b>", "text/plain": "<a>"}


def test_an_exception_class_is_caught_as_such(geo: Host) -> None:
    code = "try { geo.go(99) } catch (e) { var caught = e }"
    geo.run(code)
    assert (
        geo.value("caught instanceof geo.TooFar && caught instanceof Error") == "true"
    )
    assert geo.value("[caught.name, caught.message, caught.distance]") == (
        "[ 'TooFar', 'too far', 99 ]"
    )
    assert geo.value("caught.stack.split('\\n')[0]") == "'TooFar: too far'"
    error = geo.run("geo.go(99)").outcome.error
    assert error is not None
    assert (error.name, error.message) == ("TooFar", "too far")


def test_an_instance_cannot_be_cloned(geo: Host) -> None:
    error = geo.run("structuredClone({v: new geo.Vec(1)})").outcome.error
    assert error is not None
    assert error.name == "DataCloneError"
    assert "can't be cloned" in error.message


def test_objects_of_a_cdef_class_are_freed(geo: Host) -> None:
    geo.value("for (let i = 0; i < 100_000; i++) new geo.Vec(i); 0")
    assert geo.value("geo.count()") == "0"
    geo.value("{ const v = new geo.Vec(1); v.callback = () => v }; 0")
    assert geo.value("geo.count()") == "1"


def test_a_context_manager_is_disposed_of(geo: Host) -> None:
    geo.value("new geo.Door()[Symbol.dispose]()")
    assert geo.value("geo.Door.log") == "'closed'"


def test_a_class_that_a_decorator_replaced_is_refused(
    host: Host, cc: str, builds: Path
) -> None:
    cell = """
        def _replace(cls): return 5
        @_replace
        class Number: pass
    """
    loaded = load(host, compile_module(cell, builds, "geo"), "geo")
    error = loaded.outcome.error
    assert error is not None
    assert "declares Number as a class, but once it is loaded that is of type int" in (
        error.message
    )
    assert host.value("typeof geo") == "'undefined'"
