"""Python classes as JavaScript classes."""

from __future__ import annotations

import enum
import gc
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jsvm_kernel.binding import bind
from jsvm_kernel.vm import VM, JSError, live_resources


class Vec:
    """A vector."""

    count = 0

    def __init__(self, x: float, y: float = 0.0) -> None:
        self.x = x
        self.y = y
        self.label = ""
        Vec.count += 1

    def norm(self) -> float:
        return (self.x**2 + self.y**2) ** 0.5

    def plus(self, other: Vec) -> Vec:
        return type(self)(self.x + other.x, self.y + other.y)

    def itself(self) -> Vec:
        return self

    @staticmethod
    def unit() -> Vec:
        return Vec(1.0)

    @classmethod
    def zero(cls) -> Vec:
        return cls(0.0)

    @property
    def length2(self) -> float:
        return self.x**2 + self.y**2

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Iterator[float]:
        return iter([self.x, self.y])

    def __getitem__(self, index: int) -> float:
        return [self.x, self.y][index]

    def __setitem__(self, index: int, value: float) -> None:
        setattr(self, "xy"[index], value)

    def __contains__(self, value: float) -> bool:
        return value in (self.x, self.y)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vec) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self) -> int:
        return 1


class Vec3(Vec):
    def __init__(self, x: float, y: float, z: float) -> None:
        super().__init__(x, y)
        self.z = z

    def norm(self) -> float:
        return (self.x**2 + self.y**2 + self.z**2) ** 0.5

    def __str__(self) -> str:
        return f"({self.x}, {self.y}, {self.z})"

    def __repr__(self) -> str:
        return f"Vec3{self}"

    @classmethod
    def zero(cls) -> Vec3:
        return cls(0.0, 0.0, 0.0)


class _Hidden(Vec):
    def norm(self) -> float:
        return -1.0


class TooFar(Exception):
    def __init__(self, text: str, distance: int) -> None:
        super().__init__(text)
        self.distance = distance


class Door:
    """A context manager."""

    closed = 0

    def __enter__(self) -> Door:
        return self

    def __exit__(self, *error: object) -> None:
        Door.closed += 1


class Countdown:
    """An iterator of its own."""

    __slots__ = ("left", "never")

    def __init__(self, left: int) -> None:
        self.left = left

    def __iter__(self) -> Countdown:
        return self

    def __next__(self) -> int:
        if self.left == 0:
            raise StopIteration("done")
        self.left -= 1
        return self.left


class Odd(list):  # type: ignore[type-arg]
    """Could be taken for a list; its constructor is not described."""


class Shy:
    """Shows itself before it is made."""

    def __init__(self, seen: Callable[[Shy], object]) -> None:
        seen(self)


class Single:
    """There is one."""

    def __new__(cls) -> Single:
        return SINGLE


SINGLE = object.__new__(Single)


class Color(enum.Enum):
    RED = 1
    GREEN = "g"


def param(name: str, type_name: str = "object", **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": type_name,
        "const": False,
        "optional": False,
        "nullable": False,
        "kind": "positional",
        "default": "",
    } | fields


def function(name: str, *params: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "doc": "",
        "line": 1,
        "params": list(params),
        "returns": "object",
        "kind": "python",
        "flavour": "plain",
    } | fields


def prop(name: str, kind: str = "object", **fields: Any) -> dict[str, Any]:
    return {"name": name, "doc": "", "type": kind, "writable": True} | fields


def described(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "doc": "",
        "line": 1,
        "base": "",
        "cdef": False,
        "exception": False,
        "constructor": None,
        "methods": [],
        "static": [],
        "properties": [],
    } | fields


