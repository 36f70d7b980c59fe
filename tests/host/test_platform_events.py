"""EventTarget, events, AbortSignal, DOMException, reportError."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Listener
from harness import Host

from jsvm_kernel.host.env import NotebookEnv

Run = Callable[[str], dict[str, Any]]
Truth = Callable[[str], None]
Shown = Callable[[str], str]

TARGET = "var t = new EventTarget(), log = [];"


# ---- events ------------------------------------------------------------------------


def test_a_listener_gets_the_event(truth: Truth) -> None:
    truth(
        TARGET + "var e = new Event('x'); var seen;"
        "t.addEventListener('x', function (event) {"
        "  seen = [this === t, event === e, e.target === t, e.currentTarget === t,"
        "    e.eventPhase === 2, e.composedPath()[0] === t].every(Boolean) });"
        "t.dispatchEvent(e) && seen && e.currentTarget === null && e.eventPhase === 0"
        "  && e.target === t && e.composedPath().length === 0"
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # capturing listeners come first
        (
            "t.addEventListener('x', () => log.push(1));"
            "t.addEventListener('x', () => log.push(2), true)",
            "2,1",
        ),
        # the same listener counts once, per capture
        (
            "var f = () => log.push(1); t.addEventListener('x', f);"
            "t.addEventListener('x', f, {once: true});"
            "t.addEventListener('x', f, {capture: true})",
            "1,1",
        ),
        (
            "t.addEventListener('x', e => {"
            "  log.push(1); e.stopImmediatePropagation() });"
            "t.addEventListener('x', () => log.push(2))",
            "1",
        ),
        # added while dispatching: next time; removed while dispatching: not any more
        (
            "t.addEventListener('x', () => t.addEventListener('x', () => log.push(2)))",
            "",
        ),
        (
            "var g = () => log.push(2);"
            "t.addEventListener('x', () => t.removeEventListener('x', g));"
            "t.addEventListener('x', g)",
            "",
        ),
        (
            "t.addEventListener('x', {handleEvent(e) { log.push(e.type) }})",
            "x",
        ),
        ("t.addEventListener('x', null)", ""),
    ],
)
def test_dispatch(shown: Shown, code: str, expected: str) -> None:
    run = f"{TARGET} {code}; t.dispatchEvent(new Event('x')); log.join()"
    assert shown(run) == f"'{expected}'"


def test_a_once_listener_may_dispatch_again(truth: Truth) -> None:
    truth(
        TARGET + "t.addEventListener('x', () => {"
        "  log.push(1); t.dispatchEvent(new Event('x')) }, {once: true});"
        "t.dispatchEvent(new Event('x')); log.length === 1"
    )


def test_only_a_cancelable_event_is_cancelled(truth: Truth) -> None:
    truth(
        TARGET + "t.addEventListener('x', e => e.preventDefault());"
        "t.dispatchEvent(new Event('x')) === true"
        " && t.dispatchEvent(new Event('x', {cancelable: true})) === false"
    )


def test_a_passive_listener_cancels_nothing(truth: Truth) -> None:
    truth(
        TARGET + "t.addEventListener('x', e => e.preventDefault(), {passive: true});"
        "t.dispatchEvent(new Event('x', {cancelable: true}))"
    )


def test_an_error_in_a_listener_is_reported_and_the_next_one_runs(
    env: NotebookEnv, shown: Shown
) -> None:
    code = (
        TARGET + "t.addEventListener('x', () => { throw new Error('first') });"
        "t.addEventListener('x', {}); t.addEventListener('x', () => log.push('last'));"
        "t.dispatchEvent(new Event('x')); log.join()"
    )
    assert shown(code) == "'last'"
    first, second = (report["error"] for report in env.take_rejections())
    assert first["message"] == "first"
    assert "handleEvent is no function" in second["message"]


def test_an_event_is_dispatched_once_at_a_time(shown: Shown) -> None:
    code = (
        TARGET + "var e = new Event('x'); t.addEventListener('x', () => {"
        "  try { t.dispatchEvent(e) } catch (error) { log.push(error.name) } });"
        "t.dispatchEvent(e); log.join()"
    )
    assert shown(code) == "'InvalidStateError'"


def test_a_signal_takes_listeners_away(truth: Truth) -> None:
    truth(
        TARGET + "var c = new AbortController();"
        "t.addEventListener('x', () => log.push(1), {signal: c.signal});"
        "t.dispatchEvent(new Event('x')); c.abort(); t.dispatchEvent(new Event('x'));"
        "t.addEventListener('x', () => log.push(2), {signal: c.signal});"
        "t.dispatchEvent(new Event('x')); log.join() === '1'"
    )


def test_a_signal_lets_go_of_listeners_that_are_gone(truth: Truth) -> None:
    truth(
        TARGET + "var c = new AbortController(), f = () => {}, {signal} = c;"
        "var weak = new WeakRef(t); t.addEventListener('x', f, {signal});"
        "t.removeEventListener('x', f); t = undefined; true"
    )
    truth("weak.deref() === undefined")


def test_events_carry_what_they_are_given(truth: Truth) -> None:
    truth("new CustomEvent('x', {detail: 5}).detail === 5")
    truth("new CustomEvent('x').detail === null")
    truth(
        "var e = new ErrorEvent('error', {message: 'm', lineno: 3, error: self});"
        "e.message === 'm' && e.lineno === 3 && e.error === self && e.filename === ''"
    )
    truth(
        "var p = Promise.resolve(1);"
        "var e = new PromiseRejectionEvent('x', {promise: p, reason: 2});"
        "e.promise === p && e.reason === 2"
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("new Event()", "1 argument is needed, got 0"),
        ("new EventTarget().dispatchEvent({})", "expects an Event"),
        ("new EventTarget().addEventListener('x', 5)", "expects a function"),
        ("new EventTarget().addEventListener('x')", "2 arguments are needed"),
        (
            "new EventTarget().addEventListener('x', null, {signal: 1})",
            "an AbortSignal",
        ),
        ("new PromiseRejectionEvent('x', {})", "needs a promise"),
        ("EventTarget.prototype.dispatchEvent.call({}, 1)", "this is no EventTarget"),
    ],
)
def test_a_mistake_is_a_type_error(outcome: Run, code: str, text: str) -> None:
    error = outcome(code)["error"]
    assert error["name"] == "TypeError"
    assert text in error["message"]


def test_a_class_of_the_user_may_be_a_target(truth: Truth) -> None:
    truth(
        "class Job extends EventTarget {"
        "  done() { this.dispatchEvent(new Event('done')) } }"
        "var n = 0, j = new Job(); j.addEventListener('done', () => n++); j.done();"
        "n === 1"
    )


def test_report_error_reports(env: NotebookEnv, outcome: Run) -> None:
    outcome("reportError(new RangeError('told'))")
    (report,) = env.take_rejections()
    assert report["error"]["name"] == "RangeError"


# ---- DOMException ------------------------------------------------------------------


def test_a_dom_exception_is_an_error(truth: Truth) -> None:
    truth("Error.isError(new DOMException()) && new DOMException() instanceof Error")
    truth("String(new DOMException('m', 'AbortError')) === 'AbortError: m'")
    truth("new DOMException('m', 'AbortError').code === DOMException.ABORT_ERR")
    truth("new DOMException('m', 'Mine').code === 0")
    truth("new DOMException().name === 'Error'")
    truth("Object.keys(new DOMException('m')).length === 0")


def test_a_dom_exception_is_shown_with_its_name(shown: Shown) -> None:
    text = shown("function f() { return new DOMException('why', 'DataError') } f()")
    assert text.startswith("DOMException [DataError]: why\n    at f (In[1]")
    assert "jsvm:" not in text


def test_an_uncaught_dom_exception_is_reported_by_its_name(outcome: Run) -> None:
    error = outcome("throw new DOMException('why', 'DataError')")["error"]
    assert (error["name"], error["message"]) == ("DataError", "why")


def test_a_dom_exception_may_be_extended(truth: Truth) -> None:
    truth("class E extends DOMException {} new E('m', 'n') instanceof E")


# ---- abort -------------------------------------------------------------------------

CONTROLLER = "var c = new AbortController(), s = c.signal, log = [];"


def test_abort_tells_once(truth: Truth) -> None:
    truth(
        CONTROLLER + "s.onabort = e => log.push(e.type, e.target === s);"
        "s.addEventListener('abort', () => log.push(2)); c.abort('why'); c.abort();"
        "s.aborted && s.reason === 'why' && log.join() === 'abort,true,2'"
    )


def test_the_reason_is_an_abort_error_unless_given(truth: Truth) -> None:
    truth(CONTROLLER + "c.abort(); s.reason.name === 'AbortError'")
    truth("AbortSignal.abort().reason instanceof DOMException")
    truth("AbortSignal.abort(null).reason === null")


def test_throw_if_aborted(outcome: Run) -> None:
    outcome(CONTROLLER + "s.throwIfAborted(); c.abort()")
    assert outcome("s.throwIfAborted()")["error"]["name"] == "AbortError"


def test_any_follows_its_signals(truth: Truth) -> None:
    truth(
        CONTROLLER + "var d = new AbortController();"
        "var any = AbortSignal.any([AbortSignal.any([s]), d.signal]);"
        "any.onabort = () => log.push(any.reason); c.abort(7); d.abort(8);"
        "log.join() === '7' && any.reason === 7"
    )
    truth("AbortSignal.any([AbortSignal.abort(1), AbortSignal.abort(2)]).reason === 1")
    truth("!AbortSignal.any([]).aborted")


def test_a_signal_made_of_others_lives_while_it_is_listened_to(truth: Truth) -> None:
    truth(
        CONTROLLER
        + "AbortSignal.any([s]).addEventListener('abort', () => log.push(1));"
        "c.abort(); log.join() === '1'"
    )


def test_a_signal_that_nobody_waits_for_is_let_go(truth: Truth) -> None:
    truth(
        CONTROLLER + "var weak = new WeakRef(AbortSignal.any([s])); 0;\n"
        "Promise.resolve().then(() => {}); true"
    )
    truth("weak.deref() === undefined")


def test_timeout_aborts_with_a_timeout_error(
    env: NotebookEnv, listener: Listener, outcome: Run, truth: Truth
) -> None:
    outcome(
        "var s = AbortSignal.timeout(1500), log = []; s.onabort = () => log.push(1)"
    )
    ((timer, delay_s, repeats),) = listener.timers
    assert (delay_s, repeats) == (1.5, False)
    env.fire_timer(timer)
    truth("log.length === 1 && s.reason.name === 'TimeoutError'")


def test_a_long_timeout_takes_several_timers(
    env: NotebookEnv, listener: Listener, outcome: Run, truth: Truth
) -> None:
    outcome("var s = AbortSignal.timeout(2 ** 31 + 999)")
    env.fire_timer(1)
    truth("!s.aborted")
    assert [delay_s for _, delay_s, _ in listener.timers] == [2147483.647, 1.0]
    env.fire_timer(2)
    truth("s.aborted")


def test_a_timeout_that_nobody_waits_for_ends_its_timer(
    listener: Listener, outcome: Run
) -> None:
    outcome("AbortSignal.timeout(1000); 0")
    outcome("0")
    outcome("0")
    assert listener.stopped == [1]


def test_a_timeout_that_is_listened_to_is_kept(
    env: NotebookEnv, listener: Listener, outcome: Run, truth: Truth
) -> None:
    outcome(
        "var n = 0; AbortSignal.timeout(1000).addEventListener('abort', () => n++); 0"
    )
    outcome("0")
    env.fire_timer(1)
    truth("n === 1")


@pytest.mark.parametrize("delay", ["-1", "NaN", "Infinity", "undefined"])
def test_a_timeout_needs_a_time(outcome: Run, delay: str) -> None:
    assert (
        "expects milliseconds"
        in outcome(f"AbortSignal.timeout({delay})")["error"]["message"]
    )


def test_signals_are_made_by_us_alone(outcome: Run) -> None:
    assert "Illegal constructor" in outcome("new AbortSignal()")["error"]["message"]


def test_signals_are_shown(shown: Shown) -> None:
    assert shown("AbortSignal.abort()") == "AbortSignal { aborted: true }"
    assert shown("[new AbortController()]") == (
        "[ AbortController { signal: AbortSignal { aborted: false } } ]"
    )


# ---- in a real host ----------------------------------------------------------------


def test_a_timeout_ends_what_a_cell_waits_for(host: Host) -> None:
    result = host.run(
        "await new Promise((_, reject) => { const s = AbortSignal.timeout(20);"
        "  s.onabort = () => reject(s.reason) })"
    )
    assert result.outcome.error is not None
    assert result.outcome.error.name == "TimeoutError"


def test_what_a_listener_throws_is_shown_under_its_cell(host: Host) -> None:
    host.run("var t = new EventTarget(); t.addEventListener('x', () => { null.y })")
    result = host.run("t.dispatchEvent(new Event('x')); console.log('goes on')")
    assert result.outcome.status == "ok"
    assert "goes on" in result.text
    assert "Uncaught TypeError: cannot read property 'y' of null" in result.text
    assert "jsvm:" not in result.text
