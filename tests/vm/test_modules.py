"""Modules from a loader, several Envs, direct functions, addresses."""

from __future__ import annotations

import ctypes
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


def resolve(referrer: str, specifier: str) -> str:
    if not specifier.startswith("./"):
        raise JSTypeError(f"not relative: {specifier} from {referrer}")
    return "/" + specifier.removeprefix("./")


def load(name: str) -> str:
    return SOURCES[name]


@pytest.fixture
def loading(vm: VM, env: Env) -> Env:
    vm.set_module_loader(resolve, load)
    return env


def test_cells_import_modules(loading: Env) -> None:
    assert loading.run_cell("import A, { a } from './a.js'; A + a").result() == "A2"
    assert loading.run_cell("import { b, up } from './b.js'; up(); b").result() == 2
    assert loading.run_cell("(await import('./é.js')).default").result() == "é😀"


def test_module_is_loaded_once(vm: VM, env: Env) -> None:
    loaded: list[str] = []
    vm.set_module_loader(resolve, lambda name: (loaded.append(name), SOURCES[name])[1])
    env.run_cell("import './a.js'").result()
    env.run_cell("import './b.js'; import './a.js'").result()
    assert sorted(loaded) == ["/a.js", "/b.js"]


def test_referrer_is_the_importing_module_or_cell(vm: VM, env: Env) -> None:
    asked: list[tuple[str, str]] = []

    def note(referrer: str, specifier: str) -> str:
        asked.append((referrer, specifier))
        return resolve(referrer, specifier)

    vm.set_module_loader(note, load)
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
    vm: VM, env: Env, error: type[Exception], kind: type[JSError]
) -> None:
    def fail(*_: str) -> str:
        raise error("t")

    for functions in ((fail, load), (resolve, fail)):
        vm.set_module_loader(*functions)
        with pytest.raises(kind) as caught:
            env.run_cell("await import('./a.js')").result()
        assert type(caught.value) is kind
        assert caught.value.message == "t"


def test_exit_exception_of_a_loader_comes_out(vm: VM, env: Env) -> None:
    def fail(*_: str) -> str:
        raise KeyboardInterrupt

    vm.set_module_loader(fail, load)
    with pytest.raises(KeyboardInterrupt):
        env.run_cell("await import('./a.js')")
    assert env.eval("1") == 1


def test_loader_that_returns_no_text_is_an_error(vm: VM, env: Env) -> None:
    wrong: Any = lambda *_: 5  # noqa: E731
    for functions in ((wrong, load), (resolve, wrong)):
        vm.set_module_loader(*functions)
        with pytest.raises(JSTypeError, match="returned int instead of str"):
            env.run_cell("await import('./a.js')").result()


def test_without_loader_imports_fail(vm: VM, env: Env) -> None:
    with pytest.raises(JSError, match="no module loader"):
        env.run_cell("await import('./a.js')").result()
    vm.set_module_loader(resolve, load)
    vm.set_module_loader(None, None)
    with pytest.raises(JSError, match="no module loader"):
        env.run_cell("await import('./b.js')").result()
    with pytest.raises(TypeError, match="both"):
        vm.set_module_loader(resolve, None)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="not callable"):
        vm.set_module_loader(1, 2)  # type: ignore[call-overload]


def test_an_env_may_have_a_loader_of_its_own(vm: VM, env: Env) -> None:
    vm.set_module_loader(resolve, load)
    with vm.env() as other:
        other.set_module_loader(lambda referrer, name: name, lambda name: "export {}")
        assert other.run_cell("Object.keys(await import('x')).length").result() == 0
        assert env.run_cell("import A from './a.js'; A").result() == "A"
        with pytest.raises(JSTypeError, match="not relative"):
            env.run_cell("await import('x')").result()
        other.set_module_loader(None, None)
        assert other.run_cell("import A from './a.js'; A").result() == "A"
        with pytest.raises(TypeError, match="both"):
            other.set_module_loader(None, load)  # type: ignore[call-overload]


def test_an_envs_loader_is_not_the_others(vm: VM, env: Env) -> None:
    env.set_module_loader(resolve, load)
    with vm.env() as other, pytest.raises(JSTypeError, match="no module loader"):
        other.run_cell("await import('./a.js')").result()


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


@ctypes.CFUNCTYPE(
    None, ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_double)
)
def add_thunk(arguments: Any, result: Any) -> None:
    result[0] = arguments[0] + arguments[1]


ADD = ctypes.cast(add_thunk, ctypes.c_void_p).value or 0


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


def test_direct_function_is_checked(env: Env) -> None:
    with pytest.raises(ValueError, match="'long' is no type"):
        env.direct_function("f", [("a", "long")], "double", ADD)
    with pytest.raises(ValueError, match="void only as a result"):
        env.direct_function("f", [("a", "void")], "double", ADD)
    with pytest.raises(ValueError, match="at most 64"):
        env.direct_function("f", [("a", "double")] * 65, "double", ADD)
    with pytest.raises(ValueError, match="not 0"):
        env.direct_function("f", [], "double", 0)


def test_handles_are_addresses(vm: VM, env: Env) -> None:
    assert vm.handle > 0
    assert env.handle > 0
    env.set_host_data(12345)
