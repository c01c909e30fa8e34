"""`python -m netspec` and the `netspec` command."""

from __future__ import annotations

import os
import sys

# Looking for pydantic's plugins costs a command a twentieth of its time, and netspec uses none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from netspec.cli import main


def start() -> None:
    """Runs the command line and ends the process with its exit status."""
    sys.exit(main())


if __name__ == "__main__":
    start()
