"""Modules as cells see them: files, packages, CommonJS, JSON, TypeScript, errors."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Listener
from harness import Host

from jsvm_kernel.host.env import NotebookEnv
from jsvm_kernel.host.modules import Modules
from jsvm_kernel.npm.cache import NpmCache
from jsvm_kernel.vm import VM, JSError

Write = Callable[[dict[str, Any]], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files below the notebook's folder; what is no text is written as JSON."""

    def write_all(files: dict[str, Any]) -> None:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_text(text)

    return write_all


class Notebook:
    """Cells of one Env in this process."""

    def __init__(self, env: NotebookEnv, modules: Modules) -> None:
        self._env = env
        self.modules = modules
        self._number = 0

    def run(self, code: str) -> Any:
        """Give a cell's value; what it throws is raised."""
        self._number += 1
        self.modules.begin_cell()
        return self._env.js.run_cell(code, name=f"In[{self._number}]").result()

    def error(self, code: str) -> str:
        """Give the text of what a cell throws."""
        with pytest.raises(JSError) as caught:
            self.run(code)
        return str(caught.value)


@pytest.fixture
def notebook(listener: Listener, tmp_path: Path) -> Iterator[Notebook]:
    with VM() as vm:
        env = NotebookEnv(vm, listener)
        modules = Modules(env, tmp_path, NpmCache)
        env.use_modules(modules)
        yield Notebook(env, modules)
        modules.close()
        env.close()


# ---- CommonJS ----------------------------------------------------------------------


def test_require_runs_a_module_once(notebook: Notebook, write: Write) -> None:
    write(
        {
            "a.cjs": "exports.n = require('./b').n + 1; exports.file = __filename;"
            "exports.at = [module.id, module.loaded, 0, this === exports]",
            "b.js": "globalThis.runs = (globalThis.runs ?? 0) + 1; exports.n = 1",
        }
    )
    assert notebook.run("const a = require('./a.cjs'); require('./b.js'); a.n") == 2
    assert notebook.run("[runs, a === require('./a.cjs')].join()") == "1,true"
    assert notebook.run("a.at[3] && a.at[1] === false && a.file === a.at[0]")


def test_a_cycle_of_commonjs_sees_what_is_there_so_far(
    notebook: Notebook, write: Write
) -> None:
    write(
        {
            "a.cjs": "exports.early = 1; exports.b = require('./b.cjs'); exports.l = 2",
            "b.cjs": "exports.saw = Object.keys(require('./a.cjs')).join()",
        }
    )
    assert notebook.run("require('./a.cjs').b.saw") == "early"


def test_json_is_required_and_imported(notebook: Notebook, write: Write) -> None:
    write({"data.json": '{"__proto__": 1, "n": [1, 2.5e3]}', "bad.json": "{"})
    assert notebook.run("require('./data').n[1]") == 2500
    for code in (
        "import d from './data.json'; d.n[1]",
        "import d from './data.json' with { type: 'json' }; d.n[1]",
        "(await import('./data.json', { with: { type: 'json' } })).default.n[1]",
    ):
        assert notebook.run(code) == 2500
    assert "bad.json is no JSON" in notebook.error("import './bad.json'")
    assert "bad.json is no JSON" in notebook.error("require('./bad.json')")


def test_import_attributes_are_checked(notebook: Notebook, write: Write) -> None:
    write({"a.mjs": "export default 1", "d.json": "1"})
    assert "not JSON" in notebook.error("import a from './a.mjs' with {type: 'json'}")
    assert "no import type" in notebook.error("import './d.json' with {type: 'css'}")


