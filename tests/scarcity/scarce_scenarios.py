"""What is run with every allocation failing in turn; see scarce.py.

Each is a function of a VM and an Env. It may be run again in them, after any of its
allocations failed. What it asserts holds for what does not fail: short of memory a
function gives an error, not something else.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeAlias

from jsvm_kernel.binding import bind
from jsvm_kernel.vm import VM, Env, JSError, post

Scenario: TypeAlias = Callable[[VM, Env], None]


def is_short(value: Any) -> bool:
    """Whether a text that JS shows tells that memory was short."""
    return any(part in str(value) for part in ("emory", " in Python", "SystemError"))


# ---- jsvm_kernel.vm ----------------------------------------------------------------


def life(vm: VM, env: Env) -> None:
    with VM(memory_limit=64 << 20, time_limit=5) as other, other.env() as inner:
        inner.eval("1")
    with vm.env() as other_env:
        other_env.globals.o = env.eval("({a: 1})")
        other_env.globals.f = lambda: 1
        other_env.eval("f()")
    forgotten = vm.env()
    hash(forgotten.eval("({})"))


def values(vm: VM, env: Env) -> None:
    assert env.eval("var x = 1; x + 1") == 2
    assert env.eval("'a'.repeat(1000) + 'é'") == "a" * 1000 + "é"
    assert env.eval("2n ** 100n") == 2**100
    assert env.eval("[1.5, null, true, '\\u{1f600}']")[3] == "\U0001f600"
    env.globals.value = {"a": [1, 2.5, "x", None, True, 2**70, "\u2028" * 40]}
    assert len(env.globals.value.a) == 7
    assert env.globals["value"]["a"][1] == 2.5


def properties(vm: VM, env: Env) -> None:
    thing = env.eval("({a: 1, b: {c: 2}})")
    thing.d = "text"
    assert thing.b.c == 2
    assert sorted(thing) == ["a", "b", "d"]
    assert dict(thing)["a"] == 1
    del thing["a"]
    assert hash(thing.b) == hash(thing.b)
    assert thing.b == thing.b
    assert len(list(env.eval("new Map([[1, 2], [3, 4]])"))) == 2
    assert env.eval("[1, 2, 3]")[0:2] == [1, 2]
    assert [repr(thing), str(thing), repr(env.symbol("s")), len(dir(thing))]


def calls(vm: VM, env: Env) -> None:
    count = env.eval("(...a) => a.length")
    assert count(*range(20)) == 20
    assert count(1, "two", 3.0, None) == 4
    assert env.eval("(class { constructor(x) { this.x = x } })").new(5).x == 5
    env.globals.g = lambda *a: len(a)
    assert env.eval("g(1, 'x', {}, [])") == 4
    assert env.eval("g(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)") == 12
    assert env.eval("[1, 2, 3].map(g).length") == 3


def _fail() -> None:
    try:
        raise ValueError("inner")
    except ValueError as error:
        raise LookupError("outer") from error


def _fail_together() -> None:
    raise ExceptionGroup("both", [ValueError("a"), TypeError("b")])


def exceptions(vm: VM, env: Env) -> None:
    env.globals.fail = _fail
    text = env.eval("try { fail() } catch (e) { String(e) }")
    assert text == "LookupError: outer" or is_short(text)
    env.globals.failTogether = _fail_together
    count = env.eval("try { failTogether() } catch (e) { e.errors?.length ?? e + '' }")
    assert count == 2 or is_short(count)
    for code in "fail()", "throw new TypeError('outer', {cause: new Error('y')})":
        try:
            env.eval(code)
        except JSError as error:
            if error.message != "outer":
                raise
            assert error.__cause__ is not None


def _interrupt() -> None:
    raise KeyboardInterrupt


def interrupts(vm: VM, env: Env) -> None:
    env.globals.interrupt = _interrupt
    with suppress(KeyboardInterrupt):
        env.eval("interrupt()")


def promises(vm: VM, env: Env) -> None:
    assert env.run_cell("const v = await Promise.resolve(5); v").result() == 5
    cell = env.run_cell("await Promise.reject(new RangeError('no'))")
    try:
        cell.result()
    except JSError as error:
        if error.message != "no":
            raise
    promise = env.eval("Promise.resolve(1).then(x => x + 1)")
    assert promise.result() == 2
    assert promise.state == "fulfilled"


def buffers(vm: VM, env: Env) -> None:
    data = bytearray(b"abcdefgh")
    env.globals.data = data
    assert env.eval("data[0]") == 97
    array = env.eval("new Float64Array([1, 2, 3])")
    with memoryview(array) as view:
        assert view[2] == 3
        env.globals.again = view
    assert bytes(env.array_buffer(data)) == b"abcdefgh"
    env.typed_array("Uint8Array", b"xyz")
    assert array.kind == "Float64Array"


class Thing:
    """An object that JS knows."""

    back: Any = None


def instances(vm: VM, env: Env) -> None:
    env.expose(Thing, env.eval("globalThis.Thing = class {}; Thing.prototype"))
    thing = Thing()
    env.globals.thing = thing
    assert env.globals.thing is thing
    thing.back = env.eval("({thing})")
    env.eval("thing.self = () => thing; globalThis.thing = null")
    del thing
    vm.collect_garbage()


_SOURCES = {"a": "import {b} from 'b'; export const a = b + 1", "b": "export let b = 1"}


def modules(vm: VM, env: Env) -> None:
    env.set_module_loader(
        lambda referrer, name, kind: name, _SOURCES.__getitem__, lambda name, meta: None
    )
    assert env.run_cell("import {a} from 'a'; a").result() == 2
    try:
        env.run_cell("await import('none')").result()
    except JSError as error:
        if "none" not in error.message:
            raise
    env.forget_module("a")
    assert env.require_module("a").a == 2


def queue(vm: VM, env: Env) -> None:
    if vm.calls is None:
        vm.accept_calls(lambda: None)
    assert vm.calls is not None
    function = env.eval("x => x + 1")
    future = post(function, 1)
    vm.serve_calls()
    assert future.result(0) == 2
    post(function, 1)
    vm.calls.drop_env(env)


# ---- jsvm_kernel.binding -----------------------------------------------------------


def _described(
    name: str,
    params: Sequence[tuple[str, str]] = (),
    returns: str = "object",
    **more: Any,
) -> dict[str, Any]:
    return {
        "name": name,
        "doc": "",
        "line": 1,
        "params": [_parameter(*param) for param in params],
        "returns": returns,
        "kind": "python",
        "flavour": "plain",
        **more,
    }


def _parameter(name: str, declared: str) -> dict[str, Any]:
    kind = "positional"
    if name.startswith("*"):
        kind = "keyword" if name == "*" else "varargs"
        name, declared = (name[1:] or declared), "object"
    return {
        "name": name,
        "type": declared,
        "const": False,
        "optional": kind == "keyword",
        "nullable": False,
        "kind": kind,
        "default": "",
    }


class Vec:
    """A class that JS can construct."""

    def __init__(self, x: float) -> None:
        self.x = x

    def plus(self, other: Vec) -> Vec:
        return Vec(self.x + other.x)

    def __iter__(self) -> Iterator[float]:
        return iter([self.x])


class Wrong(Exception):
    """An exception class that JS knows."""


class Color(enum.IntEnum):
    """An enum that JS knows."""

    RED = 1
    GREEN = 2


def _raise(text: str) -> None:
    raise Wrong(text)


def _count(n: int) -> Iterator[int]:
    yield from range(n)


def _later() -> Future[int]:
    future: Future[int] = Future()
    future.set_result(5)
    return future


def _class(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "doc": "",
        "line": 1,
        "base": "",
        "cdef": False,
        "exception": False,
        "constructor": None,
        "methods": [],
        "static": [],
        "properties": [],
        **more,
    }


_Parameters: TypeAlias = list[tuple[str, str]]
#: Name -> function, its parameters (name, type), the type of its result.
_FUNCTIONS: dict[str, tuple[Callable[..., Any], _Parameters, str]] = {
    "echo": (lambda x: x, [("x", "object")], "object"),
    "add": (lambda a, b: a + b, [("a", "double"), ("b", "int32")], "double"),
    "text": (lambda s, b: s + b.decode(), [("s", "str"), ("b", "bytes")], "str"),
    "deep": (lambda x, d: [x, d, {1}], [("x", "list"), ("d", "dict")], "object"),
    "total": (sum, [("v", "double[:]")], "double"),
    "options": (lambda *args, c=1: [*args, c], [("*args", ""), ("*", "c")], "object"),
    "fail": (_raise, [("text", "str")], "void"),
    "count": (_count, [("n", "int32")], "object"),
    "paint": (lambda color: color, [("color", "enum Color")], "object"),
    "later": (_later, [], "object"),
}
_MODULE = types.ModuleType("m")
for _name, (_function, _, _) in _FUNCTIONS.items():
    setattr(_MODULE, _name, _function)
for _kind in Vec, Wrong, Color:
    setattr(_MODULE, _kind.__name__, _kind)
_DESCRIPTION = {
    "version": 2,
    "doc": "",
    "functions": [
        _described(name, params, returns)
        for name, (_, params, returns) in _FUNCTIONS.items()
    ],
    "classes": [
        _class(
            "Vec",
            constructor=_described("Vec", [("x", "double")]),
            methods=[_described("plus", [("other", "class Vec")])],
            properties=[{"name": "x", "doc": "", "type": "double", "writable": True}],
        ),
        _class("Wrong", exception=True),
    ],
    "enums": [
        {"name": "Color", "doc": "", "line": 1, "members": {"RED": 1, "GREEN": 2}}
    ],
    "structs": [{"name": "P", "fields": [{"name": "x", "type": "double"}]}],
}


def binding(vm: VM, env: Env) -> None:
    env.globals["m"] = bind(env, _MODULE, _DESCRIPTION)
    assert env.eval("m.Color.GREEN") == 2


def _bound(env: Env) -> Env:
    """The Env, with the module in it since an attempt that was not disturbed."""
    if "m" not in env.globals:
        binding(env.vm, env)
    return env


def bound_calls(vm: VM, env: Env) -> None:
    run = _bound(env).eval
    assert run("m.add(1.5, 2)") == 3.5
    assert run("m.text('a', new Uint8Array([98]))") == "ab"
    assert run("m.deep([1, [2]], {a: new Map([[1, 2]])}).length") == 3
    assert run("m.total(new Float64Array([1, 2]))") == 3
    assert run("m.options(1, 2, {c: 5}).join()") == "1,2,5"
    assert run("m.paint(m.Color.RED)") == 1
    assert run("m.echo(f => 1)()") == 1
    text = run("try { m.add('x', 1) } catch (e) { String(e) }")
    assert "'a' expects a number, got the string 'x'" in text or is_short(text)


def bound_objects(vm: VM, env: Env) -> None:
    run = _bound(env).eval
    assert run("var v = new m.Vec(1); v.x = 2; v.plus(new m.Vec(3)).x") == 5
    assert run("[...v].join() + [...m.count(3)].join()") == "20,1,2"
    assert run("m.echo(v) === v") is True
    run("v = null")


def bound_errors(vm: VM, env: Env) -> None:
    run = _bound(env).eval
    text = run("try { m.fail('no') } catch (e) { String(e) }")
    assert text == "Wrong: no" or is_short(text)
    try:
        run("throw new m.Wrong('no')")
    except JSError as error:
        if error.message != "no":
            raise


def bound_promises(vm: VM, env: Env) -> None:
    if vm.calls is None:
        vm.accept_calls(lambda: None)
    promise = _bound(env).eval("m.later().then(x => x + 1)")
    vm.serve_calls()
    assert promise.result() == 6


ALL: tuple[Scenario, ...] = (
    life,
    values,
    properties,
    calls,
    exceptions,
    interrupts,
    promises,
    buffers,
    instances,
    modules,
    queue,
    binding,
    bound_calls,
    bound_objects,
    bound_errors,
    bound_promises,
)

#: Where CPython itself leaks: the arguments of a function with closures, when it has no
#: memory for their cells.
PYTHON_LEAKS: tuple[Scenario, ...] = (queue, bound_promises)
