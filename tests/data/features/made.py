"""Features that tell whose they are, and processes that keep some."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.data.features.kept import Features

KEY = {"weights": "abc", "size": [32, 32]}
FORMS = [((3, 2), "float32"), ((5,), "float16")]
ROW = 24 + 16


def digests(numbers: Iterable[int]) -> list[bytes]:
    return [sha256(b"%d" % number).digest() for number in numbers]


def arrays(numbers: Iterable[int]) -> list[NDArray[Any]]:
    """What an image's features are: its number, and that plus a half."""
    each = np.array(list(numbers), np.float32)
    return [
        np.broadcast_to(each[:, None, None], (len(each), 3, 2)).copy(),
        np.broadcast_to(each[:, None] + np.float32(0.5), (len(each), 5)).astype(np.float16),
    ]


def keep(features: Features, numbers: Iterable[int]) -> None:
    """Keeps some images' features as a segment."""
    numbers = list(numbers)
    features.add(digests(numbers), arrays(numbers))
    features.flush()


def numbers_of(features: Features, numbers: Iterable[int]) -> list[float]:
    """What is kept of images, each of whose numbers must say so."""
    numbers = list(numbers)
    first, second = features.take(features.rows(digests(numbers)))
    assert first.dtype == np.float32
    assert second.dtype == np.float16
    assert (first == first[:, :1, :1]).all()
    assert (second == (first[:, 0, :1] + 0.5)).all()
    found: list[float] = first[:, 0, 0].tolist()
    return found


_BEGINNING = """
import sys, time
from pathlib import Path
from netspec.data.features import segments
from netspec.data.features.store import FeatureStore
from tests.data.features.made import FORMS, KEY, arrays, digests, keep
features = FeatureStore(Path(sys.argv[1]), 2**30).open(KEY, FORMS)
def say(word):
    print(word, flush=True)
"""


@contextmanager
def another_process(folder: Path, program: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has the entry open and said something; it is killed in the end, with no time to do anything."""
    with subprocess.Popen(
        [sys.executable, "-c", _BEGINNING + program, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()
