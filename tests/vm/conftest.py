"""A VM and an Env for tests that need no special ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jsvm_kernel.vm import VM, Env


@pytest.fixture
def vm() -> Iterator[VM]:
    with VM() as vm:
        yield vm


@pytest.fixture
def env(vm: VM) -> Iterator[Env]:
    with vm.env() as env:
        yield env
