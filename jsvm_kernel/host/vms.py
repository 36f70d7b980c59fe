"""The VMs of a session and their Envs. One Env is current: cells go to it.

Envs of one VM share its heap and its limits, VMs share nothing. Names of Envs are the
session's, not the VM's: one word says which Env is meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from typing import Any, Final

from jsvm_kernel.vm import OutOfMemory

from .limits import Limits
from .services import Shared
from .session_env import SessionEnv
from .session_vm import SessionVM

#: Name of the VM a session begins with, and of its Env.
MAIN: Final = "main"

_NAME: Final = re.compile(r"[^\W\d_][\w.-]{0,39}")


class VMError(Exception):
    """Something that can't be done with a VM or an Env; the text is for the user."""


class VMs:
    """All VMs of a session; it begins with one, `main`, with one Env, `main`."""

    def __init__(self, shared: Shared, limits: Limits) -> None:
        self._shared = shared
        self._vms: dict[str, SessionVM] = {}
        self._settings: dict[str, Any] = {}
        self._when_dropped: list[Callable[[SessionEnv], None]] = []
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

    # ---- what there is ---------------------------------------------------------------

    @property
    def all(self) -> list[SessionVM]:
        """All VMs, in the order in which they were made."""
        return list(self._vms.values())

    @property
    def envs(self) -> dict[str, SessionEnv]:
        """All Envs by name."""
        return {name: env for m in self.all for name, env in m.envs.items()}

    def env(self, name: str) -> SessionEnv:
        """Give the Env of this name, for "" the current one. Raises VMError."""
        if not name:
            return self.current
        envs = self.envs
        if name not in envs:
            raise VMError(_unknown_text("Env", name, envs))
        return envs[name]

    def vm(self, name: str) -> SessionVM:
        """Give the VM of this name, for "" that of the current Env. Raises VMError."""
        if not name:
            return self.current.machine
        if name not in self._vms:
            raise VMError(_unknown_text("VM", name, self._vms))
        return self._vms[name]

    # ---- changes ---------------------------------------------------------------------

    def configure(self, settings: dict[str, Any]) -> None:
        """Give the settings to all Envs and to those that will be."""
        self._settings = dict(settings)
        for env in self.envs.values():
            env.configure(settings)

    def when_dropped(self, forget: Callable[[SessionEnv], None]) -> None:
        """Have `forget` called with each Env before it is closed."""
        self._when_dropped.append(forget)

    def new_vm(self, name: str, limits: Limits) -> None:
        """Make a VM with an Env of the same name. Raises VMError, LimitError."""
        _check_name("VM", name)
        if name in self._vms:
            raise VMError(f"there is a VM {name} already: choose another name")
        self._check_new_env(name)
        limits.check()
        self._make_vm(name, limits)

    def new_env(self, name: str, vm: str = "") -> None:
        """Make an Env in a VM. Raises VMError."""
        self._check_new_env(name)
        machine = self.vm(vm)
        full = VMError(
            f"VM {machine.name} has no memory left for another Env: drop an Env of it, "
            "or let go of what its cells hold"
        )
        if machine.is_full:
            raise full
        try:
            self._make_env(name, machine)
        except OutOfMemory:
            machine.vm.collect_garbage()  # what there was of the Env
            raise full from None

    def use(self, env: SessionEnv) -> None:
        """Make an Env current."""
        self.current = env.machine.last_used = env

    def drop_env(self, env: SessionEnv) -> None:
        """Close an Env that is not current. Raises VMError."""
        machine = env.machine
        if env is self.current:
            raise VMError(
                f"Env {env.name} is the current one: make another one current first "
                "(%jsvm_env use NAME), or give the notebook a fresh one (%reset)"
            )
        if len(machine.envs) == 1:
            raise VMError(
                f"Env {env.name} is the only one of its VM: drop the VM "
                f"(%jsvm_vm drop {machine.name})"
            )
        self._close_env(env)
        if machine.last_used is env:
            machine.last_used = next(iter(machine.envs.values()))
        machine.vm.collect_garbage()

    def drop_vm(self, machine: SessionVM) -> None:
        """Close a VM, with its Envs, that the current one is not of. Raises VMError."""
        if machine is self.current.machine:
            raise VMError(
                f"VM {machine.name} has the current Env, {self.current.name}: make "
                "another VM current first (%jsvm_vm use NAME)"
            )
        for env in list(machine.envs.values()):
            self._close_env(env)
        machine.close()
        del self._vms[machine.name]

    def reset(self) -> None:
        """Put a fresh Env in the place of the current one. Raises VMError."""
        old = self.current
        try:
            make = partial(self._make_env, old.name, old.machine)
            fresh = old.machine.with_reserve(make)
        except OutOfMemory:
            raise VMError(
                f"VM {old.machine.name} has no memory left for a fresh Env: let go of "
                "what its cells hold first (x = undefined)"
            ) from None
        self.use(fresh)
        self._close_env(old)
        old.machine.vm.collect_garbage()

    # ---- parts -----------------------------------------------------------------------

    def _check_new_env(self, name: str) -> None:
        _check_name("Env", name)
        other = self.envs.get(name)
        if other is not None:
            raise VMError(
                f"there is an Env {name} already, in VM {other.machine.name}: choose "
                "another name"
            )

    def _make_vm(self, name: str, limits: Limits) -> SessionEnv:
        machine = SessionVM(name, limits)
        calls = self._shared.calls
        machine.vm.accept_calls(calls.wake, when_slow=calls.tell_slow)
        try:
            env = self._make_env(name, machine)
        except BaseException:
            machine.close()
            raise
        machine.last_used = env
        self._vms[name] = machine
        return env

    def _make_env(self, name: str, machine: SessionVM) -> SessionEnv:
        env = SessionEnv(name, machine, self._shared)
        env.configure(self._settings)
        machine.envs[name] = env
        return env

    def _close_env(self, env: SessionEnv) -> None:
        for forget in self._when_dropped:
            forget(env)
        # The place may be that of a fresh Env already.
        if env.machine.envs.get(env.name) is env:
            del env.machine.envs[env.name]
        env.close()


def _check_name(kind: str, name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise VMError(
            f"{name!r} is no name for {'an' if kind == 'Env' else 'a'} {kind}: it "
            'begins with a letter; letters, digits, "_", "." and "-" may follow, 40 in '
            "all at most"
        )


def _unknown_text(kind: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"the nearest is {near[0]}" if near else f"there is {', '.join(names)}"
    return f"there is no {kind} {name}: {hint}"
