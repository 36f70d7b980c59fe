"""The host's life: greeting, requests it can't read, end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from harness import Host

from jsvm_kernel.session.framing import frame
from jsvm_kernel.session.marks import new_nonce
from jsvm_kernel.session.messages import Hello, Info


def start_raw(first: bytes) -> tuple[int, str]:
    """Start a host, send bytes, close the socket; exit code and what it wrote."""
    ours, theirs = socket.socketpair()
    out, out_writer = os.pipe()
    process = subprocess.Popen(
        [
            *(sys.executable, "-P", "-m", "jsvm_kernel.host"),
            *("--socket", str(theirs.fileno())),
            *("--stdout", str(out_writer), "--stderr", str(out_writer)),
        ],
        pass_fds=(theirs.fileno(), out_writer),
    )
    theirs.close()
    os.close(out_writer)
    with ours, os.fdopen(out, "rb") as output:
        ours.sendall(first)
        ours.shutdown(socket.SHUT_WR)
        written = output.read().decode("utf-8", "replace")
    return process.wait(timeout=20), written


def test_shutdown_ends_the_host_with_0(host: Host) -> None:
    assert host.value("1") == "1"
    assert host.shut_down() == 0


def test_shutdown_is_heeded_while_a_cell_waits(host: Host) -> None:
    host.start("console.log('started'); await new Promise(() => {})")
    host.wait_for_text("started")
    assert host.shut_down() == 0


def test_a_front_that_never_speaks_is_no_error() -> None:
    assert start_raw(b"") == (0, "")


@pytest.mark.parametrize(
    ("first", "text"),
    [
        (frame(Info(id=1)), "the first message must be Hello, not Info"),
        (b"\x03\x00\x00\x00abc", "no MessagePack"),
        (b"\xff\xff\xff\xff", "was announced, the limit is"),
        (b"\x10\x00", "inside a frame"),
        (
            frame(Hello(version=999, nonce=new_nonce(), cwd="/")),
            "protocol version 999",
        ),
        (
            frame(Hello(nonce=new_nonce(), cwd="/no/such/folder")),
            "/no/such/folder can't be entered",
        ),
    ],
    ids=["no hello", "no message", "too long", "torn", "version", "folder"],
)
def test_a_greeting_that_cannot_be_used_is_named(first: bytes, text: str) -> None:
    code, written = start_raw(first)
    assert code == 2
    assert written.startswith("jsvm_kernel.host: ")
    assert text in written
    assert "Traceback" not in written


def test_the_host_has_one_thread(host: Host) -> None:
    host.run("await new Promise(r => setTimeout(r, 1)); console.log(1)")
    assert len(list(Path(f"/proc/{host.process.pid}/task").iterdir())) == 1


def test_the_working_directory_is_the_notebooks(host: Host, tmp_path: Path) -> None:
    host.value("1")
    assert Path(f"/proc/{host.process.pid}/cwd").resolve() == tmp_path.resolve()


def test_cells_leave_nothing_behind(host: Host) -> None:
    def used() -> int:
        reply = host.ask(Info(id=host.next_id()))
        return int(reply.info["heap"]["used (bytes)"])  # type: ignore[union-attr]

    cells = ["1 + 1", "null.x", "let q = )", "console.log('x')", "await 1", "throw 5"]
    for cell in cells:
        host.run(cell, name="In[1]")
    before = used()
    for _ in range(50):
        for cell in cells:
            host.run(cell, name="In[1]")
    # Functions of cells may be kept for their source; a leak of each would be far more.
    assert used() - before < 300 * 200
