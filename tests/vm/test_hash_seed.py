"""All Envs of a VM hash alike: a Map filled in one is read in another."""

from __future__ import annotations

from jsvm_kernel.vm import VM


def test_a_map_filled_in_one_env_is_read_in_another() -> None:
    with VM() as vm, vm.env() as first, vm.env() as second:
        filled = first.eval("const m = new Map(); for (let i = 0; i < 200; i++) "
                            "m.set('key' + i, i).set(i * 1.5, i); m")  # fmt: skip
        second.globals["m"] = filled
        found = second.eval(
            "Array.from({length: 200}, (_, i) => i)"
            ".filter(i => m.get('key' + i) === i && m.has(i * 1.5)).length"
        )
        assert found == 200


def test_a_set_of_objects_and_bigints_is_read_in_another_env() -> None:
    with VM() as vm, vm.env() as first, vm.env() as second:
        members = first.eval("[{}, Symbol.iterator, 5n, 2n ** 70n, NaN, 'text']")
        first.globals["members"] = members
        second.globals["members"] = members
        second.globals["s"] = first.eval("new Set(members)")
        assert second.eval("members.every(member => s.has(member))") is True
