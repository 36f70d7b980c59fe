"""Several VMs and Envs in a real host: apart in names, limits, stops and errors."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest
from harness import Host

from jsvm_kernel.host.calls import ThreadCalls
from jsvm_kernel.host.inputs import Inputs
from jsvm_kernel.host.limits import Limits
from jsvm_kernel.host.memory import default_limit
from jsvm_kernel.host.output import Output
from jsvm_kernel.host.services import Shared
from jsvm_kernel.host.stop import StopButton
from jsvm_kernel.host.tasks import Tasks
from jsvm_kernel.host.timers import Timers
from jsvm_kernel.host.vms import VMs
from jsvm_kernel.session.expressions import NameOf, as_json
from jsvm_kernel.session.messages import Inspect, LoadModule, RequestFailed
from jsvm_kernel.session.vm_messages import (
    Drop,
    EnvsReply,
    EnvState,
    ListNames,
    ListVMs,
    NewEnv,
    NewVM,
    ResetEnv,
    Use,
    VMState,
)
from jsvm_kernel.vm import live_resources

MEMORY = 24 << 20


def ask(host: Host, kind: Any, /, **fields: Any) -> Any:
    """Ask for what must be done."""
    reply = host.ask(kind(id=host.next_id(), **fields))
    assert not isinstance(reply, RequestFailed), reply
    return reply


def refusal(host: Host, kind: Any, /, **fields: Any) -> str:
    """Ask for what can't be done, and give the reason."""
    before = state(host)
    reply = host.ask(kind(id=host.next_id(), **fields))
    assert isinstance(reply, RequestFailed), reply
    after = state(host)
    assert [vm.envs for vm in after] == [vm.envs for vm in before]
    return f"{reply.name}: {reply.message}"


def state(host: Host) -> list[VMState]:
    vms: list[VMState] = ask(host, ListVMs).vms
    return vms


def env_state(host: Host, name: str) -> EnvState:
    return next(e for vm in state(host) for e in vm.envs if e.name == name)


@pytest.fixture
def two(host: Host) -> Host:
    """A host with the VM "small" beside "main", and Env "side" in main."""
    ask(host, NewVM, name="small", memory_limit=MEMORY, stack_size=128 << 10)
    ask(host, NewEnv, name="side")
    host.run("var where = 'main'")
    host.run("var where = 'small'", env="small")
    host.run("var where = 'side'", env="side")
    return host


# ---- apart -------------------------------------------------------------------------


def test_a_session_begins_with_main(host: Host) -> None:
    (vm,) = state(host)
    assert vm.name == "main"
    assert vm.memory_limit == default_limit()
    assert [env.name for env in vm.envs] == ["main"]


def test_each_env_has_its_names(two: Host) -> None:
    assert two.value("where") == "'main'"
    assert two.value("where", env="small") == "'small'"
    assert two.value("where", env="side") == "'side'"


def test_using_an_env_brings_its_names(two: Host) -> None:
    reply = ask(two, Use, kind="env", name="small")
    assert isinstance(reply, EnvsReply)
    assert reply.current == "small"
    assert reply.envs == {"main": ["main", "side"], "small": ["small"]}
    assert reply.names is not None
    assert [(n.name, n.detail) for n in reply.names] == [("where", "'small'")]
    assert two.value("where") == "'small'"
    ask(two, Use, kind="env", name="side")
    ask(two, Use, kind="vm", name="small")
    assert ask(two, Use, kind="vm", name="main").current == "side"


def test_a_cell_of_another_env_tells_no_names(two: Host) -> None:
    assert two.run("var fresh = 1", env="small").outcome.names is None
    names = two.run("var here = 1").outcome.names
    assert names is not None
    assert {name.name for name in names} == {"where", "here"}


def test_questions_go_to_the_current_env_unless_they_name_one(two: Host) -> None:
    two.run("const only = 42", env="side")
    for env, found in (("side", True), ("", False), ("small", False)):
        facts = ask(two, Inspect, subject=as_json(NameOf("only")), env=env).facts
        assert (facts is not None) is found


def test_cells_timers_and_modules_are_counted_by_env(two: Host, tmp_path: Path) -> None:
    (tmp_path / "lib.mjs").write_text("export const a = 1")
    code = "import { a } from './lib.mjs'; setTimeout(() => {}, 60000); a"
    assert two.value(code, env="side") == "1"
    side = env_state(two, "side")
    assert (side.cells, side.timers, side.modules) == (2, 1, ["lib.mjs"])
    assert env_state(two, "main").timers == 0
    assert env_state(two, "main").modules == []


