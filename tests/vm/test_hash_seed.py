"""All Envs of a VM hash alike: a Map filled in one is read by the code of another.

A method runs with the seed of the Env it belongs to, so it has to be the other Env's
own method that looks.
"""

from __future__ import annotations

from jsvm_kernel.vm import VM


def test_a_map_filled_in_one_env_is_read_in_another() -> None:
    with VM() as vm, vm.env() as first, vm.env() as second:
        second.globals["m"] = first.eval("""
            const m = new Map()
            for (let i = 0; i < 200; i++) m.set('key' + i, i)
            m
        """)
        found = second.eval("""
            const read = key => Map.prototype.get.call(m, key)
            const keys = Array.from({length: 200}, (_, i) => i)
            keys.filter(i => read('key' + i) === i).length
        """)
        assert found == 200


def test_a_set_of_numbers_and_bigints_is_read_in_another_env() -> None:
    with VM() as vm, vm.env() as first, vm.env() as second:
        second.globals["s"] = first.eval("new Set([5n, 2n ** 70n, NaN, 1.5, -7])")
        assert second.eval(
            "[5n, 2n ** 70n, NaN, 1.5, -7].every(x => Set.prototype.has.call(s, x))"
        )
