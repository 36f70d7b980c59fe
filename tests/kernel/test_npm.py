"""%jsvm_npm on the real kernel, with an npm that is a script of the tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_npm import FakeNpm

from .conftest import KernelUnderTest


async def test_installed_packages_are_listed_imported_and_removed(
    fake_npm: FakeNpm, kernel: KernelUnderTest, tmp_path: Path
) -> None:
    run = await kernel.run("%jsvm_npm install one@1.0.0 @scope/two")
    assert run.content["status"] == "ok", run.content
    assert f"npm: installing into {tmp_path}/node_modules … 0 s" in run.text("stdout")
    assert "one 1.0.0\n@scope/two 4.5.6\n" in run.text("stdout")
    assert fake_npm.runs[0].endswith(f"--prefix {tmp_path} -- one@1.0.0 @scope/two")
    code = "import { version } from 'one'; version + require('@scope/two').version"
    run = await kernel.run(code)
    assert run.of("execute_result")[0]["data"]["text/plain"] == "'1.0.04.5.6'"
    run = await kernel.run("import 'npm:three@3.0.0'\n")
    run = await kernel.run("%jsvm_npm list")
    assert run.text("stdout") == (
        f"{tmp_path}/node_modules:\n  @scope/two 4.5.6\n  one 1.0.0\n"
        "npm: packages of all notebooks:\n  npm:three@3.0.0\n"
    )
    run = await kernel.run("%jsvm_npm remove one npm:three")
    assert "one removed" in run.text("stdout")
    assert "npm:three@3.0.0 removed" in run.text("stdout")
    assert list(
        json.loads((tmp_path / "package.json").read_text())["dependencies"]
    ) == ["@scope/two"]
    run = await kernel.run("%jsvm_npm list")
    assert run.text("stdout") == (
        f"{tmp_path}/node_modules:\n  @scope/two 4.5.6\n"
        "npm: packages of all notebooks:\n  none\n"
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("install", "which package? %jsvm_npm install NAME"),
        ("install -- -g", "no name of an npm package"),
        ("install x@file:y", "no version of an npm package"),
        ("install npm:x", "%jsvm_npm install x"),
        ("remove x", "x is not installed in"),
        ("remove npm:x", "npm:x is not in the cache"),
        ("update", "invalid choice"),
    ],
)
async def test_bad_input_is_told_before_npm_runs(
    fake_npm: FakeNpm, kernel: KernelUnderTest, line: str, text: str
) -> None:
    run = await kernel.run(f"%jsvm_npm {line}")
    assert run.content["status"] == "error"
    assert text in run.content["evalue"]
    assert fake_npm.runs == []


async def test_what_npm_says_is_the_error(
    fake_npm: FakeNpm, kernel: KernelUnderTest
) -> None:
    fake_npm.behave("missing")
    run = await kernel.run("%env NPM_MODE=missing\n%jsvm_npm install nope")
    assert run.content["ename"] == "NpmError"
    assert "npm cannot install nope: 404 Not Found - nope" in run.content["evalue"]


async def test_an_installation_can_be_stopped(
    fake_npm: FakeNpm, kernel: KernelUnderTest
) -> None:
    request = kernel.client.execute("%env NPM_MODE=hang\n%jsvm_npm install slow")
    await kernel.until_text(request, " 1 s")
    await kernel.interrupt()
    run = await kernel.finish(request)
    assert run.content["ename"] == "Interrupted"
    assert (await kernel.run("1")).content["status"] == "ok"
