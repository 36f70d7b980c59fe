"""What is used of ipykernel, without IPython.

`ipykernel.kernelbase` needs one exception class of IPython and loads the whole of
IPython for it: a quarter of the time to the first kernel_info. IPython is therefore
stood in for while kernelbase is imported; later imports find the real one.
"""

import sys
import types

__all__ = ["Heartbeat", "IOPubThread", "Kernel", "ParentPollerUnix"]


class StdinNotImplementedError(RuntimeError):
    """What kernelbase raises when a client takes no input requests."""


def _import_kernel():
    """Import kernelbase with stand-ins for what it would take from IPython."""
    names = ("IPython", "IPython.core", "IPython.core.error")
    stand_ins = {} if names[0] in sys.modules else dict.fromkeys(names)
    for name in stand_ins:
        sys.modules[name] = stand_ins[name] = types.ModuleType(name)
    if stand_ins:
        stand_ins[names[-1]].StdinNotImplementedError = StdinNotImplementedError
    try:
        from ipykernel.kernelbase import Kernel
    finally:
        for name in stand_ins:
            del sys.modules[name]
    return Kernel


Kernel = _import_kernel()

from ipykernel.heartbeat import Heartbeat  # noqa: E402
from ipykernel.iostream import IOPubThread  # noqa: E402
from ipykernel.parentpoller import ParentPollerUnix  # noqa: E402