@pytest.mark.parametrize(
    ("source", "imported", "value"),
    [
        ("module.exports = { a: 1, b: 2 }", "import m, { a } from", "a + m.b"),
        ("exports.a = 3", "import * as m from", "m.a + '' + m.default.a"),
        ("module.exports = function f() { return 4 }", "import f from", "f()"),
        ("module.exports = class { static x = 5 }", "import C, { x } from", "C.x + x"),
        ("module.exports = 6", "import six from", "six"),
        ("module.exports = null", "import nothing from", "nothing"),
        (
            "Object.defineProperty(exports, '__esModule', { value: true });"
            "exports.default = 7; exports.a = 8",
            "import seven, { a } from",
            "seven + '' + a",
        ),
        ("exports.default = 9", "import m from", "m.default"),
        (
            "Object.defineProperty(exports, 'g', { enumerable: true, get: () => 10 });"
            "Object.defineProperty(exports, 'bad', "
            "{ enumerable: true, get() { throw 1 } }); exports['no-name'] = 1",
            "import * as m from",
            "Object.keys(m).join() + m.g",
        ),
    ],
)
def test_an_import_of_commonjs(
    notebook: Notebook, write: Write, source: str, imported: str, value: str
) -> None:
    write({"m.cjs": source})
    results = {
        "a + m.b": 3,
        "m.a + '' + m.default.a": "33",
        "f()": 4,
        "C.x + x": 10,
        "six": 6,
        "nothing": None,
        "seven + '' + a": "78",
        "m.default": 9,
        "Object.keys(m).join() + m.g": "default,g10",
    }
    assert notebook.run(f"{imported} './m.cjs'; {value}") == results[value]


def test_require_and_import_share_a_module(notebook: Notebook, write: Write) -> None:
    write({"m.cjs": "module.exports = { id: {} }"})
    code = "import m from './m.cjs'; m === require('./m.cjs')"
    assert notebook.run(code) is True


def test_require_of_an_es_module(notebook: Notebook, write: Write) -> None:
    write(
        {
            "esm.mjs": "export const a = 1; export default 2",
            "named.mjs": "export const a = 3",
            "whole.mjs": "export { f as 'module.exports' }; const f = () => 4",
            "wait.mjs": "await 0; export default 5",
        }
    )
    code = "const e = require('./esm.mjs'); [e.a, e.default, e.__esModule].join()"
    assert notebook.run(code) == "1,2,true"
    assert notebook.run("require('./esm.mjs') === e") is True
    assert notebook.run("require('./named.mjs').a + require('./whole.mjs')()") == 7
    assert "use await import()" in notebook.error("require('./wait.mjs')")
    assert notebook.run("(await import('./wait.mjs')).default") == 5


def test_require_of_an_es_module_of_no_type(notebook: Notebook, write: Write) -> None:
    write(
        {
            "x.js": "export let x = 1",
            "broken.js": "import './gone.js'",
            "a.js": "import b from './b.cjs'; export const a = b",
            "b.cjs": "module.exports = require('./a.js')",
        }
    )
    assert notebook.run("require('./x.js').x") == 1
    assert notebook.run("(await import('./x.js')).x") == 1
    for _ in range(2):
        assert "gone.js, no such file" in notebook.error("require('./broken.js')")
    assert "a cycle" in notebook.error("require('./a.js')")


def test_an_es_module_and_commonjs_in_a_cycle_say_so(
    notebook: Notebook, write: Write
) -> None:
    write(
        {
            "a.mjs": "import './b.cjs'; export default 1",
            "b.cjs": "try { require('./a.mjs') } catch (e) { globalThis.why = e }",
        }
    )
    assert notebook.run("import a from './a.mjs'; a") == 1
    assert "a.mjs': it is still being loaded" in notebook.run("why.message")


def test_a_js_file_of_no_type_is_what_its_text_says(
    notebook: Notebook, write: Write
) -> None:
    write(
        {
            "cjs.js": "exports.x = this === exports",
            "esm.js": "// import x\nexport const x = this === undefined",
            "wait.js": "globalThis.y = await 6",
            "bad.js": "exports.x = = 1",
            "typed/package.json": {"type": "module"},
            "typed/plain.js": "globalThis.z = this === undefined",
        }
    )
    assert notebook.run("import { x } from './cjs.js'; x") is True
    assert notebook.run("import { x } from './esm.js'; x") is True
    assert notebook.run("import './wait.js'; y") == 6
    assert notebook.run("import './typed/plain.js'; z") is True
    assert notebook.run("require('./esm.js').x") is True
    assert "SyntaxError" in notebook.error("import './bad.js'")


