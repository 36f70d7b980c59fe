"""Functions that JavaScript calls without Python: their thunks, in C.

A thunk is a C function that libjsvm calls with converted arguments (JSVMX_DirectValue).
It gets an array as a pointer and a length and makes a memoryview slice of them on its
stack, which costs no object. What such a slice names as its memoryview object is a
stand-in that all slices of an item size share: it knows that size and can be counted,
and nothing that runs without the GIL asks more of it. So no Python object may be made
of such a slice, and none may outlive the call: `leak` finds where that could happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .c_numbers import field_of
from .result import FunctionExport
from .syntax import children

# libjsvm takes no more parameters of a direct function.
_MOST_PARAMETERS = 64
_VALUE = "__jsvm_value"


class Thunk(NamedTuple):
    """What a thunk is made of."""

    function: str
    """The name of the function in C."""
    arguments: tuple[tuple[str, str], ...]
    """C type and type of the border, of each."""
    returns: tuple[str, str]
    """C type and type of the border."""
    failure: str
    """In C, what of the returned `__jsvm_value` says that it raised; "": it can't."""
    overridable: bool

    @property
    def takes_views(self) -> bool:
        """Whether an argument is an array."""
        return any(field_of(kind) == "array" for _, kind in self.arguments)


def thunk_of(node: Any, export: FunctionExport) -> Thunk | None:
    """Give the thunk of a function that does not need the GIL."""
    kind = type(node).__name__
    if kind not in ("CFuncDefNode", "Entry") or len(export.params) > _MOST_PARAMETERS:
        return None
    ctype = node.type
    if (
        not ctype.nogil
        or ctype.with_gil
        or ctype.exception_check == "+"  # C++ exceptions want Cython's own call
        or ctype.optional_arg_count
        or (export.returns != "void" and field_of(export.returns) in ("", "array"))
    ):
        return None
    arguments = []
    for argument, param in zip(ctype.args, export.params, strict=True):
        if not field_of(param.type) or not _is_plain(argument.type):
            return None
        arguments.append((_c_type(argument.type), param.type))
    is_extern = kind == "Entry"
    return Thunk(
        function=str((node if is_extern else node.entry).func_cname),
        arguments=tuple(arguments),
        returns=(_c_type(ctype.return_type), export.returns),
        failure=_failure(ctype),
        overridable=bool(ctype.is_overridable) and not is_extern,
    )


def _failure(ctype: Any) -> str:
    """The condition under which a caller finds an exception, as Cython's callers do."""
    conditions = []
    if (marker := ctype.exception_value) is not None:
        expected = marker.type.cast_code(str(marker))
        same = f"{_VALUE} == {expected}"
        if marker.may_be_nan():
            same = f"({same} || ({_VALUE} != {_VALUE} && {expected} != {expected}))"
        conditions.append(same)
    if ctype.exception_check:
        conditions.append("__jsvm_is_raised()")
    return " && ".join(conditions)


def _is_plain(ctype: Any) -> bool:
    """Whether a view goes through its memory directly, as all of typed arrays do."""
    if not ctype.is_memoryviewslice:
        return True
    return all(access == "direct" for access, _ in ctype.axes)


def _c_type(ctype: Any) -> str:
    if ctype.is_cv_qualified:
        ctype = ctype.cv_base_type
    return str(ctype.empty_declaration_code())


# ---- slices that must not leave ------------------------------------------------------


def leak(module: Any) -> tuple[Any, str] | None:
    """Tell where code without the GIL may keep a view or make an object of it, and how.

    `module` is the tree when all its expressions have types. All functions are looked
    at, since any may be called by a direct one.
    """
    local = {str(n.entry.func_cname) for n in _nodes(module) if _is_c_function(n)}
    for node in _nodes(module):
        if not _is_c_function(node) or not node.type.nogil:
            continue
        if node.type.with_gil and any(arg.type.is_memoryviewslice for arg in node.args):
            return node.pos, "takes a view and the GIL"
        for inner in _nodes(node.body):
            if why := _leaks(inner, local):
                return inner.pos, why
    return None


def _leaks(node: Any, local: set[str]) -> str:
    """Say how a statement or expression lets a view go, "" if it does not."""
    kind = type(node).__name__
    if kind == "GILStatNode":
        held = node.state == "gil" and any(map(_is_view, _nodes(node.body)))
        return "uses a view while it holds the GIL" if held else ""
    if kind in ("CoerceToPyTypeNode", "TypecastNode", "AmpersandNode"):
        operand = getattr(node, "arg", None) or node.operand
        return "makes an object or pointer of a view" if _is_view(operand) else ""
    if kind.endswith("AssignmentNode"):
        targets = [getattr(node, "lhs", None), *getattr(node, "lhs_list", ())]
        kept = any(_is_view(target) and not _is_local(target) for target in targets)
        return "keeps a view" if kept else ""
    if kind.endswith("CallNode") and any(map(_is_view, _arguments(node))):
        entry = getattr(node.function, "entry", None)
        known = entry is not None and str(entry.func_cname) in local
        counted = getattr(node.function, "cname", "") == "__Pyx_MemoryView_Len"
        if not (known or counted):
            return "gives a view to a function of another module"
    return ""


def _is_local(target: Any) -> bool:
    """Whether a view is assigned to a variable of the function, or through a view."""
    if type(target).__name__ == "NameNode":
        return bool(target.entry.is_local or target.entry.is_arg)
    return type(target).__name__ in ("MemoryCopySlice", "MemoryCopyScalar")


def _arguments(node: Any) -> list[Any]:
    return list(getattr(node, "args", None) or ())


def _is_view(node: Any) -> bool:
    ctype = getattr(node, "type", None)
    return ctype is not None and bool(getattr(ctype, "is_memoryviewslice", False))


def _is_c_function(node: Any) -> bool:
    return type(node).__name__ == "CFuncDefNode"


def _nodes(node: Any) -> Iterator[Any]:
    """A node and all below it."""
    yield node
    for child in children(node):
        yield from _nodes(child)