def test_envs_load_modules_for_themselves(two: Host, tmp_path: Path) -> None:
    (tmp_path / "count.mjs").write_text("export let n = 0; export const up = () => ++n")
    code = "import { n, up } from './count.mjs'; up(); n"
    assert two.value(code) == "1"
    assert two.value(code, env="side") == "1"
    assert two.value(code) == "2"


def test_timers_of_all_envs_run_and_keep_their_cells(two: Host) -> None:
    cells = {
        env: two.start(f"setTimeout(() => console.log('{env}!'), 5); 0", env=env)
        for env in ("main", "side", "small")
    }
    for env, cell in cells.items():
        two.finish(cell)
        two.wait_for_text(f"{env}!")
        assert f"{env}!" in two.written[cell, "stdout"]


def test_a_cell_that_waits_lets_timers_of_other_vms_run(two: Host) -> None:
    ticking = two.start("setTimeout(() => console.log('tick'), 30); 0", env="small")
    two.finish(ticking)
    waiting = two.start("await new Promise(r => setTimeout(r, 60)); console.log('end')")
    result = two.finish(waiting)
    assert result.text == "end\n"
    assert two.written[ticking, "stdout"] == "tick\n"


def test_a_rejection_is_reported_under_its_cell_in_any_env(two: Host) -> None:
    cell = two.start(
        "setTimeout(() => Promise.reject(Error('lost')), 1); 0", env="side"
    )
    two.finish(cell)
    two.wait_for_text("Error: lost\n")
    assert "Uncaught (in promise)" in two.written[cell, "stderr"]
    assert two.value("where") == "'main'"


# ---- limits ------------------------------------------------------------------------


def test_a_full_vm_is_an_error_of_its_cell_and_can_be_emptied(two: Host) -> None:
    fill = "var hoard = []; for (;;) hoard.push({ n: hoard.length })"
    result = two.run(fill, env="small")
    assert result.outcome.status == "error"
    assert "out of memory" in result.traceback
    assert two.value("where") == "'main'"
    assert two.run("hoard = undefined", env="small").outcome.status == "ok"
    assert two.value("where", env="small") == "'small'"


def test_a_timer_that_fills_its_vm_is_reported(two: Host) -> None:
    code = "setTimeout(() => { for (const a = [];;) a.push({}) }, 1); 0"
    cell = two.start(code, env="small")
    two.finish(cell)
    two.wait_for_text("out of memory")
    assert "Uncaught" in two.written[cell, "stderr"]
    assert two.value("where") == "'main'"


def test_a_small_stack_ends_recursion_early(two: Host) -> None:
    code = "var depth = 0; try { (function f() { depth++; f() })() } catch {} depth"
    small, main = two.value(code, env="small"), two.value(code)
    assert small is not None and main is not None
    assert int(small) * 4 < int(main)


def test_a_time_limit_is_one_vms(host: Host) -> None:
    ask(host, NewVM, name="quick", time_limit=0.2)
    result = host.run("for (;;) {}", env="quick")
    assert result.outcome.status == "stopped"
    assert "took longer than the VM's time limit of 0.2 s" in result.traceback
    code = (
        "const end = performance.now() + 300; while (performance.now() < end); 'done'"
    )
    assert host.value(code) == "'done'"
    assert host.value("1 + 1", env="quick") == "2"


def test_a_timer_over_its_limit_leaves_a_waiting_cell_alone(host: Host) -> None:
    ask(host, NewVM, name="quick", time_limit=0.1)
    timer = host.start("setTimeout(() => { for (;;) {} }, 1); 0", env="quick")
    host.finish(timer)
    assert host.value("await new Promise(r => setTimeout(r, 250)); 7") == "7"
    assert "Stopped: a timer of this cell took longer" in host.written[timer, "stderr"]
    code = "setTimeout(() => { for (;;) {} }, 1); "
    code += "await new Promise(r => setTimeout(r, 250)); 8"
    assert host.value(code, env="quick") == "8"


# ---- stops -------------------------------------------------------------------------


def test_a_loop_in_a_second_vm_stops(two: Host) -> None:
    cell = two.start("console.log('started'); for (;;) {}", env="small")
    two.wait_for_text("started")
    two.stop()
    assert two.finish(cell).outcome.status == "stopped"
    assert two.value("where", env="small") == "'small'"
    assert two.value("where") == "'main'"


def test_a_timer_of_a_second_vm_that_loops_can_be_stopped(two: Host) -> None:
    code = "setInterval(() => { console.log('spin'); for (;;) {} }, 1); 0"
    cell = two.start(code, env="small")
    two.finish(cell)
    two.wait_for_text("spin")
    two.stop()
    two.wait_for_text("Stopped: a timer")
    assert two.value("where") == "'main'"
    assert env_state(two, "small").timers == 0


