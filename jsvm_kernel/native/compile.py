"""C source in, extension module out: one run of the C compiler, read and mapped."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

from .diagnostics import Diagnostic, Severity, line_of
from .source import NativeOptions, NativeSource
from .toolchain import NO_FLAGS, Flags, Toolchain

_MESSAGE = re.compile(
    r"^(?P<file>[^\n]+?):(?P<line>\d+):(?:(?P<column>\d+):)? "
    r"(?P<kind>fatal error|error|warning): (?P<text>.*)$",
    re.MULTILINE,
)
_LINKER = re.compile(
    r"^(?:\S*ld(?:\.\w+)?: )?(?P<text>(?:[^\n:]*: )?(?:undefined reference|cannot find"
    r"|multiple definition|library not found).*)$",
    re.MULTILINE,
)
_ESCAPED = re.compile(r"\\U([0-9a-f]{8})")
_HEADERS = (
    "headers are found on the compiler's own search path, beside the notebook and in "
    "folders given with --include or --pkg-config"
)
_LIBRARIES = (
    "libraries are found on the linker's own path and in folders given as "
    '--libs "-L/folder -lname", or with --pkg-config'
)
_NUMPY = (
    "NumPy's headers are found with the option --numpy; typed memoryviews such as "
    "double[:] need none"
)
#: Only C++ has headers such as <vector>.
_CPLUS_HEADER = re.compile(r"(?:^|[ :])\w+: No such file")
_CPLUS = "the C++ library, as libcpp, is for cells with the option --cplus"
_QUOTED = re.compile(r"""['"‘“`]([^'"’”`]+)['"’”]|^([\w./+-]+): No such file""")


def compile_c(
    source: NativeSource,
    module: str,
    folder: Path,
    tools: Toolchain,
    flags: Flags = NO_FLAGS,
) -> list[Diagnostic]:
    """Compile `folder/module.c` to `folder/module.so`; an error means there is none.

    The C compiler's warnings about code that Cython made are left out; those about
    lines of the cell are kept.
    """
    output = folder / f"{module}.so"
    options = source.options
    c_file = folder / f"{module}.{options.suffix}"
    done = subprocess.run(
        # -MMD: it leaves .d files that say what it has read.
        [*tools.compile_line(c_file, output, options.optimize, flags), "-MMD"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # The messages are parsed.
        env={**os.environ, "LC_ALL": "C"},
    )
    found = read_messages(done.stdout, source, c_file.read_text("utf-8"))
    if done.returncode == 0 and output.is_file():
        return [diagnostic for diagnostic in found if diagnostic.severity != "error"]
    if not any(diagnostic.severity == "error" for diagnostic in found):
        found.append(Diagnostic(severity="error", message=_failure(done)))
    return found


def _failure(done: subprocess.CompletedProcess[str]) -> str:
    """What to say of a compiler that failed without a message that can be read."""
    tail = "\n".join(done.stdout.strip().splitlines()[-20:])
    how = f"ended with status {done.returncode}"
    if done.returncode < 0:
        how = f"was killed by {signal.Signals(-done.returncode).name}"
    return f"the C compiler ({done.args[0]}) {how}" + (f":\n{tail}" if tail else "")


def read_messages(output: str, source: NativeSource, c_text: str) -> list[Diagnostic]:
    """Turn the C compiler's output into diagnostics about the cell.

    Cython's #line directives say which line of the cell most C code belongs to. What
    they do not cover, C that the cell holds verbatim among it, is found by its text.
    """
    text = source.text
    c_lines = c_text.split("\n")
    found = []
    for match in _MESSAGE.finditer(output):
        severity: Severity = "warning" if match["kind"] == "warning" else "error"
        message, c_line = _readable(match["text"]), int(match["line"])
        if match["file"].removeprefix("./") == source.file_name:
            line: int | None = c_line
        elif _is_authors(match["file"], source):
            found.append(_in_file(match, severity, message))
            continue
        else:
            verbatim = c_lines[c_line - 1] if c_line <= len(c_lines) else ""
            line = _line_equal(verbatim, text) or _line_that_names(message, text)
        if line is None and severity == "error":
            message = f"{Path(match['file']).name}:{c_line}: {message}"
        if line is not None or severity == "error":
            found.append(_at(line, severity, message, text))
    for match in _LINKER.finditer(output):
        message = match["text"]
        found.append(_at(_line_that_names(message, text), "error", message, text))
    if hint := _hint([each.message for each in found], source.options):
        found.append(Diagnostic(severity="hint", message=hint))
    return list(dict.fromkeys(found))


def _hint(messages: list[str], options: NativeOptions) -> str:
    """What may help to find what the compiler or the linker has not found."""
    if any(message.startswith("cannot find -l") for message in messages):
        return _LIBRARIES
    missing = [message for message in messages if "No such file" in message]
    if any("numpy/" in message for message in missing):
        return _NUMPY
    if not options.cplus and any(map(_CPLUS_HEADER.search, missing)):
        return _CPLUS
    return _HEADERS if missing else ""


def _readable(message: str) -> str:
    """A message without the escapes of a compiler that is to write ASCII."""
    message = message.replace("\\'", "'")
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), message)


def _is_authors(file: str, source: NativeSource) -> bool:
    """Whether a file is one that the author has written: a source or a header."""
    path = Path(file)
    return path.is_absolute() and (
        file in source.options.sources
        or any(path.is_relative_to(f) for f in source.own_folders)
    )


def _in_file(match: re.Match[str], severity: Severity, message: str) -> Diagnostic:
    """Make a diagnostic about a file of the author."""
    line = int(match["line"])
    try:
        text = Path(match["file"]).read_text("utf-8", errors="replace")
    except OSError:
        text = ""
    column = int(match["column"]) if match["column"] else None
    return Diagnostic(
        severity=severity,
        message=message,
        file=Path(match["file"]).name,
        line=line,
        column=column,
        source_line=line_of(text, line),
    )


def _line_equal(c_line: str, text: str) -> int | None:
    """First line of the cell that reads like a line of the generated C."""
    wanted = c_line.strip()
    for number, line in enumerate(text.split("\n"), 1):
        if wanted and line.strip() == wanted:
            return number
    return None


def placed(diagnostic: Diagnostic, text: str) -> Diagnostic:
    """Give a message that names something of the cell the place where it stands."""
    line = _line_that_names(diagnostic.message, text)
    return _at(line, diagnostic.severity, diagnostic.message, text)


def _at(line: int | None, severity: Severity, message: str, text: str) -> Diagnostic:
    source_line = line_of(text, line or 0)
    if not source_line:
        return Diagnostic(severity=severity, message=message)
    return Diagnostic(
        severity=severity,
        message=message,
        line=line,
        column=_column(message, source_line),
        source_line=source_line,
    )


def _names(message: str) -> list[str]:
    """What a message quotes: identifiers, header names."""
    return [first or second for first, second in _QUOTED.findall(message)]


def _line_that_names(message: str, text: str) -> int | None:
    """First line of the cell with a name that a message about generated C quotes."""
    for name in _names(message):
        for number, line in enumerate(text.split("\n"), 1):
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line):
                return number
    return None


def _column(message: str, source_line: str) -> int:
    """Column of the name a message quotes; else of the line's first character.

    The column that the C compiler gives is one of the generated C.
    """
    for name in _names(message):
        if found := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", source_line):
            return found.start() + 1
    return len(source_line) - len(source_line.lstrip()) + 1
