"""The suite that Jupyter offers for kernels, whole, on the kernel as it is shipped."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest import mock

import jupyter_kernel_test as suite

from .conftest import write_kernelspec


class Shipped:
    """Makes the kernelspec "jsvm" visible to the suite, and no folder of the user."""

    kernel_name = "jsvm"

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        home = Path(folder.name)
        write_kernelspec(home)
        environment = {
            "HOME": str(home),
            "JUPYTER_PATH": str(home),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "IPYTHONDIR": str(home / "ipython"),
            "XDG_CACHE_HOME": str(home / "cache"),
        }
        patch = mock.patch.dict(os.environ, environment)
        patch.start()
        cls.addClassCleanup(patch.stop)
        super().setUpClass()

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        cls.kc.context.destroy(linger=0)


class TestKernel(Shipped, suite.KernelTests):
    language_name = "javascript"
    file_extension = ".js"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oh dear')"
    completion_samples = (
        {"text": "Math.ma", "matches": {"max"}},
        {"text": "awai", "matches": {"await"}},
        {"text": "%lsm", "matches": {"%lsmagic"}},
    )
    complete_code_samples = ("1 + 1", "let a = await 1", "for (;;) {}", "%lsmagic")
    incomplete_code_samples = ("function f() {", "`a", "[1,", "%%jsvm_native m\n1")
    invalid_code_samples = ("let 1x", "}", "a b")
    code_page_something = "?Math"
    code_generate_error = "throw new RangeError('too far')"
    code_execute_result = (
        {"code": "6 * 7", "result": "42"},
        {"code": "'a' + 'b'", "result": "'ab'"},
    )
    code_display_data = (
        {
            "code": "display({'text/html': '<b>x</b>'}, {raw: true})",
            "mime": "text/html",
        },
    )
    code_history_pattern = "6 *"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "clearOutput()"


class TestWelcome(Shipped, suite.IopubWelcomeTests):
    support_iopub_welcome = True


def test_the_suite_skips_nothing() -> None:
    left_out = [
        name
        for name, value in vars(suite.KernelTests).items()
        if value in ("", [], ())
        and not name.startswith("_")
        and not getattr(TestKernel, name)
    ]
    assert left_out == []
