"""What completion and inspection tell of a native module, from what it exports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from jsvm_kernel.signatures import (
    ARRAYS,
    Entry,
    declared,
    declared_constructor,
    given_type,
    typescript,
    typescript_constructor,
)

from .env import NotebookEnv

#: Border types to words of session/builtins.txt; what is not there is a number or any.
_WORDS: Final = {
    "bint": "boolean",
    "str": "string",
    "bytes": "Uint8Array",
    "bytearray": "Uint8Array",
    "list": "Array",
    "tuple": "Array",
    "set": "Set",
    "datetime": "Date",
    "dict": "Object",
    "object": "any",
    "void": "void",
}


def document(
    env: NotebookEnv, holder: Any, name: str, description: Entry, cell: str
) -> None:
    """Tell the prelude of a module; `cell` is what it was built from, "" for none."""
    members = json.dumps(_Documenter(cell).members(description))
    env.kit.documentModule(holder, name, description.get("doc") or "", members)


def block_at(text: str, line: int) -> str:
    """Give the definition that begins at a line of Cython, by its indentation."""
    lines = text.split("\n")[line - 1 :]
    if not lines:
        return ""
    taken = [lines[0]]
    indent = _indent(lines[0])
    inside = False
    for each in lines[1:]:
        # A signature of several lines ends with its bracket, at the def's own column.
        if each.strip() and _indent(each) <= indent:
            if inside or not each.lstrip().startswith(")"):
                break
        elif each.strip():
            inside = each.rstrip()[-1:] != "," or inside
        taken.append(each)
    return "\n".join(each[indent:] for each in taken).rstrip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


class _Documenter:
    """Makes members (session/message.py), with their lines, of a description."""

    def __init__(self, cell: str) -> None:
        self._cell = cell

    def members(self, description: Entry) -> dict[str, Any]:
        members = self._functions(description.get("functions", ()))
        for cls in description.get("classes", ()):
            base = members.get(cls.get("base") or "", {})
            members[cls["name"]] = self._class(cls, base)
        return members

    def _functions(self, functions: Iterable[Entry]) -> dict[str, Any]:
        return {
            function["name"]: {
                "kind": "function",
                "type": _result_word(function),
                "signature": typescript(function),
                "declared": declared(function),
                "doc": function.get("doc") or "",
                **self._place(function),
            }
            for function in functions
        }

    def _class(self, cls: Entry, base: Mapping[str, Any]) -> dict[str, Any]:
        """Describe a class with what it inherits of another one."""
        return {
            "kind": "class",
            "type": cls["name"],
            "signature": typescript_constructor(cls),
            "declared": declared_constructor(cls),
            "doc": cls.get("doc") or "",
            "members": {
                **base.get("members", {}),
                **self._functions(cls.get("methods", ())),
                **{prop["name"]: _property(prop) for prop in cls.get("properties", ())},
            },
            "static": {
                **base.get("static", {}),
                **self._functions(cls.get("static", ())),
            },
            **self._place(cls),
        }

    def _place(self, entry: Entry) -> Mapping[str, Any]:
        line = entry.get("line")
        if not line or not self._cell:
            return {}
        return {"place": f"{self._cell}, line {line}", "line": line}


def _property(prop: Entry) -> dict[str, Any]:
    type_name = prop.get("returns") or prop.get("type", "object")
    return {
        "kind": "property",
        "type": _word(type_name),
        "signature": f"{prop['name']}: {given_type(type_name)}",
        "doc": prop.get("doc") or "",
    }


def _result_word(function: Entry) -> str:
    word = _word(function.get("returns", "object"))
    match function.get("flavour", "plain"):
        case "coroutine":
            return f"Promise<{word}>"
        case "generator":
            return "Generator"
        case "async_generator":
            return "AsyncGenerator"
        case _:
            return word


def _word(type_name: str) -> str:
    kind, _, name = type_name.partition(" ")
    if name:
        return {"class": name, "enum": "number"}.get(kind, "Object")
    if "[" in type_name:
        return ARRAYS.get(type_name.partition("[")[0], "any")
    return _WORDS.get(type_name, "number")
