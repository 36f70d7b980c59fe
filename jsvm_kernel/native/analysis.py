"""Reads what a cell exports from Cython's own, declared syntax tree.

Functions are read by `function_analysis`, classes by `class_analysis`; types are named
by `border`. Constants are found here. Cython's nodes are told by the names of their
classes, so that this module needs no Cython to be imported.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from .border import SUPPORTED, Border
from .c_numbers import Claim
from .class_analysis import class_names, read_classes
from .diagnostics import Diagnostic, Severity, has_error, line_of
from .direct import Thunk, leak, thunk_of
from .function_analysis import DEFINITIONS, FunctionReader, Names, Refused
from .result import Description, FunctionExport
from .syntax import children, statements

_HELP = (
    f"an exported function (def or cpdef) may use {SUPPORTED}; a function only for the "
    "module's own use is a cdef or has a name that begins with _"
)
_CONSTANT = re.compile("[A-Z][A-Z0-9_]*")


class Exports(NamedTuple):
    """What an analysis found."""

    description: Description
    thunks: dict[str, Thunk]
    """Of the functions that may be called without Python."""
    claims: set[Claim]
    enum_constants: dict[str, dict[str, str]]
    """Of each enum of C the members whose value only C knows: their names in C."""
    problems: list[Diagnostic]
    externs: int
    """So many functions, the first, are of headers: Python gets them at the end."""


def analyse(module: Any, text: str, write: Callable[[Any], str]) -> Exports:
    """Return the exports of a module node after Cython's AnalyseDeclarationsTransform.

    Names that begin with an underscore are private to the module. `text` is the source,
    for the lines of diagnostics; `write` gives an expression's source text.
    """
    return _Analysis(module, text, write).run()


def direct_exports(found: Exports, module: Any, text: str) -> Exports:
    """Decide which functions are direct; `module` has types in all its expressions."""
    thunks, problems = found.thunks, found.problems
    viewing = [name for name, thunk in thunks.items() if thunk.takes_views]
    if viewing and (place := leak(module)):
        thunks = {k: thunk for k, thunk in thunks.items() if not thunk.takes_views}
        pos, why = place
        message = (
            f"this line {why}, so functions that take arrays are called through "
            f"Python: {', '.join(viewing)}"
        )
        problems = [*problems, _diagnostic("hint", pos, message, text)]
    functions = [
        msgspec.structs.replace(
            function, kind="direct", fallible=bool(thunks[function.name].failure)
        )
        if function.name in thunks
        else function
        for function in found.description.functions
    ]
    description = msgspec.structs.replace(found.description, functions=functions)
    return found._replace(description=description, thunks=thunks, problems=problems)


class _Analysis:
    """Reads one module; class_analysis asks it (its `Reader`) for what is shared."""

    def __init__(self, module: Any, text: str, write: Callable[[Any], str]) -> None:
        self.module = module
        self.text = text
        names = Names(dict(_imports(module.body)), class_names(module.body))
        self.border = Border(names.classes)
        self.functions = FunctionReader(self.border, names, write)
        self.thunks: dict[str, Thunk] = {}
        self.problems: list[Diagnostic] = []
        self.externs = 0

    def run(self) -> Exports:
        classes, python_enums = read_classes(self.module.body, self)
        functions = self._read_functions()
        self._read_enums()
        if has_error(self.problems):
            self.problems.append(Diagnostic(severity="hint", message=_HELP))
        description = Description(
            doc=str(self.module.doc or ""),
            functions=list(functions.values()),
            classes=classes,
            enums=[*self.border.enums.values(), *python_enums],
            structs=list(self.border.structs.values()),
            constants=[*_constants(self.module), *_anonymous_enums(self.module.scope)],
        )
        return Exports(
            description,
            self.thunks,
            self.border.claims,
            self.border.enum_constants,
            self.problems,
            self.externs,
        )

    def _read_functions(self) -> dict[str, FunctionExport]:
        found: dict[str, FunctionExport] = {}
        externs = [
            entry
            for entry in self.module.scope.cfunc_entries
            # `cdef extern from "math.h": cpdef double sin(double x)` is Python's too.
            if entry.visibility == "extern" and entry.create_wrapper
        ]
        for node in (*externs, *_functions(self.module.body)):
            name = _name(node)
            if name.startswith("_"):
                continue
            function = self.function(node, name, name, bound=False)
            if function is not None:
                found[name] = function
                if thunk := thunk_of(node, function):
                    self.thunks[name] = thunk
                if node in externs:
                    self.externs += 1
        return found

    def _read_enums(self) -> None:
        """Note each cpdef enum, whether a signature names it or not."""
        for entry in self.module.scope.type_entries:
            is_enum = entry.type.is_enum or getattr(entry.type, "is_cpp_enum", False)
            shown = entry.name is not None and not entry.name.startswith("_")
            if is_enum and entry.create_wrapper and shown:
                self.border.add_enum(entry.type)

    # ---- as class_analysis reads -----------------------------------------------------

    def function(
        self, node: Any, name: str, shown: str, *, bound: bool
    ) -> FunctionExport | None:
        """Read a signature; None if it cannot be exported, which is noted."""
        try:
            return self.functions.read(node, name, bound=bound)
        except Refused as refused:
            self._note_refused(shown, refused)
            return None

    def type_of(self, ctype: Any, pos: Any, shown: str) -> str | None:
        """Give the border's name of a property's type; None as for `function`."""
        try:
            return self.functions.type_of(ctype, pos, "its value").name
        except Refused as refused:
            self._note_refused(shown, refused)
            return None

    def annotated(self, node: Any) -> tuple[str, bool]:
        """Give the border's name of an annotated result, and whether it may be None."""
        annotated, nullable = self.functions.annotated_result(node)
        return annotated.name, nullable

    def warn(self, pos: Any, message: str) -> None:
        """Note what the author should know."""
        self._note("warning", pos, message)

    def _note_refused(self, shown: str, refused: Refused) -> None:
        message = f"{shown} cannot be called from JavaScript: {refused}"
        self._note("error", refused.pos, message)

    def _note(self, severity: Severity, pos: Any, message: str) -> None:
        self.problems.append(_diagnostic(severity, pos, message, self.text))


