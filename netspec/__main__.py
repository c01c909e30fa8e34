"""`python -m netspec` and the `netspec` command."""

from __future__ import annotations

import sys

from netspec.cli import main


def start() -> None:
    """Runs the command line and ends the process with its exit status."""
    sys.exit(main())


if __name__ == "__main__":
    start()