X, Y = param("x", "double"), param("y", "double", optional=True)
VEC = described(
    "Vec",
    constructor=function("Vec", X, Y),
    methods=[
        function("norm"),
        function("plus", param("other", "class Vec")),
        function("itself"),
        function("get", param("index", "int64"), special="__getitem__"),
        function(
            "set",
            param("index", "int64"),
            param("value", "double"),
            special="__setitem__",
            returns="void",
        ),
        function("has", param("value"), special="__contains__"),
        function("equals", param("other"), special="__eq__"),
    ],
    static=[function("unit"), function("zero")],
    properties=[
        prop("x", "double", stored=True),
        prop("y", "double", stored=True),
        prop("label", "str", nullable=True),
        prop("length2", "double", writable=False),
        prop("length", "int", writable=False, special="__len__"),
        prop("count", writable=False, static=True),
    ],
)
VEC3 = described(
    "Vec3",
    base="Vec",
    constructor=function("Vec3", X, param("y", "double"), param("z", "double")),
    methods=[function("norm")],
    properties=[prop("z", "double", stored=True)],
)
TOO_FAR = described(
    "TooFar",
    exception=True,
    constructor=function("TooFar", param("text", "str"), param("distance", "int")),
    properties=[prop("distance", "int", stored=True)],
)
DOOR = described("Door", properties=[prop("closed", static=True, writable=False)])
COUNTDOWN = described(
    "Countdown",
    constructor=function("Countdown", param("left", "int")),
    properties=[prop("left", "int"), prop("never")],
)
ODD = described("Odd", methods=[function("append", param("item"))])
SHY = described("Shy", constructor=function("Shy", param("seen")))
SINGLE_CLASS = described("Single", constructor=function("Single"))


def hidden() -> Vec:
    return _Hidden(1.0)


def identity(value: object) -> object:
    return value


def call(function: Callable[..., object], *args: object) -> object:
    return function(*args)


FUNCTIONS = [
    function("hidden"),
    function("identity", param("value")),
    function("call", param("function"), param("args", kind="varargs")),
    function("norm_of", param("vec", "class Vec", nullable=True)),
    function("fail", param("distance", "int")),
    function("catch_from", param("function")),
]


def norm_of(vec: Vec | None) -> float:
    return -1.0 if vec is None else vec.norm()


FAR = TooFar("too far", 99)


def fail(distance: int) -> None:
    raise FAR


def catch_from(function: Callable[[], object]) -> object:
    try:
        return function()
    except JSError as error:
        caught.append(error)
        return None


caught: list[JSError] = []
CALLABLES: tuple[Any, ...] = (hidden, identity, call, norm_of, fail, catch_from)


@pytest.fixture
def module() -> types.ModuleType:
    module = types.ModuleType("geo")
    for each in (
        Vec,
        Vec3,
        TooFar,
        Door,
        Countdown,
        Odd,
        Shy,
        Single,
        Color,
        *CALLABLES,
    ):
        setattr(module, each.__name__, each)
    module.__dict__["__jsvm_exports__"] = {
        "version": 2,
        "doc": "",
        "functions": FUNCTIONS,
        "classes": [VEC, VEC3, TOO_FAR, DOOR, COUNTDOWN, ODD, SHY, SINGLE_CLASS],
        "enums": [{"name": "Color", "doc": "", "line": 1, "members": {"RED": 1}}],
        "structs": [],
    }
    return module


@pytest.fixture
def js(module: types.ModuleType) -> Iterator[Callable[..., Any]]:
    """Runs JavaScript in which the module is called geo."""
    with VM() as vm, vm.env() as env:
        env.globals.geo = bind(env, module)
        yield env.eval


def thrown(js: Callable[..., Any], code: str) -> str:
    with pytest.raises(JSError) as caught:
        js(code)
    return str(caught.value)


# ---- making --------------------------------------------------------------------------


def test_new_makes_an_instance(js: Callable[..., Any]) -> None:
    vec = js("new geo.Vec(3, 4)")
    assert type(vec) is Vec
    assert (vec.x, vec.y) == (3.0, 4.0)
    assert js("new geo.Vec(1).y === 0 && new geo.Vec(1, undefined).y === 0")
    assert js("geo.Vec.name === 'Vec' && geo.Vec.length === 1")
    assert js("const v = new geo.Vec(1); v instanceof geo.Vec")
    assert js("v.constructor === geo.Vec && String(v) === '[object Vec]'")


