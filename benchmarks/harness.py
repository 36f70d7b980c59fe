"""Side by side timing: ours and the peer's in turn, in one run, medians.

Machines are shared and noisy, so a single time means little: both sides are measured
in interleaved rounds and the ratio of the medians is the figure. The spread (smallest
to largest of our rounds) says how far to trust it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report. Times are seconds per unit of work."""

    what: str
    peer_name: str
    ours_s: float
    peer_s: float
    spread_s: tuple[float, float]

    @property
    def ratio(self) -> float:
        """Ours divided by the peer's: below 1 is faster."""
        return self.ours_s / self.peer_s


def clock(work: Callable[[], object], repeat: int = 1) -> float:
    """Seconds that one of `repeat` runs of `work` takes, on average."""
    start = time.perf_counter()
    for _ in range(repeat):
        work()
    return (time.perf_counter() - start) / repeat


def side_by_side(
    what: str,
    peer_name: str,
    ours: Callable[[], float],
    peer: Callable[[], float],
    rounds: int = 7,
) -> Figure:
    """Measure both sides in turn. Each callable gives one time in seconds."""
    our_times: list[float] = []
    peer_times: list[float] = []
    for _ in range(rounds):
        our_times.append(ours())
        peer_times.append(peer())
    return Figure(
        what,
        peer_name,
        statistics.median(our_times),
        statistics.median(peer_times),
        (min(our_times), max(our_times)),
    )


def human(seconds: float) -> str:
    """A time in the unit that fits: 3.1 ms, 45 ns."""
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| what | ours (spread) | peer | ratio |",
        "|---|---|---|---|",
    ]
    for f in figures:
        low, high = (human(s) for s in f.spread_s)
        lines.append(
            f"| {f.what} | {human(f.ours_s)} ({low} to {high}) "
            f"| {f.peer_name} {human(f.peer_s)} | {f.ratio:.2f} |"
        )
    return "\n".join(lines)
