"""Reads the classes that a cell exports from Cython's declared syntax tree.

A class that begins with an underscore is private to the module, and so are such members
of the others. Of a `cdef class` all is declared; of a Python class the attributes are
those that it annotates, names in `__slots__` or gives to itself in a method.

Cython's nodes are told by the names of their classes, so that this module needs no
Cython to be imported.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from msgspec.structs import replace

from .class_fields import Attribute, annotated_fields, own_attributes
from .function_analysis import DEFINITIONS
from .result import ClassExport, EnumExport, FunctionExport, Parameter, Property
from .syntax import called, children, dotted, keywords_of_call, statements, strings

#: What special methods are in JavaScript: a method of this name, ...
PROTOCOL = {
    "__getitem__": "get",
    "__setitem__": "set",
    "__delitem__": "delete",
    "__contains__": "has",
    "__eq__": "equals",
}
#: ... and what else is known of some of them.
_RETURNS = {
    "__contains__": "bint",
    "__eq__": "bint",
    "__setitem__": "void",
    "__delitem__": "void",
}
_ENUMS = frozenset(("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"))
_NO_CLASSES = _ENUMS | {"type"}
# Bases that give an instance nothing to call.
_BARE = frozenset(
    (
        *("object", "ABC", "abc.ABC", "NamedTuple", "typing.NamedTuple"),
        *("Generic", "typing.Generic", "Protocol", "typing.Protocol"),
    )
)


class Reader(Protocol):
    """Reads what a class has in common with the module around it."""

    def function(
        self, node: Any, name: str, shown: str, *, bound: bool
    ) -> FunctionExport | None:
        """Read a signature, of a bound one without its first parameter.

        None if it cannot be exported: that was noted then, under the name `shown`.
        """

    def type_of(self, ctype: Any, pos: Any, shown: str) -> str | None:
        """Give the border's name of a type; None as for `function`."""

    def annotated(self, node: Any) -> tuple[str, bool]:
        """Give the border's name of an annotated result, and whether it may be None."""

    def warn(self, pos: Any, message: str) -> None:
        """Note what the author should know."""


class Classes(NamedTuple):
    """What the classes of a module are."""

    classes: list[ClassExport]
    enums: list[EnumExport]


def class_names(body: Any) -> frozenset[str]:
    """Give the names of the classes that JavaScript sees, enums excepted."""
    return frozenset(
        name
        for name, node in _classes(body)
        if not name.startswith("_")
        and not {base.rpartition(".")[2] for base in _base_names(node)} & _NO_CLASSES
    )


def read_classes(body: Any, read: Reader) -> Classes:
    """Describe the classes of a module's body."""
    found = Classes([], [])
    known: dict[str, ClassExport] = {}
    for name, node in dict(_classes(body)).items():
        names = _base_names(node)
        last = {base.rpartition(".")[2] for base in names}
        if last & _ENUMS:
            if not name.startswith("_"):
                found.enums.append(_enum(name, node))
        elif not last & _NO_CLASSES:
            known[name] = _Class(name, node, read, known).describe()
            if not name.startswith("_"):
                found.classes.append(known[name])
    for name, node in _conditional(body):
        if not name.startswith("_"):
            read.warn(
                node.pos,
                f"the class {name} is not seen by JavaScript: define it at the top "
                "level of the module, not in a condition",
            )
    return found


def _classes(node: Any) -> Iterator[tuple[str, Any]]:
    """All classes at the top level of the module, also those that a call makes."""
    for stat in statements(node):
        kind = type(stat).__name__
        if kind == "CClassDefNode":
            if stat.visibility != "extern" and stat.body is not None:
                yield str(stat.class_name), stat
        elif kind == "PyClassDefNode":
            yield str(stat.name), stat
        elif kind == "SingleAssignmentNode" and called(stat.rhs) == "namedtuple":
            name = dotted(stat.lhs)
            if name.isidentifier():
                yield name, stat


def _conditional(node: Any, *, nested: bool = False) -> Iterator[tuple[str, Any]]:
    """All classes that an `if`, `try` or loop of the module may make."""
    kind = type(node).__name__
    if kind in ("CClassDefNode", "PyClassDefNode"):
        if nested:
            yield from _classes(node)
        return
    if kind.endswith("DefNode") or kind == "CDefExternNode":
        return
    nested = nested or kind not in ("StatListNode", "CompilerDirectivesNode")
    for child in children(node):
        yield from _conditional(child, nested=nested)


