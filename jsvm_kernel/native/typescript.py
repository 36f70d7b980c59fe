"""Writes the TypeScript declarations (`.d.ts`) of a module from what it exports.

    /** Adds two numbers. … */
    export function add(a: number, b: number): number;

All stands in a namespace with the module's name, which is the global name that a cell
gives it. What JavaScript's own words forbid as a name (a function called `delete`) is
declared under another and exported under its own.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping, Sequence

from jsvm_kernel.signatures import (
    Entry,
    declared,
    declared_constructor,
    given_type,
    parameters,
    taken_type,
    typescript,
    written_name,
)

_INDENT = "  "


def declarations(name: str, description: Entry, *, specifier: str = "") -> str:
    """Give the `.d.ts` text of a module; `specifier` is what it is imported by."""
    namespace = written_name(name)
    body = list(_body(description))
    lines = [
        *_jsdoc(description.get("doc", "")),
        f"declare namespace {namespace} {{",
        *(f"{_INDENT}{line}" if line else "" for line in body),
        "}",
    ]
    if specifier:
        lines += [
            f"declare module {json.dumps(specifier)} {{",
            f"{_INDENT}export default {namespace};",
            *(
                f"{_INDENT}export import {exported} = {namespace}.{exported};"
                for exported in _names(description)
            ),
            "}",
        ]
    return "\n".join(lines) + "\n"


def _names(description: Entry) -> Iterator[str]:
    """Give the names that an import in braces may list; others need no braces."""
    for kind in ("enums", "structs", "classes", "functions"):
        for each in description.get(kind, ()):
            if written_name(each["name"]) == each["name"]:
                yield each["name"]


def _body(description: Entry) -> Iterator[str]:
    classes = {each["name"]: each for each in description.get("classes", ())}
    others: list[str] = []
    for enum in description.get("enums", ()):
        yield from _enum(enum)
    for struct in description.get("structs", ()):
        yield from _struct(struct)
    for each in classes.values():
        yield from _class(each, classes)
    for function in description.get("functions", ()):
        yield from _jsdoc(function.get("doc", ""), declared(function))
        export, called = _exported(function["name"], others)
        yield f"{export}function {typescript(function, called)};"
    for constant in description.get("constants", ()):
        export, called = _exported(constant, others)
        yield f"{export}const {called}: any;"
    # Whatever is not marked is not to be seen from outside.
    yield f"export {{ {', '.join(others)} }};" if others else "export {};"


def _exported(name: str, others: list[str]) -> tuple[str, str]:
    """Give the word before a declaration and its name; notes one that is another."""
    called = written_name(name)
    if called == name:
        return "export ", name
    others.append(f"{called} as {name}")
    return "", called


# ---- enums, structs -----------------------------------------------------------------


def _enum(enum: Entry) -> Iterator[str]:
    yield from _jsdoc(enum.get("doc", ""))
    yield f"export enum {enum['name']} {{"
    for name, value in enum["members"].items():
        # Without a value it is one that only the loaded module knows.
        known = "" if value is None else f" = {json.dumps(value)}"
        yield f"{_INDENT}{name}{known},"
    yield "}"


def _struct(struct: Entry) -> Iterator[str]:
    yield f"export interface {struct['name']} {{"
    for field in struct["fields"]:
        yield f"{_INDENT}{field['name']}: {taken_type(field['type'])};"
    yield "}"


# ---- classes ------------------------------------------------------------------------


def _class(cls: Entry, classes: Mapping[str, Entry]) -> Iterator[str]:
    base = cls.get("base", "")
    replaced = _replaced(cls, classes)
    if base and replaced:
        # TypeScript lets no class change what its base class declares.
        yield from _base_without(cls["name"], base, replaced)
        base = f"{cls['name']}_base"
    elif not base and cls.get("exception"):
        base = "Error"
    yield from _jsdoc(cls.get("doc", ""))
    extends = f" extends {base}" if base else ""
    yield f"export class {cls['name']}{extends} {{"
    for line in _members(cls):
        yield f"{_INDENT}{line}"
    yield "}"


def _members(cls: Entry) -> Iterator[str]:
    constructor = cls.get("constructor")
    if constructor is not None:
        yield from _jsdoc(constructor.get("doc", ""), declared_constructor(cls))
        yield f"constructor({parameters(constructor['params'])});"
    elif not cls.get("base") and not cls.get("exception"):
        yield "constructor();"
    for prop in cls.get("properties", ()):
        yield from _jsdoc(prop.get("doc", ""))
        yield _property(prop)
    if "__iter__" in cls.get("special", ()):
        yield "[Symbol.iterator](): IterableIterator<any>;"
    for method in cls.get("methods", ()):
        yield from _jsdoc(method.get("doc", ""), declared(method))
        yield f"{typescript(method, _member_name(method['name']))};"
    for method in cls.get("static", ()):
        yield from _jsdoc(method.get("doc", ""), declared(method))
        yield f"static {typescript(method, _member_name(method['name']))};"


def _property(prop: Entry) -> str:
    name = prop["name"]
    given = given_type(prop.get("returns") or prop.get("type", "object"))
    taken = taken_type(prop.get("type", "object"))
    if prop.get("nullable"):
        given = given if prop.get("returns") else _or_null(given)
        taken = _or_null(taken)
    if not prop.get("writable"):
        static = "static " if prop.get("static") else ""
        return f"{static}readonly {name}: {given};"
    if taken == given:
        return f"{name}: {given};"
    return f"get {name}(): {given}; set {name}(value: {taken});"


def _or_null(type_text: str) -> str:
    return type_text if type_text == "any" else f"{type_text} | null"


def _member_name(name: str) -> str:
    """Give a method's name; one that would be taken for the constructor in quotes."""
    return '["constructor"]' if name == "constructor" else name