def test_arguments_are_checked_as_those_of_a_function(js: Callable[..., Any]) -> None:
    assert thrown(js, "new geo.Vec('a')") == (
        "TypeError: geo.Vec: parameter 'x' expects a number, got the string 'a'"
    )
    assert thrown(js, "new geo.Vec()") == (
        "TypeError: geo.Vec: parameter 'x' is missing (0 of 2 arguments given)"
    )


def test_a_class_is_called_with_new(js: Callable[..., Any]) -> None:
    assert thrown(js, "geo.Vec(1)") == (
        "TypeError: geo.Vec: a class is called with new, as in new Vec(…)"
    )


# ---- members -------------------------------------------------------------------------


def test_methods_take_and_give_instances(js: Callable[..., Any]) -> None:
    assert js("new geo.Vec(3, 4).norm()") == 5.0
    assert js("const s = new geo.Vec(1, 2).plus(new geo.Vec(3, 4)); [s.x, s.y].join()")
    assert js("s instanceof geo.Vec && s.x === 4 && s.y === 6")
    assert thrown(js, "s.plus({})") == (
        "TypeError: geo.Vec.plus: parameter 'other' expects an instance of Vec, "
        "got the object {}"
    )


def test_a_method_checks_its_receiver(js: Callable[..., Any]) -> None:
    assert thrown(js, "geo.Vec.prototype.norm.call(5)") == (
        "TypeError: geo.Vec.norm: called on the number 5, which is no Vec"
    )
    assert "geo.Vec.norm: called on undefined" in thrown(
        js, "const {norm} = geo.Vec.prototype; norm()"
    )
    assert "which is no Vec" in thrown(js, "geo.Vec.prototype.x")
    assert "which is no Vec3" in thrown(
        js, "geo.Vec3.prototype.norm.call(new geo.Vec(1))"
    )


def test_properties_are_accessors_with_checks(js: Callable[..., Any]) -> None:
    assert js("const v = new geo.Vec(1, 2); v.x = 5; v.x") == 5
    assert js("v.length2") == 29.0
    assert js("v.label = null; v.label") is None
    assert thrown(js, "v.x = 'a'") == (
        "TypeError: geo.Vec: property 'x' expects a number, got the string 'a'"
    )
    assert "TypeError" in thrown(js, "'use strict'; v.length2 = 1")
    assert js("Object.keys(v).length") == 0


def test_static_members(js: Callable[..., Any]) -> None:
    assert js("geo.Vec.unit() instanceof geo.Vec && geo.Vec.unit().x === 1")
    assert js("geo.Vec3.zero() instanceof geo.Vec3")
    assert js("!(geo.Vec.zero() instanceof geo.Vec3)")
    before = js("geo.Vec.count")
    assert js("new geo.Vec(1); geo.Vec.count") == before + 1


# ---- inheritance ---------------------------------------------------------------------


def test_the_chain_of_bases(js: Callable[..., Any]) -> None:
    assert js("const v = new geo.Vec3(1, 2, 2); v.norm()") == 3.0
    assert js("v instanceof geo.Vec3 && v instanceof geo.Vec")
    assert js("Object.getPrototypeOf(geo.Vec3) === geo.Vec")
    assert js("v.x === 1 && v.z === 2 && v.length === 2")
    assert js("geo.Vec.prototype.norm.call(v)") == 5**0.5
    assert js("`${v}`") == "(1.0, 2.0, 2.0)"


def test_a_class_that_javascript_does_not_know_is_its_base(
    js: Callable[..., Any],
) -> None:
    assert js("const h = geo.hidden(); h instanceof geo.Vec && h.norm()") == -1.0


