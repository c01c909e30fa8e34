"""What libraries print is dropped, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WAITING = """
import os, sys, time
from netspec.cli.capture import hushed
own = os.dup(1)
with hushed():
    os.write(1, b"dropped")
    os.write(2, b"dropped")
    os.write(own, b"shown")
    os.close(own)
    time.sleep(60)
"""


def test_a_command_that_is_killed_leaves_nothing_in_the_temporary_folder(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITING],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read(5) == b"shown"
        process.terminate()

        assert process.stdout.read() == b""
        assert process.wait() == -signal.SIGTERM
    assert list(tmp_path.iterdir()) == []
