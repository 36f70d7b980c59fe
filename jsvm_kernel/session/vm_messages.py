"""The messages about VMs, Envs and the names in them; `messages` has the rules.

Requests come between cells. `ListVMs` and `ListNames` are answered by lists, those that
change something by `EnvsReply`, all of them by `RequestFailed` if they can't be done.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from .message import Message, Name


class NamedValue(msgspec.Struct, frozen=True, kw_only=True):
    """A name that cells made, as %whos shows it. `value` is short, of one line."""

    name: str
    type: str
    value: str


class EnvState(msgspec.Struct, frozen=True, kw_only=True):
    """An Env as the list of Envs shows it. `cells` have run, `timers` are pending.

    `modules` are the files and packages it has imported, by name.
    """

    name: str
    cells: int
    timers: int
    modules: list[str] = []
    native_modules: list[str] = []


class VMState(msgspec.Struct, frozen=True, kw_only=True):
    """A VM as the list of VMs shows it; bytes and seconds, None for no limit.

    A `stack_size` of None is the engine's own.
    """

    name: str
    memory_used: int
    memory_limit: int | None
    stack_size: int | None
    time_limit: float | None
    envs: list[EnvState]


class ListNames(Message, frozen=True, kw_only=True, tag="list_names"):
    """Ask what names cells have made in the current Env. Answer: `NamesReply`."""

    id: int


class ListVMs(Message, frozen=True, kw_only=True, tag="list_vms"):
    """Ask for the VMs and Envs there are. Answer: `VMListReply`."""

    id: int


class NewVM(Message, frozen=True, kw_only=True, tag="new_vm"):
    """Make a VM with an Env of the same name. Limits: bytes, bytes, seconds.

    None is the session's own limit of memory, the engine's stack, no limit of time.
    Answer to this and to all that change VMs and Envs: `EnvsReply`.
    """

    id: int
    name: str
    memory_limit: int | None = None
    stack_size: int | None = None
    time_limit: float | None = None


class NewEnv(Message, frozen=True, kw_only=True, tag="new_env"):
    """Make an Env in the VM called `vm`, "" for the current one."""

    id: int
    name: str
    vm: str = ""


class Use(Message, frozen=True, kw_only=True, tag="use"):
    """Make an Env current, of a VM the one that was current last."""

    id: int
    kind: Literal["vm", "env"]
    name: str


class Drop(Message, frozen=True, kw_only=True, tag="drop"):
    """Close a VM or an Env with all that belongs to it."""

    id: int
    kind: Literal["vm", "env"]
    name: str


class ResetEnv(Message, frozen=True, kw_only=True, tag="reset_env"):
    """Put a fresh Env of the same name in the place of the current one."""

    id: int


class NamesReply(Message, frozen=True, kw_only=True, tag="names_reply"):
    """The names that cells made in `env`, in the order of their declaration."""

    id: int
    env: str
    values: list[NamedValue]


class VMListReply(Message, frozen=True, kw_only=True, tag="vm_list_reply"):
    """All VMs with their Envs; `current` names an Env."""

    id: int
    current: str
    vms: list[VMState]


class EnvsReply(Message, frozen=True, kw_only=True, tag="envs_reply"):
    """What there is now: the names of each VM's Envs, and which is current.

    `names` is the whole table of names of the current Env; None says that it is as it
    was.
    """

    id: int
    current: str
    envs: dict[str, list[str]]
    names: list[Name] | None = None


VMRequest: TypeAlias = ListNames | ListVMs | NewVM | NewEnv | Use | Drop | ResetEnv
VMReply: TypeAlias = NamesReply | VMListReply | EnvsReply
