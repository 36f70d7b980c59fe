"""Makes a package of a cell: the same source, built with the same options."""

from __future__ import annotations

from pathlib import Path

from .result import Description
from .source import NativeOptions, NativeSource
from .templates import SUMMARY, check_name, render, write


def save_package(
    source: NativeSource, description: Description, folder: Path, *, force: bool
) -> list[Path]:
    """Write the package of a source that was built; gives the files that changed.

    Raises TemplateError.
    """
    name = check_name(source.name)
    # The test of the template is about the template's functions.
    exports = [function.name for function in description.functions]
    exports += [cls.name for cls in description.classes]
    files = render(
        "cython",
        name,
        over="cell_package",
        summary=description.doc.strip().partition("\n")[0] or SUMMARY,
        options=_chosen(source.options),
        exports=[*exports, *description.constants],
    )
    files[f"src/{name}/{name}.pyx"] = source.code.strip("\n") + "\n"
    return write(folder, files, force=force)


def _chosen(options: NativeOptions) -> dict[str, object]:
    """Give the options that are not as they are without a word."""
    usual = NativeOptions()
    return {
        field: value
        for field in NativeOptions.__struct_fields__
        if (value := getattr(options, field)) != getattr(usual, field)
    }
