"""The magic that installs packages of npm for a notebook."""

from __future__ import annotations

import asyncio
import json
import shlex
import time
from pathlib import Path

from ...npm.cache import NpmCache
from ...npm.command import npm_command, reason
from ...npm.errors import NpmError
from ...npm.spec import NpmSpec, is_npm, parse_spec, split_specifier
from ..shell import run_command
from .arguments import argument, magic_arguments, parse_argstring
from .call import Call, MagicError


@magic_arguments()
@argument("action", choices=("install", "list", "remove"), help="what to do")
@argument(
    "packages",
    metavar="PACKAGE",
    nargs="*",
    help="NAME or NAME@VERSION; remove also takes npm:NAME[@VERSION]",
)
async def jsvm_npm(call: Call, line: str) -> None:
    """Install packages of npm into the notebook's folder, list or remove them.

    The packages go to node_modules there, and package.json remembers them, as with npm
    itself; scripts of packages are not run. What cells import as "npm:NAME@VERSION"
    is not kept there but in a cache that all notebooks share: list shows it, too.
    """
    options = parse_argstring(jsvm_npm, line)
    if options.action != "list" and not options.packages:
        raise MagicError(f"which package? %jsvm_npm {options.action} NAME")
    try:
        if options.action == "install":
            await _install(call, options.packages)
        elif options.action == "remove":
            await _remove(call, options.packages)
        else:
            call.print("\n".join(_rows(Path(call.client.folder))))
    except NpmError as error:
        raise MagicError(str(error), name="NpmError") from None


async def _install(call: Call, texts: list[str]) -> None:
    specs = [_local(text) for text in texts]
    folder = Path(call.client.folder)
    # npm would look for a project further up; the notebook's folder was meant.
    await _run(call, "install", f"installing into {folder / 'node_modules'}", specs)
    versions = _versions(folder)
    for spec in specs:
        call.print(f"{spec.name} {versions.get(spec.name, '')}".rstrip())


async def _remove(call: Call, texts: list[str]) -> None:
    cached = [split_specifier(text)[0] for text in texts if is_npm(text)]
    local = [parse_spec(text) for text in texts if not is_npm(text)]
    versions = _versions(Path(call.client.folder))
    for spec in local:
        if spec.name not in versions:
            raise MagicError(f"{spec.name} is not installed in {call.client.folder}")
    for spec in cached:
        removed = await asyncio.to_thread(NpmCache().remove, spec)
        if not removed:
            raise MagicError(f"npm:{spec} is not in the cache; %jsvm_npm list shows it")
        call.print("\n".join(f"npm:{name} removed" for name in removed))
    if local:
        await _run(call, "uninstall", "removing", local)
        call.print("\n".join(f"{spec.name} removed" for spec in local))


def _local(text: str) -> NpmSpec:
    if is_npm(text):
        raise MagicError(
            f"{text} is installed by the first import of it; to have it in the "
            f"notebook's folder: %jsvm_npm install {text.removeprefix('npm:')}"
        )
    return parse_spec(text)


async def _run(call: Call, verb: str, what: str, specs: list[NpmSpec]) -> None:
    """Run npm in the notebook's folder, telling the time."""
    names = [str(spec) for spec in specs]
    command = [*npm_command(verb, call.client.folder), *names]
    output: list[str] = []
    ticker = asyncio.ensure_future(_tell_time(call, f"npm: {what} …"))
    try:
        code = await run_command(shlex.join(command), output.append)
    finally:
        ticker.cancel()
        call.print("")
    if code != 0:
        raise NpmError(
            f"npm cannot {verb} {' '.join(names)}: {reason(''.join(output))}"
        )


async def _tell_time(call: Call, text: str) -> None:
    started = time.monotonic()
    while True:
        passed = time.monotonic() - started
        call.publisher.stream(call.cell, "stdout", f"\r{text} {passed:.0f} s")
        await asyncio.sleep(1)


def _rows(folder: Path) -> list[str]:
    versions = _versions(folder)
    rows = [f"{folder / 'node_modules'}:"]
    rows += [f"  {name} {version}" for name, version in versions.items()] or ["  none"]
    rows.append("npm: packages of all notebooks:")
    return rows + ([f"  npm:{name}" for name in NpmCache().names()] or ["  none"])


def _versions(folder: Path) -> dict[str, str]:
    """Give what the folder's package.json asks for, in the versions that are there."""
    wanted = _read(folder / "package.json").get("dependencies", {})
    found = {}
    for name in sorted(wanted):
        package = _read(folder / "node_modules" / name / "package.json")
        found[name] = str(package.get("version", "(not installed)"))
    return found


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        fields = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return fields if isinstance(fields, dict) else {}
