"""Start of a host process; the front runs it, nobody else does."""

from __future__ import annotations

import argparse
import socket
import sys

from jsvm_kernel.session.framing import BlockingChannel, ProtocolError

from .memory import LimitError
from .output import Output
from .server import Server


def main() -> int:
    """Serve the front on the given descriptors; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m jsvm_kernel.host")
    parser.add_argument("--socket", type=int, required=True, metavar="FD")
    parser.add_argument("--stdout", type=int, required=True, metavar="FD")
    parser.add_argument("--stderr", type=int, required=True, metavar="FD")
    options = parser.parse_args()
    output = Output()
    output.redirect(options.stdout, options.stderr)
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


if __name__ == "__main__":
    sys.exit(main())
