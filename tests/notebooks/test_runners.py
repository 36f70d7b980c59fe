"""Notebooks in the hands of other programs: papermill, nbconvert, the console."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

METADATA = {
    "kernelspec": {"name": "jsvm", "display_name": "JS", "language": "javascript"},
    "language_info": {"name": "javascript", "file_extension": ".js"},
}


def write(folder: Path, *cells: nbformat.NotebookNode) -> Path:
    path = folder / "in.ipynb"
    nbformat.write(new_notebook(cells=list(cells), metadata=METADATA), path)
    return path


def jupyter(*words: str, cwd: Path, **options: object) -> str:
    """Run `python -m …` and give its output; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=100,
        **options,  # type: ignore[call-overload]
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def texts(path: Path) -> list[str]:
    notebook = nbformat.read(path, as_version=4)
    return [
        output["data"]["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "execute_result"
    ]


# ---- papermill ---------------------------------------------------------------------


@pytest.fixture
def translator() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # papermill's own imports warn
        # papermill loads our entry point itself, and with it comes the translator.
        import papermill.engines  # noqa: F401
        from papermill.translators import papermill_translators
    return papermill_translators.find_translator("jsvm", "javascript")


def test_papermill_gives_a_notebook_its_parameters(
    tmp_home: Path, tmp_path: Path
) -> None:
    write(
        tmp_path,
        new_code_cell(
            "const alpha = 1;\nlet name = 'none'; // who\nlet more",
            metadata={"tags": ["parameters"]},
        ),
        new_code_cell("JSON.stringify([alpha, name, more])"),
    )
    given = 'alpha: 0.5\nname: "a\\"b\\n€"\nmore: {list: [1, null, true], deep: {}}'
    jupyter("papermill", "in.ipynb", "out.ipynb", "-y", given, cwd=tmp_path)
    (text,) = texts(tmp_path / "out.ipynb")
    assert text == ('\'[0.5,"a\\\\"b\\\\n€",{"list":[1,null,true],"deep":{}}]\'')


def test_papermill_tells_what_parameters_there_are(
    tmp_home: Path, tmp_path: Path
) -> None:
    write(
        tmp_path,
        new_code_cell(
            "let alpha: number = 1; // how much\nconst b = [1, 2]\nalpha + 1",
            metadata={"tags": ["parameters"]},
        ),
    )
    told = jupyter("papermill", "--help-notebook", "in.ipynb", cwd=tmp_path)
    assert "alpha: number (default 1)" in told
    assert "how much" in told
    assert "b: Unknown type (default [1, 2])" in told


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (2**53, "9007199254740992n"),
        (-(2**64), "-18446744073709551616n"),
        (1e300, "1e+300"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        ('a"\\\n</script>', '"a\\"\\\\\\n</script>"'),
        ([1, [2], ()], "[1, [2], []]"),
        ({"a b": {"c": 1}, 2: "x"}, '{"a b": {"c": 1}, "2": "x"}'),
        ({"__proto__": 1}, '{["__proto__"]: 1}'),
        (Path("x"), '"x"'),
    ],
)
def test_a_parameter_is_written_as_javascript(
    translator: Any, value: object, text: str
) -> None:
    assert translator.translate(value) == text


def test_a_cell_of_parameters_is_read_line_by_line(translator: Any) -> None:
    cell = {
        "source": "// let no = 1\nlet a = 'x = y';\nconst $b: number[] = [1] // help"
        "\nlet u = 'a://b' // c"
    }
    assert [tuple(parameter) for parameter in translator.inspect(cell)] == [
        ("a", "None", "'x = y'", ""),
        ("$b", "number[]", "[1]", "help"),
        ("u", "None", "'a://b'", "c"),
    ]


# ---- nbconvert ---------------------------------------------------------------------


def test_nbconvert_writes_a_script(tmp_home: Path, tmp_path: Path) -> None:
    write(
        tmp_path,
        new_markdown_cell("# Title\n\ntext"),
        new_code_cell("%cd x\n!ls\nconst a = 1", execution_count=3),
        new_code_cell("%%ts\nconst b: number = a"),
        new_code_cell("%%time\na + b"),
        new_code_cell("%%jsvm_native fast\ncpdef int f():\n    return 1"),
        new_code_cell("a?"),
        new_code_cell(""),
    )
    jupyter("nbconvert", "--to", "script", "in.ipynb", cwd=tmp_path)
    assert (tmp_path / "in.js").read_text() == (
        "// # Title\n//\n// text\n"
        "\n// In[3]:\n// %cd x\n// !ls\nconst a = 1\n"
        "\n// In[ ]:\nconst b         = a\n"
        "\n// In[ ]:\na + b\n"
        "\n// In[ ]:\n// %%jsvm_native fast\n// cpdef int f():\n//     return 1\n"
        "\n// In[ ]:\n// a?\n"
    )


def test_nbconvert_executes_a_notebook_to_html(tmp_home: Path, tmp_path: Path) -> None:
    write(
        tmp_path,
        new_code_cell("console.log('printed'); [{ a: 1, b: 'x<y' }]"),
        new_code_cell("null.x"),
    )
    jupyter(
        *("nbconvert", "--execute", "--allow-errors", "--to", "html", "in.ipynb"),
        cwd=tmp_path,
    )
    page = (tmp_path / "in.html").read_text()
    assert "printed" in page
    assert "x&lt;y" in page
    assert "cannot read property 'x' of null" in page


# ---- the console and jupyter run -----------------------------------------------------


def test_the_console_runs_lines(tmp_home: Path, tmp_path: Path) -> None:
    told = jupyter(
        *("jupyter_console", "--kernel", "jsvm", "--simple-prompt"),
        cwd=tmp_path,
        input="const f = (x) => x * 7\nf(6)\nf(6",
    )
    assert "Out[2]: 42" in told


def test_jupyter_run_runs_a_file(tmp_home: Path, tmp_path: Path) -> None:
    script = tmp_path / "a.js"
    script.write_text("console.log('from a file', 6 * 7)\n")
    told = jupyter(
        *("jupyter", "run", "--kernel", "jsvm", str(script)),
        cwd=tmp_path,
    )
    assert told.strip() == "from a file 42"