def test_javascript_can_extend_a_class(js: Callable[..., Any]) -> None:
    js("""
        class My extends geo.Vec {
            constructor(x) { super(x, 0); this.own = 'mine' }
            norm() { return super.norm() + 1 }
        }
        var my = new My(2)
    """)
    assert js("my instanceof My && my instanceof geo.Vec && my.norm()") == 3.0
    assert js("geo.identity(my) === my && my.own") == "mine"
    assert js("geo.norm_of(my)") == 2.0
    assert js("my.itself() === my")


# ---- protocols -----------------------------------------------------------------------


def test_an_iterable_class_is_iterable(js: Callable[..., Any]) -> None:
    assert js("[...new geo.Vec(1, 2)].join()") == "1,2"
    assert js("const [a, b] = new geo.Vec3(7, 8, 9); a + b") == 15


def test_items_are_read_and_set_as_those_of_a_map(js: Callable[..., Any]) -> None:
    assert js("const v = new geo.Vec(1, 2); v.get(1)") == 2
    assert js("v.set(0, 9); v.x") == 9
    assert js("v.has(9) === true && v.has(1) === false")
    assert js("v.length") == 2
    assert "IndexError" in thrown(js, "v.get(5)")
    assert "parameter 'index' expects an int64" in thrown(js, "v.get('a')")


def test_equality_is_a_method(js: Callable[..., Any]) -> None:
    assert js("new geo.Vec(1, 2).equals(new geo.Vec(1, 2))") is True
    assert js("new geo.Vec(1, 2) === new geo.Vec(1, 2)") is False


def test_an_iterator_of_its_own_has_next(js: Callable[..., Any]) -> None:
    assert js(
        "const c = new geo.Countdown(2); JSON.stringify([c.next(), c.next()])"
    ) == ('[{"value":1,"done":false},{"value":0,"done":false}]')
    assert js("JSON.stringify(c.next())") == '{"value":"done","done":true}'


def test_an_attribute_that_is_not_set_throws(js: Callable[..., Any]) -> None:
    text = thrown(js, "new geo.Countdown(1).never")
    assert text.startswith("AttributeError: ")
    assert text.endswith("Countdown' object has no attribute 'never'")


def test_a_context_manager_can_be_disposed_of(js: Callable[..., Any]) -> None:
    before = Door.closed
    js("new geo.Door()[Symbol.dispose]()")
    assert js("geo.Door.closed") == before + 1


def test_an_exported_class_goes_before_what_it_derives_from(
    js: Callable[..., Any],
) -> None:
    assert js("const odd = new geo.Odd([1]); odd.append(2); odd instanceof geo.Odd")
    assert js("geo.identity(odd) === odd && !Array.isArray(odd)")
    assert js("odd") == [1, 2]


def test_an_error_of_the_constructor_is_thrown(js: Callable[..., Any]) -> None:
    assert "TypeError: 'int' object is not iterable" in thrown(js, "new geo.Odd(1)")


def test_an_enum_is_a_frozen_object(js: Callable[..., Any]) -> None:
    assert js("JSON.stringify(geo.Color)") == '{"RED":1,"GREEN":"g"}'
    assert js("Object.isFrozen(geo.Color)")


# ---- identity and life ---------------------------------------------------------------


def test_an_object_is_the_same_while_it_is_alive(js: Callable[..., Any]) -> None:
    assert js("const v = new geo.Vec(1); v.note = 1; geo.identity(v) === v")
    assert js("geo.identity([v])[0] === v && v.itself().note === 1")
    assert js("geo.call((x) => x === v, v)")


def test_an_instance_of_the_class_is_what_its_parameter_takes(
    js: Callable[..., Any],
) -> None:
    assert js("geo.norm_of(new geo.Vec3(0, 3, 4))") == 5.0
    assert js("geo.norm_of(null)") == -1.0
    assert thrown(js, "geo.norm_of(new geo.TooFar('a', 1))").startswith(
        "TypeError: geo.norm_of: parameter 'vec' expects an instance of Vec, got"
    )


def test_100000_objects_leave_nothing(js: Callable[..., Any]) -> None:
    js("0")  # the next call releases what the last one has left
    before = live_resources().finalizers
    js("for (let i = 0; i < 100_000; i++) new geo.Vec(i)")
    js("0")
    assert live_resources().finalizers == before
    gc.collect()
    assert not any(isinstance(each, Vec) for each in gc.get_objects())


