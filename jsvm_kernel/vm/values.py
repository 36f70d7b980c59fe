"""Values and records of jsvm_kernel.vm that are plain Python."""

from __future__ import annotations

from typing import Final, NamedTuple, final

__all__ = [
    "BigInt",
    "HeapStatistics",
    "LimitRanges",
    "LiveResources",
    "UndefinedType",
    "VMInfo",
    "undefined",
]


@final
class UndefinedType:
    """The type of `undefined`, JavaScript's value for "nothing here"; None is null."""

    _instance: UndefinedType | None = None

    def __new__(cls) -> UndefinedType:
        """Return the one instance."""
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"

    def __reduce__(self) -> str:
        return "undefined"


undefined: Final = UndefinedType()


class BigInt(int):
    """An int that came from a JavaScript BigInt, and becomes one again.

    Calculating with it gives plain ints. A plain int becomes a Number where that is
    exact (up to 2**53 - 1 either way) and a BigInt beyond.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"BigInt({int(self)})"


class VMInfo(NamedTuple):
    """What engine this is."""

    api_version: int
    """Version of the VM information's layout."""
    engine: str
    """Name of the engine."""
    version: str
    """Version of the engine."""
    cache_tag: int
    """Changes whenever code caches of earlier builds are no longer of use."""


class HeapStatistics(NamedTuple):
    """State of a VM's heap. Sizes are in bytes."""

    total_heap_size: int
    total_heap_size_executable: int
    total_physical_size: int
    total_available_size: int
    used_heap_size: int
    heap_size_limit: int
    malloced_memory: int
    external_memory: int
    peak_malloced_memory: int
    number_of_native_contexts: int
    number_of_detached_contexts: int
    total_global_handles_size: int
    used_global_handles_size: int


class LimitRanges(NamedTuple):
    """The least and the greatest value that each limit of a VM can have."""

    memory: tuple[int, int]
    stack: tuple[int, int]
    time: tuple[float, float]


class LiveResources(NamedTuple):
    """What libjsvm holds in this process; all zero when everything is closed."""

    vms: int
    envs: int
    handle_scopes: int
    handles: int
    references: int
    scripts: int
    finalizers: int