def test_what_a_failing_module_throws_comes_through_and_can_be_tried_again(
    notebook: Notebook, write: Write
) -> None:
    write({"m.cjs": "if (!globalThis.ok) throw new RangeError('not yet'); exports.a=1"})
    for code in ("require('./m.cjs')", "import './m.cjs'"):
        assert notebook.error(code) == "RangeError: not yet"
    notebook.run("globalThis.ok = 1")
    assert notebook.run("import { a } from './m.cjs'; a") == 1


def test_commonjs_has_a_process_and_a_global_of_its_own(
    notebook: Notebook, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NODE_ENV", "testing")
    write(
        {
            "m.cjs": "exports.all = [process.env.NODE_ENV, process.cwd(), "
            "global === globalThis, typeof process.platform]; "
            "exports.ticked = new Promise(r => process.nextTick(r, 'ticked'))"
        }
    )
    code = "const { all, ticked } = require('./m.cjs'); [...all, await ticked].join()"
    assert notebook.run(code) == f"testing,{Path.cwd()},true,string,ticked"
    assert notebook.run("[typeof process, typeof global, typeof module].join()") == (
        "undefined,undefined,undefined"
    )


def test_require_says_what_it_wants(notebook: Notebook, write: Write) -> None:
    write({"m.cjs": "try { require('gone') } catch (e) { exports.code = e.code }"})
    assert "name of a module, got 5" in notebook.error("require(5)")
    assert notebook.run("require('./m.cjs').code") == "MODULE_NOT_FOUND"
    assert notebook.run("require.resolve('./m.cjs') in require.cache") is True


# ---- ES modules --------------------------------------------------------------------


def test_a_cycle_has_live_bindings_and_says_what_is_too_early(
    notebook: Notebook, write: Write
) -> None:
    write(
        {
            "a.mjs": "import { b } from './b.mjs'; export let a = 1; "
            "export const up = () => ++a; export const sum = () => a + b()",
            "b.mjs": "import { a } from './a.mjs'; export const b = () => a",
            "early.mjs": "import { late } from './late.mjs'; export const e = late",
            "late.mjs": "import { e } from './early.mjs'; export const late = e",
        }
    )
    assert notebook.run("import { sum, up } from './a.mjs'; up(); sum()") == 4
    assert "not initialized" in notebook.error("import './early.mjs'")


def test_import_meta(notebook: Notebook, write: Write, tmp_path: Path) -> None:
    write({"sub dir/m.mjs": "export default import.meta", "n.mjs": ""})
    code = "import meta from './sub dir/m.mjs'; Object.values(meta).slice(0, 4).join()"
    path = f"{tmp_path}/sub dir"
    assert notebook.run(code) == (
        f"file://{tmp_path}/sub%20dir/m.mjs,{path}/m.mjs,{path},false"
    )
    assert notebook.run("meta.resolve('../n.mjs')") == f"file://{tmp_path}/n.mjs"
    assert notebook.run("import.meta.dirname") == str(tmp_path)
    assert notebook.run("import.meta.url") == f"file://{tmp_path}/"
    assert notebook.run("[import.meta.main, import.meta.filename].join()") == "true,"
    assert "gone.mjs" in notebook.error("import.meta.resolve('./gone.mjs')")


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("data:text/javascript,export default 1", 1),
        ("data:text/javascript;charset=utf-8,export default %22%C3%A9%22", "é"),
        ("data:text/javascript;base64,ZXhwb3J0IGRlZmF1bHQgMg==", 2),
        ("data:application/json,[3]", 3),
    ],
)
def test_data_urls(notebook: Notebook, url: str, value: Any) -> None:
    code = f"const m = (await import('{url}')).default; m[0] ?? m"
    found = notebook.run(code.replace("m[0] ?? m", "typeof m === 'object' ? m[0] : m"))
    assert found == value


