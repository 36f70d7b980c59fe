"""What a cell's classes export, as Cython's tree tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jsvm_kernel.native.translate import Translation, translate

CELL = '''\
import enum
from collections import namedtuple
from dataclasses import dataclass
from typing import NamedTuple

cdef class Base:
    """A base."""
    cdef public double x
    cdef readonly int y
    cdef double secret
    cdef public Base other

    def __init__(self, double x, int y=3): pass
    cpdef double norm(self): return 0.
    def plus(self, Base other): return self
    @staticmethod
    def make(double x): return Base(x)
    @classmethod
    def zero(cls): return cls(0)
    @property
    def p(self):
        "A property."
        return 1
    @p.setter
    def p(self, double value): pass
    @property
    def area(self) -> float: return 1
    @property
    def maybe(self) -> str | None: return None
    @property
    def wide(self) -> float: return 1
    @wide.setter
    def wide(self, value): pass
    @property
    def named(self) -> str | None: return None
    @named.setter
    def named(self, value: str | None): pass
    def __len__(self): return 0
    def __iter__(self): return iter(())
    def __getitem__(self, Py_ssize_t index): return 1
    def _private(self): pass
    cdef int internal(self): return 0

cdef class Sub(Base):
    def __cinit__(self, double x, int y): pass

cdef class _Private:
    def method(self, Base base): pass

class Failure(Exception):
    def __init__(self, code, message: str): self.code = code

class Plain:
    """A Python class."""
    size: float
    KIND = 4
    def __init__(self, size: float, other: "Plain" = None):
        self.size, self._hidden = size, 1
        if other is not None:
            self.found = other
    def twice(self) -> Plain: return self
    @property
    def text(self) -> str: return ""
    @text.setter
    def text(self, value: str): pass

@dataclass
class Point:
    x: float
    y: float = 0.0

class Pair(NamedTuple):
    first: int

Triple = namedtuple("Triple", "a b, c")

class Slotted:
    __slots__ = ("one", "_two")

class Color(enum.Enum):
    RED = 1
    GREEN = "g"
    OTHER = enum.auto()

class _Mixin:
    def mixed(self): pass

class Mixed(_Mixin, Plain):
    pass

class Meta(type):
    pass

def take(Base base, plain: Plain): pass
'''


@pytest.fixture(scope="module")
def translation(tmp_path_factory: pytest.TempPathFactory) -> Translation:
    from jsvm_kernel.native.source import NativeSource

    folder: Path = tmp_path_factory.mktemp("classes")
    return translate(NativeSource(name="m", code=CELL), "m", folder)


@pytest.fixture(scope="module")
def described(translation: Translation) -> Mapping[str, Any]:
    """The cell's description, as the module will have it."""
    assert [d for d in translation.diagnostics if d.severity == "error"] == []
    found: dict[str, Any] = msgspec.to_builtins(translation.description)
    return found


@pytest.fixture(scope="module")
def classes(described: Mapping[str, Any]) -> Callable[[str], Any]:
    by_name = {each["name"]: each for each in described["classes"]}
    return by_name.__getitem__


