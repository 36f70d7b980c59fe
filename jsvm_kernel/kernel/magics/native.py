"""The magic that turns a Cython cell into a native module of JavaScript."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ...native.client import BuilderError
from ...native.diagnostics import render
from ...native.result import BuildResult
from ...native.save import save_package
from ...native.signatures import declared
from ...native.source import NativeOptions, NativeSource
from ...native.templates import TemplateError
from ...session.messages import Outcome
from ...session.native_messages import BuildFacts
from ..new import told
from .arguments import argument, magic_arguments, parse_argstring
from .call import Call, MagicError


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
    and `noexcept` are called without Python.
    """
    options = parse_argstring(jsvm_native, line)
    source = NativeSource(
        name=options.name,
        code=body,
        options=NativeOptions(optimize=options.opt),
        cell=call.cell_name,
        line_offset=call.lines_above,
    )
    try:
        result = await call.get_builder().build(source)
    except BuilderError as error:
        raise MagicError(str(error), name=type(error).__name__) from None
    _show_diagnostics(call, result)
    # Both are there when there are no errors.
    assert result.path is not None and result.module is not None
    outcome = await call.client.load_module(
        call.cell,
        name=result.name,
        path=result.path,
        module=result.module,
        needs=[(each.module, each.path) for each in result.needs],
        built=_facts(result, line, options.name),
        cell_name=call.cell_name,
        source=call.cell_text,
    )
    if outcome.error is None:
        call.print("\n".join(_summary(result)))
        if options.save:
            _save(call, source, result, Path(options.save), force=options.force)
        if options.time is not None:
            wanted = options.time.strip("\"'")
            return await call.client.time_native(call.cell, result.name, wanted)
    return outcome


def _save(
    call: Call, source: NativeSource, result: BuildResult, folder: Path, *, force: bool
) -> None:
    folder = folder.expanduser().absolute()
    try:
        written = save_package(source, result.description, folder, force=force)
    except TemplateError as error:
        raise MagicError(f"the cell is not saved: {error}") from None
    call.print(told(folder, written))


def _show_diagnostics(call: Call, result: BuildResult) -> None:
    """Show warnings on stderr; errors end the cell."""
    errors = [d for d in result.diagnostics if d.severity == "error"]
    if result.ok:
        if result.diagnostics:
            call.warn(render(result.diagnostics, call.cell_name))
        return
    first = errors[0].message if errors else "the module was not built"
    lines = tuple(render(result.diagnostics, call.cell_name).split("\n"))
    raise MagicError(first, name="CompileError", lines=lines)


def _facts(result: BuildResult, line: str, name: str) -> BuildFacts:
    """Say how a module was built, for its list."""
    return BuildFacts(
        compiler=result.compiler,
        options=" ".join(word for word in line.split() if word != name),
        cached=result.cached,
        translate_s=result.translate_s,
        compile_s=result.compile_s,
    )


def _summary(result: BuildResult) -> list[str]:
    described = msgspec.to_builtins(result.description)
    took = result.translate_s + result.compile_s
    how = "found built" if result.cached else f"built in {took:.1f} s"
    return [
        f"{result.name}: {how}",
        *(f"  {declared(each)}" for each in described["functions"]),
    ]
