"""Imports of "native:NAME" in a real host: modules of cells and of packages.

Python modules stand for extension modules here, with the description that the builder
would have left; tests/packaging has real ones.
"""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Host, inspected_text, inspection_of

from jsvm_kernel.session.vm_messages import NewEnv

TOY = """
def double(x):
    return 2 * x

def fail():
    raise LookupError("nothing here")

state = []

def push(x):
    state.append(x)
    return len(state)
"""


def described(*names: str) -> str:
    """The description of functions that take one number, but `fail`."""
    x = {"name": "x", "type": "double", "const": False, "optional": False}
    x |= {"nullable": False, "kind": "positional", "default": ""}
    functions = [
        {
            "name": name,
            "doc": f"{name}, documented",
            "line": 1,
            "params": [] if name == "fail" else [x],
            "returns": "object",
            "kind": "python",
            "flavour": "plain",
        }
        for name in names
    ]
    description = {"version": 2, "doc": "", "functions": functions}
    description |= {"classes": [], "enums": [], "structs": []}
    return f"\n__jsvm_exports__ = {description!r}\n"


class Site:
    """A folder of installed packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self, package: str, files: dict[str, str], modules: dict[str, str]
    ) -> None:
        info = self.folder / f"{package}-1.0.dist-info"
        entries = [f"{name} = {module}" for name, module in modules.items()]
        files = {
            f"{info.name}/METADATA": f"Metadata-Version: 2.1\nName: {package}\n"
            "Version: 1.0\n",
            f"{info.name}/entry_points.txt": "\n".join(["[jsvm.modules]", *entries]),
            f"{info.name}/RECORD": "".join(f"{name},,\n" for name in files),
            **files,
        }
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            # Python takes a .pyc for its source's while time and size are the same.
            for stale in path.parent.glob(f"__pycache__/{path.stem}.*"):
                stale.unlink()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    (tmp_path / "site").mkdir()
    return Site(tmp_path / "site")


@pytest.fixture
def host(site: Site, tmp_path: Path) -> Iterator[Host]:
    with Host(tmp_path) as host:
        yield host


@pytest.fixture
def toy(site: Site) -> Site:
    text = TOY + described("double", "fail", "push")
    site.install("toy", {"toy/__init__.py": "", "toy/toy.py": text}, {"toy": "toy.toy"})
    return site


def value(host: Host, code: str, **options: Any) -> str | None:
    result = host.run(code, **options)
    assert result.outcome.status == "ok", result.traceback
    return result.value


def error(host: Host, code: str) -> str:
    result = host.run(code)
    assert result.outcome.status == "error"
    return result.traceback


# ---- what an import gives ----------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "import toy from 'native:toy'; toy.double(4)",
        "import { double } from 'native:toy'; double(4)",
        "import * as all from 'native:toy'; all.double(4) + all.default.double(0)",
        "(await import('native:toy')).default.double(4)",
        "require('native:toy').double(4)",
    ],
)
def test_a_package_is_imported(toy: Site, host: Host, code: str) -> None:
    assert value(host, code) == "8"


def test_every_import_gives_the_same_objects(toy: Site, host: Host) -> None:
    value(host, "import first, { double } from 'native:toy'")
    code = "import again from 'native:toy'; again === first"
    assert value(host, code) == "true"
    assert value(host, "require('native:toy') === first") == "true"
    assert value(host, "first.double === double") == "true"
    assert value(host, "typeof globalThis.toy") == "'undefined'"


def test_a_file_imports_it_and_import_meta_resolves_it(
    toy: Site, host: Host, tmp_path: Path
) -> None:
    (tmp_path / "uses.mjs").write_text(
        "import toy from 'native:toy'; export default toy.double(3);\n"
        "export const place = import.meta.resolve('native:toy');"
    )
    code = "import six, { place } from './uses.mjs'; [six, place].join()"
    assert value(host, code) == "'6,native:toy'"


def test_its_functions_are_documented(toy: Site, host: Host) -> None:
    value(host, "import { double } from 'native:toy'")
    text = inspected_text(host.ask(inspection_of("double")))
    assert "double(x: number)" in text
    assert "double, documented" in text


def test_arguments_are_checked(toy: Site, host: Host) -> None:
    text = error(host, "import toy from 'native:toy'; toy.double('4')")
    assert "toy.double: parameter 'x' expects a number, got the string" in text


def test_an_exception_shows_the_line_of_the_source(toy: Site, host: Host) -> None:
    """The file of a .pyx stands beside its module; here it is the module."""
    text = error(host, "import toy from 'native:toy';\ntoy.fail()")
    assert "nothing here" in text
    assert f"{toy.folder}/toy/toy.py:6" in text


def test_envs_share_a_packages_module_and_not_its_objects(
    toy: Site, host: Host
) -> None:
    code = "import toy from 'native:toy'; toy.push(1)"
    assert value(host, code) == "1"
    host.ask(NewEnv(id=host.next_id(), name="other"))
    assert value(host, code, env="other") == "2"
    assert value(host, "toy.mark = 1; 'mark' in toy", env="other") == "true"
    assert value(host, "'mark' in toy") == "false"


# ---- packages come, change and go ---------------------------------------------------


def test_what_is_installed_in_the_session_is_found(site: Site, host: Host) -> None:
    assert "there is none yet" in error(host, "import 'native:late'\n")
    text = TOY + described("double")
    site.install("late", {"late.py": text}, {"late": "late"})
    assert value(host, "import late from 'native:late'; late.double(2)") == "4"


def test_what_is_installed_anew_is_imported_anew(
    toy: Site, host: Host, tmp_path: Path
) -> None:
    (tmp_path / "uses.mjs").write_text(
        "import { double } from 'native:toy'; export default () => double(1);"
    )
    code = "import f from './uses.mjs'; import toy from 'native:toy'; f()"
    assert value(host, code) == "2"
    value(host, "const old = toy")
    text = TOY.replace("2 * x", "200 * x") + described("double")
    toy.install("toy", {"toy/toy.py": text}, {"toy": "toy.toy"})
    assert value(host, code) == "200"
    assert value(host, "old.double(1)") == "2"


def test_an_import_that_fails_leaves_others_as_they_are(toy: Site, host: Host) -> None:
    value(host, "import first from 'native:toy'")
    toy.install("bad", {"bad.py": "x = 1 / 0"}, {"bad": "bad"})
    assert "ZeroDivisionError" in error(host, "import 'native:bad'\n")
    value(host, "import 'data:text/javascript,'\n")
    assert value(host, "import again from 'native:toy'; again === first") == "true"


def test_what_is_uninstalled_is_missed(toy: Site, host: Host) -> None:
    value(host, "import toy from 'native:toy'")
    for path in toy.folder.rglob("*"):
        if path.is_file():
            path.unlink()
    assert 'no native module is called "toy"' in error(host, "import 'native:toy'\n")


def test_an_editable_install_is_found_while_the_session_runs(
    site: Site, host: Host, tmp_path: Path
) -> None:
    source = tmp_path / "project/src"
    source.mkdir(parents=True)
    (source / "edited.py").write_text(TOY + described("double"))
    files = {"__editable__.edited.pth": str(source)}
    site.install("edited", files, {"edited": "edited"})
    assert value(host, "require('native:edited').double(1)") == "2"


# ---- what goes wrong ---------------------------------------------------------------


def test_a_missing_module_names_those_there_are(toy: Site, host: Host) -> None:
    text = error(host, "import x from 'native:tyo'")
    assert 'cannot import "native:tyo" from In[1]' in text
    assert 'no native module is called "tyo", there is toy' in text
    assert 'did you mean "native:toy"? A package' in text
    assert f"{sys.executable} -m pip install PACKAGE" in text
    assert "%%jsvm_native tyo" in text


def test_two_packages_of_one_name_are_named(toy: Site, host: Host) -> None:
    toy.install("other", {"other.py": ""}, {"toy": "other"})
    text = error(host, "import x from 'native:toy'")
    assert "more than one package offers" in text
    assert "toy 1.0" in text and "other 1.0" in text


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"bad/bad.py": "x = 1 / 0"}, "ZeroDivisionError: division by zero"),
        ({"bad/bad.py": "import nowhere"}, "No module named 'nowhere'"),
        ({"bad/bad.py": "x = 1"}, "has no __jsvm_exports__"),
        ({"bad/bad.py": "__jsvm_exports__ = {'version': 9}"}, "build it again"),
        ({}, "is not there, although the package says so"),
        ({"bad/bad.cpython-99-none.so": ""}, "built for another Python (bad.cpython"),
    ],
    ids=["raises", "needs", "plain", "version", "missing", "abi"],
)
def test_a_broken_package_says_what_is_broken(
    site: Site, host: Host, files: dict[str, str], why: str
) -> None:
    site.install("bad", {"bad/__init__.py": "", **files}, {"bad": "bad.bad"})
    text = error(host, "import bad from 'native:bad'")
    assert (
        'cannot import "native:bad": the module bad.bad of the package bad 1.0' in text
    )
    assert why in text
    # It is mended, and imported.
    site.install("bad", {"bad/bad.py": TOY + described("double")}, {"bad": "bad.bad"})
    assert value(host, "import bad from 'native:bad'; bad.double(2)") == "4"


def test_a_file_that_is_no_shared_object_is_refused(site: Site, host: Host) -> None:
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    site.install("torn", {f"torn{suffix}": "no ELF"}, {"torn": "torn"})
    text = error(host, "import torn from 'native:torn'")
    assert "can't be imported: ImportError:" in text


def test_the_wrong_import_type_is_refused(toy: Site, host: Host) -> None:
    code = "import toy from 'native:toy' with { type: 'json' }"
    assert "TypeError" in error(host, code)


def test_a_stop_ends_an_import(site: Site, host: Host) -> None:
    text = "import time\nprint('sleeping', flush=True)\nwhile True: time.sleep(0.01)"
    site.install("slow", {"slow.py": text}, {"slow": "slow"})
    cell = host.start("import 'native:slow'\n")
    host.wait_for_text("sleeping")
    host.stop()
    assert host.finish(cell).outcome.status == "stopped"
    assert value(host, "1 + 1") == "2"
