"""A data set that goes by a name, as a source of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.data.source import ImageSource, Reports
from netspec.things.labels import LABEL

if TYPE_CHECKING:
    from netspec.data.images import Images
    from netspec.spec.facts import DataFacts
    from netspec.things.datasets import NamedDataset


class NamedSource(ImageSource):
    """A data set that goes by a name.

    Attributes:
        name: The name.
    """

    def __init__(self, dataset: NamedDataset, facts: DataFacts) -> None:
        self._dataset = dataset
        self.name = dataset.name
        self.title = dataset.title
        self.facts = facts
        self.record = {"source": dataset.name}

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The arrays, from this machine or the network."""
        from netspec.data.images import ArrayImages
        from netspec.data.named import loading as named

        arrays = named.load(
            self._dataset.name, offline=offline, notify=reports.notice, progress=reports.fetching
        )
        self.fingerprint = arrays.fingerprint
        return {
            "train": ArrayImages(arrays.x_train, {LABEL: arrays.y_train}),
            "test": ArrayImages(arrays.x_test, {LABEL: arrays.y_test}),
        }