def _diagnostic(severity: Severity, pos: Any, message: str, text: str) -> Diagnostic:
    _, line, column = pos
    return Diagnostic(
        severity=severity,
        message=message,
        line=line,
        column=column + 1,
        source_line=line_of(text, line),
    )


# ---- the module's statements ---------------------------------------------------------


def _functions(node: Any) -> Iterator[Any]:
    """All def and cpdef functions of the module, none of a class or a function."""
    kind = type(node).__name__
    if kind in ("CClassDefNode", "PyClassDefNode", "CDefExternNode"):
        return
    if _is_function(node):
        if kind in DEFINITIONS or getattr(node, "overridable", False):
            yield node
        return
    if kind == "FusedCFuncDefNode":
        yield node
        return
    for child in children(node):
        yield from _functions(child)


def _is_function(node: Any) -> bool:
    return type(node).__name__ != "FusedCFuncDefNode" and hasattr(
        node, "has_fused_arguments"
    )


def _name(node: Any) -> str:
    if type(node).__name__ == "FusedCFuncDefNode":
        node = node.node
    return str(getattr(node, "name", None) or node.entry.name)


def _imports(body: Any) -> Iterator[tuple[str, str]]:
    """Names that the module imports, with their full names."""
    for node in statements(body):
        kind = type(node).__name__
        if kind == "FromImportStatNode":
            origin = node.module.module_name.value
            for name, target in node.items:
                if type(target).__name__ == "NameNode":
                    yield str(target.name), f"{origin}.{name}"
        elif kind == "SingleAssignmentNode" and type(node.rhs).__name__ == "ImportNode":
            yield str(node.lhs.name), str(node.rhs.module_name.value)


def _constants(module: Any) -> Iterator[str]:
    """Names in capitals that a literal is assigned to, once and for all."""
    times = Counter(_bound(module.body))
    for node in statements(module.body):
        if type(node).__name__ != "SingleAssignmentNode":
            continue
        if type(node.lhs).__name__ != "NameNode" or not node.rhs.has_constant_result():
            continue
        name, value = str(node.lhs.name), node.rhs.constant_result
        if (
            _CONSTANT.fullmatch(name)
            and isinstance(value, bool | int | float | str)
            and times[name] == 1
            and module.scope.lookup_here(name).is_pyglobal
        ):
            yield name


def _anonymous_enums(scope: Any) -> Iterator[str]:
    """Members of `cpdef enum:`, which Python has as numbers of the module."""
    for name, entry in scope.entries.items():
        if entry.is_const and entry.create_wrapper and not name.startswith("_"):
            yield str(name)


def _bound(node: Any, *, inside: bool = False) -> Iterator[str]:
    """Names of the module, as often as statements may bind something to them.

    `inside` a function only a `global` statement says so.
    """
    kind = type(node).__name__
    if kind == "GlobalNode":
        yield from map(str, node.names * 2)
    is_function = _is_function(node)
    if not inside:
        if is_function or kind == "PyClassDefNode":
            yield _name(node)
        for attribute in ("lhs", "lhs_list", "target", "args"):
            if attribute != "args" or kind == "DelStatNode":
                yield from _named(getattr(node, attribute, None))
    for child in children(node):
        yield from _bound(child, inside=inside or is_function)


def _named(target: Any) -> Iterator[str]:
    for node in target if isinstance(target, list) else [target]:
        if type(node).__name__ == "NameNode":
            yield str(node.name)
        elif hasattr(node, "child_attrs"):
            for child in children(node):
                yield from _named(child)
