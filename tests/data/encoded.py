"""Encoded images that are not files, which count how often each is read."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.data.images import EncodedImages
from netspec.things.labels import LABEL
from tests.data.made_pictures import numbered

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def nothing(index: int) -> None:
    """What happens before an image is read, mostly."""
    del index


@dataclass(eq=False)
class CountedImages(EncodedImages):
    """Pictures whose every pixel is their number; labels go round three classes."""

    count: int
    before: Callable[[int], None] = nothing
    in_pillow: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    reads: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.labels = {LABEL: np.arange(self.count, dtype=np.int64) % 3}
        self.weights = None
        self._keys = np.arange(self.count, dtype=np.int64)
        self._counting = threading.Lock()

    @property
    def keys(self) -> NDArray[np.int64]:
        return self._keys

    def name(self, index: int) -> str:
        return f"picture {index}"

    def location(self, index: int) -> str:
        return f"{self.name(index)} of {self.count}"

    def digests(self) -> list[bytes]:
        return [bytes([number]) for number in range(self.count)]

    def read(self, index: Any) -> bytes:
        self.before(int(index))
        with self._counting:
            self.reads[int(index)] += 1
        return numbered(int(index))
