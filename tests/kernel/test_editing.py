"""Completion and inspection, on a real host: what code says and what values are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from jsvm_kernel.kernel.editing.assistant import Assistant
from jsvm_kernel.kernel.editing.completion import Completion
from jsvm_kernel.session.client import SessionClient


class Silent:
    """A sink for output that nobody looks at; `arrived` when there is some."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()

    def stream(self, cell: int, name: str, text: str) -> None:
        self.arrived.set()

    def display(self, message: Any) -> None:
        pass


class Notebook:
    """A session with an assistant; `waiting` are cells to come."""

    def __init__(self, folder: Path) -> None:
        self.sink = Silent()
        self.client = SessionClient(self.sink, str(folder))
        self.waiting: list[str] = []
        self.assistant = Assistant(
            self.client, lambda: [(code, "javascript") for code in self.waiting]
        )

    async def run(self, code: str) -> None:
        outcome = await self.client.execute(self.client.new_cell(), code, name="In[1]")
        assert outcome.status == "ok", outcome.error

    async def completion(self, code: str) -> Completion:
        cursor = code.find("|")
        if cursor < 0:
            return await self.assistant.complete(code, len(code))
        return await self.assistant.complete(code[:cursor] + code[cursor + 1 :], cursor)

    async def complete(self, code: str) -> dict[str, str]:
        """Text and kind of each completion."""
        return {m.text: m.kind for m in (await self.completion(code)).matches}

    async def inspect(self, code: str, detail: int = 0) -> str:
        cursor = code.find("|")
        code = code.replace("|", "", 1)
        cursor = len(code) if cursor < 0 else cursor
        data = await self.assistant.inspect(code, cursor, detail)
        return data.get("text/plain", "")


CELL = """\
/**
 * Area of a rectangle.
 * @param {number} width how wide
 * @returns {number} the area
 */
function area(width, height = width) { return width * height }
var rows = [{name: 'x', age: 3}], m = new Map(), p = Promise.resolve({inside: 1});
/** A point. */
class Point { constructor(x) { this.x = x }
  /** How far. */
  norm(scale) { return 1 }
  static of(x) { return new Point(x) } }
/** The answer. */
const answer = 42, at = new Point(1);
async function load() {}
function* steps() {}
var ran = 0, sly = {get deep() { ran++; return {x: 1} }, _low: 1, zz: 1, 'a-b': 2};
"""


@pytest.fixture
async def notebook(tmp_path: Path) -> AsyncIterator[Notebook]:
    notebook = Notebook(tmp_path)
    notebook.client.start()
    yield notebook
    await notebook.client.shutdown()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Notebook]:
    """One that has run CELL; tests only look at it."""
    notebook = Notebook(tmp_path_factory.mktemp("filled"))
    await notebook.run(CELL)
    yield notebook
    await notebook.client.shutdown()


on_filled = pytest.mark.asyncio(loop_scope="module")


