"""Python objects that JavaScript objects stand for."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from jsvm_kernel.vm import VM, Closed, Env, live_resources


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


# ---- cycles through both heaps -------------------------------------------------------


class Holder(Thing):
    """Holds what it is given."""

    def __init__(self, callback: object = None) -> None:
        self.callback = callback


@pytest.fixture
def watched(env: Env) -> list[weakref.ref[Holder]]:
    """Let JavaScript make holders; they are watched."""
    made: list[weakref.ref[Holder]] = []

    def make() -> Holder:
        holder = Holder()
        made.append(weakref.ref(holder))
        return holder

    env.expose(Thing, env.eval("({})"))
    env.globals.make = make
    env.globals.hold = lambda holder, value: setattr(holder, "callback", value)
    return made


def alive(env: Env, watched: list[weakref.ref[Holder]]) -> int:
    env.vm.collect_garbage()
    return sum(holder() is not None for holder in watched)


def test_a_callback_that_closes_over_its_holder_is_collected(
    env: Env, watched: list[weakref.ref[Holder]]
) -> None:
    env.eval("for (let i = 0; i < 10; i++) { const h = make(); hold(h, () => h) }")
    assert alive(env, watched) == 0


def test_a_cycle_through_containers_and_two_holders_is_collected(
    env: Env, watched: list[weakref.ref[Holder]]
) -> None:
    env.globals.hold_deep = lambda holder, value: setattr(
        holder, "callback", [{"deep": (value,)}]
    )
    env.eval("{ const a = make(), b = make(); hold_deep(a, () => b); hold(b, {a}) }")
    assert alive(env, watched) == 0


def test_a_callback_lives_as_long_as_its_holder(
    env: Env, watched: list[weakref.ref[Holder]]
) -> None:
    env.eval("globalThis.kept = make(); { const h = kept; hold(h, () => h) }")
    assert alive(env, watched) == 1
    assert env.eval("x => x.callback() === x") is not None
    holder = watched[0]()
    assert holder is not None
    assert holder.callback() is holder  # type: ignore[operator]
    del holder
    env.eval("kept = null")
    assert alive(env, watched) == 0


def test_what_python_holds_too_is_not_collected(
    env: Env, watched: list[weakref.ref[Holder]]
) -> None:
    env.eval("{ const h = make(); hold(h, () => h) }")
    holder = watched[0]()
    assert holder is not None
    callback = holder.callback
    del holder
    assert alive(env, watched) == 1
    assert callback() is watched[0]()  # type: ignore[operator]
    del callback
    assert alive(env, watched) == 0


def test_a_callback_of_another_vm_is_left_to_that_vm(env: Env) -> None:
    env.expose(Thing, env.eval("({})"))
    with VM() as other, other.env() as theirs:
        env.globals.kept = Holder(theirs.eval("() => [{}, {}].length"))
        for vm in (env.vm, other, env.vm):
            vm.collect_garbage()
        assert env.globals.kept.callback() == 2
        env.globals.kept = None
        env.vm.collect_garbage()
        other.collect_garbage()
        assert theirs.eval("[{}].length") == 1


def test_symbols_and_primitives_of_a_holder_survive_a_collection(env: Env) -> None:
    env.expose(Thing, env.eval("({})"))
    env.globals.kept = Holder(env.eval("[Symbol.for('a'), Symbol('b')]"))
    env.globals.kept.callback = list(env.globals.kept.callback)
    env.vm.collect_garbage()
    first, second = env.globals.kept.callback
    assert str(first) == "Symbol(a)"
    assert str(second) == "Symbol(b)"


def test_a_destructor_cannot_use_what_was_collected_with_it(env: Env) -> None:
    outcomes = []

    class Careless(Holder):
        def __del__(self) -> None:
            try:
                self.callback()  # type: ignore[operator]
            except Closed as error:
                outcomes.append(str(error))

    env.expose(Thing, env.eval("({})"))
    env.globals.make = Careless
    env.globals.hold = lambda holder, value: setattr(holder, "callback", value)
    env.eval("{ const h = make(); hold(h, () => h) }")
    env.vm.collect_garbage()
    assert len(outcomes) == 1
    assert "was collected" in outcomes[0]


def test_many_cycles_are_collected_unasked(
    env: Env, watched: list[weakref.ref[Holder]]
) -> None:
    env.eval("for (let i = 0; i < 25000; i++) { const h = make(); hold(h, () => h) }")
    assert sum(holder() is not None for holder in watched) < 10_001
