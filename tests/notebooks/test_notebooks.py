"""Every notebook runs from top to bottom on the kernel and shows what it promises."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import sys
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


@pytest.fixture
def vec(cc: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package native_modules/vec, installed where the kernel looks."""
    source = tmp_path / "vec"
    built = shutil.ignore_patterns("build", "*.so", "*.egg-info", "*.d.ts")
    shutil.copytree(NOTEBOOKS.parent / "native_modules/vec", source, ignore=built)
    offline = ("--no-build-isolation", "--no-deps", "--no-index", "--quiet")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *offline, "--target", "site", "./vec"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))


def test_native_cells(vec: None) -> None:
    cells = executed("02_native.ipynb")
    shown = {cell.source.splitlines()[0]: texts(cell) for cell in cells}

    def holding(text: str) -> str:
        return next(texts(cell) for cell in cells if text in cell.source)

    greetings = shown['console.log(first.greet("Ada"))']
    assert greetings == "Hello, Ada!\nBravo, Bravo, Ada!\n\n5"
    wrong = shown['first.hypotenuse(3, "4")']
    assert "hypotenuse: parameter 'b' expects a number, got the string '4'" in wrong
    unknown = shown['first.greet("Ada", { time: 2 })']
    assert "there is no option 'time'; there are greeting, times" in unknown
    (picture,) = (cell for cell in cells if "jupyter.image" in cell.source)
    png = base64.b64decode(picture.outputs[0].data["image/png"])
    assert png.startswith(b"\x89PNG")
    assert len(png) > 5000  # one colour would be a few hundred
    assert holding("pictures.trace") == "6"
    assert holding("new shapes.Circle(2)") == "disc of area 12.57 true 1\n\n2"
    assert holding("class Ring extends") == "'9.425'"
    called = holding("solve.primes(30)")
    assert called.startswith("1.41421356237")
    primes = re.search(r"\[([\d,\s]+)\]", called)
    assert primes
    assert re.sub(r"\s", "", primes[1]) == "2,3,5,7,11,13,17,19,23,29"
    assert called.endswith("{ any: 'thing' }")
    caught = holding("instanceof bank.Overdrawn")
    assert caught.startswith("true 20 is more than 10\n")
    assert "Python saw: RangeError: from JavaScript" in caught
    thrown = holding("account.take(11)")
    assert "raise Overdrawn" in thrown
    assert thrown.index("at bank.withdraw") < thrown.index("at take")
    assert thrown.splitlines()[-1] == "Overdrawn: 11 is more than 10"
    assert "declination: -38.8 }\n\ntrue" in holding("sky.opposite(")
    assert holding("talk.count(2)") == "Python says hello\nC counts 1\nC counts 2\n"
    speed = holding("times faster")
    assert speed.rstrip().endswith("true")
    failed = holding("return total(a, b)")
    assert "undeclared name not builtin: total" in failed
    assert "3 |     return total(a, b)" in failed
    assert holding("fast.dot(Float64Array.of(1, 2)") == "11"
    assert holding('from "native:first"') == "13"
    assert holding("native:vec") == "Vec2(4, 5) 7\n"
    assert "native:vec" in shown["%jsvm_native list"]


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
