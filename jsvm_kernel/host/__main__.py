"""Start of a host process; the front runs it, nobody else does."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
import time
from typing import Final, NoReturn

from jsvm_kernel.session.framing import BlockingChannel, ProtocolError

from ._signals import explain_overflows
from .memory import LimitError
from .output import Output
from .server import Server

#: What threads that are no daemons have to end, when all else is over.
_PARTING_S: Final = 0.5


def main() -> int:
    """Serve the front on the given descriptors; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m jsvm_kernel.host")
    parser.add_argument("--socket", type=int, required=True, metavar="FD")
    parser.add_argument("--stdout", type=int, required=True, metavar="FD")
    parser.add_argument("--stderr", type=int, required=True, metavar="FD")
    options = parser.parse_args()
    output = Output()
    output.redirect(options.stdout, options.stderr)
    explain_overflows()
    channel = BlockingChannel(socket.socket(fileno=options.socket))
    try:
        Server(channel, output).serve()
    except (ProtocolError, LimitError) as error:
        print(f"jsvm_kernel.host: {error}", file=sys.stderr)
        return 2
    except ConnectionError:
        return 0  # the front is gone while it was being written to
    finally:
        channel.close()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def leave(status: int) -> NoReturn:
    """End the process. Threads of native modules that run on do not hold it up.

    Whoever of them waits for JavaScript has been told that the VMs are closed.
    """
    deadline = time.monotonic() + _PARTING_S
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    leave(main())
