"""The three ways to install give the working kernel, seen from another directory.

Each way gets a virtual environment of its own; all build from one copy of the checkout,
so that the engine is compiled once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(900)

PROBE = """
import asyncio, json, sys
from pathlib import Path
import jsvm_kernel
from jupyter_client.manager import start_new_async_kernel

async def main():
    manager, client = await start_new_async_kernel(kernel_name="jsvm")
    shown = []
    def keep(message):
        if message["msg_type"] == "execute_result":
            shown.append(message["content"]["data"]["text/plain"])
    reply = await client.execute_interactive("6 * 7", output_hook=keep, timeout=60)
    client.stop_channels()
    await manager.shutdown_kernel()
    print(json.dumps({
        "status": reply["content"]["status"],
        "shown": shown,
        "header": (Path(jsvm_kernel.get_include()) / "ark_runtime/jsvm.h").exists(),
        "library": (Path(jsvm_kernel.get_library_dir()) / "libjsvm.so").exists(),
    }))

asyncio.run(main())
"""


def run(*command: str | Path, cwd: Path) -> str:
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git tracks here, as a clone would hold it."""
    copy = tmp_path_factory.mktemp("checkout")
    listed = run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        source = ROOT / name
        if source.is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy / name)
    return copy


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The interpreter of a fresh virtual environment."""
    venv.create(tmp_path / "venv", with_pip=True)
    return tmp_path / "venv/bin/python"


def check_kernel(python: Path, elsewhere: Path) -> None:
    """What a user expects of any way to install, from a directory that is not ours."""
    elsewhere.mkdir()
    specs = json.loads(
        run(
            python, "-m", "jupyter_client.kernelspecapp", "list", "--json",
            cwd=elsewhere,
        )
    )["kernelspecs"]  # fmt: skip
    assert specs["jsvm"]["spec"]["interrupt_mode"] == "message"
    resources = {path.name for path in Path(specs["jsvm"]["resource_dir"]).iterdir()}
    assert {"logo-32x32.png", "logo-64x64.png", "logo-svg.svg"} <= resources
    extension = python.parents[1] / "share/jupyter/labextensions/jsvm-kernel"
    named = json.loads((extension / "package.json").read_text())["jupyterlab"]
    assert (extension / named["_build"]["load"]).is_file()
    result = json.loads(run(python, "-c", PROBE, cwd=elsewhere).splitlines()[-1])
    assert result == {"status": "ok", "shown": ["42"], "header": True, "library": True}


def test_a_wheel_gives_the_working_kernel(
    cc: str, checkout: Path, python: Path, tmp_path: Path
) -> None:
    run(
        sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, checkout,
        cwd=tmp_path,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    check_kernel(python, tmp_path / "elsewhere")


def test_pip_install_gives_the_working_kernel(
    cc: str, checkout: Path, python: Path, tmp_path: Path
) -> None:
    run(python, "-m", "pip", "install", "--quiet", checkout, cwd=tmp_path)
    check_kernel(python, tmp_path / "elsewhere")


def test_an_editable_install_gives_the_working_kernel(
    cc: str, checkout: Path, python: Path, tmp_path: Path
) -> None:
    run(python, "-m", "pip", "install", "--quiet", "-e", checkout, cwd=tmp_path)
    check_kernel(python, tmp_path / "elsewhere")


def test_without_a_compiler_the_build_says_what_to_install(
    checkout: Path, tmp_path: Path
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("cmake", "ninja"):
        found = shutil.which(
            name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        )
        assert found, f"{name} belongs to the extra 'test'"
        (tools / name).symlink_to(found)
    result = subprocess.run(
        [
            str(tools / "cmake"), "-G", "Ninja", "-S", str(checkout / "jsvm_kernel"),
            "-B", str(tmp_path / "build"), f"-DPython_EXECUTABLE={sys.executable}",
        ],
        env={"PATH": str(tools), "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert result.returncode != 0
    assert "no C compiler found" in result.stderr
    assert "apt-get install gcc" in result.stderr
