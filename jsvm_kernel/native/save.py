"""Makes a package of a cell: the same source, built with the same options.

What the source is made of besides its own text is copied into the package: files that
it cimports or includes, that the options name, and headers, but for those in folders of
the machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from .depends import cython_files
from .result import BuildResult
from .source import NativeOptions, NativeSource
from .templates import SUMMARY, TemplateError, check_name, render, write


def save_package(
    source: NativeSource, result: BuildResult, folder: Path, *, force: bool
) -> list[Path]:
    """Write the package of a source that was built; gives the files that changed.

    Raises TemplateError.
    """
    name = check_name(source.name)
    description = result.description
    # The test of the template is about the template's functions.
    exports = [function.name for function in description.functions]
    exports += [cls.name for cls in description.classes]
    copied = _copies(source, result.files, f"src/{name}")
    files: dict[str, str | bytes] = dict(
        render(
            "cython",
            name,
            over="cell_package",
            summary=description.doc.strip().partition("\n")[0] or SUMMARY,
            options=_chosen(source, copied),
            exports=[*exports, *description.constants],
        )
    )
    for path, copy in copied.items():
        files[copy] = path.read_bytes()
    files[f"src/{name}/{name}.pyx"] = source.code.strip("\n") + "\n"
    return write(folder, files, force=force)


def _copies(source: NativeSource, files: Iterable[str], into: str) -> dict[Path, str]:
    """Give the author's files, and the names of their copies in the package."""
    if not source.folder:
        return {}
    base = Path(source.folder)
    # A header is found from the folder that was named for it.
    roots = [base / name for name in source.options.include if _is_inner(name)]
    roots.append(base)
    machine = [name for name in source.options.include if not _is_inner(name)]
    copies: dict[Path, str] = {}
    for path in (*map(Path, files), *cython_files(source.text, source.folders)):
        if any(path.is_relative_to(Path(name).expanduser()) for name in machine):
            continue
        inner = next(
            (path.relative_to(r) for r in roots if path.is_relative_to(r)), path
        )
        if inner.is_absolute() or ".." in inner.parts:
            inner = Path(path.name)
        copy = f"{into}/{inner.as_posix()}"
        if copy in copies.values() and path not in copies:
            raise TemplateError(f"two files would be {copy} of the package: {path} too")
        copies[path] = copy
    return copies


def _chosen(source: NativeSource, copied: dict[Path, str]) -> dict[str, object]:
    """Give the options that are not as they are without a word, as a package has them.

    A file that was copied is the copy; what is found beside the source needs no folder.
    """
    base = Path(source.folder)
    given = source.options
    options = msgspec.structs.replace(
        given,
        annotate=False,
        include=tuple(name for name in given.include if not _is_inner(name)),
        sources=tuple(copied.get(base / name, name) for name in given.sources),
    )
    usual = NativeOptions()
    return {
        field: value
        for field in NativeOptions.__struct_fields__
        if (value := getattr(options, field)) != getattr(usual, field)
    }


def _is_inner(name: str) -> bool:
    """Whether a folder is meant from the cell's folder, not one of the machine."""
    return not Path(name).expanduser().is_absolute()
