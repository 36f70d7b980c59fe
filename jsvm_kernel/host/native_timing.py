"""What %%jsvm_native --time tells of what the prelude has measured (timing.js)."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

_UNITS = (("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1.0))


def timing_text(module: str, measured: Mapping[str, Any]) -> str:
    """Give lines: median and spread of one call on each side, and the ratio."""
    name = measured["name"]
    rows = [
        (f"{module}.{name} (native)", measured["native"], measured["batches"][0]),
        (f"{name} (JavaScript)", measured["js"], measured["batches"][1]),
    ]
    width = max(len(label) for label, _, _ in rows)
    lines = [
        f"{label:<{width}}  {_spread(samples)}, {len(samples)} × {_calls(batch)}"
        for label, samples, batch in rows
    ]
    return "\n".join([*lines, _ratio(measured), _result(measured["result"])])


def _spread(samples: Sequence[float]) -> str:
    low, middle, high = statistics.quantiles(samples, n=4)
    return f"{_time(middle)} a call ({_time(low)} to {_time(high)})"


def _calls(batch: int) -> str:
    return "1 call" if batch == 1 else f"{batch} calls"


def _time(nanoseconds: float) -> str:
    unit, size = next((each for each in _UNITS if nanoseconds >= each[1]), ("ns", 1.0))
    return f"{nanoseconds / size:.3g} {unit}"


def _ratio(measured: Mapping[str, Any]) -> str:
    native = statistics.median(measured["native"])
    ratio = statistics.median(measured["js"]) / native if native else 0.0
    if ratio >= 1:
        return f"native is {ratio:.3g} times as fast"
    return (
        f"native is {1 / ratio:.3g} times as slow" if ratio else "native takes no time"
    )


def _result(result: Mapping[str, str]) -> str:
    match result["kind"]:
        case "same":
            return "both give the same"
        case "near":
            difference = float(result["text"])
            return f"both give the same but for rounding (relative {difference:.1g})"
        case _:
            return f"they DIFFER: {result['text']}"
