"""Every notebook runs from top to bottom on the kernel and shows what it promises."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
pytestmark = pytest.mark.timeout(300)


def executed(name: str) -> list[Any]:
    """The code cells of a notebook after a run in its own folder."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOKS)}}
    ).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(cell: Any) -> str:
    """All that a cell shows, as text, without colours."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            parts.append(output.text)
        elif output.output_type == "error":
            parts.extend(output.traceback)
        else:
            parts.append(output.data["text/plain"])
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(parts))


def test_the_tour(cc: str) -> None:
    cells = executed("01_tour.ipynb")
    by_source = {cell.source.splitlines()[0]: texts(cell) for cell in cells}
    assert "[ 'Mercury', 'Earth', 'Mars' ]" in by_source["const planets = ["]
    assert "Map(3)" in texts(cells[1])
    assert texts(cells[1]).index("waiting …") < texts(cells[1]).index("Map(3)")
    assert "12.566370614359172" in by_source["class Circle {"]
    error = by_source["function moonsOf(name) {"]
    assert error.splitlines()[-1].startswith("TypeError: ")
    assert "3 |   return planet.moons" in error
    assert "^" in error
    assert "at moonsOf (In[4]:3:" in error
    assert by_source['moonsOf("Mars")'] == "2"
    assert "Earth has 1 moon\n6765" in texts(cells[6]).replace("\n\n", "\n")
    wrong_argument = by_source['fast.fibonacci("twenty")']
    for part in ("fast.fibonacci", "'n'", "int32", '"twenty"'):
        assert part in wrong_argument
    assert "arrays of one length expected" in texts(cells[8])
    assert "times faster" in texts(cells[9])
    assert texts(cells[9]).rstrip().endswith("true")
    assert "quickjs-ng" in texts(cells[10])


def test_every_day() -> None:
    by_source: dict[str, Any] = {}
    for cell in executed("03_every_day.ipynb"):
        by_source[cell.source.splitlines()[0]] = cell
    shown = {line: texts(cell) for line, cell in by_source.items()}
    station = shown["class Station {"]
    assert station.startswith("<ref *1> Station {")
    assert "self: [Circular *1]" in station
    assert "mean" not in station
    table = by_source["const cities = ["].outputs[0].data
    assert "<td" in table["text/html"]
    picture = by_source["const size = 96"].outputs[0].data
    assert base64.b64decode(picture["image/png"]).startswith(b"\x89PNG")
    (loaded,) = by_source[
        'display(jupyter.markdown("**Loading** …"), { id: "state" })'
    ].outputs
    assert loaded.data["text/markdown"] == "**Loaded**"
    assert shown["%%ts"] == "[ 'Oslo' ]"
    fetched = shown['const reply = await fetch("data:application/json,[1,2,3]")']
    assert "application/json [ 1, 2, 3 ] https://example.org/b?q=1#x" in fetched
    assert "DOMException [TimeoutError]" in fetched
    assert shown["%%jsvm_env small"].endswith("InternalError: out of memory")
    assert "small" in shown["%jsvm_env"]
    assert "good day from the shell\nand from JavaScript" in shown[
        "%env GREETING=good day"
    ].replace("\n\n", "\n")
    assert "Wall time: " in shown["%%time"]
    assert "Station" in shown["%whos"]
    slider, bar = by_source["const slider = jupyter.widget({"].outputs
    for output in (slider, bar):
        assert "application/vnd.jupyter.widget-view+json" in output.data


def test_the_kernel_is_the_one_the_notebooks_name() -> None:
    for path in NOTEBOOKS.glob("*.ipynb"):
        assert nbformat.read(path, as_version=4).metadata.kernelspec.name == "jsvm"
