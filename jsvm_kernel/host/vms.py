"""The VMs of a session and their Envs. One Env is current: cells go to it.

Envs of one VM share its heap and its limits, VMs share nothing. Names of Envs are the
session's, not the VM's: one word says which Env is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from jsvm_kernel.vm import VM, OutOfMemory

from .memory import MemoryReserve
from .services import Shared
from .session_env import SessionEnv

#: Name of the VM a session begins with, and of its Env.
MAIN: Final = "main"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a VM may use: bytes, bytes, seconds. None: as much as there is."""

    memory: int | None = None
    stack: int | None = None
    time: float | None = None


class SessionVM:
    """One VM with its Envs, its limits and its reserve of memory."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.vm = VM(
            memory_limit=limits.memory, stack_size=limits.stack, time_limit=limits.time
        )
        self.envs: dict[str, SessionEnv] = {}
        self._reserve = MemoryReserve(self.vm)

    def close(self) -> None:
        """Close the VM with all its Envs."""
        for env in self.envs.values():
            env.close()
        self.envs.clear()
        self.vm.close()

    # ---- memory --------------------------------------------------------------------

    def open_reserve(self) -> None:
        """Let a full VM use its reserve."""
        self._reserve.open()

    def settle_reserve(self) -> None:
        """Keep the reserve back again if there is room without it."""
        self._reserve.settle()

    def with_reserve(self, ask: Callable[[], _T]) -> _T:
        """Ask the prelude something; if the VM is full, again with its reserve."""
        try:
            return ask()
        except OutOfMemory:
            self._reserve.open()
            return ask()

    # ---- stops and rejections --------------------------------------------------------

    def settle_stop(self) -> None:
        """Make the VM ready again: later JS is not meant by an earlier stop.

        What a stopped microtask left in the queue would run at the next call, and may
        queue itself again for ever. The queue is that of all Envs.
        """
        if self.vm.stop_reason() != "none":
            for env in self.envs.values():
                env.drop_microtasks()
        self.vm.clear_stop()

    def take_rejections(self) -> Iterator[tuple[SessionEnv, dict[str, Any]]]:
        """Give what nobody caught in any Env: a call into one runs jobs of all."""
        for env in list(self.envs.values()):
            for rejection in self.with_reserve(env.take_rejections):
                yield env, rejection


class VMs:
    """All VMs of a session; it begins with one, `main`, with one Env, `main`."""

    def __init__(self, shared: Shared, limits: Limits) -> None:
        self._shared = shared
        self._vms: dict[str, SessionVM] = {}
        self._settings: dict[str, Any] = {}
        self.current = self._make_vm(MAIN, limits)

    def __enter__(self) -> VMs:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all VMs, each even if another one fails to."""
        with ExitStack() as stack:
            for machine in self._vms.values():
                stack.callback(machine.close)
            self._vms = {}

    @property
    def envs(self) -> dict[str, SessionEnv]:
        """All Envs by name, in the order of the VMs."""
        machines = self._vms.values()
        return {name: env for m in machines for name, env in m.envs.items()}

    def configure(self, settings: dict[str, Any]) -> None:
        """Give the settings to all Envs and to those that will be."""
        self._settings = dict(settings)
        for env in self.envs.values():
            env.configure(settings)

    def _make_vm(self, name: str, limits: Limits) -> SessionEnv:
        """Make a VM and its first Env, which has the same name."""
        machine = SessionVM(name, limits)
        try:
            env = self._make_env(name, machine)
        except BaseException:
            machine.close()
            raise
        self._vms[name] = machine
        return env

    def _make_env(self, name: str, machine: SessionVM) -> SessionEnv:
        env = SessionEnv(name, machine, self._shared)
        env.configure(self._settings)
        machine.envs[name] = env
        return env
