"""The magic that lists, makes, chooses and drops VMs, and the list of them."""

from __future__ import annotations

import re
from typing import Final

from ...session.client import SessionError
from ...session.units import format_size, parse_size
from ...session.vm_messages import EnvState, VMListReply, VMState
from ..table import table_bundle
from .arguments import argument, magic_arguments, parse_argstring
from .call import Call, MagicError

#: What a magic about VMs or Envs can do; without one it lists them.
ACTIONS: Final = ("list", "new", "use", "drop")
_SHOWN_MODULES: Final = 6
_SECONDS: Final = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(ms|s)?")


@magic_arguments()
@argument("action", nargs="?", choices=ACTIONS, default="list", help="what to do")
@argument("name", metavar="VM", nargs="?", help="which VM: not for list")
@argument("--memory", metavar="SIZE", help="limit of a new VM's heap, such as 64M")
@argument("--stack", metavar="SIZE", help="limit of a new VM's stack, such as 512K")
@argument("--time", metavar="SECONDS", help="limit of each run in a new VM")
@argument("--use", action="store_true", help="make the new VM current")
async def jsvm_vm(call: Call, line: str) -> None:
    """List the session's VMs, or make, use or drop one.

    A new VM has an Env of the same name. What a cell does in one VM takes no memory and
    no time of another one. Dropping a VM drops its Envs with all that is in them.
    """
    options = parse_argstring(jsvm_vm, line)
    check_name(options.action, options.name, "VM")
    given = [o for o in ("memory", "stack", "time") if getattr(options, o) is not None]
    if options.use:
        given.append("use")
    if given and options.action != "new":
        raise MagicError(f"--{given[0]} is for %jsvm_vm new", name="UsageError")
    memory = _size("--memory", options.memory)
    stack = _size("--stack", options.stack)
    time = _seconds(options.time)
    try:
        if options.action == "list":
            call.show(list_bundle(await call.client.vms.list()))
        elif options.action == "new":
            await call.client.vms.new_vm(
                options.name, memory_limit=memory, stack_size=stack, time_limit=time
            )
            call.print(f"VM {options.name} is there, with Env {options.name}.")
        elif options.action == "drop":
            await call.client.vms.drop("vm", options.name)
            call.print(f"VM {options.name} is gone with all that was in it.")
        if options.action == "use" or options.use:
            await call.client.vms.use("vm", options.name)
            call.print(current_text(call))
    except SessionError as error:
        raise MagicError(str(error), name=error.name) from None


def check_name(action: str, name: str | None, kind: str) -> None:
    """Raise MagicError if an action has no name and needs one, or the reverse."""
    if action == "list" and name is not None:
        raise MagicError(f"a list has no name: {name!r}", name="UsageError")
    if action != "list" and name is None:
        raise MagicError(f"{action} needs the name of the {kind}", name="UsageError")


def current_text(call: Call) -> str:
    """Say which Env is current."""
    vms = call.client.vms
    vm = next(name for name, envs in vms.envs.items() if vms.current in envs)
    return f"Env {vms.current} of VM {vm} is current."


def list_bundle(reply: VMListReply) -> dict[str, str]:
    """Show VMs and Envs as a table; ▶ is at the current Env."""
    head = ["", "VM", "Env", "memory", "limits", "cells", "timers", "modules"]
    rows = [
        [
            "▶" if env.name == reply.current else "",
            vm.name if env is vm.envs[0] else "",
            env.name,
            _memory(vm) if env is vm.envs[0] else "",
            _limits(vm) if env is vm.envs[0] else "",
            str(env.cells),
            str(env.timers),
            _modules(env),
        ]
        for vm in reply.vms
        for env in vm.envs
    ]
    return table_bundle(head, rows, numeric=("cells", "timers"))


def _memory(vm: VMState) -> str:
    used = format_size(vm.memory_used)
    return (
        used if vm.memory_limit is None else f"{used} of {format_size(vm.memory_limit)}"
    )


def _limits(vm: VMState) -> str:
    parts = []
    if vm.time_limit is not None:
        parts.append(f"time {vm.time_limit:g} s")
    if vm.stack_size is not None:
        parts.append(f"stack {format_size(vm.stack_size)}")
    return ", ".join(parts)


def _modules(env: EnvState) -> str:
    names = [*(f"{name} (native)" for name in env.native_modules), *env.modules]
    more = len(names) - _SHOWN_MODULES
    return ", ".join(names[:_SHOWN_MODULES]) + (f" and {more} more" if more > 0 else "")


def _size(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_size(text)
    except ValueError as error:
        raise MagicError(f"{option}: {error}", name="UsageError") from None


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    match = _SECONDS.fullmatch(text.strip())
    if match is None:
        raise MagicError(
            f"--time: {text!r} is no time: write seconds such as 2.5, or 500ms",
            name="UsageError",
        )
    return float(match[1]) / (1000 if match[2] == "ms" else 1)
