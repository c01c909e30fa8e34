"""Whole commands, timed side by side: in turn A B A B …, every run printed, the minimum compared."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# As who has installed netspec runs it: the uncounted first run leaves its bytecode.
_ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}


@dataclass(frozen=True)
class Run:
    """One run of a command: wall seconds, processor seconds, peak memory in MiB."""

    seconds: float
    processor: float
    mebibytes: float


def measure(command: list[str]) -> Run:
    """Runs a command once; its output is thrown away.

    Raises:
        SystemExit: The command failed.
    """
    begun = time.perf_counter()
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=_ENVIRONMENT,
    ) as process:
        assert process.stderr is not None  # noqa: S101 - it is piped
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{errors}")
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def _shown(part: str) -> str:
    """A part of a command as it may stand in a page: without the folders of this machine."""
    if part == sys.executable:
        return "python"
    path = Path(part)
    return path.name if path.is_absolute() else part


def compare(commands: dict[str, list[str]], *, runs: int) -> dict[str, Run]:
    """Runs all commands in turn so many times, prints each, and gives the minima by name."""
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    taken: dict[str, list[Run]] = {name: [] for name in commands}
    for name, command in commands.items():
        measure(command)  # once uncounted, so that files are in memory
        print(f"  {name}: {' '.join(_shown(part) for part in command)}")
    for number in range(1, runs + 1):
        for name, command in commands.items():
            run = measure(command)
            taken[name].append(run)
            print(
                f"  run {number}  {name:<10} {run.seconds:8.3f} s  {run.processor:8.3f} s processor"
                f"  {run.mebibytes:8.1f} MiB",
                flush=True,
            )
    return {
        name: Run(
            min(run.seconds for run in found),
            min(run.processor for run in found),
            min(run.mebibytes for run in found),
        )
        for name, found in taken.items()
    }
