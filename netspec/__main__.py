"""`python -m netspec` and the `netspec` command."""

from __future__ import annotations

import gc
import os
import sys

# Looking for pydantic's plugins costs a command a twentieth of its time, and netspec uses none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

INTERRUPTED = 130


def start() -> None:
    """Runs the command line and ends the process with its exit status."""
    # A check is over before collecting garbage pays, at its end too: a fifth of its time. A run turns it on, and not
    # as eagerly as Python does: importing TensorFlow takes a seventh longer with that, and leaves no garbage.
    gc.disable()
    gc.set_threshold(10_000)
    try:
        from netspec.cli import main

        status = main()
    except KeyboardInterrupt:  # while modules were loading
        status = INTERRUPTED
    gc.freeze()
    sys.exit(status)


if __name__ == "__main__":
    start()
