"""The command line, in this process and in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

ROOT = Path(__file__).parents[2]
QUICKSTART = "specs/quickstart.yaml"
NETSPEC = [sys.executable, "-m", "netspec"]
# After what a command prints stands how it ended, on both streams. Garbage is collected as rarely as by `netspec`.
IN_TURN = """
import gc, json, sys
from netspec.cli import main

gc.set_threshold(10_000)

for words in json.loads(sys.argv[1]):
    status = main(words)
    for stream in (sys.stdout, sys.stderr):
        print(f"\\0{status}", end="\\0", file=stream, flush=True)
"""


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


def on_any_machine(text: str) -> str:
    """What a dry run prints, without what it says of files that are not here: elsewhere they may be."""
    lines = text.splitlines(keepends=True)
    return "".join(each for each in lines if "is not on this machine: a run fetches it" not in each)


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


def in_turn(*commands: Sequence[str], cwd: Path = ROOT, path: Sequence[str] = ()) -> list[Done]:
    """Runs commands one after the other in one process of their own, which imports TensorFlow once."""
    paths = [*path, *filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)])]
    done = subprocess.run(
        [sys.executable, "-c", IN_TURN, json.dumps([list(words) for words in commands])],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    out, err = done.stdout.split("\0"), done.stderr.split("\0")
    assert len(out) == len(err) == 2 * len(commands) + 1
    return [Done(int(out[at + 1]), out[at], err[at]) for at in range(0, len(out) - 1, 2)]


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
