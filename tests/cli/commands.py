"""The command line, in this process and in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.cli import main

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
QUICKSTART = "specs/quickstart.yaml"
NETSPEC = [sys.executable, "-m", "netspec"]


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


def here(capsys: pytest.CaptureFixture[str], *arguments: str) -> Done:
    """Runs a command in this process."""
    status = main(list(arguments))
    captured = capsys.readouterr()
    return Done(status, captured.out, captured.err)


def apart(*arguments: str, **environment: str) -> Done:
    """Runs a command in a process of its own, in the repository's root, with its output piped."""
    done = subprocess.run(
        [*NETSPEC, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def shell(line: str) -> Done:
    """Runs a line of bash, with `netspec` for the command; its status is the command's."""
    command = " ".join(NETSPEC)
    done = subprocess.run(
        ["bash", "-c", f'netspec() {{ {command} "$@"; }}; {line}; exit "${{PIPESTATUS[0]}}"'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
