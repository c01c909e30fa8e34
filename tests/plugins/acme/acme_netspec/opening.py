"""The data source as a run opens it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from netspec.data.source import ImageSource, Reports
from netspec.spec.facts import DataFacts
from netspec.things.labels import LABEL, LabelFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.images import Images
    from netspec.data.sources.place import Place


def stripes(thing: Any, find: Callable[[str], Place]) -> ImageSource:
    """The source; it has no files to find."""
    del find
    return _Stripes(thing)


class _Stripes(ImageSource):
    def __init__(self, thing: Any) -> None:
        self._thing = thing
        self.title = "stripes"
        self.facts = DataFacts(
            name="stripes",
            labels={LABEL: LabelFacts("class", ("lying", "standing"))},
            image_shape=(thing.size, thing.size, 1),
            splits={"train": thing.images, "test": 8},
        )
        self.record = {"source": "Stripes"}
        self.fingerprint = sha256(repr(self.facts).encode()).hexdigest()

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The pictures, drawn from a seed."""
        del reports, offline
        import numpy as np

        from netspec.data.images import ArrayImages

        generator = np.random.default_rng(0)
        splits: dict[str, Images] = {}
        for name, count in (self.facts.splits or {}).items():
            labels = np.arange(count, dtype=np.int64) % 2
            noise = generator.integers(0, 60, (count, self._thing.size, self._thing.size))
            noise[labels == 0, ::2, :] += 190
            noise[labels == 1, :, ::2] += 190
            splits[name] = ArrayImages(noise[..., None].astype(np.uint8), {LABEL: labels})
        return splits
