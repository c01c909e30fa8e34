"""A process that trains, or goes on training, in a run directory and kills itself.

    python -m tests.training.killed SPEC DIRECTORY WHEN

WHEN is `save:N`, in the middle of writing the N-th state, or `time:SECONDS`, so long after the first step.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import netspec
from netspec.training import state_files
from netspec.training.finite import LossWatch
from netspec.training.run import run_analysis


def die() -> None:
    """Ends the process as nothing else does."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_in_save(number: int) -> None:
    """Kills the process when half of the N-th state is on the disk."""
    save, counted = state_files._save, iter(range(1, 1_000_000))

    def half(path: Path, arrays: Any) -> None:
        save(path, arrays)
        if path.name.partition("state-")[1] and next(counted) == number:
            os.truncate(path, path.stat().st_size // 2)
            die()

    state_files._save = half


def die_after(seconds: float) -> None:
    """Kills the process so long after the first step, whatever it does then."""
    saw = LossWatch.saw

    def first(self: LossWatch, epoch: int, step: int, logs: Any) -> None:
        LossWatch.saw = saw  # type: ignore[method-assign]
        threading.Timer(seconds, die).start()
        saw(self, epoch, step, logs)

    LossWatch.saw = first  # type: ignore[method-assign]


def main() -> None:
    spec, directory, when = sys.argv[1:]
    kind, _, value = when.partition(":")
    if kind == "save":
        die_in_save(int(value))
    else:
        die_after(float(value))
    run_analysis(netspec.load(spec).analysis, output=Path(directory), resume=True)


if __name__ == "__main__":
    main()
