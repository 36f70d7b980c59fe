"""The C tests of the folder c: plainly, with a collection per object, out of memory.

The program is compiled with the address and undefined sanitizers, so that a leak, a use
after free or undefined behaviour fails the test that met it.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from _pytest.fixtures import SubRequest

SOURCES = Path(__file__).with_name("c")

# Whichever test comes first waits until library and tests are compiled.
pytestmark = pytest.mark.timeout(600)


def names(kind: str) -> list[str]:
    """All TESTs or SCENARIOs of the sources."""
    return [
        name
        for source in sorted(SOURCES.glob("test_*.c"))
        for name in re.findall(rf"^{kind}\((\w+)\)", source.read_text(), re.MULTILINE)
    ]


@pytest.fixture(scope="session")
def suite(workshop: object) -> Path:
    """The program with all C tests."""
    return workshop.suite()  # type: ignore[attr-defined, no-any-return]


def run(suite: Path, *arguments: str) -> str:
    """Run the program; its output, or a failure with all it said."""
    options = {
        "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    done = subprocess.run(
        [str(suite), *arguments],
        env=os.environ | options,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(arguments)}:\n{done.stderr}", pytrace=False)
    return done.stdout


def test_the_suite_compiles(suite: Path) -> None:
    assert suite.is_file()


@pytest.mark.parametrize("name", names("TEST") + names("SCENARIO"))
def test_behaviour(suite: Path, name: str) -> None:
    run(suite, name)


@pytest.mark.parametrize("name", names("TEST") + names("SCENARIO"))
def test_behaviour_with_a_collection_per_object(suite: Path, name: str) -> None:
    run(suite, name, "stress")


@pytest.mark.parametrize("mode", ["alone", "with all that follow"])
@pytest.mark.parametrize("name", names("SCENARIO"))
def test_every_allocation_of_a_scenario_may_fail(
    suite: Path, name: str, mode: str, request: SubRequest
) -> None:
    stride = "1" if request.config.getoption("--long") else "3"
    assert "failed" in run(suite, name, stride, str(int(mode != "alone")))


@pytest.mark.parametrize("mode", ["alone", "with all that follow"])
def test_allocations_may_fail_while_a_vm_and_an_env_are_made(
    suite: Path, mode: str, request: SubRequest
) -> None:
    stride = "1" if request.config.getoption("--long") else "7"
    assert "failed" in run(suite, "creation", stride, str(int(mode != "alone")))


def test_a_failing_check_fails_the_program(suite: Path) -> None:
    done = subprocess.run([str(suite), "no such test"], check=False)
    assert done.returncode == 2
