"""What the kernel must not have loaded by the time it can answer."""

from __future__ import annotations

import subprocess
import sys

#: Runs the app as `python -m jsvm_kernel` does and answers one kernel_info in process.
PROGRAM = """
import asyncio, json, sys, tempfile
from pathlib import Path
from jupyter_client.connect import write_connection_file
from jupyter_client.asynchronous.client import AsyncKernelClient

assert not any(n.partition(".")[0] in {"IPython", "Cython"} for n in sys.modules)
path, _ = write_connection_file(str(Path(tempfile.mkdtemp()) / "connection.json"))

from jsvm_kernel.kernel.app import KernelApp

app = KernelApp(connection_file=path)
app.initialize(["-f", path])

async def main():
    running = asyncio.create_task(app._run())
    client = AsyncKernelClient(connection_file=path)
    client.load_connection_file()
    client.start_channels()
    request = client.kernel_info()
    reply = await client.get_shell_msg(timeout=30)
    assert reply["content"]["status"] == "ok"
    assert reply["content"]["supported_features"] == []
    loaded = sorted({n.partition(".")[0] for n in sys.modules})
    client.shutdown()
    await running
    client.stop_channels()
    print(json.dumps(loaded))

asyncio.run(main())
"""


def test_neither_ipython_nor_cython_is_loaded_before_kernel_info_is_answered() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    loaded = set(__import__("json").loads(done.stdout))
    assert "ipykernel" in loaded
    unwanted = {"IPython", "Cython", "debugpy", "numpy", "tree_sitter", "jedi"}
    assert not loaded & unwanted


def test_ipython_is_found_when_it_is_needed_after_all() -> None:
    program = (
        "from jsvm_kernel.kernel.base import Kernel\n"
        "from jsvm_kernel.kernel.magics.registry import find\n"
        "import IPython.core.error\n"
        "assert find('lsmagic', 'line').parser\n"
        "assert IPython.core.error.UsageError and IPython.version_info\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