def test_a_stop_reaches_the_timer_of_another_vm_and_the_cell_that_waits(
    two: Host,
) -> None:
    timer = two.start(
        "setTimeout(() => { console.log('spin'); for (;;) {} }, 50); 0", env="small"
    )
    two.finish(timer)
    waiting = two.start("await new Promise(() => {})")
    two.wait_for_text("spin")
    two.stop()
    assert two.finish(waiting).outcome.status == "stopped"
    assert "Stopped: a timer" in two.written[timer, "stderr"]
    assert two.value("where", env="small") == "'small'"


def test_a_host_ends_when_its_front_is_gone_while_a_second_vm_loops(two: Host) -> None:
    two.start("console.log('started'); for (;;) {}", env="small")
    two.wait_for_text("started")
    two.sock.close()
    assert two.process.wait(timeout=20) == 0


# ---- dropping and resetting ----------------------------------------------------------


def test_a_dropped_vm_takes_its_timers_with_it(two: Host) -> None:
    cell = two.start("setInterval(() => console.log('tick'), 1); 0", env="small")
    two.finish(cell)
    two.wait_for_text("tick")
    reply = ask(two, Drop, kind="vm", name="small")
    assert reply.envs == {"main": ["main", "side"]}
    ticks = two.written[cell, "stdout"]
    assert two.value("await new Promise(r => setTimeout(r, 30)); 1") == "1"
    assert two.written[cell, "stdout"] == ticks


def test_a_reset_env_is_fresh(two: Host) -> None:
    cell = two.start("let kept = 1; setInterval(() => console.log('tick'), 1); 0")
    two.finish(cell)
    two.wait_for_text("tick")
    reply = ask(two, ResetEnv)
    assert (reply.current, reply.names) == ("main", [])
    assert reply.envs["main"] == ["main", "side"]
    ticks = two.written[cell, "stdout"]
    assert two.value("[typeof kept, typeof where].join()") == "'undefined,undefined'"
    two.value("await new Promise(r => setTimeout(r, 30)); 1")
    assert two.written[cell, "stdout"] == ticks
    assert two.value("where", env="side") == "'side'"


def test_envs_made_and_dropped_leave_nothing(two: Host) -> None:
    def used() -> list[int]:
        return [vm.memory_used for vm in state(two)]

    def round_trip() -> None:
        ask(two, NewEnv, name="brief", vm="small")
        code = "var all = [1, 2, 3].map(x => ({ x })); setTimeout(() => {}, 6e4); 3"
        assert two.value(code, env="brief") == "3"
        ask(two, Drop, kind="env", name="brief")

    round_trip()
    before = used()
    for _ in range(50):
        round_trip()
    assert [vm.name for vm in state(two)] == ["main", "small"]
    assert sum(used()) - sum(before) < 100_000


def test_a_full_vm_refuses_an_env_and_goes_on(two: Host) -> None:
    fill = "var hoard = []; for (;;) hoard.push({ n: hoard.length })"
    two.run(fill, env="small")
    for number in range(40):
        reply = two.ask(NewEnv(id=two.next_id(), name=f"e{number}", vm="small"))
        if isinstance(reply, RequestFailed):
            assert "VM small has no memory left for another Env" in reply.message
            break
    else:
        pytest.fail("a full VM took 40 Envs")
    assert two.run("hoard = undefined", env="small").outcome.status == "ok"
    ask(two, NewEnv, name="after", vm="small")
    assert two.value("1 + 1", env="after") == "2"


def test_a_full_env_can_be_reset(two: Host) -> None:
    ask(two, Use, kind="env", name="small")
    two.run("var hoard = []; for (;;) hoard.push({ n: hoard.length })")
    ask(two, ResetEnv)
    assert two.value("typeof hoard") == "'undefined'"
    (small,) = (vm for vm in state(two) if vm.name == "small")
    assert small.memory_used < MEMORY // 4


# ---- what can't be done --------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "9", "-a", "a b", "a/b", "é" * 41, "%x"])
def test_a_name_that_is_none_is_refused(host: Host, name: str) -> None:
    assert "is no name for an Env" in refusal(host, NewEnv, name=name)
    assert "is no name for a VM" in refusal(host, NewVM, name=name)


def test_names_that_clash_are_refused(two: Host) -> None:
    assert "there is a VM small already" in refusal(two, NewVM, name="small")
    text = "there is an Env side already, in VM main"
    assert text in refusal(two, NewEnv, name="side", vm="small")
    assert text in refusal(two, NewVM, name="side")


