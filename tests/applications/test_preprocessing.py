"""The layers that do what Keras's `preprocess_input` does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netspec.applications.rows import rows
from netspec.applications.table import architecture

# A few units of the last place of what comes out, which is between -2.2 and 2.7 after a scaling.
NEAR = 1e-6


@pytest.mark.keras
@pytest.mark.parametrize(
    ("name", "mode", "tolerance"),
    [("Xception", "tf", NEAR), ("DenseNet121", "torch", NEAR), ("ResNet50", "caffe", 0.0)],
)
def test_they_give_what_keras_gives_for_every_pixel(name: str, mode: str, tolerance: float) -> None:
    import keras

    table = architecture(name)
    pixels = np.arange(768, dtype="float32").reshape(1, 16, 16, 3) % 256
    found: Any = pixels
    for row in rows(table):
        if row.part == "preprocessing":
            fields = dict(row.fields)
            found = (
                keras.ops.flip(found, axis=-1)
                if row.kind == "Flip"
                else getattr(keras.layers, row.kind)(**fields)(found)
            )

    expected = keras.applications.imagenet_utils.preprocess_input(pixels.copy(), mode=mode)

    assert table.preprocessing == mode
    assert np.abs(np.asarray(found) - expected).max() <= tolerance


@pytest.mark.parametrize("name", ["ConvNeXtTiny", "EfficientNetV2S", "MobileNetV3Large"])
def test_a_network_that_does_it_itself_has_it_once(name: str) -> None:
    kinds = [row.kind for row in rows(architecture(name)) if row.part == "preprocessing"]

    assert kinds == (["Normalization"] if name == "ConvNeXtTiny" else ["Rescaling"])


def test_pixels_may_come_prepared() -> None:
    for name in ("Xception", "VGG16", "ConvNeXtTiny", "EfficientNetV2B0"):
        listed = rows(architecture(name), preprocessing=False)

        assert {row.part for row in listed} == {"body", "top"}
        assert listed[0].kind == "Conv2D"
