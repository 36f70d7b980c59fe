"""Native modules that installed packages offer, for imports of "native:NAME".

A package names them in the entry-point group `jsvm.modules`: on the left the name
behind "native:", on the right the extension module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from importlib.metadata import Distribution

GROUP = "jsvm.modules"


class Offer(NamedTuple):
    """A native module of a package; `module` is the extension module's full name."""

    name: str
    module: str
    package: str
    version: str
    distribution: Distribution

    def __str__(self) -> str:
        return f"{self.package} {self.version}"


def native_modules() -> dict[str, list[Offer]]:
    """Give what is installed now, by name; more than one package may offer a name.

    It reads the metadata of all packages, some tens of milliseconds' work.
    """
    import importlib.metadata  # of no use to a session that imports none

    # What was installed a moment ago is not known yet.
    importlib.invalidate_caches()
    found: dict[str, list[Offer]] = {}
    for entry in importlib.metadata.entry_points(group=GROUP):
        if entry.dist is None:  # pragma: no cover - only of hand-made entry points
            continue
        offer = Offer(
            entry.name, entry.value, entry.dist.name, entry.dist.version, entry.dist
        )
        found.setdefault(entry.name, []).append(offer)
    return found
