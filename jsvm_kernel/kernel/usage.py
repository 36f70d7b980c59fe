"""What the kernel and its processes use of the machine (usage_request)."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any

_processes: dict[int, Any] = {}


async def usage() -> dict[str, Any]:
    """Give the content of usage_reply; measured in a thread, as it takes a while."""
    return await asyncio.to_thread(_measure)


def _measure() -> dict[str, Any]:
    import psutil  # type: ignore[import-untyped]

    me = psutil.Process()
    running = {p.pid: p for p in (me, *me.children(recursive=True))}
    # A process measures its CPU time since it was last asked: keep those we know.
    for pid in _processes.keys() - running.keys():
        del _processes[pid]
    for pid, process in running.items():
        _processes.setdefault(pid, process)
    cpu = memory = 0.0
    for process in _processes.values():
        try:
            cpu += process.cpu_percent()
            full = process.memory_full_info()
        except psutil.Error:
            continue  # it has just ended
        # Pages that forked processes share count once.
        memory += getattr(full, "pss", full.rss)
    return {
        "status": "ok",
        "hostname": socket.gethostname(),
        "pid": os.getpid(),
        "kernel_cpu": cpu,
        "kernel_memory": int(memory),
        "host_cpu_percent": psutil.cpu_percent(),
        "cpu_count": psutil.cpu_count(logical=True),
        "host_virtual_memory": dict(psutil.virtual_memory()._asdict()),
    }
