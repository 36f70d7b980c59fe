"""What lies in native_modules/ and templates/ builds and does what it says."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.timeout(300)


def run_cells(*sources: str) -> list[str]:
    """The text/plain results of the cells that have one, in one session."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, timeout=240, kernel_name="jsvm")
    client.execute(cwd=str(ROOT))
    return [
        output.data["text/plain"]
        for cell in notebook.cells
        for output in cell.outputs
        if output.output_type == "execute_result"
    ]


def test_stats(cc: str) -> None:
    module = (ROOT / "native_modules/stats.pyx").read_text()
    results = run_cells(
        f"%%jsvm_native stats\n{module}",
        "const a = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9); stats.mean(a)",
        "stats.variance(a).toFixed(6)",
        "stats.correlation(a, a.map(x => 3 - 2 * x))",
        "JSON.stringify([...stats.extent(a)])",
        "stats.extent(new Float64Array(0))",
        "stats.mean(new Float64Array(0))",
        "try { stats.correlation(a, a.subarray(1)) } catch (e) { e.message }",
    )
    assert results[:6] == ["5", "'4.571429'", "-1", "'[2,9]'", "null", "NaN"]
    assert "arrays of one length expected, got 8 and 7" in results[6]


def test_the_cell_template(cc: str) -> None:
    results = run_cells(
        (ROOT / "templates/cell/native_cell.pyx").read_text(),
        "mymodule.scale(2, 21)",
        "const a = new Float64Array(3); mymodule.fill(a, 7); a.join()",
        "mymodule.greet('you')",
        "const counter = new mymodule.Counter(10); counter.add(5); counter.count",
        "try { mymodule.greet('') } catch (e) { e.message }",
    )
    assert results[:4] == ["42", "'7,7,7'", "'Hello, you!'", "15"]
    assert "name is empty" in results[4]


def test_the_package_holds_the_templates() -> None:
    installed = files("jsvm_kernel").joinpath("templates/cell/native_cell.pyx")
    source = ROOT / "templates/cell/native_cell.pyx"
    assert installed.read_text() == source.read_text()