def _base_names(node: Any) -> list[str]:
    kind = type(node).__name__
    if kind == "PyClassDefNode":
        return [dotted(base) for base in node.bases.args]
    if kind == "CClassDefNode":
        base = node.entry.type.base_type
        return [] if base is None else [str(base.name)]
    return ["NamedTuple"]  # a call of namedtuple


# ---- one class -----------------------------------------------------------------------


class _Class:
    """Collects the members of one class."""

    def __init__(
        self, name: str, node: Any, read: Reader, known: dict[str, ClassExport]
    ) -> None:
        self.name = name
        self.node = node
        self.read = read
        self.kind = type(node).__name__
        self.names = _base_names(node)
        bases = [known[base] for base in self.names if base in known]
        public = [base for base in bases if not base.name.startswith("_")]
        self.base = public[0] if public else None
        # JavaScript knows one base: what the others have is described here.
        self.mixed_in = [base for base in bases if base is not self.base]
        self.constructor: FunctionExport | None = None
        self.methods: dict[str, FunctionExport] = {}
        self.definitions: dict[str, Any] = {}
        self.static: dict[str, FunctionExport] = {}
        self.properties: dict[str, Property] = {}
        self.special: dict[str, None] = {}

    def describe(self) -> ClassExport:
        for base in reversed(self.mixed_in):
            self._mix_in(base)
        if self.kind == "SingleAssignmentNode":
            self._read_namedtuple()
        elif self.kind == "PyClassDefNode":
            self._read_python_class()
        else:
            for stat in statements(self.node.body):
                self._read(stat)
        self._warn_of_bases()
        return ClassExport(
            name=self.name,
            doc=str(getattr(self.node, "doc", None) or ""),
            line=self.node.pos[1],
            base=self.base.name if self.base else "",
            cdef=self.kind == "CClassDefNode",
            exception=self._is_exception(),
            constructor=self.constructor,
            methods=list(self.methods.values()),
            static=list(self.static.values()),
            properties=list(self.properties.values()),
            special=list(self.special),
        )

    def _is_exception(self) -> bool:
        bases = [self.base, *self.mixed_in] if self.base else self.mixed_in
        return any(base.exception for base in bases) or any(
            _is_exception(name) for name in self.names
        )

    def _mix_in(self, base: ClassExport) -> None:
        self.constructor = base.constructor
        self.methods |= {found.name: found for found in base.methods}
        self.static |= {found.name: found for found in base.static}
        self.properties |= {found.name: found for found in base.properties}
        self.special |= dict.fromkeys(base.special)

    def _warn_of_bases(self) -> None:
        known = {base.name for base in (self.base, *self.mixed_in) if base}
        for name in self.names:
            if name not in known | _BARE and not _is_exception(name):
                self.read.warn(
                    self.node.pos,
                    f"what {self.name} inherits from {name or 'an expression'} is not "
                    "seen by JavaScript: define what it should see in the class",
                )

    def _read(self, stat: Any) -> None:
        kind = type(stat).__name__
        if kind == "PropertyNode":
            self._read_property_node(stat)
        elif kind == "CFuncDefNode":
            if stat.overridable:
                self._read_method(stat, str(stat.entry.name))
        elif kind in DEFINITIONS:
            self._read_method(stat, str(stat.name))
        elif kind == "FusedCFuncDefNode":
            self._read_method(stat, str(stat.node.entry.name))
        elif kind == "SingleAssignmentNode" and type(stat.lhs).__name__ == "NameNode":
            self._read_assignment(str(stat.lhs.name), stat)

    # ---- methods ---------------------------------------------------------------------

    def _read_method(self, node: Any, name: str) -> None:
        if name in ("__init__", "__cinit__", "__new__"):
            # What __init__ takes is given to the others too: it rules if there are two.
            if name == "__init__" or self.constructor is None:
                self.constructor = self._function(node, self.name, bound=True)
        elif name.startswith("__") and name.endswith("__"):
            self._read_special(node, name)
        elif not name.startswith("_"):
            static = bool(
                getattr(node, "is_staticmethod", False)
                or getattr(getattr(node, "type", None), "is_static_method", False)
            )
            shared = static or bool(getattr(node, "is_classmethod", False))
            if name == ("prototype" if shared else "constructor"):
                self._warn_of_name(node, name)
                return
            found = self._function(node, name, bound=not static)
            if found is not None:
                (self.static if shared else self.methods)[name] = found
                self.definitions[name] = node

    def _warn_of_name(self, node: Any, name: str) -> None:
        self.read.warn(
            node.pos,
            f"{self.name}.{name} is not seen by JavaScript, where every class has a "
            f"{name} of its own: give it another name",
        )

    def _function(self, node: Any, name: str, *, bound: bool) -> FunctionExport | None:
        shown = self.name if name == self.name else f"{self.name}.{name}"
        return self.read.function(node, name, shown, bound=bound)

    def _read_special(self, node: Any, name: str) -> None:
        if name.endswith("_cython__"):  # of pickle
            return
        self.special[name] = None
        if name == "__len__":
            length = Property(name="length", type="int", special=name)
            self.properties.setdefault("length", length)
        elif name in PROTOCOL:
            public = PROTOCOL[name]
            found = self._function(node, public, bound=True)
            if found is not None and public not in self.methods:
                returns = _RETURNS.get(name, found.returns)
                self.methods[public] = replace(found, returns=returns, special=name)

    # ---- properties ------------------------------------------------------------------

    def _read_property_node(self, node: Any) -> None:
        """Of a cdef class: `cdef public`, @property, `property NAME:`."""
        name = str(node.name)
        if name.startswith("_"):
            return
        if name == "constructor":
            self._warn_of_name(node, name)
            return
        entry = self.node.scope.lookup_here(name)
        accessors = {
            str(stat.name): stat
            for stat in statements(node.body)
            if type(stat).__name__ == "DefNode"
        }
        getter, setter = accessors.get("__get__"), accessors.get("__set__")
        if getter is None:
            return
        doc = str(node.doc or "")
        if entry is None or not entry.is_variable:
            self._add_computed(name, doc, getter)
            if setter is not None:
                self._let_write(name, self._function(setter, name, bound=True))
            return
        kind = self._type(entry.type, node.pos, name)
        if kind is not None:
            self.properties[name] = Property(
                name=name,
                doc=doc,
                type=kind,
                writable=setter is not None and "," not in kind,
                nullable=bool(entry.type.is_pyobject),
                stored=True,
            )

    def _add_computed(self, name: str, doc: str, getter: Any) -> None:
        """What a getter gives: of that only its annotation tells."""
        kind, nullable = self.read.annotated(getter)
        self.properties[name] = Property(
            name=name, doc=doc, type=kind, nullable=nullable
        )

    def _let_write(self, name: str, setter: FunctionExport | None) -> None:
        """What a setter takes, which need not be what the getter gives."""
        known = self.properties.pop(name)
        if setter is not None and setter.params:
            value = setter.params[0]
            same = (known.type, known.nullable) == (value.type, value.nullable)
            returns = "object" if known.nullable else known.type
            self.properties[name] = replace(
                known,
                type=value.type,
                writable="," not in value.type,
                nullable=value.nullable,
                returns="" if same or known.type == "object" else returns,
            )

    def _type(self, ctype: Any, pos: Any, name: str) -> str | None:
        return self.read.type_of(ctype, pos, f"{self.name}.{name}")

    def _read_assignment(self, name: str, stat: Any) -> None:
        """Of a Python class: what a decorator makes, __slots__, a shared attribute."""
        decorator = called(stat.rhs)
        if decorator in ("property", "cached_property"):
            getter = self.methods.pop(name, None)
            if getter is not None:
                self._add_computed(name, getter.doc, self.definitions[name])
        elif decorator in ("setter", "getter", "deleter"):
            found = self.methods.pop(name, None)
            known = self.properties.get(name)
            if known is not None and decorator == "setter":
                self._let_write(name, found)
        elif name == "__slots__":
            for slot in strings(stat.rhs):
                self._add_attribute(slot)
        elif self.kind == "PyClassDefNode" and not (
            name.startswith("_")
            or name in self.methods | self.static
            or name in self.properties
        ):
            shared = Property(name=name, type="object", writable=False, static=True)
            self.properties[name] = shared

    def _add_attribute(self, name: str, kind: str = "object") -> None:
        if name.startswith("_") or name in self.methods or name in self.static:
            return
        known = self.properties.get(name)
        if known is None or known.static:
            self.properties[name] = Property(
                name=name, type=kind, writable=True, stored=True
            )

    def _read_python_class(self) -> None:
        tuples = any(name.rpartition(".")[2] == "NamedTuple" for name in self.names)
        fields = list(annotated_fields(self.node))
        for field in fields:
            self._add_attribute(field.name, field.type)
        for stat in statements(self.node.body):
            self._read(stat)
        for stat in statements(self.node.body):
            if type(stat).__name__ == "DefNode" and stat.args and not _is_shared(stat):
                made = stat.name == "__new__"  # by whom it is called self, too
                this = "self" if made else str(stat.args[0].name)
                for name in own_attributes(stat.body, this):
                    self._add_attribute(name)
        dataclass = called(self.node.class_result) == "dataclass"
        if tuples or dataclass:
            self._make_constructor(fields)
        if tuples:
            self._make_tuple()
        elif dataclass and keywords_of_call(self.node.class_result).get("frozen"):
            self._freeze()

    def _make_constructor(self, fields: list[Attribute]) -> None:
        """What a dataclass or NamedTuple makes of its fields, unless it has one."""
        if "__eq__" not in self.special:
            self._make_equals()
        if self.constructor is not None:
            return
        inherited = self.base.constructor if self.base else None
        known = inherited.params if inherited else []
        params = {param.name: param for param in known}
        for field in fields:
            if field.init:
                params[field.name] = Parameter(
                    name=field.name,
                    type=field.type,
                    optional=field.optional,
                    kind="keyword" if field.keyword else "positional",
                )
        in_order = sorted(params.values(), key=lambda param: param.kind == "keyword")
        self.constructor = self._constructor(in_order)

    def _make_equals(self) -> None:
        self.special["__eq__"] = None
        made = self._constructor(
            [Parameter(name="other", type="object", nullable=True)]
        )
        equals = replace(made, name="equals", returns="bint", special="__eq__")
        self.methods.setdefault("equals", equals)

    def _constructor(self, params: list[Parameter]) -> FunctionExport:
        return FunctionExport(
            name=self.name,
            doc="",
            line=self.node.pos[1],
            params=params,
            returns="object",
            kind="python",
        )

    def _read_namedtuple(self) -> None:
        """`Point = namedtuple("Point", "x y")`."""
        args = self.node.rhs.args if hasattr(self.node.rhs, "args") else []
        names = [name for arg in args[1:2] for name in strings(arg)]
        for name in names:
            self._add_attribute(name)
        params = [Parameter(name=name, type="object") for name in names]
        self.constructor = self._constructor(params)
        self._make_equals()
        self._make_tuple()

    def _freeze(self) -> None:
        for name, found in self.properties.items():
            self.properties[name] = replace(found, writable=False)

    def _make_tuple(self) -> None:
        """It can be counted and read, not changed."""
        self._freeze()
        self.properties["length"] = Property(
            name="length", type="int", special="__len__"
        )
        self.special |= dict.fromkeys(("__len__", "__iter__"))


def _is_exception(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _is_shared(node: Any) -> bool:
    return bool(node.is_staticmethod or node.is_classmethod)


# ---- enums ---------------------------------------------------------------------------


def _enum(name: str, node: Any) -> EnumExport:
    """A Python enum; members whose value is computed are told when it is loaded."""
    members: dict[str, int | str | None] = {}
    for stat in statements(node.body):
        if type(stat).__name__ != "SingleAssignmentNode":
            continue
        member = dotted(stat.lhs)
        if member and not member.startswith("_"):
            value = getattr(stat.rhs, "constant_result", None)
            if isinstance(value, str):
                value = str(value)  # of Cython's own kind
            members[member] = value if type(value) in (int, str) else None
    return EnumExport(
        name=name, doc=str(node.doc or ""), line=node.pos[1], members=members
    )
