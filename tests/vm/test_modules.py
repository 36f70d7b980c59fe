"""Modules from a loader, several Envs, direct functions, addresses."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pytest

from jsvm_kernel.vm import (
    VM,
    Env,
    JSError,
    JSRangeError,
    JSSyntaxError,
    JSTypeError,
)

SOURCES = {
    "/a.js": "import { b } from './b.js'; export const a = b + 1; export default 'A'",
    "/b.js": "export let b = 1; export const up = () => ++b",
    "/bad.js": "export let = 1",
    "/é.js": "export default 'é😀'",
    "/throws.js": "throw new RangeError('while evaluating')",
}


def resolve(referrer: str, specifier: str, type: str | None) -> str:
    if not specifier.startswith("./"):
        raise JSTypeError(f"not relative: {specifier} from {referrer}")
    return "/" + specifier.removeprefix("./")


def load(name: str) -> str:
    return SOURCES[name]


@pytest.fixture
def loading(env: Env) -> Env:
    env.set_module_loader(resolve, load)
    return env


def test_cells_import_modules(loading: Env) -> None:
    assert loading.run_cell("import A, { a } from './a.js'; A + a").result() == "A2"
    assert loading.run_cell("import { b, up } from './b.js'; up(); b").result() == 2
    assert loading.run_cell("(await import('./é.js')).default").result() == "é😀"


def test_module_is_loaded_once(env: Env) -> None:
    loaded: list[str] = []
    env.set_module_loader(resolve, lambda name: (loaded.append(name), SOURCES[name])[1])
    env.run_cell("import './a.js'").result()
    env.run_cell("import './b.js'; import './a.js'").result()
    assert sorted(loaded) == ["/a.js", "/b.js"]


def test_referrer_is_the_importing_module_or_cell(env: Env) -> None:
    asked: list[tuple[str, str]] = []

    def note(referrer: str, specifier: str, type: str | None) -> str:
        asked.append((referrer, specifier))
        return resolve(referrer, specifier, type)

    env.set_module_loader(note, load)
    env.run_cell("import './a.js'", name="In[3]").result()
    assert ("In[3]", "./a.js") in asked
    assert ("/a.js", "./b.js") in asked


@pytest.mark.parametrize(
    ("specifier", "kind", "text"),
    [
        ("bare", JSTypeError, "not relative: bare from In"),
        ("./missing.js", JSError, "'/missing.js'"),
        ("./bad.js", JSSyntaxError, ""),
        ("./throws.js", JSRangeError, "while evaluating"),
    ],
)
def test_failing_import_is_an_error(
    loading: Env, specifier: str, kind: type[JSError], text: str
) -> None:
    for code in (f"import '{specifier}'", f"await import('{specifier}')"):
        with pytest.raises(kind) as caught:
            loading.run_cell(code, name="In").result()
        assert type(caught.value) is kind
        assert text in caught.value.message


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TypeError, JSTypeError),
        (SyntaxError, JSSyntaxError),
        (OSError, JSError),
    ],
)
def test_exceptions_of_a_loader_keep_their_kind(
    env: Env, error: type[Exception], kind: type[JSError]
) -> None:
    def fail(*_: str) -> str:
        raise error("t")

    for functions in ((fail, load), (resolve, fail)):
        env.set_module_loader(*functions)
        with pytest.raises(kind) as caught:
            env.run_cell("await import('./a.js')").result()
        assert type(caught.value) is kind
        assert caught.value.message == "t"


def test_exit_exception_of_a_loader_comes_out(env: Env) -> None:
    def fail(*_: str) -> str:
        raise KeyboardInterrupt

    env.set_module_loader(fail, load)
    with pytest.raises(KeyboardInterrupt):
        env.run_cell("await import('./a.js')")
    assert env.eval("1") == 1


def test_loader_that_returns_no_text_is_an_error(env: Env) -> None:
    wrong: Any = lambda *_: 5  # noqa: E731
    for functions in ((wrong, load), (resolve, wrong)):
        env.set_module_loader(*functions)
        with pytest.raises(JSTypeError, match="returned int instead of str"):
            env.run_cell("await import('./a.js')").result()


def test_without_loader_imports_fail(env: Env) -> None:
    with pytest.raises(JSError, match="no module loader"):
        env.run_cell("await import('./a.js')").result()
    env.set_module_loader(resolve, load)
    env.set_module_loader(None, None)
    with pytest.raises(JSError, match="no module loader"):
        env.run_cell("await import('./b.js')").result()
    with pytest.raises(TypeError, match="both"):
        env.set_module_loader(resolve, None)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="not callable"):
        env.set_module_loader(1, 2)  # type: ignore[call-overload]


def test_an_envs_loader_is_not_the_others(vm: VM, env: Env) -> None:
    env.set_module_loader(resolve, load)
    with vm.env() as other:
        with pytest.raises(JSTypeError, match="no module loader"):
            other.run_cell("await import('./a.js')").result()
        other.set_module_loader(lambda *asked: asked[1], lambda name: "export {}")
        assert other.run_cell("Object.keys(await import('x')).length").result() == 0
        assert env.run_cell("import A from './a.js'; A").result() == "A"


# ---- what an import leaves behind --------------------------------------------------


class Files(dict[str, Any]):
    """Modules by name, which a test may change."""

    def install(self, env: Env) -> None:
        env.set_module_loader(lambda referrer, name, type: name, self.__getitem__)


@pytest.fixture
def files(env: Env) -> Iterator[Files]:
    files = Files()
    files.install(env)
    yield files
    files.clear()


def test_a_failed_load_leaves_nothing_behind(env: Env, files: Files) -> None:
    files["a"] = "import 'c'; import 'gone'; export const a = 1"
    files["c"] = "import { a } from 'a'; export const c = () => a"
    for code in ("import 'a'", "await import('a')", "import { c } from 'c'"):
        with pytest.raises(JSError, match="gone"):
            env.run_cell(code).result()
    files["gone"] = ""
    assert env.run_cell("import { c } from 'c'; c()").result() == 1


def test_a_failed_link_leaves_nothing_behind(env: Env, files: Files) -> None:
    files["a"] = "import { missing } from 'b'; export const a = missing"
    files["b"] = "export const b = 1"
    for code in ("import 'a'", "await import('a')"):
        with pytest.raises(JSSyntaxError, match="no export 'missing'"):
            env.run_cell(code).result()
    files["b"] = "export const missing = 2"
    env.forget_module("b")  # it was linked: only "a" failed
    assert env.run_cell("import { a } from 'a'; a").result() == 2


def test_a_syntax_error_below_is_reported_and_can_be_mended(
    env: Env, files: Files
) -> None:
    files["a"] = "export { b } from 'b'"
    files["b"] = "export const b = ;"
    with pytest.raises(JSSyntaxError) as caught:
        env.run_cell("import { b } from 'a'").result()
    assert "b:1:18" in caught.value.stack
    files["b"] = "export const b = 3;"
    assert env.run_cell("import { b } from 'a'; b").result() == 3


def test_missing_exports_name_near_ones(env: Env, files: Files) -> None:
    files["a"] = "export const parseDate = 1, format = 2; export default 3"
    files["many"] = "".join(f"export const e{n} = 0;" for n in range(20))
    files["none"] = ""
    expected = {
        "import { parsedate } from 'a'": "module 'a' has no export 'parsedate'; "
        "did you mean parseDate",
        "import { zzz } from 'a'": "it exports parseDate, format, default",
        "import x from 'many'": "e7, … (20 names)",
        "import { x } from 'none'": "it exports nothing",
    }
    for code, text in expected.items():
        with pytest.raises(JSSyntaxError) as caught:
            env.run_cell(code).result()
        assert text in caught.value.message


def test_a_long_module_name_is_shown_whole(env: Env, files: Files) -> None:
    name = "/" + "long/" * 80 + "end.js"
    files[name] = ""
    with pytest.raises(JSSyntaxError) as caught:
        env.run_cell(f"import {{ x }} from '{name}'").result()
    assert name in caught.value.message


def test_a_forgotten_module_is_loaded_anew(env: Env, files: Files) -> None:
    files["a"] = "export let n = 1; export const up = () => ++n"
    env.run_cell("import { n, up } from 'a'").result()
    files["a"] = "export let n = 10"
    assert env.run_cell("(await import('a')).n").result() == 1
    assert env.forget_module("a")
    assert env.run_cell("(await import('a')).n").result() == 10
    assert env.run_cell("up(); n").result() == 2, "who has it keeps it"
    assert not env.forget_module("b")


def test_a_failed_module_fails_until_it_is_forgotten(env: Env, files: Files) -> None:
    files["a"] = "import 'b'; globalThis.runs = (globalThis.runs ?? 0) + 1"
    files["b"] = "if (!globalThis.ready) throw new RangeError('not yet')"
    for _ in range(2):
        with pytest.raises(JSRangeError, match="not yet"):
            env.run_cell("import 'a'").result()
    env.eval("globalThis.ready = true")
    with pytest.raises(JSRangeError, match="not yet"):
        env.run_cell("import 'a'").result()
    env.forget_failed_modules()
    env.run_cell("import 'a'").result()
    assert env.eval("runs") == 1


# ---- other kinds of module ---------------------------------------------------------


def test_an_object_can_be_a_module(env: Env, files: Files) -> None:
    files["v"] = env.eval("({ default: 1, two: 2, 'not a name': 3 })")
    files["w"] = "export * from 'v'; export { default } from 'v'"
    code = "import one, { two } from 'w'; import * as all from 'v'; "
    assert env.run_cell(code + "[one, two, all['not a name']].join()").result() == (
        "1,2,3"
    )
    with pytest.raises(JSSyntaxError, match="did you mean two"):
        env.run_cell("import { twoo } from 'v'").result()


def test_require_gives_a_namespace_at_once(env: Env, files: Files) -> None:
    files["a"] = "import { b } from 'b'; export const a = b + 1"
    files["b"] = "export const b = 1"
    assert env.require_module("a").a == 2
    assert env.require_module("a") == env.run_cell("await import('a')").result()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("await 0; export default 1", "top-level await"),
        ("import 'gone'", "gone"),
        ("export default ;", "unexpected token"),
        ("throw new RangeError('at once')", "at once"),
    ],
)
def test_require_says_what_is_in_its_way(
    env: Env, files: Files, source: str, text: str
) -> None:
    files["a"] = source
    for _ in range(2):
        with pytest.raises(JSError, match=text):
            env.require_module("a")
    files["a"] = "export default 1"
    env.forget_failed_modules()
    assert env.require_module("a").default == 1


@pytest.mark.parametrize("evaluating", [True, False], ids=["evaluating", "loading"])
def test_require_of_a_module_in_a_cycle_is_an_error(
    env: Env, files: Files, evaluating: bool
) -> None:
    failures = []

    def require_a() -> None:
        try:
            env.require_module("a")
        except JSError as error:
            failures.append(error.message)

    class Loading(Files):
        def __getitem__(self, name: str) -> Any:
            if name == "b" and not evaluating:
                require_a()
            return super().__getitem__(name)

    files = Loading(a="import 'b'; export default 1", b="globalThis.go?.()")
    files.install(env)
    if evaluating:
        env.globals.go = require_a
    assert env.run_cell("import a from 'a'; a").result() == 1
    assert failures == ["cannot require 'a': it is still being loaded (a cycle)"]


def test_import_meta_is_what_the_host_says(env: Env, files: Files) -> None:
    asked: list[str] = []

    def describe(name: str, meta: Any) -> None:
        asked.append(name)
        meta.url = "of " + name

    env.set_module_loader(lambda r, name, t: name, files.__getitem__, describe)
    files["a"] = (
        "export const url = import.meta.url; export const f = () => import.meta"
    )
    files["b"] = "export default 1"
    code = "import { url, f } from 'a'; import 'b'; [url, f() === f(), f().url].join()"
    assert env.run_cell(code, name="In[1]").result() == "of a,true,of a"
    cell = "const g = () => import.meta; [import.meta === g(), import.meta.url].join()"
    assert env.run_cell(cell, name="In[2]").result() == "true,of In[2]"
    assert asked == ["a", "In[2]"]
    with pytest.raises(JSSyntaxError, match=r"import\.meta"):
        env.eval("import.meta")


def test_import_meta_that_cannot_be_described(env: Env, files: Files) -> None:
    def describe(name: str, meta: Any) -> None:
        raise TypeError("no url")

    env.set_module_loader(lambda r, name, t: name, files.__getitem__, describe)
    with pytest.raises(JSTypeError, match="no url"):
        env.run_cell("import.meta").result()


def test_the_type_attribute_reaches_the_loader(env: Env) -> None:
    asked: list[str | None] = []

    def note(referrer: str, name: str, type: str | None) -> str:
        asked.append(type)
        return name

    env.set_module_loader(note, lambda name: "export default {}")
    code = "import a from 'x' with { type: 'json' }; import b from 'x'; "
    code += "(await import('x', { with: { type: 'text' } })).default === a && a === b"
    assert env.run_cell(code).result() is True
    assert asked == ["json", None, "text"]
    for bad in (
        "import 'x' with { lang: 'a' }",
        "await import('x', { with: { lang: 'a' } })",
    ):
        with pytest.raises(JSTypeError, match="'lang' is not supported"):
            env.run_cell(bad).result()


# ---- several Envs of one VM --------------------------------------------------------


def test_envs_have_globals_of_their_own(vm: VM, env: Env) -> None:
    with vm.env() as other:
        env.eval("globalThis.x = 1; var y = 2")
        assert "x" not in other.globals
        assert other.eval("typeof y") == "undefined"
        assert other.eval("Object") != env.eval("Object")


def test_map_and_set_filled_in_one_env_are_read_in_another(vm: VM, env: Env) -> None:
    with vm.env() as other:
        env.eval("globalThis.m = new Map(); globalThis.s = new Set()")
        other.globals.m, other.globals.s = env.globals.m, env.globals.s
        env.eval("for (let i = 0; i < 200; i++) { m.set('k' + i, i); s.add('k' + i) }")
        found = "let n = 0; for (let i = 0; i < 200; i++) n += m.get('k' + i) === i; n"
        has = "{ let n = 0; for (let i = 0; i < 200; i++) n += s.has('k' + i); n }"
        assert other.eval(found) == 200
        assert other.eval(has) == 200
        other.eval("m.set('new', 1); s.add({}.toString())")
        assert env.eval("m.get('new') + s.size") == 202


def test_hash_is_the_same_in_all_envs(vm: VM, env: Env) -> None:
    thing = env.object()
    with vm.env() as other, vm.env() as third:
        same = other.value(thing)
        assert same == thing
        assert hash(same) == hash(thing) == hash(third.value(thing))


# ---- direct functions --------------------------------------------------------------


class Number(ctypes.Structure):
    """JSVMX_DirectValue, whose largest member has two words."""

    _fields_ = (("f64", ctypes.c_double), ("length", ctypes.c_size_t))


class Memory(ctypes.Structure):
    """The same of an array."""

    _fields_ = (("data", ctypes.POINTER(ctypes.c_double)), ("length", ctypes.c_size_t))


@ctypes.CFUNCTYPE(None, ctypes.POINTER(Number), ctypes.POINTER(Number))
def add_thunk(arguments: Any, result: Any) -> None:
    result[0].f64 = arguments[0].f64 + arguments[1].f64


@ctypes.CFUNCTYPE(None, ctypes.POINTER(Memory), ctypes.POINTER(Number))
def total_thunk(arguments: Any, result: Any) -> None:
    result[0].f64 = sum(arguments[0].data[: arguments[0].length])


ADD = ctypes.cast(add_thunk, ctypes.c_void_p).value or 0
TOTAL = ctypes.cast(total_thunk, ctypes.c_void_p).value or 0


def test_direct_function_calls_c(env: Env) -> None:
    add = env.direct_function(
        "math.add", [("a", "double"), ("b", "double")], "double", ADD
    )
    env.globals.add = add
    assert env.eval("add(1.5, 2)") == 3.5
    assert add(1, 2) == 3
    assert env.eval("add.name") == "add"
    with pytest.raises(JSTypeError, match=r"math\.add: parameter 'b' expects a number"):
        env.eval("add(1, 'x')")


def test_direct_function_gets_an_array_as_memory(env: Env) -> None:
    env.globals.total = env.direct_function(
        "math.total", [("values", "double[:]")], "double", TOTAL
    )
    assert env.eval("total(new Float64Array([1, 2.5]).subarray(1))") == 2.5
    assert env.eval("total(new Float64Array())") == 0
    with pytest.raises(JSError, match="'values' expects a Float64Array, got "):
        env.eval("total(new Float32Array(1))")


def test_direct_function_takes_the_values_of_an_enum(env: Env) -> None:
    function = env.direct_function(
        "paint", [("c", "enum Color")], "void", ADD, {"Color": [1, 4]}
    )
    function(4)
    with pytest.raises(
        JSError, match="expects a value of the enum Color, got the number 2"
    ):
        function(2)
    # What the call before was given must not stand for a number that is no int64.
    env.globals.paint = function
    for number in ("1e300", "Infinity"):
        with pytest.raises(JSError, match="expects a value of the enum Color"):
            env.eval(f"paint(1); paint({number})")
    with pytest.raises(ValueError, match="values of the enum Color are not given"):
        env.direct_function("paint", [("c", "enum Color")], "void", ADD)


def test_direct_function_is_checked(env: Env) -> None:
    with pytest.raises(ValueError, match="'long' is no type"):
        env.direct_function("f", [("a", "long")], "double", ADD)
    with pytest.raises(ValueError, match="void only as a result"):
        env.direct_function("f", [("a", "void")], "double", ADD)
    with pytest.raises(ValueError, match="at most 64"):
        env.direct_function("f", [("a", "double")] * 65, "double", ADD)
    with pytest.raises(ValueError, match="not 0"):
        env.direct_function("f", [], "double", 0)


@ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.POINTER(Number), ctypes.POINTER(Number))
def refuse_thunk(arguments: Any, result: Any) -> bool:
    number = arguments[0].f64
    result[0].f64 = number
    if number == 1:
        set_exception(ValueError, ctypes.py_object("no 1"))
    return bool(number < 0)


set_exception = ctypes.pythonapi.PyErr_SetObject
set_exception.argtypes = [ctypes.py_object, ctypes.py_object]
set_exception.restype = None


def test_fallible_direct_function_throws_what_python_has(env: Env) -> None:
    address = ctypes.cast(refuse_thunk, ctypes.c_void_p).value or 0
    env.globals.refuse = env.direct_function(
        "refuse", [("a", "double")], "double", address, fallible=True
    )
    assert env.eval("refuse(-2)") == -2
    with pytest.raises(JSError, match="SystemError: the function failed without"):
        env.eval("refuse(2)")
    assert env.eval("refuse(-2)") == -2


def test_handles_are_addresses(vm: VM, env: Env) -> None:
    assert vm.handle > 0
    assert env.handle > 0
    env.set_host_data(12345)
