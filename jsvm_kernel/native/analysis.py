"""Reads what a cell exports from Cython's own, declared syntax tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .border import SUPPORTED, BorderType, Claim, UnsupportedType, border_type
from .class_analysis import class_names, read_classes
from .diagnostics import Diagnostic, line_of
from .result import Description, FunctionExport, Parameter

# libjsvm takes no more parameters of a direct function.
_MOST_DIRECT_PARAMETERS = 64
_HELP = (
    f"an exported function (def or cpdef) may use {SUPPORTED}; a function only for the "
    "module's own use is a cdef or has a name that begins with _"
)


class Exports(NamedTuple):
    """What an analysis found."""

    description: Description
    conditional: set[str]
    """Names of functions defined inside an `if`, `try` or loop."""
    claims: set[Claim]
    problems: list[Diagnostic]


def analyse(module: Any, text: str) -> Exports:
    """Return the exports of a module node after Cython's AnalyseDeclarationsTransform.

    Names that begin with an underscore are private to the module. `text` is the source,
    for the lines of diagnostics.
    """
    found: dict[str, FunctionExport] = {}
    conditional: set[str] = set()
    names = class_names(module.body)
    members = _Members(names, text)
    classes, enums = read_classes(module.body, members)
    claims, problems = members.claims, members.problems
    for node, nested in _functions(module.body, nested=False):
        name = str(_name(node))
        if name.startswith("_"):
            continue
        try:
            reader = _Reader(node, name, names)
            found[name] = reader.read()
        except _Refused as refused:
            problems.append(_problem(name, refused, text))
            continue
        claims |= reader.claims
        conditional.discard(name)
        if nested:
            conditional.add(name)
    if any(problem.severity == "error" for problem in problems):
        problems.append(Diagnostic(severity="hint", message=_HELP))
    description = Description(
        doc=str(module.doc or ""),
        functions=list(found.values()),
        classes=classes,
        enums=enums,
    )
    return Exports(description, conditional, claims, problems)


def _functions(node: Any, nested: bool) -> Iterator[tuple[Any, bool]]:
    """All def and cpdef functions of the module, none of a class or a function."""
    kind = type(node).__name__
    if kind in ("CClassDefNode", "PyClassDefNode", "CDefExternNode"):
        return
    if kind.endswith("DefNode") and hasattr(node, "has_fused_arguments"):
        if kind in ("DefNode", "GeneratorDefNode", "AsyncDefNode") or node.overridable:
            yield node, nested
        return
    if kind == "FusedCFuncDefNode":
        yield node, nested
        return
    block = kind in ("StatListNode", "CompilerDirectivesNode")
    for attribute in node.child_attrs or ():
        children = getattr(node, attribute)
        for child in children if isinstance(children, list) else [children]:
            if child is not None:
                yield from _functions(child, nested or not block)


def _name(node: Any) -> str:
    if type(node).__name__ == "FusedCFuncDefNode":
        node = node.node
    return str(getattr(node, "name", None) or node.entry.name)


class _Refused(Exception):
    """A signature that cannot be exported: position, and why."""

    def __init__(self, pos: tuple[Any, int, int], why: str) -> None:
        super().__init__(why)
        self.pos = pos


class _Members:
    """Reads the signatures and types that are in classes."""

    def __init__(self, names: frozenset[str], text: str) -> None:
        self.names = names
        self.text = text
        self.claims: set[Claim] = set()
        self.problems: list[Diagnostic] = []

    def function(
        self, node: Any, name: str, shown: str, *, bound: bool
    ) -> FunctionExport | None:
        """Read a signature; None if it can't be exported, which is noted."""
        reader = _Reader(node, name, self.names, in_class=True, bound=bound)
        try:
            found = reader.read()
        except _Refused as refused:
            self.problems.append(_problem(shown, refused, self.text))
            return None
        self.claims |= reader.claims
        return found

    def type_of(self, ctype: Any, pos: Any, shown: str) -> str | None:
        """Give the border's name of a property's type; None as for `function`."""
        try:
            border = border_type(ctype, self.names)
        except UnsupportedType as error:
            refused = _Refused(pos, str(error))
            self.problems.append(_problem(shown, refused, self.text))
            return None
        if border.claim is not None:
            self.claims.add(border.claim)
        return border.name

    def warn(self, pos: Any, message: str) -> None:
        """Note what the author should know."""
        self.problems.append(
            Diagnostic(
                severity="warning",
                message=message,
                line=pos[1],
                column=pos[2] + 1,
                source_line=line_of(self.text, pos[1]),
            )
        )


