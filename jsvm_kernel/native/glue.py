"""What is put behind the author's code.

In Cython one statement, the same for every module: it asks a C function for the
description. The C function is put behind what Cython makes of the whole, together with
the thunks of direct functions; so a cell is translated once, though what it exports is
known only when Cython has read it. All names begin with `__jsvm_`: they clash with
nothing the author may write.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterable, Iterator

import msgspec

from .analysis import Exports
from .c_numbers import Claim, field_of
from .direct import Thunk

CYTHON = '''
cdef extern from *:
    """
    static PyObject *__jsvm_describe(PyObject *);
    """
    object __jsvm_describe(object)
__jsvm_exports__ = __jsvm_describe(globals())
'''

# An acquisition count that slices never bring down to where an object is given up.
_STAND_INS = """\
static struct __pyx_memoryview_obj __jsvm_stand_ins[9];

static int __jsvm_make_stand_ins(void)
{
    int size;
    for (size = 1; size <= 8; size *= 2) {
        if (__jsvm_stand_ins[size].view.itemsize)
            continue;
        __jsvm_stand_ins[size].view.itemsize = size;
        __jsvm_stand_ins[size].view.ndim = 1;
        __jsvm_stand_ins[size].acquisition_count = 1 << 30;
#if !CYTHON_ATOMICS
        __jsvm_stand_ins[size].lock = PyThread_allocate_lock();
#endif
    }
    return 0;
}

static CYTHON_INLINE __Pyx_memviewslice
__jsvm_view(const JSVMX_DirectValue *value, int size)
{
    __Pyx_memviewslice view;
    view.memview = &__jsvm_stand_ins[size];
    view.data = (char *)value->array.data;
    view.shape[0] = (Py_ssize_t)value->array.length;
    view.strides[0] = size;
    view.suboffsets[0] = -1;
    return view;
}

"""

# Taking the GIL is what the check costs, as in any caller of Cython's without the GIL.
_IS_RAISED = """\
static bool __jsvm_is_raised(void)
{
    PyGILState_STATE state = PyGILState_Ensure();
    bool raised = PyErr_Occurred() != NULL;
    PyGILState_Release(state);
    return raised;
}

"""

_DESCRIBE = """\
static int __jsvm_set(PyObject *dict, const char *key, PyObject *value)
{
    int status = value ? PyDict_SetItemString(dict, key, value) : -1;
    Py_XDECREF(value);
    return status;
}

/* What a condition did not define is not there. The first ones come later. */
static int __jsvm_keep_defined(PyObject *described, PyObject *names, Py_ssize_t first)
{
    Py_ssize_t i = PyList_Size(described);
    while (i-- > first) {
        PyObject *name = PyDict_GetItemString(PyList_GetItem(described, i), "name");
        int defined = PyDict_Contains(names, name);
        if (defined < 0 || (!defined && PySequence_DelItem(described, i) < 0))
            return -1;
    }
    return 0;
}

static PyObject *__jsvm_describe(PyObject *names)
{
    static const char text[] =
%(text)s;
    PyObject *functions, *enums, *described;

    described = PyMarshal_ReadObjectFromString(text, sizeof(text) - 1);
    if (!described)
        return NULL;
    functions = PyDict_GetItemString(described, "functions");
    enums = PyDict_GetItemString(described, "enums");
    if (%(steps)s)
        Py_CLEAR(described);
    (void)enums;
    return described;
}
"""


def c_glue(found: Exports, *, line: int, file_name: str) -> str:
    """Return the C to put behind a module's, which ends before `line` of the file."""
    views = any(thunk.takes_views for thunk in found.thunks.values())
    checks = any("__jsvm_is_raised" in thunk.failure for thunk in found.thunks.values())
    parts = [
        f'\n#line {line + 2} "{file_name}"\n',
        '#include <marshal.h>\n#include "ark_runtime/jsvmx.h"\n\n',
        *_size_checks(sorted(found.claims)),
        _STAND_INS if views else "",
        _IS_RAISED if checks else "",
        *(_thunk(name, thunk) for name, thunk in found.thunks.items()),
        _DESCRIBE % _describe(found, views),
    ]
    return "".join(parts)


