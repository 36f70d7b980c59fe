"""What a build gives: a module with the functions it offers, or what is wrong."""

from __future__ import annotations

from typing import Literal

import msgspec

from .diagnostics import Diagnostic


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter with the type name that `border.py` gives its declared type."""

    name: str
    type: str
    const: bool = False
    optional: bool = False
    nullable: bool = False
    kind: Literal["positional", "keyword", "varargs", "varkw"] = "positional"
    default: str = ""
    """Source text of the default value; "" if there is none or it is not known."""


class FunctionExport(msgspec.Struct, frozen=True, kw_only=True):
    """A function or a method."""

    name: str
    doc: str
    line: int
    params: list[Parameter]
    returns: str
    returns_const: bool = False
    kind: Literal["direct", "python"]
    fallible: bool = False
    """Whether a direct one may raise."""
    flavour: Literal["plain", "coroutine", "generator", "async_generator"] = "plain"
    special: str = ""
    """Of a method: the special method behind it, such as `__getitem__`."""


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """An attribute of a class's instances or, if static, of the class itself."""

    name: str
    doc: str = ""
    type: str
    returns: str = ""
    """What it gives, where it may take another type than that."""
    writable: bool = False
    nullable: bool = False
    static: bool = False
    stored: bool = False
    """Whether it is data: reading it runs no code of the author."""
    special: str = ""
    """The special method behind it, such as `__len__`."""


class ClassExport(msgspec.Struct, frozen=True, kw_only=True):
    """A class; `base` is another exported class or "".

    Without a constructor of its own it has its base class's, or takes no arguments.
    """

    name: str
    doc: str
    line: int
    base: str
    cdef: bool
    exception: bool
    constructor: FunctionExport | None
    methods: list[FunctionExport]
    static: list[FunctionExport]
    properties: list[Property]
    special: list[str] = []
    """Names of the special methods that it defines."""


class EnumExport(msgspec.Struct, frozen=True, kw_only=True):
    """An enum that a signature names, a cpdef enum, or a Python one.

    A member whose value is computed has None here.
    """

    name: str
    doc: str
    line: int
    members: dict[str, int | str | None]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a C struct."""

    name: str
    type: str


class StructExport(msgspec.Struct, frozen=True, kw_only=True):
    """A C struct that a signature names; JavaScript has a plain object for it."""

    name: str
    fields: list[Field]


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What a module exports; its fields are explained in the package's docstring."""

    version: Literal[2] = 2
    doc: str = ""
    functions: list[FunctionExport] = []
    classes: list[ClassExport] = []
    enums: list[EnumExport] = []
    structs: list[StructExport] = []
    constants: list[str] = []

    @property
    def is_empty(self) -> bool:
        """Whether the module has nothing for JavaScript."""
        return not (self.functions or self.classes or self.enums or self.constants)


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """An extension module that others import: its name and its file."""

    module: str
    path: str


class BuildResult(msgspec.Struct, frozen=True, kw_only=True):
    """A built module, or diagnostics with an error among them and no path."""

    name: str
    diagnostics: list[Diagnostic] = []
    path: str | None = None
    """The .so file; it stays in the cache."""
    module: str | None = None
    """The name to import it under: unique to its content."""
    needs: list[Needed] = []
    """What must be imported before it."""
    description: Description = Description()
    compiler: str = ""
    """Name and version of the C compiler, in a line."""
    annotation: str | None = None
    """Cython's annotated HTML, a file beside the .so."""
    quick: bool = False
    """Built by tcc: the C compiler's build may follow."""
    exchangeable: bool = False
    """Whether that build may take the place of this one while it is in use."""
    not_quick: str = ""
    """Why a quick build that was asked for was not made."""
    files: list[str] = []
    """Headers and sources of the author that were compiled with it."""
    cached: bool = False
    translate_s: float = 0.0
    compile_s: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether there is a module."""
        return self.path is not None
