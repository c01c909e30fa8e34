"""Images whose labels are counted as a network counts them, and not as their data does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from netspec.data.source import ImageSource
from netspec.things.labels import LabelFacts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from netspec.data.images import Images
    from netspec.data.source import Reports


class RenumberedSource(ImageSource):
    """A source of whose labels one has other classes.

    Args:
        source: The source, opened.
        label: Its name for the label.
        names: The classes that the label has from now on.
        numbers: For each of its own classes the number among these.
    """

    def __init__(
        self, source: ImageSource, label: str, names: tuple[str, ...], numbers: Sequence[int]
    ) -> None:
        self._source, self._label, self._numbers = source, label, tuple(numbers)
        self.title, self.record, self.files = source.title, source.record, source.files
        self.is_encoded = source.is_encoded
        labels = {**source.facts.labels, label: LabelFacts("class", names)}
        self.facts = replace(source.facts, labels=labels)

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The source's splits, each label with its class's new number."""
        loaded = self._source.load(reports, offline=offline)
        # A fingerprint of all is there once all is loaded, and says nothing of numbers.
        self.fingerprint = self._source.fingerprint
        return {
            name: with_labels(
                images,
                {
                    **images.labels,
                    self._label: renumbered(images.labels[self._label], self._numbers),
                },
            )
            for name, images in loaded.items()
        }


def with_labels(images: Images, labels: Mapping[str, NDArray[Any]]) -> Images:
    """The same images with other labels."""
    changed: Images = replace(cast("Any", images), labels=labels)
    return changed


def renumbered(labels: NDArray[Any], numbers: Sequence[int]) -> NDArray[np.int64]:
    """Classes by other numbers.

    Args:
        labels: int64 `(images,)`, each image's class.
        numbers: The new number of each class.
    """
    changed: NDArray[np.int64] = np.array(numbers, np.int64)[labels]
    return changed


def reordered(labels: NDArray[Any], places: Sequence[int]) -> NDArray[Any]:
    """Several values of an image in another order.

    Args:
        labels: `(images, values)`.
        places: For each value that is wanted, the place where it stands.
    """
    return labels[:, list(places)]
