"""The stop button: whatever runs ends, and what was assigned stays."""

from __future__ import annotations

import pytest
from harness import Host

ENDLESS = {
    "a loop": "for (;;) {}",
    "a loop in a function": "(function f() { while (true) {} })()",
    "a loop that catches everything": "for (;;) { try { null.x } catch {} finally {} }",
    "recursion of microtasks": (
        "(function again() { Promise.resolve().then(again) })(); "
        "await new Promise(() => {})"
    ),
    "an endless wait": "await new Promise(() => {})",
    "a timer that loops": (
        "setTimeout(() => { for (;;) {} }, 1); await new Promise(() => {})"
    ),
    "join of a huge array": "new Array(2 ** 32 - 2).join('x')",
    "fill of a huge array-like": "Array.prototype.fill.call({length: 2 ** 53 - 1}, 0)",
    "indexOf in a huge array-like": (
        "Array.prototype.indexOf.call({length: 2 ** 53 - 1}, 0)"
    ),
    "a comparison that never ends": "[3, 2, 1].sort(() => { for (;;) {} })",
    "a generator": "for (const x of (function* () { for (;;) yield 1 })()) {}",
    "await in a loop": "for (;;) await 1",
}


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_cell_stops_and_the_next_one_works(host: Host, code: str) -> None:
    cell = host.start(f"var kept = 'kept'; console.log('started'); {code}")
    host.wait_for_text("started")
    host.stop()
    result = host.finish(cell)
    assert result.outcome.status == "stopped"
    assert result.outcome.error is not None
    assert result.outcome.error.name == "Stopped"
    assert host.value("kept") == "'kept'"


def test_a_stop_cannot_be_caught(host: Host) -> None:
    cell = host.start(
        "console.log('started'); "
        "try { for (;;) {} } catch (e) { console.log('caught') } "
        "finally { console.log('finally') }"
    )
    host.wait_for_text("started")
    host.stop()
    result = host.finish(cell)
    assert result.text == "started\n"


def test_timers_of_a_stopped_cell_end_with_it(host: Host) -> None:
    cell = host.start(
        "var ticks = 0; setInterval(() => { if (++ticks === 2) console.log('two') }, "
        "1); "
        "await new Promise(() => {})"
    )
    host.wait_for_text("two")
    host.stop()
    host.finish(cell)
    before = host.value("ticks")
    assert host.value("await new Promise(r => setTimeout(r, 20)); ticks") == before


def test_timers_of_other_cells_live_on(host: Host) -> None:
    host.run("setTimeout(() => console.log('still here'), 60); 0")
    cell = host.start("console.log('started'); for (;;) {}")
    host.wait_for_text("started")
    host.stop()
    host.finish(cell)
    host.wait_for_text("still here")
    assert host.written[1, "stdout"] == "still here\n"


def test_a_stop_while_nothing_runs_does_nothing(host: Host) -> None:
    assert host.value("1") == "1"
    host.stop()
    assert host.value("2") == "2"


def test_a_timer_that_loops_between_cells_can_be_stopped(host: Host) -> None:
    host.run("setInterval(() => { console.log('spin'); for (;;) {} }, 1); 0")
    host.wait_for_text("spin")
    host.stop()
    host.wait_for_text("Stopped")
    assert host.value("'alive'") == "'alive'"


def test_many_stops_at_once_stop_one_cell(host: Host) -> None:
    cell = host.start("console.log('started'); for (;;) {}")
    host.wait_for_text("started")
    for _ in range(20):
        host.stop()
    assert host.finish(cell).outcome.status == "stopped"
    assert host.value("1 + 1") == "2"


@pytest.mark.parametrize("code", ["for (;;) {}", "await new Promise(() => {})", "0"])
def test_a_host_ends_when_its_front_is_gone(host: Host, code: str) -> None:
    host.start(f"console.log('started'); {code}")
    host.wait_for_text("started")
    host.sock.close()
    assert host.process.wait(timeout=20) == 0


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("let said;\nLOOP", ["In[1]:2:"]),
        (
            "let said;\nfunction f() {\n  LOOP\n}\nf()",
            ["In[1]:3:", "at f (In[1]:3:", "In[1]:5:"],
        ),
        (
            "let said;\nawait 1\nconst g = () => { LOOP }\ng()",
            ["In[1]:3:", "at g (In[1]:3:", "In[1]:4:"],
        ),
    ],
)
def test_a_stop_says_where_it_hit(host: Host, code: str, places: list[str]) -> None:
    loop = "for (;;) if (!said) said = !console.log('started')"
    cell = host.start(code.replace("LOOP", loop))
    host.wait_for_text("started")
    host.stop()
    traceback = host.finish(cell).traceback
    for place in places:
        assert place in traceback
    assert "jsvm:" not in traceback
