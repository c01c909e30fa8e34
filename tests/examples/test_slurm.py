"""The job for Slurm, over stand-ins for Slurm's own commands."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import QUICKSTART, here

if TYPE_CHECKING:
    from collections.abc import Sequence

SCRIPT = Path(__file__).parents[2] / "examples" / "slurm" / "train.sh"
STAND_INS = {
    "srun": 'exec "$@"',
    "scontrol": 'echo "scontrol $*" >> told.txt; touch requeued',
    "netspec": (
        'echo "netspec $*" >> told.txt\n'
        "if [ -e long ]; then until [ -e requeued ]; do sleep 0.02; done; exit 143; fi\n"
        "exit 4"
    ),
}


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """A folder with stand-ins for the commands that the job calls."""
    for name, text in STAND_INS.items():
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)
    return tmp_path


def job(cluster: Path) -> subprocess.Popen[bytes]:
    path = f"{cluster / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "SLURM_JOB_ID": "7", "SLURM_JOB_NAME": "fashion"}
    return subprocess.Popen(["bash", str(SCRIPT)], cwd=cluster, env=environment)


def told(cluster: Path) -> Sequence[str]:
    path = cluster / "told.txt"
    return path.read_text().splitlines() if path.exists() else []


def test_the_job_is_a_script_that_bash_reads() -> None:
    subprocess.run(["bash", "-n", str(SCRIPT)], check=True)


def test_it_runs_the_one_line_and_ends_as_that_does(cluster: Path) -> None:
    assert job(cluster).wait(timeout=30) == 4
    assert told(cluster) == ["netspec run spec.yaml --output runs/fashion --resume"]


def test_before_its_time_is_over_it_goes_back_into_the_queue(cluster: Path) -> None:
    (cluster / "long").touch()
    process = job(cluster)
    while not told(cluster):
        time.sleep(0.02)
    process.send_signal(signal.SIGUSR1)
    assert process.wait(timeout=30) == 143
    assert told(cluster)[1:] == ["scontrol requeue 7"]


def test_netspec_takes_the_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (line,) = [each for each in SCRIPT.read_text().splitlines() if each.startswith("srun ")]
    line = line.replace("$SLURM_JOB_NAME", "fashion").replace("runs/", f"{tmp_path}/")
    _, _, *words = shlex.split(line.removesuffix("&").replace("spec.yaml", QUICKSTART))
    done = here(capsys, *words, "--dry-run")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("data        Fashion-MNIST sample")
