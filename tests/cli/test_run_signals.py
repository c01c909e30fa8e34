"""A signal ends `netspec run` cleanly: after its step, at once when it comes again, with the cursor given back."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from netspec.cli.display import STOP_AT_ONCE
from tests.cli.displayed import HIDE_CURSOR, SHOW_CURSOR

pytestmark = pytest.mark.usefixtures("terminal_of_80")

RUN = """
import sys, time
from pathlib import Path
from netspec.training import run as training
from netspec.training.interruption import Interrupted, Interruption
from netspec.training.events import Planned, Started
from tests.cli.displayed import a_plan, step_done

wish = None
class Known(Interruption):
    def __init__(self):
        super().__init__()
        global wish
        wish = self
import netspec.training.interruption as module
module.Interruption = Known

def train(analysis, *, listener, **_):
    directory = Path(sys.argv[1])
    if sys.argv[2] == "before":
        print("ready", file=sys.stderr, flush=True)
        time.sleep(60)
    listener(Planned(a_plan()))
    listener(Started(directory))
    step = 0
    try:
        with wish.deferred():
            while True:
                step += 1
                listener(step_done(2, step))
                if step == (1 if sys.argv[2] == "long" else 2):
                    print("ready", file=sys.stderr, flush=True)
                end = time.monotonic() + (60 if sys.argv[2] == "long" else 0.3)
                while time.monotonic() < end:
                    time.sleep(0.02)
                (directory / "step.txt").write_text(str(step))
                wish.check()
    except KeyboardInterrupt as interrupt:
        raise Interrupted.of(interrupt, directory=directory, epoch=2) from None
training.run_analysis = train
from netspec.cli import main
sys.exit(main(["run", "specs/quickstart.yaml", *sys.argv[3:]]))
"""


def started(
    directory: Path, kind: str, *arguments: str, stdout: int = subprocess.PIPE, **more: Any
) -> subprocess.Popen[bytes]:
    """The command over a run that only waits, once it is there."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(directory), kind, *arguments],
        cwd=Path(__file__).parents[2],
        stdout=stdout,
        stderr=subprocess.PIPE,
        **more,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"ready\n"
    return process


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 143)])
def test_a_signal_ends_the_run_after_its_step(tmp_path: Path, name: str, status: int) -> None:
    process = started(tmp_path, "short")
    process.send_signal(getattr(signal, name))
    _, errors = process.communicate(timeout=30)
    assert process.returncode == status
    assert errors.decode() == (
        f"interrupted in epoch 2; the run so far is in {tmp_path}\n"
        f" hint: `netspec resume {tmp_path}` continues\n"
    )
    assert int((tmp_path / "step.txt").read_text()) == 2


def test_where_there_is_a_network_it_says_how_to_use_it(tmp_path: Path) -> None:
    directory = tmp_path / "a b"
    directory.mkdir()
    (directory / "model.keras").touch()
    process = started(directory, "short")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert f"`netspec predict '{directory}' IMAGE` uses the network as it is" in errors.decode()


def test_a_second_ctrl_c_ends_the_run_at_once(tmp_path: Path) -> None:
    process = started(tmp_path, "long")
    process.send_signal(signal.SIGINT)
    time.sleep(0.8)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert errors.startswith(b"interrupted in epoch 2; ")


def test_before_training_it_ends_at_once_and_there_is_no_directory(tmp_path: Path) -> None:
    process = started(tmp_path, "before")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (
        143,
        b"interrupted, before the first step: nothing is kept\n",
    )


def test_a_signal_that_was_ignored_stays_so(tmp_path: Path) -> None:
    process = started(
        tmp_path, "short", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
    )
    process.send_signal(signal.SIGHUP)
    time.sleep(0.7)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130


def test_on_a_terminal_ctrl_c_gives_the_cursor_back(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = started(tmp_path, "short", stdout=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    process.send_signal(signal.SIGINT)
    text = until_closed(ours)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert STOP_AT_ONCE in text
    assert text.count(HIDE_CURSOR) == 1
    assert text.rindex(SHOW_CURSOR) > text.rindex(HIDE_CURSOR)


def test_a_terminal_that_is_gone_does_not_keep_the_run_from_ending(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = started(tmp_path, "short", stdout=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 143
    assert b"Traceback" not in errors


def until_closed(descriptor: int) -> str:
    """All that a terminal is told until nobody has it open."""
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:
        pass
    finally:
        os.close(descriptor)
    return b"".join(parts).decode()
