"""The clock of timers, without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest

from jsvm_kernel.host import timers as timers_module
from jsvm_kernel.host.timers import Timers

ENV: Any = object()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timers_module, "time", clock)
    return clock


def run_due(timers: Timers) -> list[int]:
    ran = []
    for timer in timers.take_due():
        if timers.is_live(timer):
            timers.done(timer)
            ran.append(timer.id)
    return ran


def test_timers_run_in_the_order_of_their_time(clock: Clock) -> None:
    timers = Timers()
    timers.start(ENV, 1, 0.3, False, 1)
    timers.start(ENV, 2, 0.1, False, 1)
    timers.start(ENV, 3, 0.1, False, 1)
    assert timers.wait_s() == pytest.approx(0.1)
    assert run_due(timers) == []
    clock.now += 0.1
    assert timers.wait_s() == 0
    assert run_due(timers) == [2, 3]
    clock.now += 1
    assert run_due(timers) == [1]
    assert timers.wait_s() is None
    assert len(timers) == 0


def test_an_interval_runs_again_and_does_not_catch_up(clock: Clock) -> None:
    timers = Timers()
    timers.start(ENV, 1, 0.1, True, 1)
    clock.now += 0.55
    assert run_due(timers) == [1]
    assert timers.wait_s() == pytest.approx(0.1)
    clock.now += 0.1
    assert run_due(timers) == [1]


def test_stopped_timers_are_let_go_long_before_they_are_due(clock: Clock) -> None:
    timers = Timers()
    timers.start(ENV, 0, 7200, False, 1)
    for number in range(1, 5000):
        timers.start(ENV, number, 3600, False, 1)
        timers.stop(ENV, number)
    assert len(timers._heap) < 100
    clock.now += 7200
    assert run_due(timers) == [0]


def test_a_stopped_timer_does_not_run(clock: Clock) -> None:
    timers = Timers()
    timers.start(ENV, 1, 0.1, False, 1)
    timers.start(ENV, 2, 0.1, True, 1)
    timers.stop(ENV, 1)
    timers.stop(ENV, 2)
    timers.stop(ENV, 99)
    clock.now += 1
    assert run_due(timers) == []
    assert timers.wait_s() is None


def test_a_timer_stopped_by_another_of_the_same_round_does_not_run(
    clock: Clock,
) -> None:
    timers = Timers()
    timers.start(ENV, 1, 0.1, False, 1)
    timers.start(ENV, 2, 0.1, False, 1)
    clock.now += 1
    first, second = timers.take_due()
    timers.done(first)
    timers.stop(ENV, 2)
    assert not timers.is_live(second)


def test_the_timers_of_one_cell_can_be_dropped(clock: Clock) -> None:
    timers = Timers()
    timers.start(ENV, 1, 0.1, True, 1)
    timers.start(ENV, 2, 0.1, False, 2)
    timers.start(ENV, 3, 0.1, False, 1)
    assert [timer.id for timer in timers.drop_cell(1)] == [1, 3]
    clock.now += 1
    assert run_due(timers) == [2]


def test_envs_number_their_timers_for_themselves(clock: Clock) -> None:
    timers = Timers()
    other: Any = object()
    timers.start(ENV, 1, 0.1, True, 1)
    timers.start(other, 1, 0.2, False, 1)
    timers.stop(ENV, 1)
    assert [timer.env for timer in timers.of_env(other)] == [other]
    timers.start(ENV, 2, 0.1, True, 1)
    timers.drop_env(other)
    assert timers.of_env(other) == []
    assert timers.wait_s() == pytest.approx(0.1)
    clock.now += 1
    assert run_due(timers) == [2]
