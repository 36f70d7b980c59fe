"""Run one scenario again and again, each time with another allocation failing.

    LD_PRELOAD=failing_malloc.so PYTHONMALLOC=malloc python scarce.py SCENARIO WIDTH

WIDTH allocations in a row fail. Prints a line for every one that ends in anything but a
success or an error that says so, or leaves something alive, or a VM that is of no more
use. Prints "done" and how many there were at the end: whoever reads it knows a crash.
Where more than one fails the error may be any, as CPython's own are then.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
from typing import Any

import scarce_scenarios as scenarios

from jsvm_kernel.vm import VM, JSError, live_resources

_NEVER = 1 << 40
#: What CPython says where it ran out of memory and does not know it.
_OF_PYTHON = ("without setting an exception", "without exception set", "allocate lock")
#: What errors say of it that have crossed a border or two.
_WORDS = ("out of memory", "memoryerror")

_library = ctypes.CDLL(None)
_thread = ctypes.c_ulong.in_dll(_library, "scarce_thread")
_seen = ctypes.c_long.in_dll(_library, "scarce_seen")
_first = ctypes.c_long.in_dll(_library, "scarce_first")
_last = ctypes.c_long.in_dll(_library, "scarce_last")
_me = threading.get_ident()


def says_so(error: BaseException | None) -> bool:
    """Whether an exception, or one behind it, tells that memory was short."""
    while error is not None:
        text = str(error)
        if isinstance(error, MemoryError) or any(part in text for part in _OF_PYTHON):
            return True
        if isinstance(error, JSError) and (
            any(word in text.lower() for word in _WORDS)
            # All that is left of an exception which no memory was there to describe.
            or error.message.endswith(" in Python")
        ):
            return True
        error = error.__cause__ or error.__context__
    return False


def attempt(
    scenario: scenarios.Scenario, failing: int, width: int
) -> tuple[int, list[str]]:
    """Run it with some allocations failing, the first of them being number `failing`.

    Gives how many there were, and what went wrong.
    """
    wrong = []
    with VM() as vm, vm.env() as env:
        caught: BaseException | None = None
        _seen.value = 0
        _first.value = failing
        _last.value = failing + width - 1
        try:
            _thread.value = _me
            scenario(vm, env)
            _thread.value = 0
        except BaseException as error:
            _thread.value = 0
            caught = error
        count = _seen.value
        if width == 1 and caught is not None and not says_so(caught):
            wrong.append(f"{type(caught).__name__}: {caught}")
        caught = None
        try:
            vm.clear_stop()
            env.forget_failed_modules()
            scenario(vm, env)
            vm.collect_garbage()
        except BaseException as error:
            wrong.append(f"afterwards {type(error).__name__}: {error}")
    return count, wrong


def alive() -> dict[str, int]:
    """What libjsvm holds, once Python's garbage is gone."""
    if any(live_resources()):
        gc.collect()
    return live_resources()._asdict()


def main(name: str, width: int) -> None:
    """Fail every allocation in turn, with some after it."""
    scenario: scenarios.Scenario = getattr(scenarios, name)
    ignored: list[str] = []

    def note(unraisable: Any) -> None:
        ignored.append(f"ignored in {unraisable.object}: {unraisable.exc_value!r}")

    sys.unraisablehook = note
    for _ in range(3):  # what is cached for ever, and what the engine keeps ready
        count, wrong = attempt(scenario, _NEVER, 0)
        assert not wrong, wrong
    for failing in range(1, count + 1):
        before = alive()
        _, wrong = attempt(scenario, failing, width)
        after = alive()
        if before != after and scenario not in scenarios.PYTHON_LEAKS:
            wrong.append(f"alive: {before} -> {after}")
        for line in [*wrong, *(ignored if width == 1 else ())]:
            print(f"{name} {failing}: {line}", flush=True)
        ignored.clear()
    print(f"done {count}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
    # List comprehensions of Cython 3.3 that find no room drop an element's reference
    # twice: what survived that may be freed too early at the end of Python.
    sys.stdout.flush()
    os._exit(0)
