"""A host without an engine that does what it is told, good or bad.

The code of a cell is a list of commands, one a line:

    print TEXT | eprint TEXT | flood LINES | result TEXT | display TEXT | name NAME
    error TEXT | hang, spew TEXT (until SIGUSR1) | deaf (for ever) | die SIGNAL
    exit CODE | garbage | torn | child (a process that outlives us) | pid | wait PATH
    post URL (prints the delivery that answers it)
    settings (prints them)
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from jsvm_kernel.session import comm_messages as comms
from jsvm_kernel.session import messages as m
from jsvm_kernel.session.fetch_messages import FetchStart
from jsvm_kernel.session.framing import BlockingChannel
from jsvm_kernel.session.marks import MarkKind, format_mark


class Stopped(Exception):
    pass


class FakeHost:
    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.channel = BlockingChannel(sock)
        self.nonce = ""
        self.cell = self.syncs = self.switches = 0
        self.active = 1
        self.names: list[m.Name] = []
        self.stop = False
        self.settings: dict[str, bool | str] = {}
        signal.signal(signal.SIGUSR1, self.on_stop)

    def on_stop(self, *_: object) -> None:
        self.stop = True

    def mark(self, fd: int, kind: MarkKind, number: int) -> None:
        os.write(fd, format_mark(self.nonce, kind, number))

    def sync(self) -> int:
        self.syncs += 1
        self.mark(1, "sync", self.syncs)
        self.mark(2, "sync", self.syncs)
        return self.syncs

    def write(self, fd: int, text: str) -> None:
        if fd != self.active:
            self.switches += 1
            self.mark(self.active, "switch", self.switches)
            self.active = fd
        data = text.encode()
        while data:
            data = data[os.write(fd, data) :]

    def serve(self) -> None:
        while True:
            try:
                message = self.channel.receive()
            except EOFError:
                return
            match message:
                case m.Hello():
                    self.nonce = message.nonce
                    builtin = m.Name(name="Math", kind="variable", members=["abs"])
                    self.channel.send(m.Ready(pid=os.getpid(), names=[builtin]))
                case m.Configure():
                    self.settings = message.values
                case m.Execute():
                    self.execute(message)
                case m.LoadModule():
                    name = m.Name(name=message.name, kind="module")
                    self.names.append(name)
                    self.outcome(message.id, "ok")
                case m.Complete():
                    match = m.Match(text="fromHost", kind="function")
                    reply = m.CompleteReply(id=message.id, matches=[match])
                    self.channel.send(reply)
                case m.Inspect():
                    facts = m.Facts(kind="variable", type="from host")
                    self.channel.send(m.InspectReply(id=message.id, facts=facts))
                case m.CheckSyntax():
                    reply_status = m.SyntaxReply(id=message.id, status="complete")
                    self.channel.send(reply_status)
                case m.Info():
                    info = {"engine": {"name": "fake"}}
                    self.channel.send(m.InfoReply(id=message.id, info=info))
                case comms.CommDelivery():
                    close = comms.CommPost(
                        kind="close", comm=message.comm, answers=message.id
                    )
                    self.channel.send(close)
                    self.channel.send(comms.CommHandled(id=message.id))
                case m.Shutdown():
                    return

    def outcome(
        self, id: int, status: str, report: m.ErrorReport | None = None
    ) -> None:
        self.channel.send(
            m.Outcome(
                sync=self.sync(),
                id=id,
                status=status,
                error=report,
                names=list(self.names),
            )
        )

    def execute(self, message: m.Execute) -> None:
        self.stop = False
        self.cell = message.id
        for fd in (1, 2):
            self.mark(fd, "cell", message.id)
        try:
            for line in filter(None, message.code.splitlines()):
                word, _, rest = line.partition(" ")
                getattr(self, f"do_{word}")(rest)
        except Stopped:
            report = m.ErrorReport(
                name="Interrupted", message="stopped", traceback=["Interrupted"]
            )
            self.outcome(message.id, "stopped", report)
        except ValueError as error:
            report = m.ErrorReport(
                name="Error", message=str(error), traceback=[f"Error: {error}"]
            )
            self.outcome(message.id, "error", report)
        else:
            self.outcome(message.id, "ok")

    def do_print(self, text: str) -> None:
        self.write(1, text + "\n")

    def do_eprint(self, text: str) -> None:
        self.write(2, text + "\n")

    def do_settings(self, _: str) -> None:
        self.write(1, f"{self.settings}\n")

    def do_flood(self, lines: str) -> None:
        for number in range(int(lines)):
            self.write(1, f"line {number}\n")

    def show(self, kind: str, text: str) -> None:
        self.channel.send(
            m.Display(
                sync=self.sync(),
                cell=self.cell,
                kind=kind,
                data={"text/plain": text},
            )
        )

    def do_result(self, text: str) -> None:
        self.show("result", text)

    def do_display(self, text: str) -> None:
        self.show("display", text)

    def do_name(self, name: str) -> None:
        self.names.append(m.Name(name=name, kind="variable", detail=f"{name} here"))

    def do_error(self, text: str) -> None:
        raise ValueError(text)

    def do_hang(self, _: str) -> None:
        while not self.stop:
            time.sleep(0.001)
        raise Stopped

    def do_spew(self, text: str) -> None:
        while not self.stop:
            self.write(1, text + "\n")
        raise Stopped

    def do_deaf(self, _: str) -> None:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        while True:
            time.sleep(1)

    def do_die(self, name: str) -> None:
        os.kill(os.getpid(), signal.Signals[name])
        time.sleep(60)

    def do_exit(self, code: str) -> None:
        os._exit(int(code))

    def do_post(self, url: str) -> None:
        self.channel.send(FetchStart(id=1, method="GET", url=url, headers=[]))
        self.write(1, f"{self.channel.receive()}\n")

    def do_garbage(self, _: str) -> None:
        self.sock.sendall(b"\x03\x00\x00\x00abc")
        time.sleep(60)

    def do_torn(self, _: str) -> None:
        self.sock.sendall(b"\x30\x00\x00\x00half")
        os._exit(0)

    def do_child(self, _: str) -> None:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
        self.write(1, f"{child.pid}\n")

    def do_pid(self, _: str) -> None:
        self.write(1, f"{os.getpid()}\n")

    def do_wait(self, path: str) -> None:
        while not Path(path).exists():
            time.sleep(0.001)


def main() -> None:
    parser = argparse.ArgumentParser()
    for option in ("--socket", "--stdout", "--stderr"):
        parser.add_argument(option, type=int, required=True)
    options = parser.parse_args()
    os.dup2(options.stdout, 1)
    os.dup2(options.stderr, 2)
    os.close(options.stdout)
    os.close(options.stderr)
    FakeHost(socket.socket(fileno=options.socket)).serve()


if __name__ == "__main__":
    main()