class _Reader:
    """Reads one function's signature; of a bound method without its first parameter."""

    def __init__(
        self,
        node: Any,
        name: str,
        names: frozenset[str],
        *,
        in_class: bool = False,
        bound: bool = False,
    ) -> None:
        self.node = node
        self.name = name
        self.names = names
        self.in_class = in_class
        self.first = 1 if bound else 0
        self.claims: set[Claim] = set()

    def read(self) -> FunctionExport:
        node = self.node
        if type(node).__name__ == "FusedCFuncDefNode" or node.has_fused_arguments:
            raise _Refused(node.pos, "functions of fused types are not supported")
        if node.is_generator or getattr(node, "is_coroutine", False):
            raise _Refused(node.pos, "async functions and generators are not supported")
        is_c = type(node).__name__ == "CFuncDefNode"
        declared = node.type.args if is_c else node.args
        arguments = node.declarator.args if is_c else node.args
        params, numbers = [], True
        pairs = list(zip(arguments, declared, strict=True))
        for argument, typed in pairs[self.first :]:
            ctype = self._type(typed.type, argument.pos, f"parameter {typed.name}")
            ctype = self._named(ctype, getattr(argument, "annotation", None))
            params.append(self._parameter(argument, str(typed.name), ctype))
            numbers = numbers and ctype.is_number
        if not is_c:
            self._refuse_stars()
            annotation = getattr(node, "return_type_annotation", None)
            returns = self._named(BorderType("object"), annotation)
        else:
            what = "its result"
            returns = self._type(node.type.return_type, node.pos, what, returned=True)
        direct = (
            is_c
            and not self.in_class
            and numbers
            and returns.is_number
            and len(params) <= _MOST_DIRECT_PARAMETERS
            and node.type.optional_arg_count == 0
            and node.type.nogil
            and not node.type.with_gil
            and node.type.exception_value is None
            and not node.type.exception_check
        )
        return FunctionExport(
            name=self.name,
            doc=str(node.doc or ""),
            line=node.pos[1],
            params=params,
            returns=returns.name,
            returns_const=returns.const,
            kind="direct" if direct else "python",
        )

    def _type(
        self, ctype: Any, pos: Any, what: str, *, returned: bool = False
    ) -> BorderType:
        try:
            border = border_type(ctype, self.names, returned=returned)
        except UnsupportedType as error:
            raise _Refused(pos, f"{what}: {error}") from None
        if border.claim is not None:
            self.claims.add(border.claim)
        return border

    def _named(self, border: BorderType, annotation: Any) -> BorderType:
        """The class that an annotation names; a Python class is an object to Cython."""
        name = getattr(getattr(annotation, "expr", None), "name", None)
        if border.name == "object" and name in self.names:
            return border._replace(name=f"class {name}")
        return border

    def _parameter(self, argument: Any, name: str, ctype: BorderType) -> Parameter:
        default = argument.default
        if getattr(argument, "kw_only", False) and default is None:
            raise _Refused(argument.pos, f"parameter {name}: keyword-only")
        none = getattr(default, "is_none", False) or getattr(argument, "or_none", False)
        return Parameter(
            name=name,
            type=ctype.name,
            const=ctype.const,
            optional=default is not None,
            nullable=bool(none),
        )

    def _refuse_stars(self) -> None:
        for star, argument in (
            ("*", self.node.star_arg),
            ("**", self.node.starstar_arg),
        ):
            if argument is not None:
                why = f"parameter {star}{argument.name}: arguments must be named"
                raise _Refused(argument.pos, why)


def _problem(name: str, refused: _Refused, text: str) -> Diagnostic:
    _, line, column = refused.pos
    return Diagnostic(
        severity="error",
        message=f"{name} cannot be called from JavaScript: {refused}",
        line=line,
        column=column + 1,
        source_line=line_of(text, line),
    )
