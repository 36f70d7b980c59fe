from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from jupyter_client.connect import write_connection_file

from .conftest import FAKE_OPTIONS, start


@pytest.mark.parametrize(
    "traits", [{"transport_encryption": "required"}, {"transport": "ipc"}, {}], ids=str
)
async def test_each_transport_works_and_the_heart_beats(
    tmp_path: Path, tmp_home: Path, traits: dict[str, str]
) -> None:
    # Beside the connection file stand the ipc sockets, whose paths must be short.
    with tempfile.TemporaryDirectory() as short:
        file = str(Path(short) / "c.json")
        kernel = await start(tmp_path, *FAKE_OPTIONS, connection_file=file, **traits)
        try:
            assert (await kernel.run("result 1")).content["status"] == "ok"
            assert kernel.client.hb_channel.is_beating()
        finally:
            await kernel.stop()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "no connection file"),
        (["-f", "/nowhere/connection.json"], "can't read connection file"),
        (["--help"], "KernelApp.connection_file"),
    ],
)
def test_the_command_line_says_what_is_wrong(arguments: list[str], text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "jsvm_kernel", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert text in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_connection_file_is_named(tmp_path: Path) -> None:
    path, info = write_connection_file(str(tmp_path / "connection.json"))
    unknown = json.dumps({**info, "key": "", "signature_scheme": "hmac-rot13"})
    elsewhere = json.dumps({**info, "key": "", "ip": "192.0.2.1"})
    for content in ("{}", "[]", "no json", unknown, elsewhere):
        path = tmp_path / "connection.json"
        path.write_text(content)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "jsvm_kernel", "-f", str(path)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode != 0
        assert str(path) in done.stderr or "192.0.2.1" in done.stderr
        assert "Traceback" not in done.stderr