# ---- completion -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "member", "kind"),
    [
        ("rows[0].", "age", "property"),
        ("rows.at(-1).", "age", "property"),
        ("rows.filter(f)[0].", "age", "property"),
        ("rows.map(r => r.", "age", "property"),
        ("for (const r of rows) r.", "age", "property"),
        ("for (const {age|} of rows) ;", None, ""),
        ("const {ag|} = rows[0]", "age", "property"),
        ("'abc'.split('').", "map", "function"),
        ("'abc'.split('')[0].", "trim", "function"),
        ("[1, 2].map(f).", "filter", "function"),
        ("new Map().", "set", "function"),
        ("jupyter.comm.", "register", "function"),
        ("(await fetch('x')).", "json", "function"),
        ("fetch('x').then(r => r.", "ok", "property"),
        ("m.size.", "toFixed", "function"),
        ("m.set(1, 2).", "get", "function"),
        ("new Set([1]).union(m).", "isSubsetOf", "function"),
        ("(await p).", "inside", "property"),
        ("p.then(v => v.", "inside", "property"),
        ("load().", "then", "function"),
        ("steps().", "next", "function"),
        ("steps().", "toArray", "function"),
        ("area(1).", None, ""),
        ("at.", "x", "property"),
        ("at.no", "norm", "function"),
        ("new Point(1).", "norm", "function"),
        ("Point.", "of", "function"),
        ("at.constructor.", "of", "function"),
        ("class Q extends Point { m() { super.", "norm", "function"),
        ("class Q extends Point { m() { this.", "m", "function"),
        ("class Q extends Point { m() { this.", "norm", "function"),
        ("JSON.stringify(m).", "padEnd", "function"),
        ("/x/.exec('').", "map", "function"),
        ("new Uint8Array(2).", "subarray", "function"),
        ("new Uint8Array(2)[0].", "toFixed", "function"),
        ("globalThis.ar", "area", "function"),
        ("globalThis.Poi", None, ""),
        ("Math.PI.", "toFixed", "function"),
        ("sly.deep.", None, ""),
        ("sly['", "a-b']", "property"),
        ("sly['|']", "a-b", "property"),
        ("sly.", "zz", "property"),
    ],
)
@on_filled
async def test_members_of_values_and_of_results(
    filled: Notebook, code: str, member: str | None, kind: str
) -> None:
    matches = await filled.complete(code)
    if member is None:
        assert not matches
    else:
        assert matches.get(member) == kind
    assert "a-b" not in matches or "'" in code
    before = await filled.client.execute(
        filled.client.new_cell(), "if (ran) throw 1", name="x"
    )
    assert before.status == "ok", "a getter was run"


@on_filled
async def test_the_nearest_members_come_first_and_odd_ones_last(
    filled: Notebook,
) -> None:
    names = list(await filled.complete("at."))
    assert names[:2] == ["x", "norm"]
    assert names.index("toString") < names.index("constructor")
    names = list(await filled.complete("sly."))
    assert names.index("deep") < names.index("toString") < names.index("_low")
    names = list(await filled.complete("'x'."))
    assert names.index("trim") < names.index("substr")
    assert names.index("trimStart") < names.index("trimLeft")


@on_filled
async def test_signatures_come_with_completions(filled: Notebook) -> None:
    completion = await filled.completion("[].sli")
    assert completion.matches[0].signature == "slice(start?, end?): T[]"
    completion = await filled.completion("are")
    assert completion.matches[0].signature == "area(width, height = width)"


@on_filled
async def test_offsets_count_code_points(filled: Notebook) -> None:
    completion = await filled.completion("'😀'; rows[0].na")
    assert (completion.start, completion.end) == (13, 15)


@on_filled
async def test_local_names_come_first_then_cells_then_keywords(
    filled: Notebook,
) -> None:
    names = await filled.complete(
        "const about = 1; function f(a, {ab}) { for (const aa of a) { a|"
    )
    order = list(names)
    assert order[:3] == ["aa", "a", "ab"]
    assert order.index("ab") < order.index("about") < order.index("area")
    assert order.index("area") < order.index("async")
    assert names["async"] == "keyword"


async def test_cells_that_wait_are_known_by_their_code(notebook: Notebook) -> None:
    notebook.waiting = [
        "/** Comes later. */ function later(q) { return 'x' }\n"
        "const conf = {alpha: 1, beta(x) {}}; import * as lib from 'x'",
        "class K { go() { return new Map() } }; let [one, two] = [1, 2]",
    ]
    assert await notebook.complete("lat") == {"later": "function"}
    assert (await notebook.complete("l"))["lib"] == "module"
    assert (await notebook.complete("tw")) == {"two": "variable"}
    members = await notebook.complete("conf.")
    assert list(members)[:2] == ["alpha", "beta"]
    assert "hasOwnProperty" in members
    assert "trim" in await notebook.complete("later().")
    assert "getOrInsert" in await notebook.complete("new K().go().")
    text = await notebook.inspect("later(")
    assert "later(q)" in text
    assert "Comes later." in text


