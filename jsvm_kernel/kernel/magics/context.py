"""The magics about Envs: the list of them, names in the current one, a fresh one."""

from __future__ import annotations

import textwrap

from ...session.client import SessionError
from ...session.vm_messages import NamedValue, NamesReply
from ..table import table_bundle
from .arguments import argument, magic_arguments, parse_argstring
from .call import Call, MagicError
from .vm_life_cycle import ACTIONS, check_name, current_text, list_bundle


@magic_arguments()
@argument("action", nargs="?", choices=ACTIONS, default="list", help="what to do")
@argument("name", metavar="ENV", nargs="?", help="which Env: not for list")
@argument(
    "--vm", metavar="VM", help="the VM of a new Env; the current one unless given"
)
@argument("--use", action="store_true", help="make the new Env current")
async def jsvm_env(call: Call, line: str) -> None:
    """List the session's Envs, or make, use or drop one.

    An Env has a global object of its own: names, modules and timers of one are not
    those of another. %%jsvm_env NAME runs one cell in an Env.
    """
    options = parse_argstring(jsvm_env, line)
    check_name(options.action, options.name, "Env")
    if (options.vm is not None or options.use) and options.action != "new":
        option = "use" if options.use else "vm"
        raise MagicError(f"--{option} is for %jsvm_env new", name="UsageError")
    try:
        if options.action == "list":
            call.show(list_bundle(await call.client.vms.list()))
        elif options.action == "new":
            await call.client.vms.new_env(options.name, options.vm or "")
            call.print(f"Env {options.name} is there.")
        elif options.action == "drop":
            await call.client.vms.drop("env", options.name)
            call.print(f"Env {options.name} is gone with all that was in it.")
        if options.action == "use" or options.use:
            await call.client.vms.use("env", options.name)
            call.print(current_text(call))
    except SessionError as error:
        raise MagicError(str(error), name=error.name) from None


@magic_arguments()
@argument("types", metavar="TYPE", nargs="*", help="only these, such as number or Map")
async def who(call: Call, line: str) -> None:
    """List the names that cells have made in the current Env."""
    types: list[str] = parse_argstring(who, line).types
    reply = await _names(call)
    names = [value.name for value in _of_types(reply.values, types)]
    if not names:
        call.print(_empty_text(reply, types))
        return
    call.print(textwrap.fill("  ".join(names), 88, break_long_words=False))


@magic_arguments()
@argument("types", metavar="TYPE", nargs="*", help="only these, such as number or Map")
async def whos(call: Call, line: str) -> None:
    """List the names that cells have made, with types and values in short."""
    types: list[str] = parse_argstring(whos, line).types
    reply = await _names(call)
    rows = [[v.name, v.type, v.value] for v in _of_types(reply.values, types)]
    if not rows:
        call.print(_empty_text(reply, types))
        return
    call.show(table_bundle(["name", "type", "value"], rows))


@magic_arguments()
@argument("-f", "--force", action="store_true", help="do not ask")
async def reset(call: Call, line: str) -> None:
    """Give the notebook a fresh Env in place of the current one.

    All its names, timers, imported and native modules are gone; other Envs, the numbers
    of cells and the history stay.
    """
    if not parse_argstring(reset, line).force:
        what = f"all names, timers and modules of Env {call.client.vms.current}"
        answer = await call.confirm(f"Let go of {what}?")
        if answer is None:
            raise MagicError(
                f"nobody can be asked here, and it lets go of {what}: %reset -f does "
                "it without asking"
            )
        if not answer:
            call.print("Nothing was reset.")
            return
    try:
        await call.client.vms.reset()
    except SessionError as error:
        raise MagicError(str(error), name=error.name) from None
    call.print(
        f"Env {call.client.vms.current} is fresh: its names, timers, imported and "
        "native modules are gone."
    )


async def _names(call: Call) -> NamesReply:
    try:
        return await call.client.vms.list_names()
    except SessionError as error:
        raise MagicError(str(error), name=error.name) from None


def _of_types(values: list[NamedValue], types: list[str]) -> list[NamedValue]:
    wanted = {word.lower() for word in types}
    return [v for v in values if not wanted or v.type.lower() in wanted]


def _empty_text(reply: NamesReply, types: list[str]) -> str:
    if types and reply.values:
        there = ", ".join(sorted({value.type for value in reply.values}))
        wanted = " or ".join(types)
        return f"Env {reply.env} has no name of type {wanted}; there is {there}."
    return f"No cell has made a name in Env {reply.env} yet."
