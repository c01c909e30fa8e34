"""How much an image counts in training's loss, by its class and by what the data says of it."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from netspec.data.splits import Split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def balanced_weights(labels: NDArray[np.int64], classes: int) -> tuple[float, ...]:
    """Weights under which all classes count alike: all images, by the number of classes and the class's own images.

    Args:
        labels: The class of each training image, `(images,)`.
        classes: How many classes there are.

    Returns:
        A weight for each class. One without images weighs 1 and is not counted among the classes.

    Source: `compute_class_weight` in sklearn/utils/class_weight.py.
    """
    sizes = np.bincount(labels, minlength=classes)
    present = int(np.count_nonzero(sizes))
    return tuple(len(labels) / (present * size) if size else 1.0 for size in sizes.tolist())


def with_class_weights(part: Split, label: str, weights: Sequence[float]) -> Split:
    """A split whose images' own weights are multiplied by those of their classes.

    Keras refuses class weights beside the weights of images, so that both are one.

    Args:
        part: The split.
        label: The source's name for the label whose classes are weighed.
        weights: A weight for each class.
    """
    by_class = np.asarray(weights, dtype=np.float32)[part.images.labels[label]]
    own = part.images.weights
    together = by_class if own is None else by_class * own
    images = copy(part.images)
    object.__setattr__(
        images, "weights", together
    )  # of a frozen dataclass, or of a plugin's own class
    return Split(images, part.indices)
