"""Grad-CAM: the part of a picture that speaks for a class, as far as one feature map tells.

Source: Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
arXiv 1610.02391, equations 1 and 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.evaluation.looking.colours import overlaid
from netspec.evaluation.looking.maps import last_map
from netspec.evaluation.looking.values import value_of
from netspec.evaluation.pictures import shown_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import keras
    from numpy.typing import NDArray

    from netspec.graph.graph import Graph
    from netspec.spec.labels import Target

    Floats = NDArray[np.float32]
    Picture = NDArray[np.uint8]

# Pictures at a time: as many maps are in memory at once.
_BATCH = 8


def heat(maps: Floats, gradients: Floats) -> Floats:
    """How much each position speaks for what was followed.

    A channel counts by its gradient's mean over all positions: by how much the number grows where the channel does.
    What speaks against it is cut off.

    Args:
        maps: `(pictures, height, width, channels)`.
        gradients: Of the number that was followed, by each value of the maps.

    Returns:
        `(pictures, height, width)`, from 0 to 1, the largest of each picture 1; all 0 where nothing speaks for it, and
        where a value is no finite number.
    """
    weights = gradients.astype(np.float64).mean(axis=(1, 2))
    with np.errstate(invalid="ignore", over="ignore"):
        sums = np.einsum("nhwc,nc->nhw", maps.astype(np.float64), weights)
    is_number = np.isfinite(sums).all(axis=(1, 2), keepdims=True)
    positive = np.where(is_number, np.maximum(sums, 0), 0)
    largest = positive.max(axis=(1, 2), keepdims=True)
    shares: Floats = (positive / np.where(largest > 0, largest, 1)).astype(np.float32)
    return shares


def overlays(  # noqa: PLR0913 - each has a name
    model: keras.Model,
    graph: Graph,
    target: Target,
    images: NDArray[Any],
    classes: Sequence[int],
    *,
    sized: Callable[[tuple[int, int]], tuple[int, int]] = shown_size,
) -> list[Picture | None]:
    """What speaks for a class on each of some pictures, laid over it.

    Args:
        model: The network.
        graph: The same as netspec knows it.
        target: What the output learned whose classes are meant.
        images: uint8 `(images, height, width, channels)`, as the network gets them.
        classes: For each image the class's place in the label order.
        sized: Gives the width and height that a picture of a width and height is shown in.

    Returns:
        For each image uint8 `(height, width, 3)`; None where nothing on it speaks for the class, and for all where the
        network has no feature map.
    """
    from netspec.evaluation.looking.walk import look_inside

    at = last_map(graph, target.output)
    if at is None:
        return [None] * len(images)
    made: list[Picture | None] = []
    for start in range(0, len(images), _BATCH):
        part = images[start : start + _BATCH]
        values = [value_of(graph, target, each) for each in classes[start : start + _BATCH]]
        seen = look_inside(model, graph, part, maps=[at], values=values, at=at)
        assert seen.gradients is not None  # noqa: S101 - values were followed
        size = sized((images.shape[2], images.shape[1]))
        each = zip(part, heat(seen.maps[at.name], seen.gradients), strict=True)
        made += [overlaid(image, hot, size) if hot.any() else None for image, hot in each]
    return made