@pytest.mark.parametrize(
    ("code", "member"),
    [
        ("let q: Map<string, number> = f(); q.", "getOrInsert"),
        ("function f(a: string) { a.", "trim"),
        ("function f(a: number[]) { a[0].", "toFixed"),
        ("const f = (a: Point): void => { a.", "norm"),
        ("class T<A> extends Point { x: number = 1; m(): void { this.", "norm"),
        ("(rows as any)[0].", "age"),
        ("rows!.map(f).", "filter"),
    ],
)
@on_filled
async def test_typescript_completes_by_its_types(
    filled: Notebook, code: str, member: str
) -> None:
    found = await filled.assistant.complete(code, len(code), "typescript")
    assert member in [match.text for match in found.matches]


@on_filled
async def test_a_busy_host_is_not_waited_for(filled: Notebook) -> None:
    number = filled.client.new_cell()
    endless = "console.log(1); for (;;) {}"
    filled.sink.arrived.clear()
    cell = asyncio.create_task(filled.client.execute(number, endless, name="In[2]"))
    await filled.sink.arrived.wait()
    filled.waiting = ["function later(q) {}"]
    assert (await filled.complete("at."))["norm"] == "property"
    assert "trim" in await filled.complete("'a'.split('')[0].")
    assert "filter" in await filled.complete("rows.map(f).")
    assert await filled.complete("lat") == {"later": "function"}
    assert await filled.complete("function f(local) { loc") == {"local": "variable"}
    assert "area(width, height = width)" in await filled.inspect("area(")
    assert "greatest" in await filled.inspect("Math.max(")
    assert not cell.done()
    filled.client.interrupt()
    await cell


PROJECT = {
    "package.json": '{"imports": {"#own": "./lib.js", "#all/*": "./*", "#no": null}}',
    "node_modules/bound/package.json": """{"exports": {
        ".": "./i.js", "./sub": "./s.js", "./no": null, "./all/*": "./*"}}""",
    "node_modules/@scope/tool/package.json": '{"exports": {"./part": "./p.js"}}',
    "node_modules/broken/package.json": "{",
    **dict.fromkeys(
        [
            "lib.js",
            "data.json",
            "notes.txt",
            ".hidden.js",
            "sub/part.mjs",
            "node_modules/lodash/fp/map.js",
            "node_modules/lodash/fp.js",
            "node_modules/.package-lock.json",
        ],
        "",
    ),
}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (
            "import './",
            {"./lib.js", "./data.json", "./package.json", "./sub/", "./home/"},
        ),
        ("import a from './su", {"./sub/"}),
        ("import('./sub/", {"./sub/part.mjs"}),
        ("import './sub/../l", {"./sub/../lib.js"}),
        ("import './.h", {"./.hidden.js"}),
        ("import 'lo", {"lodash"}),
        ("import '@", {"@scope/"}),
        ("require('@scope/", {"@scope/tool"}),
        ("import 'bound/", {"bound/sub"}),
        ("import '@scope/tool/p", {"@scope/tool/part"}),
        ("import 'lodash/", {"lodash/fp/", "lodash/fp.js"}),
        ("import 'lodash/fp/m", {"lodash/fp/map.js"}),
        ("import '#", {"#own"}),
        ("import 'npm:c", {"npm:cached@1.0.0"}),
        ("import 'npm:@", {"npm:@of/some@2.1.0"}),
        ("import '.", {"./", "../"}),
        ("import 'nat", {"native:"}),
        ("import './missing/", set()),
        ("import 'missing/", set()),
        ("import 'broken/x", set()),
    ],
)
async def test_imports_complete_with_files_and_packages(
    notebook: Notebook, tmp_path: Path, tmp_home: Path, code: str, found: set[str]
) -> None:
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for name in ("cached@1.0.0", "@of+some@2.1.0", "part@1.0.0.tmp", "specs"):
        (tmp_home / ".cache/jsvm_kernel/npm" / name).mkdir(parents=True)
    matches = await notebook.complete(code)
    assert set(matches) == found
    assert set(matches.values()) <= {"path"}


