"""The magic that turns a Cython cell into a native module of JavaScript."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ...native.result import BuildResult
from ...native.save import save_package
from ...native.source import NativeSource
from ...native.templates import TemplateError
from ...native.tiers import keeps_state, why_not_quick
from ...session.messages import Outcome
from ...session.native_messages import BuildFacts
from ..new import told
from ..settings import SettingError
from .arguments import argument, magic_arguments, parse_argstring, unquoted
from .call import Call, MagicError
from .native_build import build, show_annotation, source_of, summary


@magic_arguments()
@argument("name", metavar="NAME", help="what it is called on globalThis")
@argument(
    "--opt",
    type=int,
    choices=(0, 1, 2, 3),
    metavar="LEVEL",
    default=2,
    help="optimizer level of the C compiler, 0 to 3; 2 unless given",
)
@argument("--std", metavar="STD", default="", help="language standard, such as c11")
@argument("--cplus", action="store_true", help="let Cython make C++ of it")
@argument(
    "--cflags",
    metavar='"WORDS"',
    action="append",
    default=[],
    help='words for the compiler, in quotes: --cflags "-O3 -march=native"',
)
@argument(
    "--libs",
    metavar="LIB",
    nargs="+",
    action="extend",
    default=[],
    help='libraries to link: --libs m z, or words in quotes: --libs "-L/opt/lib -lz"',
)
@argument(
    "--include",
    metavar="DIR",
    nargs="+",
    action="extend",
    default=[],
    help="folders of headers, besides the current one",
)
@argument(
    "--source",
    metavar="FILE",
    nargs="+",
    action="extend",
    default=[],
    help="C or C++ files to compile into the module",
)
@argument(
    "--pkg-config",
    metavar="NAME",
    nargs="+",
    action="extend",
    default=[],
    help="packages that pkg-config knows the flags of",
)
@argument("--openmp", action="store_true", help="for cython.parallel.prange")
@argument("--numpy", action="store_true", help="for cimport numpy")
@argument("--annotate", action="store_true", help="show Cython's annotated source")
@argument("--file", metavar="PATH", help="build this file; the cell has no code then")
@argument(
    "--save",
    metavar="DIR",
    help="also make of the cell a package that pip installs, in this folder",
)
@argument("--force", action="store_true", help="--save writes over other files there")
@argument(
    "--time",
    metavar="CALL",
    help='time a call such as "sum(data)" against the JavaScript function sum',
)
async def jsvm_native(call: Call, line: str, body: str) -> Outcome:
    """Build the cell's Cython and put its functions on globalThis under a name.

    Running the cell again replaces the module. Functions of C types that are `nogil`
    are called without Python.
    """
    options = parse_argstring(jsvm_native, line)
    if options.force and options.save is None:
        raise MagicError("--force is for --save DIR", name="UsageError")
    source = source_of(call, options, body)
    # What is timed is what the notebook will run from then on, and what is saved is
    # made of the files that the C compiler has read.
    if options.time is None and options.save is None:
        quick = _may_be_quick(call, source)
        source = msgspec.structs.replace(source, quick=quick)
    text = call.cell_text if options.file is None else source.code
    result = await build(call, source)
    facts = _facts(result, line, options.name)
    outcome = await _load(call, source, result, facts, text)
    if outcome.error is not None and _is_gone(result):
        # Another kernel has cleared the cache between the build and the load.
        result = await build(call, source)
        facts = _facts(result, line, options.name)
        outcome = await _load(call, source, result, facts, text)
    if outcome.error is None:
        call.print("\n".join(summary(result)))
        show_annotation(call, result)
        if result.quick:
            behind = msgspec.structs.replace(source, quick=False)
            call.get_follower().follow(call, behind, result, facts)
        if options.save:
            folder = Path(unquoted(options.save))
            _save(call, source, result, folder, force=options.force)
        if options.time is not None:
            wanted = unquoted(options.time)
            return await call.client.time_native(call.cell, result.name, wanted)
    return outcome


async def _load(
    call: Call, source: NativeSource, result: BuildResult, facts: BuildFacts, text: str
) -> Outcome:
    """Have the session load what was built; tracebacks show lines of `text`."""
    # Both are there when there are no errors.
    assert result.path is not None and result.module is not None
    return await call.client.load_module(
        call.cell,
        name=result.name,
        path=result.path,
        module=result.module,
        needs=[(each.module, each.path) for each in result.needs],
        built=facts,
        cell_name=source.cell,
        source=text,
    )


def _is_gone(result: BuildResult) -> bool:
    """Whether a file of a build that could not be loaded is not there."""
    files = [result.path or "", *(each.path for each in result.needs)]
    return not all(Path(file).is_file() for file in files)


def _may_be_quick(call: Call, source: NativeSource) -> bool:
    """Whether tcc's build will do until the C compiler's is there."""
    try:
        setting = call.settings["native_tcc"]
    except SettingError as error:
        raise MagicError(str(error), name="SettingError") from None
    if setting != "auto":
        return setting == "on"
    return not why_not_quick(source) and not keeps_state(source.code)


def _save(
    call: Call, source: NativeSource, result: BuildResult, folder: Path, *, force: bool
) -> None:
    folder = folder.expanduser().absolute()
    try:
        written = save_package(source, result, folder, force=force)
    except TemplateError as error:
        raise MagicError(f"the cell is not saved: {error}") from None
    call.print(told(folder, written))


def _facts(result: BuildResult, line: str, name: str) -> BuildFacts:
    """Say how a module was built, for its list."""
    return BuildFacts(
        compiler=result.compiler,
        options=" ".join(word for word in line.split() if word != name),
        cached=result.cached,
        translate_s=result.translate_s,
        compile_s=result.compile_s,
        exchangeable=result.exchangeable,
        note=_note(result),
    )


def _note(result: BuildResult) -> str:
    if not result.quick:
        return f"not by tcc: {result.not_quick}" if result.not_quick else ""
    if result.exchangeable:
        return "the C compiler's build takes its place when it is there"
    return (
        "it keeps state or has classes, so the C compiler's build is used when the "
        "cell runs again"
    )
