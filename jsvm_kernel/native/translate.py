"""Cython source in, C source out. The one module that imports Cython's compiler.

Cython is imported by the first call, not with the module: an answer from the cache
needs none of it. What a cell exports is read on the way: when all declarations have
types, its signatures; when all expressions have, whether its direct functions are safe.
"""

from __future__ import annotations

import importlib
import io
import re
from pathlib import Path
from typing import IO, Any, NamedTuple

from .analysis import Exports, analyse, direct_exports
from .diagnostics import Diagnostic, Severity, has_error, line_of
from .glue import CYTHON, c_glue
from .result import Description
from .source import NativeSource

_SEVERITIES: dict[str, Severity] = {
    "warning: ": "warning",
    "note: ": "hint",
    "performance hint: ": "hint",
}
_GLUE_NAME = "jsvm"
# Used once at the worker's start: touches what the first translation of a process
# spends its time on, scalars and typed memoryviews.
_WARM_UP = """
cpdef double add(double x, double y) noexcept nogil:
    return x + y

def total(const double[:] values, str name):
    cdef double sum = 0
    for i in range(values.shape[0]):
        sum += values[i]
    return sum, name
"""


class Translation(NamedTuple):
    """Outcome of a translation: a C file exists if no diagnostic is an error."""

    description: Description
    diagnostics: list[Diagnostic]


def translate(
    source: NativeSource, module: str, folder: Path, *, shared: str = ""
) -> Translation:
    """Write `folder/module.c` (or .cpp) for a source that `check_source` found sound.

    It imports Cython's utilities from the module `shared`, or holds them itself.
    """
    text = source.text
    reader = _Reader(text)
    messages = _run(source, text, module, folder, reader, shared=shared)
    found = reader.found
    if found is None or has_error(messages):
        return Translation(Description(), messages)
    _append(folder / f"{module}.{source.options.suffix}", found)
    messages += _ignored_comments(text)
    if found.description.is_empty:
        why = "the module exports nothing: declare a function with def or cpdef"
        messages.append(Diagnostic(severity="warning", message=why))
    return Translation(found.description, messages)


def warm_up(folder: Path) -> None:
    """Load the compiler and translate a small module, so that the next is fast."""
    translate(NativeSource(name="warm_up", code=_WARM_UP), "warm_up", folder)


def _ignored_comments(text: str) -> list[Diagnostic]:
    """Warn of settings that Cython's own build tools would have read."""
    return [
        Diagnostic(
            severity="warning",
            message="distutils comments have no effect here: see the magic's options",
            line=number,
            column=1,
            source_line=line,
        )
        for number, line in enumerate(text.split("\n"), 1)
        if re.match(r"#\s*distutils\s*:", line)
    ]


class _Reader:
    """Stages that we add to Cython's pipeline: they read what the module exports."""

    def __init__(self, text: str) -> None:
        self.found: Exports | None = None
        self.problems: list[Diagnostic] = []
        self.start = (0, 0)
        self._text = text

    def insert_into(self, pipeline: list[Any]) -> list[Any]:
        transforms = _compiler("ParseTreeTransforms")
        parse, *others = pipeline
        stages = [parse, self.add_glue]
        for stage in others:
            stages.append(stage)
            if isinstance(stage, transforms.AnalyseDeclarationsTransform):
                stages.append(self.read_signatures)
            elif isinstance(stage, transforms.GilCheck):
                stages.append(self.check_views)
        return stages

    def add_glue(self, module: Any) -> Any:
        """Put the glue's statement behind the author's, which it never mixes with."""
        glue = _compiler("TreeFragment").parse_from_strings(_GLUE_NAME, CYTHON)
        statements = [module.body, glue.body]
        self.start = module.pos[1:]
        module.body = _compiler("Nodes").StatListNode(module.pos, stats=statements)
        return module

    def read_signatures(self, module: Any) -> Any:
        errors = _compiler("Errors")
        if errors.get_errors_count() == 0:
            self.found = analyse(module, self._text, _expression_text)
            self.problems = self.found.problems
        if self.found is None or has_error(self.problems):
            raise errors.AbortError("the module cannot be exported")
        return module

    def check_views(self, module: Any) -> Any:
        """Call functions of arrays by Python where views could outlive the call."""
        if _compiler("Errors").get_errors_count() == 0:
            assert self.found is not None
            self.found = direct_exports(self.found, module, self._text)
            self.problems = self.found.problems
        return module


def _expression_text(node: Any) -> str:
    """The source text of an expression, as Cython would write it."""
    writer = importlib.import_module("Cython.CodeWriter").ExpressionWriter
    return str(writer(allow_unknown_nodes=True).write(node))


def _append(c_file: Path, found: Exports) -> None:
    """Put the module's C glue behind what Cython wrote."""
    with c_file.open("r+", encoding="utf-8") as file:
        lines = file.read().count("\n")
        file.write(c_glue(found, line=lines + 1, file_name=c_file.name))


