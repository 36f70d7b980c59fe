"""A package rendered from the template: pip installs it, a session imports it.

The environment is a virtual one on top of that of the tests, so that pip has nothing to
fetch: what it installs goes to the new one alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from jsvm_kernel.kernel.new import main

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(300)

PROBE = """
import asyncio, json, re, sys
from jupyter_client.manager import start_new_async_kernel

async def main(cells):
    manager, client = await start_new_async_kernel(kernel_name="jsvm")
    shown = []
    def keep(message):
        content = message["content"]
        if message["msg_type"] in ("execute_result", "display_data"):
            text = content["data"]["text/plain"]
        elif message["msg_type"] == "error":
            text = "\\n".join(content["traceback"])
        else:
            return
        shown.append(re.sub(r"\\x1b\\[[0-9;]*m", "", text))
    for cell in cells:
        await client.execute_interactive(cell, output_hook=keep, timeout=120)
    client.stop_channels()
    await manager.shutdown_kernel()
    print(json.dumps(shown))

asyncio.run(main(json.loads(sys.argv[1])))
"""


class Environment:
    """A virtual environment and a package in a folder beside it."""

    def __init__(self, folder: Path) -> None:
        self.package = folder / "fast"
        self.python = folder / "venv/bin/python"
        venv.create(folder / "venv", with_pip=False)
        self.site = Path(
            sysconfig.get_path("purelib", vars={"base": str(folder / "venv")})
        )
        above = sysconfig.get_path("purelib")
        # A line of code, so that its own .pth files are read, too.
        text = f"import site; site.addsitedir({above!r})\n"
        (self.site / "tests.pth").write_text(text)

    def run(self, *words: str | Path, cwd: Path | None = None) -> str:
        done = subprocess.run(
            [str(self.python), *map(str, words)],
            cwd=cwd or self.package.parent,
            capture_output=True,
            text=True,
            env={
                **{k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
                "JUPYTER_PATH": f"{sys.prefix}/share/jupyter",
                "PYTHONWARNINGS": "ignore",
            },
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def pip(self) -> list[str]:
        offline = ["--no-build-isolation", "--no-deps", "--no-index"]
        return ["-m", "pip", "install", "--quiet", *offline]

    def cells(self, *cells: str) -> list[str]:
        """The results and errors of cells in a session."""
        out = self.run("-c", PROBE, json.dumps(cells))
        shown: list[str] = json.loads(out.splitlines()[-1])
        return shown


@pytest.fixture
def environment(cc: str, tmp_home: Path, tmp_path: Path) -> Environment:
    environment = Environment(tmp_path)
    main(["cython", "fast", "--dir", str(environment.package)])
    return environment


def compile_fast(package: Path) -> None:
    """Have a package compiled in a fraction of the time: its code is not timed here."""
    setup = package / "setup.py"
    options = setup.read_text().replace("    optimize=3,\n", "")
    setup.write_text(options.replace('.pyx",\n', '.pyx",\n    optimize=0,\n'))
    assert "optimize=0" in setup.read_text()


def test_a_wheel_is_imported_by_a_session_and_by_python(
    environment: Environment, tmp_path: Path
) -> None:
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path]
    environment.run(*build, environment.package)
    (wheel,) = tmp_path.glob("*.whl")
    environment.run(*environment.pip, wheel)
    shown = environment.cells(
        "import fast, { scale } from 'native:fast'; scale(2, 21)",
        "const a = new Float64Array(3); fast.fill(a, 7); a.join()",
        "const counter = new fast.Counter(1); counter.add(); counter.count",
        "fast.greet('')",
        "fast.scale('2', 1)",
        "%jsvm_native list",
        "%jsvm_native info native:fast",
        "%jsvm_native drop native:fast",
        "%jsvm_native reload native:fast",
    )
    assert [shown.pop(0) for _ in range(3)] == ["42", "'7,7,7'", "2"]
    source = environment.site / "fast/fast.pyx"
    lines = source.read_text().splitlines()
    number = lines.index('        raise ValueError("name is empty")') + 1
    assert f"{source}:{number}" in shown[0]
    assert f"{number} |         raise ValueError" in shown[0]
    assert "fast.scale: parameter 'x' expects a number, got the string" in shown[1]
    assert "native:fast" in shown[2] and "fast 0.1.0" in shown[2]
    assert 'import … from "native:fast"' in shown[3]
    assert "export function scale(x: number, factor: number): number;" in shown[3]
    assert "belongs to the package fast 0.1.0" in shown[4]
    assert "by the first import after its package" in shown[5]
    told = environment.run("-m", "pytest", "-q", environment.package / "tests")
    assert "4 passed" in told
    code = "import sys, fast; print(fast.scale(2, 3), 'jsvm_kernel' in sys.modules)"
    assert environment.run("-c", code) == "6.0 False\n"
    assert (
        'declare module "native:fast"'
        in (environment.site / "fast/fast.d.ts").read_text()
    )


def test_the_package_vec(environment: Environment) -> None:
    source = ROOT / "native_modules/vec"
    built = shutil.ignore_patterns("build", "*.so", "*.egg-info", "*.d.ts")
    shutil.copytree(source, environment.package.with_name("vec"), ignore=built)
    compile_fast(environment.package.with_name("vec"))
    environment.run(*environment.pip, "./vec")
    shown = environment.cells(
        "import vec, { Vec2, Vec3, dot } from 'native:vec'\n"
        "const v = new Vec2(3, 4), x = Float64Array.of(1, 2)\n"
        "const z = new Vec3(1).cross(new Vec3(0, 1));\n"
        "[v.length, v.plus(v).y, Vec2.polar(2, 0).x, z.z]",
        "const y = Float64Array.of(10, 20); vec.axpy(3, x, y); [...y, dot(x, y)]",
        "vec.scale(0.5, x); vec.normalize(x); vec.norm(x).toFixed(6)",
        "[String(v), [...v].join(), v.equals(new Vec2(3, 4)), v.equals(1)]",
        "dot(x, new Float64Array(3))",
        "new Vec2().unit()",
    )
    assert shown[:4] == [
        "[ 5, 8, 2, 1 ]",
        "[ 13, 26, 65 ]",
        "'1.000000'",
        "[ 'Vec2(3, 4)', '3,4', true, false ]",
    ]
    assert "ValueError: arrays of one length expected, got 2 and 3" in shown[4]
    assert "ZeroDivisionError: a vector of length 0 has no direction" in shown[5]
    told = environment.run("-m", "pytest", "-q", "vec/tests")
    assert re.search(r"\d\d passed", told)


def test_an_editable_package_that_is_built_anew_is_imported_anew(
    environment: Environment,
) -> None:
    """All in one session, which began before the package was installed."""
    compile_fast(environment.package)
    install = f"!{environment.python} {' '.join(environment.pip)} -e fast"
    code = "import fast from 'native:fast'; fast.scale(2, 21)"
    edit = (
        "!sed -i 's/return x \\* factor/return x * factor + 1/' fast/src/fast/fast.pyx"
    )
    shown = environment.cells(
        code, install, code, "const old = fast", edit, install, code, "old.scale(2, 21)"
    )
    assert 'no native module is called "fast", there is none yet' in shown[0]
    assert shown[1:] == ["42", "43", "42"]
    assert (environment.package / "src/fast/fast.d.ts").is_file()


def test_a_wrong_source_fails_with_its_line(environment: Environment) -> None:
    source = environment.package / "src/fast/fast.pyx"
    source.write_text(source.read_text() + "\n\ncpdef int f(:\n    return 1\n")
    done = subprocess.run(
        [environment.python, *environment.pip, environment.package],
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    number = len(source.read_text().splitlines()) - 1
    assert f"src/fast/fast.pyx:{number}:" in done.stdout + done.stderr
    assert "cpdef int f(:" in done.stdout + done.stderr
