"""Answers to what the front asks about VMs and Envs, or wants to have changed."""

from __future__ import annotations

from functools import singledispatchmethod
from typing import Any

from jsvm_kernel.session.vm_messages import (
    Drop,
    EnvsReply,
    EnvState,
    ListNames,
    ListVMs,
    NamesReply,
    NewEnv,
    NewVM,
    ResetEnv,
    Use,
    VMListReply,
    VMReply,
    VMState,
)

from .limits import Limits
from .memory import session_limit
from .session_env import SessionEnv
from .session_vm import SessionVM
from .timers import Timers
from .vms import VMs


class VMRequests:
    """Does what requests ask of `vms`."""

    def __init__(self, vms: VMs, timers: Timers) -> None:
        self._vms = vms
        self._timers = timers

    @singledispatchmethod
    def answer(self, message: Any) -> VMReply:
        """Give the reply to a request. Raises VMError and LimitError."""
        raise TypeError(f"{type(message).__name__} is no request about VMs")

    # ---- lists -----------------------------------------------------------------------

    @answer.register
    def _list_vms(self, message: ListVMs) -> VMReply:
        return VMListReply(
            id=message.id,
            current=self._vms.current.name,
            vms=[self._state_of(machine) for machine in self._vms.all],
        )

    @answer.register
    def _list_names(self, message: ListNames) -> VMReply:
        env = self._vms.current
        values = env.machine.with_reserve(env.values)
        return NamesReply(id=message.id, env=env.name, values=values)

    def _state_of(self, machine: SessionVM) -> VMState:
        vm = machine.vm
        return VMState(
            name=machine.name,
            memory_used=vm.heap_statistics().used_heap_size,
            memory_limit=vm.memory_limit,
            stack_size=vm.stack_size,
            time_limit=vm.time_limit,
            envs=[self._env_state(env) for env in machine.envs.values()],
        )

    def _env_state(self, env: SessionEnv) -> EnvState:
        return EnvState(
            name=env.name,
            cells=env.cells,
            timers=len(self._timers.of_env(env)),
            modules=env.modules.names(),
            native_modules=env.native_modules.names(),
        )

    # ---- changes ---------------------------------------------------------------------

    @answer.register
    def _new_vm(self, message: NewVM) -> VMReply:
        memory = message.memory_limit
        limits = Limits(
            session_limit() if memory is None else memory,
            message.stack_size,
            message.time_limit,
        )
        self._vms.new_vm(message.name, limits)
        return self._now(message.id)

    @answer.register
    def _new_env(self, message: NewEnv) -> VMReply:
        self._vms.new_env(message.name, message.vm)
        return self._now(message.id)

    @answer.register
    def _use(self, message: Use) -> VMReply:
        if message.kind == "vm":
            self._vms.use(self._vms.vm(message.name).last_used)
        else:
            self._vms.use(self._vms.env(message.name))
        return self._now(message.id, names=True)

    @answer.register
    def _drop(self, message: Drop) -> VMReply:
        if message.kind == "vm":
            self._vms.drop_vm(self._vms.vm(message.name))
        else:
            self._vms.drop_env(self._vms.env(message.name))
        return self._now(message.id)

    @answer.register
    def _reset(self, message: ResetEnv) -> VMReply:
        self._vms.reset()
        return self._now(message.id, names=True)

    def _now(self, id: int, names: bool = False) -> EnvsReply:
        current = self._vms.current
        all_names = current.machine.with_reserve(current.all_names) if names else None
        envs = {machine.name: list(machine.envs) for machine in self._vms.all}
        return EnvsReply(id=id, current=current.name, envs=envs, names=all_names)