def _run(
    source: NativeSource,
    text: str,
    module: str,
    folder: Path,
    reader: _Reader,
    *,
    shared: str,
) -> list[Diagnostic]:
    """Run Cython's pipeline; return its messages and those of the reader."""
    errors, main, pipelines = map(_compiler, ("Errors", "Main", "Pipeline"))
    path = folder / f"{module}.pyx"
    path.write_text(text, encoding="utf-8")
    options = _compiler("Options").CompilationOptions(
        _compiler("Options").default_options,
        language_level=3,
        emit_linenums=True,
        include_path=[str(folder) for folder in source.folders],
        cplus=source.options.cplus,
        annotate="default" if source.options.annotate else None,
        # Wanted by who asks where Python is used; for others they are noise.
        compiler_directives={"show_performance_hints": source.options.annotate},
        errors_to_stderr=False,
        shared_utility_qualified_name=shared or None,
        output_file=str(folder / f"{module}.{source.options.suffix}"),
    )
    options.configure_language_defaults("pyx")
    context = main.Context.from_options(options)
    unit = main.CompilationSource(
        _cell_descriptor(path, source.file_name),
        _compiler("StringEncoding").EncodedString(module),
        str(folder),
    )
    result = main.create_default_resultobj(unit, options)
    pipeline = pipelines.create_pyx_pipeline(context, options, result)
    listing = io.StringIO()
    context.setup_errors(options, result)
    errors.threadlocal.cython_errors_listing_file = _Keep(listing)
    error, _ = pipelines.run_pipeline(reader.insert_into(pipeline), unit)
    failed = error is not None or errors.get_errors_count() > 0
    context.teardown_errors(error, options, result)
    messages = _read_listing(listing.getvalue(), source, text, reader.start)
    messages += reader.problems
    if failed and not has_error(messages):
        messages.append(Diagnostic(severity="error", message=f"Cython failed: {error}"))
    return messages


class _Keep:
    """A listing file that outlives Cython's closing of it; one write per message."""

    def __init__(self, listing: io.StringIO) -> None:
        self._listing = listing

    def write(self, text: str) -> None:
        # A message may hold line breaks; the NUL says where the next one begins.
        self._listing.write(text.rstrip("\n") + "\0")

    def close(self) -> None:
        pass


def _compiler(module: str) -> Any:
    """Import a module of Cython's compiler, which has no types worth the name."""
    return importlib.import_module(f"Cython.Compiler.{module}")


def _cell_descriptor(path: Path, name: str) -> Any:
    """Cython's notion of a source file, that calls itself `name` wherever it shows."""
    base: Any = _compiler("Scanning").FileSourceDescriptor

    class CellDescriptor(base):  # type: ignore[misc]
        def get_description(self) -> str:
            return name

        def get_error_description(self) -> str:
            return name

        def get_filenametable_entry(self) -> str:
            return name

        def get_relative_path(self) -> Path:
            return Path(name)

        def get_file_object(
            self, encoding: object = None, error_handling: str | None = None
        ) -> IO[str]:
            # A cell is text: a coding cookie in it has nothing to say.
            return path.open(encoding="utf-8", errors=error_handling)

    return CellDescriptor(str(path), name)


def _read_listing(
    listing: str, source: NativeSource, text: str, start: tuple[int, int]
) -> list[Diagnostic]:
    """Turn the texts that Cython lists into diagnostics, in the order of lines."""
    place = re.compile(rf"^{re.escape(source.file_name)}:(\d+):(\d+): ", re.MULTILINE)
    found = []
    for message in dict.fromkeys(listing.split("\0")):
        if not message.strip():
            continue
        severity: Severity = "error"
        for prefix, kind in _SEVERITIES.items():
            if message.startswith(prefix):
                message, severity = message.removeprefix(prefix), kind
        match = place.search(message)
        if _is_of_added_code(message, match, start):
            continue
        if match is None:
            why = message.strip()
            found.append(Diagnostic(severity=severity, message=why))
            continue
        line = int(match[1])
        found.append(
            Diagnostic(
                severity=severity,
                message=_without_crash_dump(message[match.end() :].strip()),
                line=line,
                column=int(match[2]) + 1,
                source_line=line_of(text, line),
            )
        )
    return sorted(found, key=lambda d: (d.line or 0, d.column or 0))


def _is_of_added_code(
    message: str, match: re.Match[str] | None, start: tuple[int, int]
) -> bool:
    """Whether a message is about statements that Cython or we put behind the author's.

    A module that ends with `raise` never reaches them. Cython's own stand where the
    module starts, where nothing of the author's can be out of reach.
    """
    if match is None:
        return message.startswith(f"{_GLUE_NAME}:")
    place = int(match[1]), int(match[2])
    return place == start and message[match.end() :].strip() == "Unreachable code"


def _without_crash_dump(message: str) -> str:
    """What an author can use of Cython's report of its own failure: not the tree."""
    if not message.startswith("Compiler crash in "):
        return message
    cause = message.splitlines()[-1]
    if cause.startswith("RecursionError"):
        return "the code is nested too deeply for Cython: split the expression in parts"
    return f"Cython failed ({message.splitlines()[0]}): {cause}"
