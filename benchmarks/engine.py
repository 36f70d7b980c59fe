"""The engine as we build it beside the published wheel of the same sources."""

from __future__ import annotations

from collections.abc import Callable

import quickjs

from jsvm_kernel.vm import VM

from .harness import Figure, clock, side_by_side

PEER = "quickjs-ng wheel"

PROGRAMS = {
    "fib(25)": """(() => {
        function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
        return fib(25)
    })()""",
    "loop, 1e6 rounds": """(() => {
        let sum = 0
        for (let i = 0; i < 1e6; i++) sum = (sum + i * 3) % 1000003
        return sum
    })()""",
    "sort, 1e5 numbers": """(() => {
        let seed = 1
        const next = () => seed = seed * 16807 % 2147483647
        return Array.from({length: 1e5}, next).sort((a, b) => a - b)[0]
    })()""",
    "Map, 1e5 inserts": """(() => {
        const map = new Map()
        for (let i = 0; i < 1e5; i++) map.set(i * 7, i)
        return map.size
    })()""",
    "JSON, 1 MB both ways": """(() => {
        const record = (_, i) => ({id: i, name: `n${i}`, v: [i, i / 2]})
        const data = Array.from({length: 2e4}, record)
        return JSON.stringify(JSON.parse(JSON.stringify(data))).length
    })()""",
}


def figures() -> list[Figure]:
    """One figure per program; both engines have to agree on its result."""
    result = []
    with VM() as vm, vm.env() as env:
        context = quickjs.Context()
        for name, program in PROGRAMS.items():
            assert env.eval(program) == context.eval(program)

            def ours(program: str = program) -> float:
                return clock(lambda: env.eval(program))

            def peer(program: str = program) -> float:
                return clock(lambda: context.eval(program))

            measure: tuple[Callable[[], float], Callable[[], float]] = (ours, peer)
            result.append(side_by_side(name, PEER, *measure, rounds=9))
    return result