def _size_checks(claims: Iterable[Claim]) -> Iterator[str]:
    """C assertions that types of the author's headers are what Cython was told."""
    yield "#ifdef __cplusplus\n#define _Static_assert static_assert\n#endif\n"
    for claim in claims:
        yield (
            f"_Static_assert(sizeof({claim.c_name}) == {claim.size}"
            f" && (({claim.c_name})-1 < 0) == {claim.signed:d}, \"'{claim.name}' has "
            'another size or sign in C than its ctypedef says");\n'
        )


def _thunk(name: str, thunk: Thunk) -> str:
    given = [_argument(i, *each) for i, each in enumerate(thunk.arguments)]
    if thunk.overridable:
        given.append("0")  # whether a subclass's method was asked already
    c_type, returns = thunk.returns
    call = f"{thunk.function}({', '.join(given)})"
    lines = ["(void)__jsvm_args", "(void)__jsvm_result"]
    lines.append(call if returns == "void" else f"{c_type} __jsvm_value = {call}")
    if thunk.failure:
        lines.append(f"if ({thunk.failure}) return false")
    if returns != "void":
        # A bint may hold any int.
        value = "__jsvm_value ? 1 : 0" if returns == "bint" else "__jsvm_value"
        if returns.startswith("enum "):
            value = f"(int64_t){value}"  # of an enum class C++ makes no number itself
        lines.append(f"__jsvm_result->{field_of(returns)} = {value}")
    if thunk.failure:
        lines.append("return true")
    body = "".join(f"    {line};\n" for line in lines)
    return (
        f"static {'bool' if thunk.failure else 'void'} __jsvm_thunk_{name}"
        "(const JSVMX_DirectValue *__jsvm_args, JSVMX_DirectValue *__jsvm_result)\n"
        f"{{\n{body}}}\n\n"
    )


def _argument(index: int, c_type: str, kind: str) -> str:
    field = field_of(kind)
    if field == "array":
        element = kind.removesuffix("[:]")
        return f"__jsvm_view(&__jsvm_args[{index}], {_SIZES[element]})"
    return f"({c_type})__jsvm_args[{index}].{field}"


def _describe(found: Exports, views: bool) -> dict[str, str]:
    """The parts of the C function that makes the description."""
    steps = ["__jsvm_make_stand_ins() < 0"] if views else []
    for index, function in enumerate(found.description.functions):
        if function.name in found.thunks:
            thunk = f"PyLong_FromVoidPtr((void *)__jsvm_thunk_{function.name})"
            steps.append(_set(f"PyList_GetItem(functions, {index})", "thunk", thunk))
    for index, enum in enumerate(found.description.enums):
        members = f'PyDict_GetItemString(PyList_GetItem(enums, {index}), "members")'
        for name, c_name in found.enum_constants.get(enum.name, {}).items():
            value = f"PyLong_FromLongLong((long long){c_name})"
            steps.append(_set(members, name, value))
    # The last: entries have the numbers that they had here till then.
    steps.append(f"__jsvm_keep_defined(functions, names, {found.externs}) < 0")
    data = marshal.dumps(msgspec.to_builtins(found.description), 2)
    return {"text": _literal(data), "steps": "\n        || ".join(steps)}


def _set(dictionary: str, key: str, value: str) -> str:
    return f'__jsvm_set({dictionary}, "{key}", {value}) < 0'


def _literal(data: bytes) -> str:
    """A C string of any bytes, in lines that a reader of the C can bear."""
    lines = []
    for start in range(0, len(data), 64):
        text = data[start : start + 64].decode("latin-1")
        # Digits could go on an escape; three of them end it. ?? begins a trigraph.
        escaped = re.sub(
            r"[^ !#->@-\[\]-~]", lambda match: f"\\{ord(match[0]):03o}", text
        )
        lines.append(f'        "{escaped}"')
    return "\n".join(lines)


_SIZES = {
    "double": 8,
    "float": 4,
    **{f"{u}int{bits}": bits // 8 for u in ("", "u") for bits in (8, 16, 32, 64)},
}
