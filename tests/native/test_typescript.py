"""Signatures and the declarations (.d.ts) of a module, read by TypeScript itself."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from jsvm_kernel.native.typescript import declarations
from jsvm_kernel.npm.command import is_offline, npm_command
from jsvm_kernel.signatures import declared, typescript

COMPILER = "typescript@5"


def param(name: str, type_: str, **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": type_,
        "const": False,
        "optional": False,
        "nullable": False,
        "kind": "positional",
        "default": "",
        **fields,
    }


def function(name: str, *params: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "doc": "",
        "line": 2,
        "params": list(params),
        "returns": "object",
        "kind": "python",
        "flavour": "plain",
        **fields,
    }


def a_class(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "doc": "",
        "line": 5,
        "base": "",
        "cdef": True,
        "exception": False,
        "constructor": None,
        "methods": [],
        "static": [],
        "properties": [],
        **fields,
    }


def keyword(name: str, type_: str, **fields: Any) -> dict[str, Any]:
    return param(name, type_, kind="keyword", **fields)


SIGNATURES = [
    (
        function("add", param("a", "double"), param("b", "int32"), returns="float"),
        "float add(double a, int32 b)",
        "add(a: number, b: number): number",
    ),
    (
        function(
            "greet",
            param("name", "str"),
            param("end", "str", optional=True, default='"!"', nullable=True),
            returns="str",
        ),
        'str greet(str name, str end="!")',
        "greet(name: string, end?: string | null): string",
    ),
    (
        function("wide", param("n", "int64"), param("m", "int"), returns="uint64"),
        "uint64 wide(int64 n, int m)",
        "wide(n: number | bigint, m: number | bigint): number | bigint",
    ),
    (
        function(
            "scale",
            param("values", "uint8[:]", const=True),
            param("grid", "double[:, :]"),
            returns="void",
        ),
        "void scale(const uint8[:] values, double[:, :] grid)",
        "scale(values: Uint8Array | Uint8ClampedArray, grid: Float64Array, "
        "gridShape: readonly [rows: number, columns: number]): void",
    ),
    (
        function(
            "solve",
            param("x", "double", optional=True, default="0"),
            keyword("tolerance", "double", optional=True, default="1e-9"),
            keyword("steps", "int"),
        ),
        "object solve(double x=0, *, double tolerance=1e-9, int steps)",
        "solve(x: number | undefined, "
        "options: { tolerance?: number; steps: number | bigint }): any",
    ),
    (
        function(
            "many",
            param("rest", "object", kind="varargs"),
            keyword("end", "str", optional=True, default="''"),
            param("others", "object", kind="varkw"),
        ),
        "object many(*rest, str end='', **others)",
        "many(...rest: any[]): any",
    ),
    (
        function(
            "must",
            param("rest", "object", kind="varargs"),
            keyword("end", "str"),
        ),
        "object must(*rest, str end)",
        "must(...rest: [...any[], { end: string }]): any",
    ),
    (
        function("get", param("url", "str"), returns="bytes", flavour="coroutine"),
        "async bytes get(str url)",
        "get(url: string): Promise<Uint8Array>",
    ),
    (
        function("turn", param("p", "struct Point"), returns="enum Side"),
        "Side turn(Point p)",
        "turn(p: Point): Side",
    ),
    (
        function("take", param("delete", "class Vec", nullable=True)),
        "object take(Vec delete)",
        "take(delete_: Vec | null): any",
    ),
]


@pytest.mark.parametrize(
    ("entry", "as_declared", "in_typescript"),
    SIGNATURES,
    ids=[entry["name"] for entry, _, _ in SIGNATURES],
)
def test_a_function_reads_in_one_line(
    entry: dict[str, Any], as_declared: str, in_typescript: str
) -> None:
    assert declared(entry) == as_declared
    assert typescript(entry) == in_typescript


DESCRIPTION = {
    "version": 2,
    "doc": "Everything at once.\n\nWith an end of comment: */",
    "functions": [
        *(entry for entry, _, _ in SIGNATURES),
        function("delete", param("key", "str"), doc="A reserved word.\n\n    x\n  y"),
        function("count", flavour="generator"),
        function("grid", returns="double[:, :]"),
        function("stream", flavour="async_generator"),
        function("when", param("day", "datetime"), returns="datetime"),
        function("all", param("items", "list"), param("map", "dict"), returns="dict"),
        function("own", param("options", "str"), keyword("a", "set", optional=True)),
    ],
    "classes": [
        a_class(
            "Vec",
            doc="A vector.",
            constructor=function("Vec", param("x", "double"), param("y", "double")),
            properties=[
                {"name": "x", "doc": "Abscissa.", "type": "double", "writable": True},
                {"name": "id", "doc": "", "type": "int", "writable": False},
                {"name": "raw", "doc": "", "type": "bytes", "writable": True},
                {
                    "name": "wide",
                    "type": "object",
                    "returns": "double",
                    "writable": True,
                },
                {
                    "name": "next",
                    "type": "class Vec",
                    "writable": True,
                    "nullable": True,
                },
                {"name": "KIND", "type": "object", "writable": False, "static": True},
            ],
            special=["__iter__"],
            methods=[
                function("plus", param("other", "class Vec"), returns="class Vec"),
                function("delete"),
                function("constructor"),
            ],
            static=[function("zero", returns="class Vec")],
        ),
        a_class(
            "Vec3",
            base="Vec",
            constructor=function("Vec3", param("x", "double")),
            methods=[function("plus", param("other", "str"), returns="str")],
            static=[function("zero", param("n", "int32"), returns="class Vec3")],
        ),
        a_class("Same", base="Vec3", methods=[function("more")]),
        a_class("Wrong", exception=True, properties=[]),
        a_class("Empty"),
    ],
    "constants": ["SIZE", "new"],
    "enums": [
        {"name": "Side", "doc": "", "line": 3, "members": {"LEFT": -1, "RIGHT": 1}},
        {"name": "Word", "doc": "", "line": 4, "members": {"A": "a", "B": None}},
    ],
    "structs": [
        {
            "name": "Point",
            "fields": [
                {"name": "x", "type": "double"},
                {"name": "side", "type": "enum Side"},
            ],
        }
    ],
}

GOOD = """
import fast2 from "native:fast";