def _texts(cls: Entry) -> dict[tuple[bool, str], str]:
    """Give (static?, name) to the declaration of each member."""
    texts = {
        (bool(prop.get("static")), prop["name"]): _property(prop)
        for prop in cls.get("properties", ())
    }
    for method in cls.get("methods", ()):
        texts[False, method["name"]] = typescript(method)
    for method in cls.get("static", ()):
        texts[True, method["name"]] = typescript(method)
    return texts


def _replaced(cls: Entry, classes: Mapping[str, Entry]) -> list[tuple[bool, str]]:
    """Give the members that a class declares otherwise than the classes above it."""
    own = _texts(cls)
    found: dict[tuple[bool, str], None] = {}
    seen = {cls["name"]}
    base = cls.get("base", "")
    while base in classes and base not in seen:
        seen.add(base)
        for key, text in _texts(classes[base]).items():
            if key in own and own[key] != text:
                found[key] = None
        base = classes[base].get("base", "")
    return list(found)


def _base_without(
    name: str, base: str, replaced: Sequence[tuple[bool, str]]
) -> Iterator[str]:
    instance = "".join(f' | "{key}"' for static, key in replaced if not static)
    own = "".join(f' | "{key}"' for static, key in replaced if static)
    made = f"Omit<{base}, {instance[3:]}>" if instance else base
    yield (
        f"const {name}_base: (new (...args: any[]) => {made}) & "
        f'Omit<typeof {base}, "prototype"{own}>;'
    )


# ---- comments -----------------------------------------------------------------------


def _jsdoc(doc: str, declaration: str = "") -> Iterator[str]:
    """Give a comment: the docstring, and of a function how it is declared."""
    text = inspect.cleandoc(doc) if doc else ""
    if declaration:
        text = f"{text}\n\nDeclared as `{declaration}`.".lstrip()
    lines = text.replace("*/", "*\\/").split("\n") if text else []
    if len(lines) == 1:
        yield f"/** {lines[0]} */"
    elif lines:
        yield "/**"
        for line in lines:
            yield f" * {line}".rstrip()
        yield " */"
