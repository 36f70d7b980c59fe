"""Packages rendered from templates: names, texts, and files that are in the way."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from jsvm_kernel.kernel.new import main
from jsvm_kernel.native.templates import TemplateError, render, templates, write


def test_a_package_has_what_pip_and_the_kernel_look_for() -> None:
    files = render("cython", "fast")
    project = tomllib.loads(files["pyproject.toml"])
    assert project["project"]["name"] == "fast"
    groups = project["project"]["entry-points"]
    assert groups == {"jsvm.modules": {"fast": "fast.fast"}}
    assert any(
        need.startswith("jsvm_kernel") for need in project["build-system"]["requires"]
    )
    assert "dependencies" not in project["project"]
    assert {"setup.py", "README.md", ".gitignore", "tests/test_fast.py"} <= set(files)
    assert "cpdef double scale" in files["src/fast/fast.pyx"]
    assert not [name for name, text in files.items() if "$" in name + text]


def test_what_is_rendered_keeps_to_the_rules_of_python(tmp_path: Path) -> None:
    names = ["function" * 3, "other" * 5, "third" * 4]
    write(tmp_path / "small", render("cython", "fast", options={"optimize": 3}))
    many = {"cflags": ("-DNAME=1", "-mavx2"), "openmp": True}
    files = render("cython", "fast", over="cell_package", options=many, exports=names)
    write(tmp_path / "large", files)
    for command in (["check", "--select=E,F,W"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_summary_stands_in_every_text_as_it_is() -> None:
    summary = 'Says "hi"\n\\ and ünïcode'
    files = render("cython", "fast", summary=summary)
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["description"] == 'Says "hi" \\ and ünïcode'


def test_options_are_arguments_of_the_extension() -> None:
    options = {"optimize": 3, "cflags": ["-DNAME=1", "-mavx2 -mfma"], "openmp": True}
    setup = ast.parse(render("cython", "fast", options=options)["setup.py"])
    call = next(
        node
        for node in ast.walk(setup)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "NativeExtension"
    )
    assert [ast.literal_eval(arg) for arg in call.args] == [
        "fast.fast",
        "src/fast/fast.pyx",
    ]
    given = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    assert given == options


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "can't name a package"),
        ("1st", "not starting with a digit"),
        ("a-b", "ASCII letters"),
        ("größe", "ASCII letters"),
        ("_a", "no underscore at either end"),
        ("a/../b", "ASCII letters"),
        ("class", "a word of Python"),
        ("json", "would hide Python's module"),
        ("jsvm_kernel", "would hide Python's module"),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str, why: str) -> None:
    with pytest.raises(TemplateError, match=why):
        render("cython", name)


def test_an_unknown_template_names_those_there_are() -> None:
    assert list(templates()) == ["cython"]
    with pytest.raises(TemplateError, match="no template 'rust'; there is cython"):
        render("rust", "fast")


def test_files_that_are_there_are_not_lost(tmp_path: Path) -> None:
    assert len(write(tmp_path / "a", {"x": "1", "b/y": "2"})) == 2
    (tmp_path / "a/x").write_text("mine")
    with pytest.raises(TemplateError, match=r"a/x is there with another text: --force"):
        write(tmp_path / "a", {"x": "1", "b/y": "2", "z": "4"})
    assert (tmp_path / "a/x").read_text() == "mine"
    assert (tmp_path / "a/b/y").read_text() == "2"
    assert not (tmp_path / "a/z").exists()
    # What is as it would be written is not in the way.
    changed = write(tmp_path / "a", {"x": "1", "b/y": "2"}, force=True)
    assert changed == [tmp_path / "a/x"]
    assert (tmp_path / "a/x").read_text() == "1"


@pytest.mark.parametrize(
    "name", ["link", "folder", "binary"], ids=lambda name: f"a {name}"
)
def test_what_is_no_text_is_in_the_way(tmp_path: Path, name: str) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match=name):
        write(tmp_path, {name: "1"})


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TemplateError, match="can't be written"):
        write(tmp_path / "file", {"x": "1"})


# ---- the command -------------------------------------------------------------------


def test_the_command_makes_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["cython", "fast"])
    assert (tmp_path / "fast/src/fast/fast.pyx").is_file()
    told = capsys.readouterr().out
    assert "fast/setup.py" in told
    assert f"install it: {sys.executable} -m pip install" in told
    main(["cython", "fast", "--dir", "fast"])
    assert "nothing has changed" in capsys.readouterr().out
    (tmp_path / "fast/setup.py").write_text("")
    with pytest.raises(SystemExit, match=r"fast/setup\.py is there"):
        main(["cython", "fast"])
    main(["cython", "fast", "--force"])
    assert "NativeExtension" in (tmp_path / "fast/setup.py").read_text()


def test_python_m_runs_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jsvm_kernel", "new", "cython", "2fast"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("jsvm_kernel new: '2fast' can't name a package")