const sum: number = fast.add(1, 2) + fast2.add(3, 4);
fast.greet("a"); fast.greet("a", undefined); fast.greet("a", null);
const wide: number | bigint = fast.wide(1n, 2);
fast.scale(new Uint8ClampedArray(1), new Float64Array(4), [2, 2]);
fast.solve(undefined, { steps: 1 });
fast.many(1, "a", { end: "", other: 1 });
fast.must(1, { end: "" });
const later: Promise<Uint8Array> = fast.get("x");
const side: fast.Side = fast.turn({ x: 1, side: fast.Side.LEFT });
fast.delete("x");
for (const each of fast.count()) each;
const rows: number = fast.grid().shape[0], first: number = fast.grid()[0];
const size: number = fast.SIZE, fresh: number = fast.new;
async function read() { for await (const each of fast.stream()) each; }
const day: Date = fast.when(new Date());
fast.all([1, 2], { a: 1 }); fast.all([], new Map([[1, 2]]));
fast.own("a", { a: new Set([1]) });
const vec: fast.Vec = new fast.Vec(1, 2).plus(fast.Vec.zero());
vec.x = vec.x + 1; vec.raw = new ArrayBuffer(2); const raw: Uint8Array = vec.raw;
const broad: number = vec.wide; vec.wide = "x";
vec.next = vec; vec.next = null; for (const each of vec) each; fast.Vec.KIND;
const word: fast.Word = fast.Word.A || fast.Word.B;
const text: string = new fast.Vec3(1).plus("a");
const three: fast.Vec3 = fast.Vec3.zero(3); three.x = 1;
const same: fast.Vec = new fast.Same(1) as unknown as fast.Vec;
const error: Error = new fast.Wrong("text");
new fast.Empty();
"""

IMPORT = """
import module, { add, Vec, Side } from "native:fast";
const sum: number = add(1, 2) + module.add(1, 2);
const vec: Vec = new Vec(1, 2); const same: fast.Vec = vec;
const side: Side = Side.LEFT; module.delete("x");
"""

BAD = [
    "fast.add(1)",
    "fast.add('a', 2)",
    "fast.greet(null)",
    "fast.scale(new Float32Array(1), new Float64Array(4), [2, 2])",
    "fast.solve(1, { steps: 1, step: 2 })",
    "fast.must(1)",
    "fast.turn({ x: 1 })",
    "new fast.Vec(1)",
    "new fast.Vec(1, 2).id = 3",
    "new fast.Empty(1)",
    "fast.Vec_base",
    "fast.delete_('a')",
]


@pytest.fixture(scope="session")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Path | str:
    """The folder that TypeScript is installed in; or why it could not be."""
    folder = tmp_path_factory.mktemp("typescript")
    command = npm_command("install", str(folder), "--prefer-offline")
    done = subprocess.run(
        [*command, COMPILER], capture_output=True, text=True, timeout=240
    )
    if is_offline(done.stderr):
        return "the registry of npm is out of reach"
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.timeout(300)
def test_typescript_reads_the_declarations_as_they_are_meant(
    request: pytest.FixtureRequest, npm: str, node: str, tmp_path: Path
) -> None:
    installed = request.getfixturevalue("compiler")
    if isinstance(installed, str):
        pytest.skip(installed)
    text = declarations("fast", DESCRIPTION, specifier="native:fast")
    (tmp_path / "fast.d.ts").write_text(text)
    (tmp_path / "good.ts").write_text(GOOD)
    (tmp_path / "import.ts").write_text(IMPORT)
    lines = [f"// @ts-expect-error\n{line};" for line in BAD]
    (tmp_path / "bad.ts").write_text("\n".join([*lines, "export {};"]))
    done = subprocess.run(
        [
            *(node, str(installed / "node_modules/typescript/lib/tsc.js")),
            *("--noEmit", "--strict", "--target", "es2022", "--module", "esnext"),
            *("fast.d.ts", "good.ts", "bad.ts", "import.ts"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
    assert done.returncode == 0


def test_docstrings_become_comments() -> None:
    text = declarations("fast", DESCRIPTION)
    assert text.startswith(
        "/**\n * Everything at once.\n *\n * With an end of comment: *\\/\n */\n"
    )
    assert (
        "  /**\n   * A reserved word.\n   *\n   *   x\n   * y\n   *\n"
        "   * Declared as `object delete(str key)`.\n   */\n"
        "  function delete_(key: string): any;\n"
    ) in text
