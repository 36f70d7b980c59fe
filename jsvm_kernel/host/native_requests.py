"""Answers to what the front asks about native modules, or wants to have dropped."""

from __future__ import annotations

from functools import singledispatchmethod
from typing import Any

from jsvm_kernel.session.native_messages import (
    DropNative,
    ExchangeNative,
    ListNatives,
    NativesReply,
)

from .vms import VMs


class NativeRequests:
    """Does what requests ask of the native modules in `vms`."""

    def __init__(self, vms: VMs) -> None:
        self._vms = vms

    @singledispatchmethod
    def answer(self, message: Any) -> NativesReply:
        """Give the reply to a request. Raises VMError and NativeModuleError."""
        raise TypeError(f"{type(message).__name__} is no request about native modules")

    @answer.register
    def _list(self, message: ListNatives) -> NativesReply:
        return self._now(message.id)

    @answer.register
    def _drop(self, message: DropNative) -> NativesReply:
        env = self._vms.env(message.env)
        env.native_modules.drop(message.name)
        return self._now(message.id, names=env is self._vms.current)

    @answer.register
    def _exchange(self, message: ExchangeNative) -> NativesReply:
        self._vms.env(message.env).native_modules.exchange(message)
        return self._now(message.id)

    def _now(self, id: int, names: bool = False) -> NativesReply:
        current = self._vms.current
        modules = [
            module
            for machine in self._vms.all
            for env in machine.envs.values()
            for module in env.native_modules.registry.states(env.name)
        ]
        all_names = current.machine.with_reserve(current.all_names) if names else None
        return NativesReply(
            id=id, current=current.name, modules=modules, names=all_names
        )
