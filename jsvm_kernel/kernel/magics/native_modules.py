"""The magic that lists native modules, tells of one, drops it or loads it anew."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

from ...native.typescript import declarations
from ...session.client import SessionError
from ...session.messages import Outcome
from ...session.native_messages import NativeModule, NativesReply
from ...session.units import format_size
from ..table import table_bundle
from .arguments import argument, magic_arguments, parse_argstring
from .call import Call, MagicError
from .native_cache import native_cache

_ACTIONS: Final = ("list", "info", "drop", "reload", "cache")
_SHOWN_NAMES: Final = 5


@magic_arguments()
@argument("action", nargs="?", choices=_ACTIONS, default="list", help="what to do")
@argument(
    "name",
    metavar="MODULE",
    nargs="?",
    help='which module: not for list; "clear" for cache',
)
async def jsvm_native(call: Call, line: str) -> Outcome | None:
    """List the native modules that are loaded, or tell of one, drop or reload it.

    The name of one that came with a package is what it is imported by: native:NAME.
    info shows signatures, how it was built, and its TypeScript declarations. drop takes
    it off globalThis; what it has given away goes on to live. reload runs the module's
    top level anew, as if its cell had run again unchanged; without a name, of all in
    the current Env. cache shows what builds take on disk, cache clear deletes them.
    %%jsvm_native NAME makes a module.
    """
    options = parse_argstring(jsvm_native, line)
    if options.action == "list" and options.name is not None:
        raise MagicError(f"a list has no name: {options.name!r}", name="UsageError")
    if options.action == "cache":
        native_cache(call, options.name)
        return None
    if options.action in ("info", "drop") and options.name is None:
        raise MagicError(f"{options.action} needs the name of a module: MODULE")
    try:
        reply = await call.client.natives.list()
        if options.action == "list":
            _show_list(call, reply)
        elif options.action == "info":
            _show_info(call, _find(reply, options.name))
        elif options.action == "drop":
            await _drop(call, _find(reply, options.name))
        else:
            return await _reload(call, reply, options.name)
    except SessionError as error:
        raise MagicError(str(error), name=error.name) from None
    return None


def _find(reply: NativesReply, name: str) -> NativeModule:
    """Give the module of this name in the current Env."""
    here = [module for module in reply.modules if module.env == reply.current]
    for module in here:
        if module.name == name:
            return module
    elsewhere = [module.env for module in reply.modules if module.name == name]
    if elsewhere:
        text = (
            f"the module {name} is in Env {elsewhere[0]}, not in the current one: "
            f"%jsvm_env use {elsewhere[0]}"
        )
    elif here:
        there = ", ".join(module.name for module in here)
        text = f"no native module is called {name!r}; there are {there}"
    else:
        text = (
            f"no native module is called {name!r}, as none is loaded in Env "
            f"{reply.current}: %%jsvm_native NAME makes one"
        )
    raise MagicError(text, name="NativeModuleError")


# ---- list ---------------------------------------------------------------------------


def _show_list(call: Call, reply: NativesReply) -> None:
    if not reply.modules:
        call.print("No native module is loaded; %%jsvm_native NAME makes one.")
        return
    head = ["", "module", "Env", "functions", "classes", "built", "size", "when"]
    head.append("from")
    rows = [
        [
            "▶" if module.env == reply.current else "",
            module.name,
            module.env,
            _names(module.description.get("functions", [])),
            _names(module.description.get("classes", [])),
            _built(module),
            _size(module),
            time.strftime("%H:%M:%S", time.localtime(module.loaded)),
            module.package or module.cell,
        ]
        for module in reply.modules
    ]
    call.show(table_bundle(head, rows, numeric=("size",)))


def _names(entries: list[dict[str, Any]]) -> str:
    names = [entry["name"] for entry in entries]
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")


def _built(module: NativeModule) -> str:
    """Say in a few words how a module was built."""
    if module.package:
        return "installed"
    built = module.built
    words = [built.compiler.partition(" ")[0], built.options]
    how = "cached" if built.cached else f"{built.translate_s + built.compile_s:.2f} s"
    return " ".join(filter(None, [*words, f"({how})"]))


def _size(module: NativeModule) -> str:
    return "gone" if module.size is None else format_size(module.size)


# ---- info ---------------------------------------------------------------------------


def _show_info(call: Call, module: NativeModule) -> None:
    name = module.name.removeprefix("native:")
    specifier = f"native:{name}" if module.package else ""
    types = declarations(name, module.description, specifier=specifier)
    facts = _fact_rows(module)
    width = max(len(title) for title, _ in facts)
    plain = "\n".join(f"{title:<{width}}  {text}" for title, text in facts)
    source = module.source.rstrip()
    listed = "\n".join(f"- **{title}** {text}" for title, text in facts)
    marked = [listed, _code(types, "ts"), source and _code(source, "cython")]
    call.show(
        {
            "text/plain": "\n\n".join(filter(None, [plain, types.rstrip(), source])),
            "text/markdown": "\n\n".join(filter(None, marked)),
        }
    )


def _fact_rows(module: NativeModule) -> list[tuple[str, str]]:
    built = module.built
    took = (
        f"translated in {built.translate_s:.2f} s, compiled in {built.compile_s:.2f} s"
    )
    where = f"globalThis.{module.name}"
    if module.package:
        where, took = f'import … from "{module.name}"', "by the package"
    rows = [
        ("module", f"{module.name}, {where} of Env {module.env}"),
        ("about", module.description.get("doc") or ""),
        ("cell", module.cell),
        ("package", module.package),
        ("loaded", time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(module.loaded))),
        ("options", built.options or "none"),
        ("compiler", built.compiler),
        ("built", "found in the cache" if built.cached else took),
        ("note", built.note),
        ("file", module.path),
        ("size", _size(module)),
        ("Python name", module.module),
    ]
    return [(title, text) for title, text in rows if text]


def _code(text: str, language: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


# ---- drop, reload -------------------------------------------------------------------


async def _drop(call: Call, module: NativeModule) -> None:
    if module.package:
        raise MagicError(
            f"{module.name} belongs to the package {module.package}: imports give it, "
            "it is not on globalThis",
            name="NativeModuleError",
        )
    await call.client.natives.drop(module)
    call.print(
        f"globalThis.{module.name} is gone; functions and objects of it that are kept "
        "elsewhere go on to work."
    )


async def _reload(call: Call, reply: NativesReply, name: str | None) -> Outcome | None:
    """Run the top level of modules anew; the first that fails is the cell's error."""
    if name is not None:
        modules = [_find(reply, name)]
    else:
        here = [each for each in reply.modules if each.env == reply.current]
        modules = [each for each in here if not each.package]
    outcome = None
    for module in modules:
        if module.package:
            raise MagicError(
                f"{module.name} is loaded anew by the first import after its package "
                f"({module.package}) has been installed again",
                name="NativeModuleError",
            )
        if not Path(module.path).is_file():
            raise MagicError(
                f"the built file of {module.name} is gone from the cache: run its "
                f"cell {module.cell} again",
                name="NativeModuleError",
            )
        outcome = await call.client.load_module(
            call.cell,
            name=module.name,
            path=module.path,
            module=module.module,
            built=module.built,
            cell_name=module.cell,
            source=module.source,
            env=module.env,
        )
        if outcome.error is not None:
            return outcome
        call.print(f"{module.name} is loaded anew.")
    if not modules:
        call.print(f"No native module is loaded in Env {reply.current}.")
    return outcome
