"""What a VM of a session may use, and between which bounds a user may choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jsvm_kernel.session.units import format_size
from jsvm_kernel.vm import limit_ranges

from .memory import LimitError, available_memory

#: A smaller heap holds the prelude and little else.
SMALLEST_MEMORY: Final = 4 << 20
#: A shorter time could be over before a cell has begun, on a busy machine.
SHORTEST_TIME_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, bytes, seconds. None: all memory, the engine's own stack, any time."""

    memory: int | None = None
    stack: int | None = None
    time: float | None = None

    def check(self) -> None:
        """Raise LimitError if one is out of range."""
        stack, time = limit_ranges().stack, limit_ranges().time
        memory = (SMALLEST_MEMORY, available_memory())
        if self.memory is not None and not memory[0] <= self.memory <= memory[1]:
            raise LimitError(
                f"a memory limit is between {_sizes(memory)}, which is what this "
                f"machine has, not {format_size(self.memory)}"
            )
        if self.stack is not None and not stack[0] <= self.stack <= stack[1]:
            raise LimitError(
                f"a stack is between {_sizes(stack)}, as large as the stack of the "
                f"host's process allows, not {format_size(self.stack)}"
            )
        longest = time[1]
        if self.time is not None and not SHORTEST_TIME_S <= self.time <= longest:
            raise LimitError(
                f"a time limit is between {SHORTEST_TIME_S:g} and {longest:g} seconds, "
                f"not {self.time:g}"
            )


def _sizes(span: tuple[int, int]) -> str:
    return f"{format_size(span[0])} and {format_size(span[1])}"
