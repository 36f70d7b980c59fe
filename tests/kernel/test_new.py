"""%jsvm_new on the real kernel."""

from __future__ import annotations

from pathlib import Path

from .conftest import KernelUnderTest


async def test_a_package_is_made_in_the_folder_of_files(
    kernel: KernelUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "inner").mkdir()
    await kernel.run("%cd inner")
    run = await kernel.run("%jsvm_new cython fast")
    assert run.content["status"] == "ok", run.content
    module = tmp_path / "inner/fast/src/fast/fast.pyx"
    assert str(module) in run.text("stdout")
    module.write_text("mine")
    run = await kernel.run(f"%jsvm_new cython fast --dir {tmp_path}/inner/fast")
    assert run.content["ename"] == "TemplateError"
    assert f"{module} is there with another text" in run.content["evalue"]
    assert module.read_text() == "mine"
