"""Class weights follow from the training images, and meet the images' own."""

from __future__ import annotations

import numpy as np
import pytest

from netspec.data.images import ArrayImages
from netspec.data.splits import Split
from netspec.data.weights import balanced_weights, with_class_weights

LABELS = np.array([0, 0, 0, 0, 0, 1, 1, 3], dtype=np.int64)


def test_balanced_weights_make_all_classes_count_alike() -> None:
    weights = balanced_weights(LABELS, 4)

    assert weights == pytest.approx((8 / 15, 8 / 6, 1.0, 8 / 3))  # three classes have images
    assert np.asarray(weights)[LABELS].mean() == pytest.approx(1)


@pytest.mark.parametrize(
    ("own", "together"),
    [
        (None, [2, 2, 2, 2, 2, 3, 3, 5]),
        (np.full(8, 0.5, np.float32), [1, 1, 1, 1, 1, 1.5, 1.5, 2.5]),
    ],
)
def test_an_image_counts_its_own_weight_times_its_class_s(
    own: np.ndarray[tuple[int], np.dtype[np.float32]] | None, together: list[float]
) -> None:
    images = ArrayImages(np.zeros((8, 2, 2, 1), np.uint8), {"label": LABELS}, own)
    part = Split.of(images, [1, 7])

    weighed = with_class_weights(part, "label", (2, 3, 4, 5))

    assert weighed.indices.tolist() == [1, 7]
    assert weighed.images.weights is not None
    assert weighed.images.weights.tolist() == together
    assert images.weights is own