def test_unknown_names_come_with_near_ones(two: Host) -> None:
    for kind in (Use, Drop):
        text = refusal(two, kind, kind="env", name="smal")
        assert "there is no Env smal: the nearest is small" in text
        text = refusal(two, kind, kind="vm", name="zzz")
        assert "there is no VM zzz: there is main, small" in text
    assert "no VM zzz" in refusal(two, NewEnv, name="a", vm="zzz")
    reply = two.ask(LoadModule(id=two.next_id(), name="m", path="", module="", env="x"))
    assert isinstance(reply, RequestFailed)
    assert reply.name == "VMError"


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ({"memory_limit": 1 << 20}, "a memory limit is between 4M and"),
        ({"memory_limit": 1 << 60}, "which is what this machine has, not"),
        ({"stack_size": 1000}, "a stack is between 64K and"),
        ({"stack_size": 1 << 40}, "not 1T"),
        ({"time_limit": 0.0}, "a time limit is between 0.05 and 1e+09 seconds, not 0"),
        ({"time_limit": 1e10}, "not 1e+10"),
    ],
)
def test_limits_out_of_range_are_refused(
    host: Host, limits: dict[str, Any], text: str
) -> None:
    assert text in refusal(host, NewVM, name="a", **limits)


def test_what_is_in_use_is_not_dropped(two: Host) -> None:
    text = refusal(two, Drop, kind="env", name="main")
    assert "Env main is the current one" in text
    assert "%reset" in text
    text = refusal(two, Drop, kind="vm", name="main")
    assert "VM main has the current Env, main" in text
    text = refusal(two, Drop, kind="env", name="small")
    assert "Env small is the only one of its VM" in text
    assert "%jsvm_vm drop small" in text


# ---- names -------------------------------------------------------------------------


def test_names_are_listed_with_types_and_values(host: Host) -> None:
    host.run(
        "let n = 1; const f = x => x; class P {} var p = new P(); var m = new Map();"
        "var u, z = null, big = 1n, s = 'x'.repeat(500), proxy = new Proxy({}, {});"
        "Object.defineProperty(globalThis, 'got', { get() { throw 1 } });"
    )
    reply = ask(host, ListNames)
    assert reply.env == "main"
    found = {value.name: (value.type, value.value) for value in reply.values}
    assert found["n"] == ("number", "1")
    assert found["f"] == ("function", "[Function: f]")
    assert found["P"] == ("class", "[class P]")
    assert found["p"] == ("P", "P {}")
    assert found["m"] == ("Map", "Map(0) {}")
    assert found["u"] == ("undefined", "undefined")
    assert found["z"] == ("null", "null")
    assert found["big"] == ("bigint", "1n")
    assert found["proxy"][0] == "Proxy"
    assert found["got"] == ("accessor", "")
    assert len(found["s"][1]) == 100
    assert len(found) == 11


def test_a_name_that_was_not_reached_is_listed(host: Host) -> None:
    host.run("throw 1; let later = 1")
    (value,) = ask(host, ListNames).values
    assert (value.name, value.type) == ("later", "uninitialized")


# ---- in this process -----------------------------------------------------------------


def test_vms_and_envs_of_this_process_are_gone_when_dropped(tmp_path: Path) -> None:
    output, stop = Output(), StopButton()
    inputs = Inputs(output, stop, print, lambda: False)
    calls, tasks = ThreadCalls(stop), Tasks(output, stop, print)
    shared = Shared(tmp_path, output, Timers(), stop, print, inputs, calls, tasks)
    forgotten: list[str] = []
    with VMs(shared, Limits()) as vms:
        vms.when_dropped(lambda env: forgotten.append(env.name))
        gc.collect()
        before = live_resources()
        for number in range(50):
            vms.new_env(f"e{number}")
            vms.envs[f"e{number}"].js.eval("setTimeout(() => {}, 60000)")
        vms.new_vm("small", Limits(memory=MEMORY))
        vms.new_env("more", "small")
        assert live_resources().envs == before.envs + 52
        assert len(shared.timers) == 50
        for number in range(50):
            vms.drop_env(vms.env(f"e{number}"))
        vms.drop_vm(vms.vm("small"))
        vms.reset()
        gc.collect()
        assert live_resources() == before
        assert len(shared.timers) == 0
        assert forgotten == [*(f"e{n}" for n in range(50)), "small", "more", "main"]


def test_an_env_that_could_not_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, stop = Output(), StopButton()
    inputs = Inputs(output, stop, print, lambda: False)
    calls, tasks = ThreadCalls(stop), Tasks(output, stop, print)
    shared = Shared(tmp_path, output, Timers(), stop, print, inputs, calls, tasks)
    with VMs(shared, Limits()) as vms:
        before = live_resources()
        monkeypatch.setattr("jsvm_kernel.host.env.PRELUDE", ("builtins", "missing"))
        with pytest.raises(FileNotFoundError):
            vms.new_env("broken")
        with pytest.raises(FileNotFoundError):
            vms.new_vm("broken", Limits())
        gc.collect()
        assert live_resources() == before
        assert list(vms.envs) == ["main"]