def test_data_urls_that_are_wrong(notebook: Notebook) -> None:
    cases = {
        "data:text/plain,x": 'type "text/plain" is no module',
        "data:text/javascript": "comma",
        "data:text/javascript;base64,!": "can't be read",
        "data:text/javascript,import './a.mjs'": "no folder",
    }
    for url, text in cases.items():
        assert text in notebook.error(f'await import("{url}")')


def test_a_query_makes_another_instance(notebook: Notebook, write: Write) -> None:
    write({"m.mjs": "export default {}"})
    code = "import a from './m.mjs'; import b from './m.mjs?v=1'; a === b"
    assert notebook.run(code) is False


def test_a_file_url_and_an_absolute_path(
    notebook: Notebook, write: Write, tmp_path: Path
) -> None:
    write({"a b.mjs": "export default {}"})
    code = (
        f"import a from '{tmp_path}/a b.mjs'; import b from '{tmp_path}/a%20b.mjs'; "
        f"import c from 'file://{tmp_path}/a%20b.mjs'; a === b && b === c"
    )
    assert notebook.run(code) is True


# ---- TypeScript --------------------------------------------------------------------


def test_typescript_files_lose_their_types(notebook: Notebook, write: Write) -> None:
    write(
        {
            "a.ts": "import { b } from './b'; import { c } from './c.js';\n"
            "export const a: number = b + (c as number)",
            "b.ts": "export const b: number = 1; export type T = string",
            "c.ts": "export enum E { x = 2 } export const c = E.x",
            "old.cts": "const n: number = 5; module.exports = { n }",
        }
    )
    assert notebook.run("import { a } from './a.ts'; a") == 3
    assert notebook.run("require('./old.cts').n") == 5
    assert "no such file" in notebook.error("import { b } from './b'")
    write({"bad.ts": "export const x = 1;\nnamespace N { export const y = 1 }"})
    assert "bad.ts:2:1" in notebook.error("import './bad.ts'")


# ---- packages ----------------------------------------------------------------------


def test_packages_are_found_upward_from_whoever_imports(
    notebook: Notebook, write: Write
) -> None:
    write(
        {
            "node_modules/p/package.json": {"main": "lib/main"},
            "node_modules/p/lib/main.js": "exports.q = require('q').name",
            "node_modules/p/node_modules/q/index.js": "exports.name = 'inner'",
            "node_modules/q/index.js": "exports.name = 'outer'",
        }
    )
    code = "import { q } from 'p'; import { name } from 'q'; q + name"
    assert notebook.run(code) == "innerouter"


