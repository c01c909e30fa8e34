"""Settings that hold for every test."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
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
# Hundreds of commands are started; they need not each compile netspec anew. Nor need each run of the tests rewrite
# their assertions anew, which takes longer than to collect them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# What is imported and collected stays.
gc.set_threshold(200_000, 20, 50)
# What is known of the tests' folders is nobody's afterwards.
_cache = tempfile.TemporaryDirectory(prefix="netspec-cache-", ignore_cleanup_errors=True)
os.environ["XDG_CACHE_HOME"] = _cache.name

# Who starts the tests in the background, or with nohup, lets them ignore signals, and with them every command that
# they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGTERM, signal.SIG_DFL)

# The same draws in every run, so that a failure is the change's and not the day's. A wide run, with
# other draws each time: pytest --hypothesis-profile wide (NETSPEC_DRAWS sets how many).
settings.register_profile("quick", max_examples=22, derandomize=True, deadline=None, database=None)
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


def pytest_collection_finish() -> None:
    """What is there when the tests begin stays to their end: nobody looks through it for garbage again and again.

    It is a third of the time that tests with Keras take: `clear_session` collects each time that it is called.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # TensorFlow makes many objects that stay


def pytest_configure(config: pytest.Config) -> None:
    """Has pytest-xdist take the files in our order; in its own those of few tests are last, however long they take."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with the files that need Keras: they take longest, and at the end nobody is to wait for one of them."""
    long = {item.path for item in items if item.get_closest_marker("keras")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Holds a text equal to a file of tests/golden/."""

    def hold(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--overwrite-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return hold