def test_objects_live_while_javascript_holds_them(js: Callable[..., Any]) -> None:
    gone = weakref.ref(js("var kept = new geo.Vec(1)") or js("kept"))
    gc.collect()
    assert gone() is not None
    js("kept = null")
    js("0")
    assert gone() is None


def test_python_may_hold_an_object_longer_than_its_env(
    module: types.ModuleType,
) -> None:
    with VM() as vm, vm.env() as env:
        env.globals.geo = bind(env, module)
        vec = env.eval("new geo.Vec(1)")
    assert vec.norm() == 1.0
    with VM() as vm, vm.env() as env:
        env.globals.geo = bind(env, module)
        assert env.eval("v => v instanceof geo.Vec")(vec)


def test_two_envs_of_a_vm_share_an_object(module: types.ModuleType) -> None:
    with VM() as vm, vm.env() as one, vm.env() as two:
        one.globals.geo = bind(one, module)
        two.globals.geo = bind(two, module)
        vec = one.eval("var v = new geo.Vec(3, 4); v")
        two.globals.v = vec
        assert two.eval("v.norm()") == 5.0
        assert not two.eval("v instanceof geo.Vec")
        assert two.eval("geo.norm_of(v)") == 5.0


def test_old_instances_keep_their_class_when_a_module_is_bound_again(
    module: types.ModuleType,
) -> None:
    again = types.ModuleType("geo")
    again.__dict__.update(module.__dict__)
    again.__dict__["Vec"] = type("Vec", (), dict(vars(Vec)) | {"__slots__": ()})
    with VM() as vm, vm.env() as env:
        env.globals.geo = bind(env, module)
        env.eval("var old = new geo.Vec(3, 4)")
        again.__dict__["__jsvm_exports__"] |= {"classes": [VEC], "functions": []}
        env.globals.geo = bind(env, again)
        assert env.eval("old.norm()") == 5.0
        assert not env.eval("old instanceof geo.Vec")


# ---- exceptions ----------------------------------------------------------------------


def test_an_exception_class_extends_error(js: Callable[..., Any]) -> None:
    assert js("const e = new geo.TooFar('far', 7); e instanceof Error")
    assert js("e instanceof geo.TooFar && e.name === 'TooFar'")
    assert js("e.message === 'far' && e.distance") == 7
    assert js("String(e)") == "TooFar: far"
    assert js("typeof e.stack") == "string"


def test_what_python_raises_is_an_instance_of_its_class(
    js: Callable[..., Any],
) -> None:
    js("""
        var caught = [];
        for (let i = 0; i < 2; i++) {
            try { geo.call(() => geo.fail(99)) } catch (e) { caught.push(e) }
        }
    """)
    assert js("caught.every(e => e instanceof geo.TooFar && e instanceof Error)")
    assert js("caught[0].distance === 99 && caught[0].message === 'too far'")
    assert js("caught[0].stack.startsWith('TooFar: too far\\n    at fail')")
    assert js("caught[0] === caught[1]")  # fail raises one and the same exception
    FAR.__traceback__ = None


def test_an_exception_that_javascript_throws_is_the_cause_in_python(
    js: Callable[..., Any],
) -> None:
    js("const e = new geo.TooFar('far', 7); geo.catch_from(() => { throw e })")
    error = caught.pop()
    assert type(error.__cause__) is TooFar
    assert error.__cause__.distance == 7
    assert error.value == js("e")


def test_an_object_that_crossed_in_its_constructor_gets_its_prototype(
    js: Callable[..., Any],
) -> None:
    js("""
        let early;
        class My extends geo.Shy { constructor() { super((shy) => { early = shy }) } }
        var made = new My(), same = made === early;
    """)
    assert js("same && made instanceof My && early instanceof geo.Shy")
    assert js("new geo.Single() === new geo.Single()")