def test_node_modules_of_its_own_are_refused_and_packages_of_that_name_are_not(
    notebook: Notebook, write: Write
) -> None:
    for code in ("import fs from 'fs'", "require('node:path')", "import 'node:fs'"):
        assert "is a module of Node.js itself" in notebook.error(code)
    write({"node_modules/events/index.js": "module.exports = 'ours'"})
    assert notebook.run("import e from 'events'; e") == "ours"


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("import 'x'", ["node_modules/x", "%jsvm_npm install x", '"npm:x"']),
        ("require('x')", ['cannot require "x" from a cell', "node_modules/x"]),
        ("import 'a.mjs'", ['is "./a.mjs"']),
        ("import './a'", ['did you mean "./a.mjs"?']),
        ("import './sub'", ["which is a folder"]),
        ("require('./none')", ["none.js", "none.json", "none/index.js"]),
        ("import 'p'", ["does not export itself; it exports ./sub"]),
        ("import 'p/other'", ['does not export "./other"']),
        ("import 'p/req'", ["only under other conditions than"]),
        ("import '#x'", ['not among the "imports"']),
        ("import 'https://x.example/y.js'", ["https: URLs", "npm:NAME@VERSION"]),
        ("import './a.css'", ["suffix is none of"]),
        ("import './a.node'", ["%%jsvm_native"]),
        ("import '@scope'", ["no name of a package"]),
        ("import 'file://host/x.js'", ["file of this machine"]),
        ("import './latin1.js'", ["not UTF-8"]),
        ("import 'broken'", ["package.json can't be read"]),
        ("import 'npm:x@1.0.0'", ["x@1.0.0 is not in the cache"]),
        ("import 'npm:../x'", ["no name of an npm package"]),
        ("import 'npm:x@file:y'", ["no version of an npm package"]),
    ],
)
def test_errors_say_what_was_tried(
    notebook: Notebook,
    write: Write,
    tmp_path: Path,
    tmp_home: Path,
    code: str,
    texts: list[str],
) -> None:
    write(
        {
            "a.mjs": "",
            "sub/x.js": "",
            "a.css": "",
            "a.node": "",
            "node_modules/p/package.json": {
                "exports": {"./sub": "./sub.js", "./req": {"require": "./r.js"}}
            },
            "node_modules/broken/package.json": "{",
        }
    )
    (tmp_path / "latin1.js").write_bytes(b"exports.x = '\xe9'")
    message = notebook.error(code)
    for text in texts:
        assert text in message


# ---- changed files -----------------------------------------------------------------


def touch(path: Path, text: str) -> None:
    """Write a file so that its time changes, however coarse the clock."""
    before = path.stat().st_mtime_ns
    path.write_text(text)
    os.utime(path, ns=(before + 10**9, before + 10**9))


def test_a_changed_file_and_what_imports_it_are_loaded_anew(
    notebook: Notebook, write: Write, tmp_path: Path
) -> None:
    write(
        {
            "a.mjs": "import { b } from './b.mjs'; export const a = () => b; "
            "globalThis.a_runs = (globalThis.a_runs ?? 0) + 1",
            "b.mjs": "export { b } from './c.cjs'",
            "c.cjs": "exports.b = 1",
            "other.mjs": "globalThis.other_runs = (globalThis.other_runs ?? 0) + 1",
        }
    )
    code = "import { a } from './a.mjs'; import './other.mjs'; a()"
    assert [notebook.run(code), notebook.run(code)] == [1, 1]
    assert notebook.run("const old = a; [a_runs, other_runs].join()") == "1,1"
    touch(tmp_path / "c.cjs", "exports.b = 2")
    assert notebook.run(code) == 2
    assert notebook.run("[old(), a_runs, other_runs].join()") == "1,2,1"
    assert notebook.run("require('./c.cjs').b") == 2


def test_a_mended_file_is_looked_at_again(
    notebook: Notebook, write: Write, tmp_path: Path
) -> None:
    write({"a.mjs": "import { b } from './b.mjs'; export default b", "b.mjs": ""})
    code = "import a from './a.mjs'; a"
    assert "no export 'b'" in notebook.error(code)
    touch(tmp_path / "b.mjs", "export const b = ;")
    assert "SyntaxError" in notebook.error(code)
    touch(tmp_path / "b.mjs", "export const b = 3")
    assert notebook.run(code) == 3
    (tmp_path / "b.mjs").unlink()
    assert "no such file" in notebook.error(code)


# ---- in a host ---------------------------------------------------------------------


