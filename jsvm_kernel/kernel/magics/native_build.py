"""Building a native module for a cell: its options, its progress, its diagnostics."""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

from ...native.client import BuilderError
from ...native.diagnostics import render
from ...native.result import BuildResult
from ...native.source import NativeOptions, NativeSource
from .arguments import unquoted
from .call import Call, MagicError, current_folder

#: Builds that take less show no progress.
_PATIENCE_S: Final = 0.5
_STEP_S: Final = 0.5
#: Of Cython's page: a link to a file, which leads nowhere from a frame; how a line of
#: the source begins, and how high its head and a line are.
_RAW_OUTPUT: Final = re.compile(r"<p>Raw output:.*?</p>\n?")
_PAGE_LINE: Final = '<pre class="cython line'
_PAGE_HEAD_PX: Final = 150
_PAGE_LINE_PX: Final = 19


def options_of(given: argparse.Namespace) -> NativeOptions:
    """Read what the magic's options say of a build."""
    std = unquoted(given.std)
    if not re.fullmatch(r"[\w+:]*", std):
        raise MagicError(f"--std {std} is no language standard, such as c11")
    return NativeOptions(
        cplus=given.cplus,
        optimize=given.opt,
        std=std,
        cflags=tuple(map(unquoted, given.cflags)),
        libs=tuple(map(unquoted, given.libs)),
        include=tuple(map(unquoted, given.include)),
        sources=tuple(map(unquoted, given.source)),
        packages=tuple(map(unquoted, given.pkg_config)),
        openmp=given.openmp,
        numpy=given.numpy,
        annotate=given.annotate,
    )


def source_of(call: Call, given: argparse.Namespace, body: str) -> NativeSource:
    """Give what is to be built: the cell's body, or a file.

    Raises MagicError.
    """
    options = options_of(given)
    folder = str(current_folder() or "")
    if given.file is None:
        return NativeSource(
            name=given.name,
            code=body,
            options=options,
            cell=call.cell_name,
            line_offset=call.lines_above,
            folder=folder,
        )
    if body.strip():
        raise MagicError(
            "--file builds a file, and the cell has code below it: delete the code, or "
            "the option"
        )
    path = Path(folder, Path(unquoted(given.file)).expanduser())
    try:
        code = path.read_text("utf-8")
    except OSError as error:
        raise MagicError(f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise MagicError(f"{path} is no UTF-8 text: {error}") from None
    return NativeSource(
        name=given.name,
        code=code,
        options=options,
        cell=path.name,
        search=(str(path.parent),),
        folder=folder,
    )


async def build(call: Call, source: NativeSource) -> BuildResult:
    """Build a source, with a line of progress; show what the compilers say.

    Raises MagicError when there is no module.
    """
    try:
        async with _progress(call, source.name) as progress:
            result = await call.get_builder().build(source, progress.report)
    except BuilderError as error:
        raise MagicError(str(error), name=type(error).__name__) from None
    _show_diagnostics(call, result, source.cell)
    return result


def show_annotation(call: Call, result: BuildResult) -> None:
    """Show the HTML that Cython made of the source, in a frame of its own.

    The frame is as high as the lines at first, within bounds, and the user may drag it.
    """
    if result.annotation is None:
        return
    import html

    try:
        page = Path(result.annotation).read_text("utf-8")
    except OSError as error:
        raise MagicError(f"{result.annotation} can't be read: {error}") from None
    page = _RAW_OUTPUT.sub("", page)
    height = _PAGE_HEAD_PX + _PAGE_LINE_PX * page.count(_PAGE_LINE)
    frame = (
        f'<iframe srcdoc="{html.escape(page)}" sandbox="allow-scripts" '
        f'style="width: 100%; height: min({height}px, 30em); resize: vertical; '
        f'border: 0; background: white" '
        f'title="{result.name}, as Cython sees it"></iframe>'
    )
    text = f"{result.name}: Cython's annotation is in {result.annotation}"
    call.show({"text/html": frame, "text/plain": text})


class _Progress:
    """What the builder does now."""

    def __init__(self) -> None:
        self.doing = "starting"

    def report(self, what: str) -> None:
        """Take note of what the builder says."""
        self.doing = what


@asynccontextmanager
async def _progress(call: Call, name: str) -> AsyncIterator[_Progress]:
    """Show a line with the elapsed time while the block runs, if that takes long."""
    progress = _Progress()
    start = time.monotonic()
    shown = False

    async def show() -> None:
        nonlocal shown
        await asyncio.sleep(_PATIENCE_S)
        while True:
            if shown:
                call.clear()
            shown = True
            call.print(f"{name}: {progress.doing} ({time.monotonic() - start:.1f} s)")
            await asyncio.sleep(_STEP_S)

    task = asyncio.create_task(show())
    try:
        yield progress
    finally:
        task.cancel()
        if shown:
            call.clear()


def _show_diagnostics(call: Call, result: BuildResult, place: str) -> None:
    """Show warnings on stderr; errors end the cell."""
    errors = [d for d in result.diagnostics if d.severity == "error"]
    if result.ok:
        if result.diagnostics:
            call.warn(render(result.diagnostics, place))
        return
    first = errors[0].message if errors else "the module was not built"
    lines = tuple(render(result.diagnostics, place).split("\n"))
    raise MagicError(first, name="CompileError", lines=lines)


def summary(result: BuildResult) -> list[str]:
    """Say what was built, and what it offers."""
    from ...signatures import declared

    described = msgspec.to_builtins(result.description)
    took = result.translate_s + result.compile_s
    how = "found built" if result.cached else f"built in {took:.1f} s"
    return [
        f"{result.name}: {how}",
        *(f"  {declared(each)}" for each in described["functions"]),
        *(f"  class {each['name']}" for each in described["classes"]),
        *(f"  enum {each['name']}" for each in described["enums"]),
    ]