async def test_imports_complete_with_native_modules_of_packages(
    notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "site/vectors-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: vectors\nVersion: 1\n")
    monkeypatch.syspath_prepend(str(info.parent))
    assert "native:vec" not in await notebook.complete("import 'native:v")
    (info / "entry_points.txt").write_text("[jsvm.modules]\nvec = vectors.vec\n")
    assert await notebook.complete("import 'native:v") == {"native:vec": "path"}


async def test_imports_complete_from_the_notebooks_folder(
    notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "beside.js").touch()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")  # as %cd does
    assert set(await notebook.complete("import './be")) == {"./beside.js"}


@pytest.mark.parametrize("opening", ["(", "[", "{", "f(", "`${", "x => ", "if (1) {"])
@on_filled
async def test_code_may_nest_deeper_than_anyone_writes(
    filled: Notebook, opening: str
) -> None:
    code = opening * 3000
    assert "area" in await filled.complete(code + "are")
    assert "function area(" in await filled.inspect(code + "area")


# ---- inspection -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("area(", ["function area(width, height = width)", "Area of a rectangle."]),
        ("area(", ["width  number  how wide", "Returns: number  the area"]),
        ("area(1, |2)", ["function area("]),
        ("are|a", ["function area("]),
        ("Point", ["class Point(x)", "A point.", "norm(scale)", "static of(x)"]),
        ("at.norm(", ["function norm(scale)", "How far."]),
        ("answer", ["answer: number", "The answer.", "42"]),
        ("at", ["at: Point", "Point { x: 1 }"]),
        ("rows[0].name", ["name: string", "'x'"]),
        ("Array.prototype.slice", ["slice(start?, end?): T[]", "copy from start"]),
        ("new Map(", ["class Map(entries?)", "set(key, value): this"]),
        ("console.log(", ["console.log(...values)"]),
        ("setTimeout", ["milliseconds"]),
        ("jupyter.widget(", ["widget({state, render,"]),
        ("globalThis.fetch(", ["function fetch(url"]),
        ("'abc'.split('').map(", ["function map(callback"]),
        ("const k = 'x'; { const k = [1]; k|.at }", ["k: Array", "const k = [1]"]),
        ("function f(par) { par|", ["par: any", "function f(par)"]),
        ("/** Local. */ function loc(a) {} loc(", ["function loc(a)", "Local."]),
        ("area(nowhere|)", ["function area("]),
    ],
)
@on_filled
async def test_inspection_tells(filled: Notebook, code: str, texts: list[str]) -> None:
    found = await filled.inspect(code)
    for text in texts:
        assert text in found


@pytest.mark.parametrize(
    "code", ["", "nowhere", "1 + ", "// area|", "if (", "sly.deep"]
)
@on_filled
async def test_inspection_finds_nothing_there(filled: Notebook, code: str) -> None:
    assert await filled.inspect(code) == ""


@on_filled
async def test_the_source_comes_with_more_detail(filled: Notebook) -> None:
    assert "return width * height" not in await filled.inspect("area")
    assert "return width * height" in await filled.inspect("area", 1)
    assert "native code" not in await filled.inspect("Math.max", 1)
    assert "kit" not in await filled.inspect("console.log", 1)


async def test_files_that_were_imported_are_documented(
    notebook: Notebook, tmp_path: Path
) -> None:
    (tmp_path / "lib.js").write_text("/** From a file. */\nexport const f = (a) => a\n")
    await notebook.run("import {f} from './lib.js'")
    assert "From a file." in await notebook.inspect("f")


@on_filled
async def test_markdown_comes_beside_text(filled: Notebook) -> None:
    data = await filled.assistant.inspect("area", 4, 1)
    markdown = data["text/markdown"]
    assert markdown.startswith("```js\nfunction area(width, height = width)\n```")
    assert "- `width` *number* how wide" in markdown