def test_errors_show_the_line_in_the_file(
    host: Host, write: Write, tmp_path: Path
) -> None:
    write(
        {
            "bad.mjs": "export const a = 1;\nexport const b = = 2;\n",
            "cjs.cjs": "exports.f = (x) => x.y.z\nexports.g = () => exports.f({})",
            "run.cjs": "#!/usr/bin/env node\nnull.x",
            "t.ts": "export const f = (n: number): void => {\n  throw new Error('t') }",
        }
    )
    result = host.run("import './bad.mjs'")
    assert f"{tmp_path}/bad.mjs:2:18" in result.traceback
    assert "2 | export const b = = 2;" in result.traceback
    result = host.run("const { g } = require('./cjs.cjs'); g()")
    assert "1 | exports.f = (x) => x.y.z" in result.traceback
    assert f"at <anonymous> ({tmp_path}/cjs.cjs:2:" in result.traceback
    assert "jsvm:" not in result.traceback
    result = host.run("require('./run.cjs')")
    assert f"{tmp_path}/run.cjs:2:" in result.traceback
    assert "jsvm:" not in result.traceback
    result = host.run("import { f } from './t.ts'; f(1)")
    assert "2 |   throw new Error('t') }" in result.traceback


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("let a = '日本';\nimport x from './gone.js'", "In[1]:2:15"),
        ("import './gone.js'", "In[1]:1:8"),
        ("import { y } from './x.mjs'", "In[1]:1:19"),
        ("import './bad.json'", "In[1]:1:8"),
        ("import './imports.mjs'", "imports.mjs:2:8"),
        ("import './names.mjs'", "names.mjs:1:19"),
        ("import './passes.mjs'", "passes.mjs:1:19"),
        ("const m = await import('./gone.js')", "In[1]:1:17"),
        ("await (await import('./calls.mjs')).load()", "calls.mjs:2:8"),
    ],
)
def test_an_import_that_fails_shows_where_it_is_written(
    host: Host, write: Write, code: str, place: str
) -> None:
    write(
        {
            "x.mjs": "export const x = 1",
            "bad.json": "{",
            "imports.mjs": "\nimport './gone.js'",
            "names.mjs": "import { y } from './x.mjs'",
            "passes.mjs": "export { y } from './x.mjs'",
            "calls.mjs": "export async function load() {\n await import('./gone')\n}",
        }
    )
    result = host.run(code)
    assert result.traceback.split("\n")[0].endswith(place), result.traceback


def test_each_env_has_modules_of_its_own(write: Write, tmp_path: Path) -> None:
    write({"m.mjs": "export let n = 0; export const up = () => ++n", "c.cjs": ""})
    with VM() as vm:
        envs = [NotebookEnv(vm, Listener()) for _ in range(2)]
        modules = [Modules(env, tmp_path, NpmCache) for env in envs]
        for env, own in zip(envs, modules, strict=True):
            env.use_modules(own)
            code = "import { n, up } from './m.mjs'; require('./c.cjs').x = up(); n"
            assert env.js.run_cell(code, name="In[1]").result() == 1
        for env, own in zip(envs, modules, strict=True):
            own.close()
            env.close()


def test_what_a_stop_ended_is_loaded_anew(
    host: Host, write: Write, tmp_path: Path
) -> None:
    write(
        {
            "loop.cjs": "console.log('runs'); for (;;);",
            "below.mjs": "import './loop.cjs'",
            "loop.mjs": "console.log('runs'); for (;;); export default 1",
            "wait.mjs": "console.log('runs'); await new Promise(() => 0)",
        }
    )
    for code in (
        "require('./loop.cjs')",
        "import './below.mjs'",
        "await import('./loop.mjs')",
        "import './loop.mjs'",
        "import './wait.mjs'",
        "await import('./wait.mjs')",
    ):
        cell = host.start(code)
        host.wait_for_text("runs")
        host.stop()
        assert host.finish(cell).outcome.status == "stopped"
        host.written.clear()
        assert host.value("1 + 1") == "2"
    touch(tmp_path / "wait.mjs", "export default 3")
    assert host.value("(await import('./wait.mjs')).default") == "3"


def test_a_deep_chain_of_imports_is_an_error_and_no_crash(
    host: Host, write: Write
) -> None:
    write({f"m{n}.mjs": f"import './m{n + 1}.mjs'" for n in range(3000)})
    write({"m3000.mjs": "export default 1"})
    assert "Maximum call stack" in host.run("import './m0.mjs'").traceback
    assert host.value("(await import('./m2900.mjs')) && 1") == "1"
