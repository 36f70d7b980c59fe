"""Python objects that JavaScript objects stand for."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from jsvm_kernel.vm import VM, Env, live_resources


class Thing:
    """What is exposed."""


class Special(Thing):
    """Crosses as its base does."""


@pytest.fixture
def exposed(env: Env) -> None:
    """Let things cross as instances of a JavaScript class."""
    env.expose(Thing, env.eval("globalThis.Thing = class {}; Thing.prototype"))


def test_an_object_crosses_as_itself(env: Env, exposed: None) -> None:
    thing = Thing()
    same = env.eval("(a, b) => a === b && a instanceof Thing")
    assert same(thing, thing)
    assert not same(thing, Thing())
    assert env.eval("x => x")(thing) is thing


def test_an_object_is_found_in_what_javascript_gives(env: Env, exposed: None) -> None:
    thing = env.globals.thing = Thing()
    assert list(env.eval("[thing, 1]")) == [thing, 1]
    assert env.eval("({thing})").thing is thing
    assert env.globals.thing is thing


def test_a_subclass_crosses_as_its_base(env: Env, exposed: None) -> None:
    special = Special()
    assert env.eval("x => x instanceof Thing")(special)
    env.expose(Special, env.eval("globalThis.Special = class {}; Special.prototype"))
    assert env.eval("x => x instanceof Special")(Special())


def test_properties_that_javascript_adds_stay(env: Env, exposed: None) -> None:
    thing = Thing()
    env.eval("(x) => { globalThis.kept = x; x.note = 'mine' }")(thing)
    assert env.eval("x => x.note")(thing) == "mine"
    env.eval("kept = null")
    assert env.eval("x => typeof x.note")(thing) == "undefined"


def test_an_object_lives_as_long_as_javascript_holds_it(
    env: Env, exposed: None
) -> None:
    thing = Thing()
    gone = weakref.ref(thing)
    env.globals.thing = thing
    del thing
    gc.collect()
    assert gone() is not None
    env.eval("thing = null")
    env.eval("0")
    assert gone() is None


def test_many_objects_leave_nothing(env: Env, exposed: None) -> None:
    before = live_resources().finalizers
    count = env.eval("x => x instanceof Thing ? 1 : 0")
    assert sum(count(Thing()) for _ in range(1000)) == 1000
    env.eval("0")
    assert live_resources().finalizers == before


def test_an_object_is_one_in_all_envs(vm: VM, env: Env, exposed: None) -> None:
    with vm.env() as other:
        thing = Thing()
        env.globals.thing = thing
        other.expose(Thing, other.eval("globalThis.Thing = class {}; Thing.prototype"))
        same = other.globals.same = other.eval("(a, b) => a === b")
        assert same(thing, env.globals["thing"])
        assert not other.eval("x => x instanceof Thing")(thing)


def test_an_object_of_a_closed_env_gets_a_new_one(vm: VM, env: Env) -> None:
    thing = Thing()
    with vm.env() as first:
        first.expose(Thing, first.eval("({})"))
        env.globals.old = first.eval("x => ({x})")(thing)
    env.expose(Thing, env.eval("({fresh: true})"))
    assert env.eval("x => x.fresh")(thing)
    assert env.eval("old.x") is thing
    assert not env.eval("x => x === old.x")(thing)
    env.eval("old = null")
    assert env.eval("x => x.fresh")(thing)


def test_an_object_outlives_its_vm() -> None:
    before = live_resources()
    thing = Thing()
    with VM() as vm, vm.env() as env:
        env.expose(Thing, env.eval("({})"))
        env.globals.thing = thing
    gone = weakref.ref(thing)
    assert live_resources() == before
    del thing
    assert gone() is None


def test_destructors_run_on_the_thread_of_the_vm(env: Env) -> None:
    threads = []

    class Traced(Thing):
        def __del__(self) -> None:
            threads.append(threading.get_ident())

    env.expose(Thing, env.eval("({})"))
    env.eval("f => { for (let i = 0; i < 3; i++) f() }")(Traced)
    env.eval("0")
    assert threads == [threading.get_ident()] * 3


def test_expose_needs_a_class_and_a_prototype(env: Env) -> None:
    with pytest.raises(TypeError, match="kind is a class, not int"):
        env.expose(1, env.eval("({})"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="prototype is a JSObject, not dict"):
        env.expose(Thing, {})  # type: ignore[arg-type]


def test_what_is_not_exposed_does_not_cross(env: Env, exposed: None) -> None:
    with pytest.raises(TypeError, match="object has no JavaScript counterpart"):
        env.globals.x = object()
