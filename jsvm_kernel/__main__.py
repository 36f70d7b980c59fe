"""`python -m jsvm_kernel -f CONNECTION_FILE` runs the kernel, `… new` makes a package.

Jupyter waits for the kernel: nothing that only the other command needs is imported.
"""

import sys


def _main() -> None:
    if sys.argv[1:2] == ["new"]:
        from jsvm_kernel.kernel.new import main as new

        new(sys.argv[2:])
    else:
        from jsvm_kernel.kernel.launch import main as launch

        launch()


if __name__ == "__main__":
    _main()
