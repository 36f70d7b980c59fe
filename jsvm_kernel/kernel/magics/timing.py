"""The magic that times a cell."""

from __future__ import annotations

import time as clock
from typing import Final

from ...session.messages import Outcome
from .arguments import magic_arguments, parse_argstring
from .call import Call

#: What processor time is counted in.
_TICK_S: Final = 0.01


@magic_arguments()
async def time(call: Call, line: str, body: str) -> Outcome:
    """Run the cell and tell how long it took, and how long the processor worked.

    Wall time counts until everything that the cell awaits is there; processor time is
    that of the session's process, with native code and its threads.
    """
    parse_argstring(time, line)
    before_s, start_s = _processor_s(call), clock.perf_counter()
    outcome = await call.client.execute(
        call.cell,
        body,
        name=call.cell_name,
        line_offset=call.lines_above,
        language=call.settings.language,
    )
    wall_s, after_s = clock.perf_counter() - start_s, _processor_s(call)
    text = f"Wall time: {_duration(wall_s)}"
    if before_s is not None and after_s is not None:
        worked_s = after_s - before_s
        # Less than a tick is nothing that could be told; a new host has worked less.
        if worked_s >= _TICK_S:
            text += f", processor time: {_duration(worked_s)}"
    call.print(text)
    return outcome


def _processor_s(call: Call) -> float | None:
    """Seconds the host's processor has worked; None while there is no host."""
    import psutil  # type: ignore[import-untyped]

    pid = call.client.host_pid
    try:
        times = psutil.Process(pid).cpu_times() if pid is not None else None
    except psutil.Error:
        return None
    return times.user + times.system if times is not None else None


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 60:
        return f"{seconds:.3g} s"
    return f"{int(seconds // 60)} min {seconds % 60:.0f} s"
