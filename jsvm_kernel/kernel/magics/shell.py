"""The habits of a shell: folders, environment, commands, files."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Final

from ...session.messages import Language, Outcome
from ..shell import run_command
from .arguments import argument, magic_arguments, parse_argstring
from .call import Call, MagicError, current_folder

_LANGUAGES: Final[dict[str, Language]] = {
    ".js": "javascript",
    ".mjs": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
}
#: A variable whose name holds one of these is not shown in the list.
_SECRETS: Final = ("key", "token", "secret", "password", "passwd", "credential")


@magic_arguments()
@argument("command", nargs="*", metavar="COMMAND", help="what the shell is to run")
async def system(call: Call, line: str) -> None:
    """Run a shell command; !COMMAND is the same.

    Its output appears while it runs, and the stop button ends it with all it started.
    """
    if not line.strip():
        raise MagicError("%system needs a command, as in !ls -l", name="UsageError")

    def show(text: str) -> None:
        call.publisher.stream(call.cell, "stdout", text)

    try:
        code = await run_command(line, show)
    except OSError as error:
        raise MagicError(
            f"no shell could be started: {error}", name="SystemError"
        ) from None
    if code != 0:
        how = f"exit code {code}" if code > 0 else f"ended by signal {-code}"
        call.warn(f"[{how}]")


@magic_arguments()
@argument("folder", nargs="*", metavar="FOLDER", help="where to; home unless given")
async def cd(call: Call, line: str) -> None:
    """Change the folder that commands, files and native code start from.

    Imports of cells stay relative to the notebook's folder. "%cd -" goes back.
    """
    wanted = line.strip().strip("'\"")
    before = current_folder()
    target = os.environ.get("OLDPWD", ".") if wanted == "-" else wanted or "~"
    path = Path(os.path.expandvars(target)).expanduser()
    try:
        os.chdir(path)
    except OSError as error:
        raise MagicError(f"can't go to {path}: {error.strerror}") from None
    if before is not None:
        os.environ["OLDPWD"] = str(before)
    await call.client.move(str(Path.cwd()))
    call.print(str(Path.cwd()))


@magic_arguments()
@argument(
    "variable",
    nargs="*",
    metavar="NAME=VALUE",
    help="what to show or set; all variables unless given",
)
async def env(call: Call, line: str) -> None:
    """Show or set environment variables, of commands and of native code.

    $NAME in a value stands for another variable's.
    """
    name, separator, value = line.strip().partition("=")
    if not separator:
        name, separator, value = name.partition(" ")
    name = name.strip()
    if not name and not separator:
        rows = (f"{key}={_shown(key)}" for key in sorted(os.environ))
        call.print("\n".join(rows))
    elif separator:
        await _set(call, name, os.path.expandvars(value.strip()))
    elif name in os.environ:
        call.print(os.environ[name])
    else:
        near = difflib.get_close_matches(name, os.environ, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise MagicError(f"there is no variable {name}{hint}")


async def _set(call: Call, name: str, value: str) -> None:
    if not name:
        raise MagicError("which variable? %env NAME=VALUE sets one", name="UsageError")
    try:
        os.environ[name] = value
    except (ValueError, OSError) as error:
        raise MagicError(f"{name!r} can't be set: {error}") from None
    await call.client.set_environment({name: value})
    call.print(f"{name}={value}")


def _shown(name: str) -> str:
    hidden = any(word in name.lower() for word in _SECRETS)
    return "<hidden>" if hidden else os.environ[name]


@magic_arguments()
@argument("file", metavar="FILE", help="a .js, .mjs, .ts or .mts file")
async def run(call: Call, line: str) -> Outcome:
    """Run a file as if its text stood in the cell; its names stay."""
    path = _file(parse_argstring(run, line).file)
    language = _LANGUAGES.get(path.suffix)
    if language is None:
        raise MagicError(
            f"{path} can't be run: %run takes {', '.join(_LANGUAGES)} files"
        )
    return await call.client.execute(
        call.cell, _read(path), name=str(path), language=language
    )


@magic_arguments()
@argument("file", metavar="FILE", help="a text file")
async def load(call: Call, line: str) -> None:
    """Put the text of a file into the cell, in place of %load."""
    path = _file(parse_argstring(load, line).file)
    call.payload.append(
        {"source": "set_next_input", "text": _read(path), "replace": True}
    )


def _file(text: str) -> Path:
    path = Path(os.path.expandvars(text.strip("'\""))).expanduser()
    if not path.is_absolute():
        folder = current_folder()
        if folder is None:
            raise MagicError("the current folder is gone: %cd FOLDER goes to another")
        path = folder / path
    if path.is_file():
        return path
    if path.is_dir():
        raise MagicError(f"{path} is a folder; name a file in it")
    names = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, names, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise MagicError(f"there is no file {path}{hint}", name="FileNotFoundError")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise MagicError(f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise MagicError(f"{path} is no UTF-8 text: {error}") from None
