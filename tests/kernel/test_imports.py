"""What the kernel must not have loaded by the time it can answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import write_connection_file

#: Big, and needed by a magic, by some other command line or by nobody.
UNWANTED = {
    "Cython",
    "IPython",
    "debugpy",
    "httpx",
    "importlib.metadata",
    "ipykernel",
    "jedi",
    "jupyter_client",
    "numpy",
    "psutil",
    "sqlite3",
    "tornado",
    "traitlets",
    "tree_sitter",
}


async def test_little_is_loaded_when_kernel_info_is_answered(tmp_path: Path) -> None:
    file, _ = write_connection_file(str(tmp_path / "connection.json"))
    command = ["-X", "importtime", "-P", "-m", "jsvm_kernel", "-f", file]
    kernel = subprocess.Popen([sys.executable, *command], stderr=subprocess.PIPE)
    client = AsyncKernelClient(connection_file=file)
    client.load_connection_file()
    client.start_channels()
    try:
        client.kernel_info()
        reply = await client.get_shell_msg(timeout=60)
        assert reply["content"]["status"] == "ok"
    finally:
        kernel.kill()
        _, log = kernel.communicate()
        client.stop_channels()
        client.context.destroy(linger=0)
    names = [line.rpartition("|")[2].strip() for line in log.decode().splitlines()]
    loaded = {*names, *(name.partition(".")[0] for name in names)}
    assert {"zmq", "asyncio", "jsvm_kernel.kernel.greeter"} <= loaded
    assert not loaded & UNWANTED


def test_a_host_starts_without_what_only_the_front_needs() -> None:
    program = "import sys, jsvm_kernel.host.__main__; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {"msgspec", "jsvm_kernel.host.server"} <= loaded
    assert not loaded & (UNWANTED | {"asyncio", "httpx", "ssl", "subprocess", "zmq"})
