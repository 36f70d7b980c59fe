"""`python -m benchmarks [GROUP ...]`: measure and print a table per group."""

from __future__ import annotations

import argparse
import importlib
import platform

from . import harness

GROUPS = ("kernels", "load", "engine", "calls", "border", "arrays", "native")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    arguments = parser.parse_args()
    if unknown := set(arguments.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    for group in arguments.groups or GROUPS:
        module = importlib.import_module(f"benchmarks.{group}")
        print(f"## {group}\n\n{harness.table(module.figures())}\n", flush=True)


if __name__ == "__main__":
    main()
