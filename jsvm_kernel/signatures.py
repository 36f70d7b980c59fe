"""How an exported function reads in one line: as declared, and in TypeScript.

Works on the maps of `__jsvm_exports__`, which the builder, the session host and a
module that came as a package all have. Imports nothing of the builder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

#: A map of `__jsvm_exports__`: a function, a parameter, a class…
Entry = Mapping[str, Any]

ARRAYS: Final = {
    "double": "Float64Array",
    "float": "Float32Array",
    "int8": "Int8Array",
    "int16": "Int16Array",
    "int32": "Int32Array",
    "int64": "BigInt64Array",
    "uint8": "Uint8Array",
    "uint16": "Uint16Array",
    "uint32": "Uint32Array",
    "uint64": "BigUint64Array",
}
_SMALL: Final = re.compile(r"double|float|u?int(8|16|32)")
_WIDE: Final = re.compile(r"u?int64|int")
#: What else is taken, and what of it is given.
_TAKEN: Final = {
    "bint": "boolean",
    "str": "string",
    "bytes": "Uint8Array | ArrayBuffer",
    "bytearray": "Uint8Array | ArrayBuffer",
    "list": "readonly any[]",
    "tuple": "readonly any[]",
    "dict": "{ readonly [key: string]: any } | ReadonlyMap<any, any>",
    "set": "ReadonlySet<any>",
    "datetime": "Date",
}
_GIVEN: Final = {
    "bint": "boolean",
    "str": "string",
    "bytes": "Uint8Array",
    "bytearray": "Uint8Array",
    "list": "any[]",
    "tuple": "any[]",
    "dict": "{ [key: string]: any }",
    "set": "Set<any>",
    "datetime": "Date",
    "void": "void",
}
_RESERVED_TEXT: Final = (
    "arguments await break case catch class const continue debugger default delete do "
    "else enum eval export extends false finally for function if implements import in "
    "instanceof interface let new null package private protected public return static "
    "super switch this throw true try typeof var void while with yield"
)
#: What JavaScript lets nothing be called: no parameter, declaration or module.
RESERVED: Final = frozenset(_RESERVED_TEXT.split())


class _Taken(NamedTuple):
    """A parameter as JavaScript gives it."""

    name: str
    type: str
    optional: bool


# ---- as declared --------------------------------------------------------------------


def declared(function: Entry) -> str:
    """Give a function as its author declares it: `double add(double a, double b)`."""
    words = [_declared_type(function.get("returns", "object"))]
    if function.get("returns_const"):
        words.insert(0, "const")
    if function.get("flavour", "plain") in ("coroutine", "async_generator"):
        words.insert(0, "async")
    words.append(f"{function['name']}({declared_parameters(function['params'])})")
    return " ".join(words)


def declared_constructor(cls: Entry) -> str:
    """Give how a class is called: `Vec(double x, double y)`."""
    constructor = cls.get("constructor")
    params = constructor["params"] if constructor is not None else ()
    return f"{cls['name']}({declared_parameters(params)})"


def declared_parameters(params: Sequence[Entry]) -> str:
    """Give parameters as they are declared, keyword-only ones behind a star."""
    parts = []
    starred = False
    for param in params:
        kind = _kind(param)
        if kind == "varargs":
            parts.append(f"*{param['name']}")
            starred = True
            continue
        if kind == "varkw":
            parts.append(f"**{param['name']}")
            continue
        if kind == "keyword" and not starred:
            parts.append("*")
            starred = True
        parts.append(_declared_parameter(param))
    return ", ".join(parts)


def _declared_parameter(param: Entry) -> str:
    const = "const " if param.get("const") else ""
    default = f"={param.get('default') or '…'}" if param.get("optional") else ""
    return f"{const}{_declared_type(param['type'])} {param['name']}{default}"


def _declared_type(type_name: str) -> str:
    return type_name.partition(" ")[2] if _is_named(type_name) else type_name


def _is_named(type_name: str) -> bool:
    return type_name.startswith(("enum ", "struct ", "class "))


# ---- in TypeScript ------------------------------------------------------------------


def typescript(function: Entry, name: str | None = None) -> str:
    """Give a function in TypeScript: `add(a: number, b: number): number`."""
    called = function["name"] if name is None else name
    return f"{called}({parameters(function['params'])}): {result_type(function)}"


def typescript_constructor(cls: Entry) -> str:
    """Give how a class is called in TypeScript: `Vec(x: number, y: number): Vec`."""
    constructor = cls.get("constructor")
    params = constructor["params"] if constructor is not None else ()
    return f"{cls['name']}({parameters(params)}): {cls['name']}"


def parameters(params: Sequence[Entry]) -> str:
    """Give parameters in TypeScript; keyword ones are one options object at the end."""
    taken = [each for param in params for each in _taken(param)]
    options = _options(params)
    rest = any(_kind(param) == "varargs" for param in params)
    if options is not None and not rest:
        taken.append(options)
    parts = []
    for index, each in enumerate(taken):
        later = taken[index + 1 :]
        if each.optional and not all(other.optional for other in later):
            # What can be left out before what must be given is given as undefined.
            parts.append(f"{each.name}: {each.type} | undefined")
        else:
            parts.append(f"{each.name}{'?' if each.optional else ''}: {each.type}")
    if rest:
        parts.append(_rest(params, options))
    return ", ".join(parts)


def result_type(function: Entry) -> str:
    """Give the type of what a call gives."""
    given = given_type(function.get("returns", "object"))
    match function.get("flavour", "plain"):
        case "coroutine":
            return f"Promise<{given}>"
        case "generator":
            return "Generator<any, any, any>"
        case "async_generator":
            return "AsyncGenerator<any, any, any>"
        case _:
            return given


def taken_type(type_name: str) -> str:
    """Give the TypeScript of what is taken for a declared type."""
    if _is_view(type_name):
        array = ARRAYS[type_name.partition("[")[0]]
        clamped = " | Uint8ClampedArray" if array == "Uint8Array" else ""
        return array + clamped
    return _plain_type(type_name, _TAKEN)


def given_type(type_name: str) -> str:
    """Give the TypeScript of what a declared result is in JavaScript."""
    if _is_view(type_name):
        shape = " & { readonly shape: readonly [number, number] }"
        array = ARRAYS[type_name.partition("[")[0]]
        return array + (shape if "," in type_name else "")
    return _plain_type(type_name, _GIVEN)


def written_name(name: str) -> str:
    """Give a name that may stand in a declaration."""
    return f"{name}_" if name in RESERVED else name


def _plain_type(type_name: str, table: Mapping[str, str]) -> str:
    if _is_named(type_name):
        return type_name.partition(" ")[2]
    if _SMALL.fullmatch(type_name):
        return "number"
    if _WIDE.fullmatch(type_name):
        return "number | bigint"
    return table.get(type_name, "any")


def _is_view(type_name: str) -> bool:
    return type_name.endswith("]") and type_name.partition("[")[0] in ARRAYS


def _kind(param: Entry) -> str:
    return str(param.get("kind", "positional"))


def _taken(param: Entry) -> Iterable[_Taken]:
    """Give what JavaScript gives for a positional parameter; of 2-D views a shape."""
    if _kind(param) != "positional":
        return
    name, type_name = written_name(param["name"]), param["type"]
    optional = bool(param.get("optional"))
    yield _Taken(name, _nullable(param), optional)
    if _is_view(type_name) and "," in type_name:
        shape = "readonly [rows: number, columns: number]"
        yield _Taken(f"{param['name']}Shape", shape, optional)


def _nullable(param: Entry) -> str:
    type_text = taken_type(param["type"])
    if not param.get("nullable") or type_text == "any":
        return type_text
    return f"{type_text} | null"


def _options(params: Sequence[Entry]) -> _Taken | None:
    keyword = [param for param in params if _kind(param) == "keyword"]
    others = any(_kind(param) == "varkw" for param in params)
    if not keyword and not others:
        return None
    fields = [
        f"{param['name']}{'?' if param.get('optional') else ''}: {_nullable(param)}"
        for param in keyword
    ]
    if others:
        fields.append("[option: string]: any")
    taken = {param["name"] for param in params if _kind(param) == "positional"}
    name = "options"
    while name in taken:
        name += "_"
    optional = all(param.get("optional") for param in keyword)
    return _Taken(name, f"{{ {'; '.join(fields)} }}", optional)


def _rest(params: Sequence[Entry], options: _Taken | None) -> str:
    varargs = next(param for param in params if _kind(param) == "varargs")
    name = written_name(varargs["name"])
    if options is None or options.optional:
        return f"...{name}: any[]"
    # Nothing optional may stand behind what is repeated; what must be given may.
    return f"...{name}: [...any[], {options.type}]"
