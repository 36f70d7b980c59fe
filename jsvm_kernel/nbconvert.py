"""A notebook as a script: ``jupyter nbconvert --to script``.

What only a notebook knows becomes a comment: magics, commands, native modules, help,
and the text between cells. TypeScript cells lose their types, so that one file in one
language is left.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter

from .host.typescript import TypeScriptError, strip_types
from .kernel.source import CellMagic, Question, Script, read_cell


class JavaScriptExporter(Exporter):
    """Writes a notebook of JavaScript cells as one .js file."""

    export_from_notebook = "Script"
    output_mimetype = "text/javascript"

    def _file_extension_default(self) -> str:
        return ".js"

    def from_notebook_node(
        self, nb: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Give the script's text, and the resources as nbconvert wants them."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        parts = [_script_of(cell) for cell in nb.cells if cell.source.strip()]
        return "\n".join(f"{part}\n" for part in parts), resources


def _script_of(cell: Any) -> str:
    source: str = cell.source
    if cell.cell_type != "code":
        return _comment(source)
    return f"// In[{cell.execution_count or ' '}]:\n{_javascript_of(source)}"


def _javascript_of(source: str) -> str:
    content = read_cell(source)
    if isinstance(content, Script):
        lines = source.split("\n")
        for magic in content.magics:
            lines[magic.line] = _comment(lines[magic.line])
        return "\n".join(lines)
    if isinstance(content, CellMagic) and content.name == "time":
        return content.body
    if isinstance(content, CellMagic) and content.name == "ts":
        try:
            return strip_types(content.body, cell=True)
        except TypeScriptError as error:
            return f"// {error}\n{_comment(source)}"
    assert isinstance(content, CellMagic | Question)
    return _comment(source)


def _comment(text: str) -> str:
    return "\n".join(f"// {line}".rstrip() for line in text.split("\n"))
