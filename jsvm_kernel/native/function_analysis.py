"""Reads the signature of one function or method from Cython's declared syntax tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from .border import PYTHON_TYPES, Border, BorderType
from .c_numbers import UnsupportedType
from .result import FunctionExport, Parameter

Flavour: TypeAlias = Literal["plain", "coroutine", "generator", "async_generator"]

_FLAVOURS: Mapping[str, Flavour] = {
    "GeneratorDefNode": "generator",
    "AsyncDefNode": "coroutine",
    "IterableAsyncDefNode": "coroutine",
    "AsyncGenNode": "async_generator",
}
#: Kinds of nodes that define a function of Python.
DEFINITIONS = frozenset(("DefNode", *_FLAVOURS))
_PYTHON_NAMES = {
    **PYTHON_TYPES,
    "object": "object",
    "datetime.datetime": "datetime",
}


class Refused(Exception):
    """A signature that cannot be exported: position, and why."""

    def __init__(self, pos: tuple[Any, int, int], why: str) -> None:
        super().__init__(why)
        self.pos = pos


class Names(NamedTuple):
    """What names of the module stand for in annotations of Python."""

    imported: Mapping[str, str]
    """Of an imported name its full one, such as "datetime.datetime"."""
    classes: frozenset[str]


class FunctionReader:
    """Reads functions of one module."""

    def __init__(
        self, border: Border, names: Names, write: Callable[[Any], str]
    ) -> None:
        """`write` gives an expression's source text."""
        self.border = border
        self.names = names
        self._write = write

    def read(self, node: Any, name: str, *, bound: bool = False) -> FunctionExport:
        """Read a function, of a bound method without its first parameter.

        Raises:
            Refused: JavaScript cannot call it.
        """
        kind = type(node).__name__
        if kind == "Entry":
            return self._extern(node, name)
        if kind == "FusedCFuncDefNode" or node.has_fused_arguments:
            why = "functions of fused types are not supported; name one of the types"
            raise Refused(node.pos, why)
        if kind == "CFuncDefNode":
            arguments = zip(node.declarator.args, node.type.args, strict=True)
            returns = self._result(node.type, node.pos)
        else:
            arguments = zip(node.args, node.args, strict=True)
            annotated, nullable = self.annotated_result(node)
            returns = _OBJECT if nullable else annotated
        pairs = list(arguments)[1 if bound else 0 :]
        params = [self._parameter(argument, typed) for argument, typed in pairs]
        if kind != "CFuncDefNode":
            params = list(self._with_stars(node, params))
        return FunctionExport(
            name=name,
            doc=str(node.doc or ""),
            line=node.pos[1],
            params=params,
            returns=returns.name,
            returns_const=returns.const,
            kind="python",
            flavour=_FLAVOURS.get(kind, "plain"),
        )

    def _extern(self, entry: Any, name: str) -> FunctionExport:
        """Read a function of C that has a wrapper for Python."""
        params = []
        for number, argument in enumerate(entry.type.args, 1):
            shown = str(argument.name) or f"arg{number}"
            ctype = self.type_of(argument.type, argument.pos, f"parameter {shown}")
            param = Parameter(name=shown, type=ctype.name, const=ctype.const)
            params.append(param)
        returns = self._result(entry.type, entry.pos)
        return FunctionExport(
            name=name,
            doc="",
            line=entry.pos[1],
            params=params,
            returns=returns.name,
            returns_const=returns.const,
            kind="python",
        )

    def _result(self, ctype: Any, pos: Any) -> BorderType:
        return self.type_of(ctype.return_type, pos, "its result", returned=True)

    def type_of(
        self, ctype: Any, pos: Any, what: str, *, returned: bool = False
    ) -> BorderType:
        """Name a type; Refused says of `what` it is."""
        try:
            return self.border.type_of(ctype, returned=returned)
        except UnsupportedType as error:
            raise Refused(pos, f"{what}: {error}") from None

    def _parameter(self, argument: Any, typed: Any) -> Parameter:
        name = str(typed.name)
        ctype = self.type_of(typed.type, argument.pos, f"parameter {name}")
        nullable = bool(getattr(argument, "or_none", False))
        if ctype.name == "object":
            ctype, said = self._annotation(argument.annotation)
            nullable = nullable or said
        default = argument.default
        return Parameter(
            name=name,
            type=ctype.name,
            const=ctype.const,
            optional=default is not None,
            nullable=nullable or bool(getattr(default, "is_none", False)),
            kind="keyword" if getattr(argument, "kw_only", False) else "positional",
            default="" if default is None else self._write(default),
        )

    def _with_stars(self, node: Any, params: list[Parameter]) -> Iterator[Parameter]:
        """Add *args, which stands before the keyword-only parameters, and **kw."""
        yield from (param for param in params if param.kind == "positional")
        if node.star_arg is not None:
            yield self._rest(node.star_arg, "varargs")
        yield from (param for param in params if param.kind == "keyword")
        if node.starstar_arg is not None:
            yield self._rest(node.starstar_arg, "varkw")

    def _rest(self, argument: Any, kind: Literal["varargs", "varkw"]) -> Parameter:
        return Parameter(name=str(argument.name), type="object", kind=kind)

    # ---- annotations that Cython leaves to Python ------------------------------------

    def annotated_result(self, node: Any) -> tuple[BorderType, bool]:
        """Tell the type that a function of Python says to give, and whether None, too.

        Nobody checks the result.
        """
        return self._annotation(getattr(node, "return_type_annotation", None))

    def _annotation(self, annotation: Any) -> tuple[BorderType, bool]:
        """The type that an annotation names, and whether it lets None in."""
        expression = getattr(annotation, "expr", None)
        alternatives = list(self._alternatives(expression))
        named = [name for name in alternatives if name != "None"]
        nullable = len(named) < len(alternatives)
        if len(named) != 1:
            return _OBJECT, nullable
        name = named[0]
        if name in self.names.classes:
            return BorderType(f"class {name}"), nullable
        name = self.names.imported.get(name, name)
        return BorderType(_PYTHON_NAMES.get(name, "object")), nullable

    def _alternatives(self, node: Any) -> Iterator[str]:
        """The full names in `A | B`, `Optional[A]` and the like."""
        kind = type(node).__name__
        if kind == "NoneNode":
            yield "None"
        elif kind == "BitwiseOrNode":
            yield from self._alternatives(node.operand1)
            yield from self._alternatives(node.operand2)
        elif kind == "IndexNode" and self._full_name(node.base).endswith("Optional"):
            yield from self._alternatives(node.index)
            yield "None"
        elif kind == "IndexNode":
            yield self._full_name(node.base)  # list[int] is a list
        elif kind == "UnicodeNode":
            yield str(node.value)
        else:
            yield self._full_name(node)

    def _full_name(self, node: Any) -> str:
        kind = type(node).__name__
        if kind == "NameNode":
            name = str(node.name)
            return self.names.imported.get(name, name)
        if kind == "AttributeNode":
            return f"{self._full_name(node.obj)}.{node.attribute}"
        return "?"


_OBJECT = BorderType("object")
