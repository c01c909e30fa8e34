"""Settings that hold for every test."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable

# Before any test imports TensorFlow: results must not depend on whether a GPU is there.
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Who starts the tests in the background, or with nohup, lets them ignore signals, and with them every command that
# they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGTERM, signal.SIG_DFL)

# The same draws in every run, so that a failure is the change's and not the day's. A wide run, with
# other draws each time: pytest --hypothesis-profile wide (NETSPEC_DRAWS sets how many).
settings.register_profile("quick", max_examples=30, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "wide", max_examples=int(os.environ.get("NETSPEC_DRAWS", "2000")), deadline=None
)
settings.load_profile("quick")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--overwrite-golden",
        action="store_true",
        help="Write tests/golden/ anew; look at the diff.",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Holds a text equal to a file of tests/golden/."""

    def hold(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--overwrite-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return hold
