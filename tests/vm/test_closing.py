"""Threads that use what belongs to a VM while its Envs, and it, are closed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from jsvm_kernel.vm import (
    VM,
    Closed,
    Env,
    JSError,
    JSFunction,
    JSPromise,
    live_resources,
    post,
)

THREADS = 4
STEPS = 30
SETUP = """
    globalThis.count = 0;
    globalThis.add = (...args) => (count += args.length, {args});
    globalThis.fail = () => { throw new Error("no") };
    globalThis.settle = [];
    globalThis.wait = () => new Promise((...functions) => settle.push(functions));
    globalThis.later = () => { settle.pop()?.[count++ % 2](count) };
    globalThis.callBack = (f) => f(1, () => f);
"""


class Round:
    """One VM, the threads that use it, and what they got of it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.woken = threading.Event()
        self.vm = VM()
        self.vm.accept_calls(self.woken.set)
        self.envs = [self.vm.env() for _ in range(3)]
        self.functions: list[dict[str, JSFunction]] = []
        self.promises: list[JSPromise] = []
        self.things: list[Any] = []
        self.outcomes: list[tuple[int, str]] = []
        self.unexpected: list[BaseException] = []
        for env in self.envs:
            self.prepare(env)
        self.threads = [
            threading.Thread(target=self.use, args=(random.Random(seed * 100 + i),))
            for i in range(THREADS)
        ]

    def prepare(self, env: Env) -> None:
        env.eval(SETUP)
        names = ("add", "fail", "wait", "later", "callBack")
        self.functions.append({name: env.globals[name] for name in names})
        self.promises += [env.globals.wait() for _ in range(4)]
        self.things += [env.eval("({a: [1, 2, 3]})") for _ in range(20)]
        env.globals.drop = self.drop

    def drop(self) -> None:
        """Let go of proxies, on whatever thread runs this."""
        del self.things[:3]

    # ---- other threads ---------------------------------------------------------------

    def use(self, chance: random.Random) -> None:
        """Do at random what threads may do."""
        for _ in range(STEPS):
            kind = chance.randrange(8)
            try:
                self.step(kind, chance.choice(self.functions))
                self.outcomes.append((kind, "done"))
            except JSError:
                self.outcomes.append((kind, "thrown"))
            except Closed:
                self.outcomes.append((kind, "closed"))
                if self.vm.closed:
                    return  # every further call would take its time to be refused
            except BaseException as error:
                self.unexpected.append(error)

    def step(self, kind: int, functions: dict[str, JSFunction]) -> None:
        if kind == 0:
            self.things.append(functions["add"](1, "two", [3]))
        elif kind == 1:
            functions["fail"]()
        elif kind == 2:
            functions["later"]()
        elif kind == 3:
            self.drop()
        elif kind == 4:
            self.things.append(post(functions["add"], functions["add"]))
        elif kind == 5:
            self.promises.append(functions["wait"]())
            post(functions["later"])
        elif kind == 6:
            functions["callBack"](lambda *args: self.drop())
        elif self.promises:
            post(functions["later"])
            post(functions["later"])
            self.promises.pop(0).result()

    # ---- the VM's thread -------------------------------------------------------------

    def serve(self, calls: int) -> None:
        """Serve so many times, as calls come in."""
        for _ in range(calls):
            self.woken.wait(0.005)
            self.woken.clear()
            self.vm.serve_calls()

    def run(self) -> None:
        for thread in self.threads:
            thread.start()
        for env in self.random.sample(self.envs, 2):
            self.serve(self.random.randrange(6))
            env.close()
        self.serve(self.random.randrange(6))
        ends: list[Callable[[], None]] = [self.vm.close, self.drop]
        for end in self.random.sample(ends, 2):
            end()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    return 2000 if request.config.getoption("--long") else 60


@pytest.mark.timeout(600)
def test_what_threads_use_may_be_closed_at_any_time(rounds: int) -> None:
    outcomes: Counter[tuple[int, str]] = Counter()
    for seed in range(rounds):
        one = Round(seed)
        one.run()
        assert not one.unexpected, (seed, one.unexpected)
        outcomes.update(one.outcomes)
        del one
        assert not any(live_resources()), seed
    # What throws is never done, and letting go of proxies is never refused.
    done, closed = (
        {kind for kind, outcome in outcomes if outcome == meant}
        for meant in ("done", "closed")
    )
    assert done == {0, 2, 3, 4, 5, 6, 7}
    assert closed == {0, 1, 2, 4, 5, 6, 7}