def signature(function: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    return [(p["name"], p["type"], p["optional"]) for p in function["params"]]


def types_of(cls: Mapping[str, Any]) -> dict[str, str]:
    return {each["name"]: each["type"] for each in cls["properties"]}


def test_classes_are_found_in_the_order_of_the_source(
    described: Mapping[str, Any],
) -> None:
    assert " ".join(each["name"] for each in described["classes"]) == (
        "Base Sub Failure Plain Point Pair Triple Slotted Mixed"
    )


def test_a_cdef_class_has_what_it_declares(classes: Callable[[str], Any]) -> None:
    base = classes("Base")
    assert (base["doc"], base["line"], base["cdef"]) == ("A base.", 6, True)
    assert signature(base["constructor"]) == [
        ("x", "double", False),
        ("y", "int32", True),
    ]
    assert {each["name"]: signature(each) for each in base["methods"]} == {
        "norm": [],
        "plus": [("other", "class Base", False)],
        "get": [("index", "int64", False)],
    }
    assert base["methods"][0]["returns"] == "double"
    assert {each["name"]: signature(each) for each in base["static"]} == {
        "make": [("x", "double", False)],
        "zero": [],
    }


def test_properties_of_a_cdef_class(classes: Callable[[str], Any]) -> None:
    found = {each["name"]: each for each in classes("Base")["properties"]}
    assert {name: (each["type"], each["writable"]) for name, each in found.items()} == {
        "p": ("double", True),
        "area": ("double", False),
        "maybe": ("str", False),
        "wide": ("object", True),
        "named": ("str", True),
        "length": ("int", False),
        "x": ("double", True),
        "y": ("int32", False),
        "other": ("class Base", True),
    }
    assert found["p"]["doc"] == "A property."
    assert [name for name, each in found.items() if each["stored"]] == [
        "x",
        "y",
        "other",
    ]
    assert [name for name, each in found.items() if each["nullable"]] == [
        "maybe",
        "named",
        "other",
    ]
    assert [name for name, each in found.items() if each["returns"]] == ["wide"]
    assert found["wide"]["returns"] == "double"
    assert found["length"]["special"] == "__len__"


def test_a_base_class_is_named(classes: Callable[[str], Any]) -> None:
    assert classes("Sub")["base"] == "Base"
    assert signature(classes("Sub")["constructor"])[1] == ("y", "int32", False)
    assert classes("Base")["base"] == ""


def test_an_exception_class_is_marked(classes: Callable[[str], Any]) -> None:
    assert classes("Failure")["exception"]
    assert not classes("Plain")["exception"]
    assert types_of(classes("Failure")) == {"code": "object"}


def test_a_python_class_has_the_attributes_it_gives_itself(
    classes: Callable[[str], Any],
) -> None:
    plain = classes("Plain")
    assert types_of(plain) == {
        "size": "double",
        "KIND": "object",
        "text": "str",
        "found": "object",
    }
    assert [each["name"] for each in plain["properties"] if each["static"]] == ["KIND"]
    assert plain["methods"][0]["returns"] == "class Plain"
    assert [each["name"] for each in plain["methods"]] == ["twice"]


def test_a_dataclass_has_the_constructor_of_its_fields(
    classes: Callable[[str], Any],
) -> None:
    assert signature(classes("Point")["constructor"]) == [
        ("x", "double", False),
        ("y", "double", True),
    ]


@pytest.mark.parametrize(
    ("name", "fields"), [("Pair", ["first"]), ("Triple", ["a", "b", "c"])]
)
def test_a_named_tuple_has_fields_and_a_length(
    classes: Callable[[str], Any], name: str, fields: list[str]
) -> None:
    found = classes(name)
    assert [param["name"] for param in found["constructor"]["params"]] == fields
    assert list(types_of(found)) == [*fields, "length"]
    assert not any(each["writable"] for each in found["properties"])


def test_slots_are_attributes(classes: Callable[[str], Any]) -> None:
    assert list(types_of(classes("Slotted"))) == ["one"]


def test_what_a_private_base_has_is_the_class_s_own(
    classes: Callable[[str], Any],
) -> None:
    mixed = classes("Mixed")
    assert mixed["base"] == "Plain"
    assert [each["name"] for each in mixed["methods"]] == ["mixed"]


def test_a_python_enum_is_an_enum(described: Mapping[str, Any]) -> None:
    (color,) = described["enums"]
    assert color["members"] == {"RED": 1, "GREEN": "g", "OTHER": None}


def test_functions_take_exported_classes(described: Mapping[str, Any]) -> None:
    (take,) = described["functions"]
    assert [param["type"] for param in take["params"]] == ["class Base", "class Plain"]


def test_a_base_that_is_not_of_the_module_is_warned_about(
    source: Callable[..., Any], tmp_path: Path
) -> None:
    cell = source("class Stack(list):\n    def top(self): return self[-1]\n")
    (warning,) = translate(cell, "m", tmp_path).diagnostics
    assert (warning.severity, warning.line) == ("warning", 2)
    assert "what Stack inherits from list is not seen by JavaScript" in warning.message


def test_a_method_that_cannot_be_called_is_an_error(
    source: Callable[..., Any], tmp_path: Path
) -> None:
    cell = source("cdef class C:\n    def f(self, double complex z): pass\n")
    error, hint = translate(cell, "m", tmp_path).diagnostics
    assert (error.severity, error.line) == ("error", 3)
    assert error.message.startswith("C.f cannot be called from JavaScript: parameter z")
    assert hint.severity == "hint"


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        (
            "import sys\nif sys:\n    class Nested: pass\n",
            "the class Nested is not seen by JavaScript",
        ),
        ("class C:\n    def constructor(self): pass\n", "C.constructor is not seen"),
        (
            "class C:\n    @staticmethod\n    def prototype(): pass\n",
            "C.prototype is not seen by JavaScript",
        ),
        ("cdef class C:\n    cdef public int constructor\n", "C.constructor is not"),
    ],
)
def test_what_javascript_cannot_see_is_warned_about(
    source: Callable[..., Any], tmp_path: Path, code: str, complaint: str
) -> None:
    warnings = translate(source(code), "m", tmp_path).diagnostics
    assert {each.severity for each in warnings} == {"warning"}
    assert complaint in warnings[0].message


def test_new_describes_the_constructor_where_init_does_not(
    source: Callable[..., Any], tmp_path: Path
) -> None:
    cell = source("class C:\n    def __new__(cls, x: float): pass\n")
    (cls,) = translate(cell, "m", tmp_path).description.classes
    assert cls.constructor is not None
    assert [param.type for param in cls.constructor.params] == ["double"]


def test_a_generic_base_is_nothing_to_warn_about(
    source: Callable[..., Any], tmp_path: Path
) -> None:
    cell = source("""
        from typing import Generic, TypeVar
        T = TypeVar("T")
        class Box(Generic[T]):
            pass
        """)
    assert translate(cell, "m", tmp_path).diagnostics == []


def test_a_dataclass_keeps_what_its_fields_say(
    source: Callable[..., Any], tmp_path: Path
) -> None:
    cell = source("""
        from dataclasses import dataclass, field
        @dataclass(frozen=True)
        class Frozen:
            x: float
            tags: list = field(default_factory=list)
            name: str = field(kw_only=True)
            cache: dict = field(init=False)
            _hidden: int = 0
        """)
    (cls,) = translate(cell, "m", tmp_path).description.classes
    assert cls.constructor is not None
    assert [(p.name, p.optional, p.kind) for p in cls.constructor.params] == [
        ("x", False, "positional"),
        ("tags", True, "positional"),
        ("_hidden", True, "positional"),
        ("name", False, "keyword"),
    ]
    assert [each.name for each in cls.properties] == ["x", "tags", "name", "cache"]
    assert not any(each.writable for each in cls.properties)
    assert [(each.name, each.special) for each in cls.methods] == [("equals", "__eq__")]
