"""Of what prepares images, numbers and signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.audio import STFTSpectrogram
from netspec.layers.encoding import CategoryEncoding, Discretization, Hashing, IntegerLookup
from netspec.layers.intensity import (
    AutoContrast,
    ContrastLimitedAdaptiveHistogramEqualization,
    Normalization,
)
from netspec.layers.preprocessing import CenterCrop
from tests.layers.differences.base import Difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape


def _unbatched(layer: Layer, shapes: Sequence[Shape]) -> bool:
    of_images = AutoContrast | CenterCrop | ContrastLimitedAdaptiveHistogramEqualization
    return isinstance(layer, of_images) and len(shapes[0]) == 2


def _flat_range(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, AutoContrast | ContrastLimitedAdaptiveHistogramEqualization):
        return False
    return layer.value_range[0] >= layer.value_range[1]


def _several_axes(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, CategoryEncoding | Discretization | Hashing | IntegerLookup):
        return False
    if not shapes[0]:
        return layer.output_mode != "int"
    if isinstance(layer, Discretization):
        return False
    return layer.output_mode in {"multi_hot", "count", "tf_idf"} and len(shapes[0]) > 1


def _hashes_unknown(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, Hashing) or layer.output_mode != "one_hot":
        return False
    return bool(shapes[0]) and None in shapes[0][-2:]


def _twice(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, Normalization) or not isinstance(layer.axis, tuple):
        return False
    rank = len(shapes[0]) + 1
    return len({axis % rank for axis in layer.axis}) < len(layer.axis)


def _empty_transform(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, STFTSpectrogram):
        return False
    return any(
        "window is 0" in each.message or "no freq" in each.message
        for each in layer.contradictions()
    )


DIFFERENCES = (
    Difference("Layers of images on unbatched images", _unbatched),
    Difference("A `value_range` that does not rise", _flat_range),
    Difference("Counting over several axes of numbers, or none", _several_axes),
    Difference("Hashing to one_hot of an unknown size", _hashes_unknown),
    Difference("A Normalization along an axis named twice", _twice),
    Difference("A window of zeros, or a transform without frequencies", _empty_transform),
)

_SOUND = "A frequency, loudness or length of 0 or below"

TAKEN_BY_KERAS = {
    "CenterCrop.height: 0": "A crop to nothing",
    "CenterCrop.width: 0": "A crop to nothing",
    "Discretization.bin_boundaries: []": "Bins without boundaries",
    "MelSpectrogram.mag_exp: 0": _SOUND,
    "MelSpectrogram.max_freq: 0": _SOUND,
    "MelSpectrogram.min_freq: -0.5": _SOUND,
    "MelSpectrogram.min_power: 0": _SOUND,
    "MelSpectrogram.sampling_rate: 0": _SOUND,
    "MelSpectrogram.sequence_length: 0": _SOUND,
    "MelSpectrogram.top_db: -0.5": _SOUND,
}
