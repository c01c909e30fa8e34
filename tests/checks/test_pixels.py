"""Pixels, their scaling and their augmentation: what is told, and what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.checks.images.pixel_values import pixels
from netspec.diagnostics import Code

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.diagnostics import Finding

BASE = """netspec: 1
data: {source: SOURCE}
augmentation: [AUGMENTATION]
model:
  input: [32, 32, 3]
  layers:
    - X
    - Flatten: {name: flat}
    - Dense: {name: head, units: 10, activation: softmax}
"""
SCALED = "Rescaling: {scale: 1/255}"
RAW, RANGE = [Code.UNSCALED_PIXELS], [Code.PIXEL_RANGE]
CONV = "Conv2D: {filters: 8, kernel_size: 3"
# What these rules tell has these digits; others see the same specs.
TOPIC = {"52", "62", "72"}
FOLDER = "{ImageFolder: {path: pets}}"
MEANS = "mean: [123.68, 116.78, 103.94]"


def findings(
    tmp_path: Path, *layers: str, source: str = "cifar10", augmentation: str = ""
) -> tuple[Finding, ...]:
    """What is found with these layers before the classifier."""
    text = BASE.replace("SOURCE", source).replace("AUGMENTATION", augmentation)
    text = text.replace("- X", "\n    ".join(f"- {layer}" for layer in layers))
    if source == "mnist":
        text = text.replace("[32, 32, 3]", "[28, 28, 1]")
    path = tmp_path / "spec.yaml"
    path.write_text(text)
    return tuple(f for f in analyse(path).findings if f.code[2:4] in TOPIC)


def codes(
    tmp_path: Path, *layers: str, source: str = "cifar10", augmentation: str = ""
) -> list[str]:
    found = findings(tmp_path, *layers, source=source, augmentation=augmentation)
    return [finding.code for finding in found]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (["Identity"], RAW),
        ([f"{CONV}}}"], RAW),
        ([f"{CONV}, activation: relu}}", "MaxPooling2D"], RAW),
        (["ZeroPadding2D", "Resizing: {height: 8, width: 8}", "CenterCrop: {height: 6, width: 6}"], RAW),
        (["Dropout: {rate: 0.2}", "GaussianNoise: {stddev: 1}", "Permute: {dims: [2, 1, 3]}"], RAW),
        (["Normalization"], RAW),
        (["AutoContrast"], RAW),
        (["Reshape: {target_shape: [32, 96]}", "LSTM: {units: 3}"], RAW),
        (["Reshape: {target_shape: [32, 96]}", "Bidirectional: {layer: {GRU: {units: 3}}}"], RAW),
        ([f"{CONV}}}", "Dropout: {rate: 0.5}"], RAW),
        # The output's size is taken out again, whatever way it goes.
        ([f"{CONV}}}", "BatchNormalization", "ReLU"], []),
        ([f"{CONV}, use_bias: false}}", "MaxPooling2D", "BatchNormalization"], []),
        ([f"{CONV}, activation: relu}}", f"{CONV}}}", "LayerNormalization"], []),
        ([f"{CONV}, activation: tanh}}", "BatchNormalization"], RAW),
        ([f"{CONV}, name: a}}", "BatchNormalization", "GlobalAveragePooling2D: {inputs: a}"], RAW),
        # Scaled, or of a range that nobody knows.
        ([SCALED], []),
        ([SCALED, f"{CONV}}}"], []),
        (["BatchNormalization"], []),
        (["LayerNormalization"], []),
        (["UnitNormalization"], []),
        (["Activation: {activation: sigmoid}"], []),
        ([SCALED, "Normalization"], []),
        ([SCALED, "AutoContrast: {value_range: [0, 1]}"], []),
        (["AutoContrast", SCALED], []),
        (["Rescaling: {scale: 1/127.5, offset: -1}"], []),
        (["Rescaling: {scale: [1/58, 1/57, 1/57], offset: [-2.1, -2, -1.8]}"], []),
        ([SCALED, "Normalization: {mean: [0.485, 0.456, 0.406], variance: [0.0524, 0.0502, 0.0506]}"], []),
        ([f"Normalization: {{{MEANS}, variance: [3409, 3263, 3292]}}"], []),
        ([f"Normalization: {{{MEANS}, variance: [1, 1, 1]}}"], []),
        (["Rescaling: {scale: 1, offset: -128}"], []),
        (["Rescaling: {scale: 1/255, offset: -1}"], []),
        (["Rescaling: {scale: 5/255}"], []),
        ([SCALED, "Rescaling: {scale: 2, offset: -1}"], []),
        ([SCALED, "Rescaling: {scale: 255}", SCALED], []),
        (["Dropout: {rate: 0.2, name: other}", "Rescaling: {scale: 1/255, inputs: input}"], []),
        # Scaled, and wrongly.
        (["Rescaling: {scale: 255}"], RANGE),
        (["Rescaling: {scale: 1}"], RANGE),
        (["Rescaling: {scale: 1/25}"], RANGE),
        (["Rescaling: {scale: 0}"], RANGE),
        (["Rescaling: {scale: 1/127.5, offset: -127.5}"], RANGE),
        (["Rescaling: {scale: 1, offset: -1}"], []),
        ([SCALED, SCALED], RANGE),
        ([SCALED, f"{CONV}}}", SCALED], []),
        ([SCALED, f"Normalization: {{{MEANS}, variance: [3409, 3263, 3292]}}"], RANGE),
        (["Normalization: {mean: 0.5, variance: 0.08}"], RANGE),
        ([SCALED, "Rescaling: {scale: 255}"], RANGE),
    ],
)  # fmt: skip
def test_the_range_of_pixels_is_followed_to_the_first_weights(
    layers: list[str], expected: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, *layers) == expected


@pytest.mark.parametrize("source", ["mnist", "fashion_mnist", FOLDER])
def test_pixels_are_0_to_255_whatever_they_come_from(source: str, tmp_path: Path) -> None:
    if source == "fashion_mnist":
        assert RAW[0] in codes(tmp_path, "Identity", source=source)
    else:
        assert codes(tmp_path, "Identity", source=source) == RAW
        assert codes(tmp_path, SCALED, source=source) == []


def test_without_data_nothing_is_known_of_pixels(tmp_path: Path) -> None:
    text = BASE.replace("data: {source: SOURCE}\n", "").replace(
        "augmentation: [AUGMENTATION]\n", ""
    )
    path = tmp_path / "spec.yaml"
    for layer in ("Identity", "Rescaling: {scale: 255}", "Resizing: {height: 320, width: 320}"):
        path.write_text(text.replace("X", layer))
        assert [f for f in analyse(path).findings if f.code[2:4] in TOPIC] == []


def test_only_the_first_of_several_layers_is_told(tmp_path: Path) -> None:
    (finding,) = findings(
        tmp_path,
        "Conv2D: {filters: 3, kernel_size: 3, name: a}",
        "Conv2D: {filters: 3, kernel_size: 3}",
    )
    assert finding.message.startswith("pixels of 0 to 255 reach Conv2D 'a' unscaled")
    assert finding.hint == "write `- Rescaling: {scale: 1/255}` as the first layer"


def test_a_scale_that_multiplies_has_a_repair_and_others_have_none(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, "Rescaling: {scale: 255}")
    assert finding.repair is not None
    (edit,) = finding.repair.edits
    assert (edit.place.line, edit.place.column, edit.place.end_column) == (7, 26, 29)
    assert edit.text == "1/255"
    for layers in (
        [SCALED, SCALED],
        ["Rescaling: {scale: 1/25}"],
        [SCALED, "Rescaling: {scale: 255}"],
    ):
        (finding,) = findings(tmp_path, *layers)
        assert finding.repair is None


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], "0 to 255"),
        ([SCALED], "0 to 1"),
        (["Rescaling: {scale: [1/255, 2/255, -1/255], offset: 1}"], "0 to 3"),
        (["Normalization: {mean: [127.5], variance: [16256.25]}"], "-1 to 1"),
        (["Normalization: {mean: 127.5, variance: 4, invert: true}"], "128 to 638"),
        ([SCALED, "Rescaling: {scale: 0.5, offset: 0.25}", "ZeroPadding2D"], "0 to 0.75"),
    ],
)
def test_ranges_are_computed_channel_by_channel(
    layers: list[str], expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "spec.yaml"
    written = "\n    ".join(f"- {layer}" for layer in [*layers, "Identity"])
    text = BASE.replace("SOURCE", "cifar10").replace("AUGMENTATION", "").replace("- X", written)
    path.write_text(text)
    document, graph = analyse(path).require()
    assert str(pixels(document, graph)["flat"]) == expected


@pytest.mark.parametrize(
    ("augmentation", "expected"),
    [
        ("{RandomBrightness: {factor: 0.2, value_range: [0, 1]}}", [Code.VALUE_RANGE]),
        ("{RandAugment: {value_range: [-1, 1]}}", [Code.VALUE_RANGE]),
        ("{RandomContrast: {factor: 0.2, value_range: [0, 256]}}", []),
        ("{RandomSaturation: {factor: [0.4, 0.6], value_range: [0, 1]}}", []),
        ("{RandomColorJitter: {saturation_factor: [0.4, 0.6], value_range: [0, 1]}}", []),
        ("{RandomColorJitter: {brightness_factor: 0.1, value_range: [0, 1]}}", [Code.VALUE_RANGE]),
        ("Solarization", [Code.ALWAYS_CHANGED]),
        ("{Solarization: {threshold_factor: [0, 0.5]}}", []),
        ("{RandomInvert: {factor: [1, 1]}}", [Code.ALWAYS_CHANGED]),
        ("RandomInvert", []),
        ("{RandomGrayscale: {factor: 1}}", [Code.ALWAYS_CHANGED]),
        ("RandomGrayscale", []),
        ("{RandomBrightness: {factor: [0.8, 1]}}", [Code.ALWAYS_CHANGED]),
        ("{RandomBrightness: {factor: [-0.9, -0.5]}}", [Code.ALWAYS_CHANGED]),
        ("{RandomBrightness: {factor: [0.1, 0.4]}}", []),
        ("RandomFlip", [Code.FLIP_MODE]),
        ("{RandomFlip: {seed: 3}}", [Code.FLIP_MODE]),
        ("{RandomFlip: {mode: horizontal_and_vertical}}", []),
        ("{RandomSaturation: {factor: 0.2}}", [Code.HALF_FACTORS]),
        ("{RandomSaturation: {factor: [0.6, 0.9]}}", [Code.HALF_FACTORS]),
        ("{RandomSaturation: {factor: 0.5}}", []),
        ("{RandomSharpness: {factor: 0.1}}", [Code.HALF_FACTORS]),
        ("{RandomSharpness: {factor: 0.6}}", []),
        ("{RandomColorJitter: {hue_factor: 0.1, saturation_factor: 0.3}}", [Code.HALF_FACTORS]),
        ("{RandomZoom: {height_factor: 1}}", [Code.FAR_AUGMENTATION]),
        ("{RandomZoom: {height_factor: 0.2, width_factor: [-0.95, 0]}}", [Code.FAR_AUGMENTATION]),
        ("{RandomZoom: {height_factor: [0, 1]}}", []),
        ("{RandomTranslation: {height_factor: 1, width_factor: 1, fill_mode: constant}}",
         [Code.FAR_AUGMENTATION]),
        ("{RandomTranslation: {height_factor: 1, width_factor: 1}}", []),
        ("{RandomTranslation: {height_factor: 0.5, width_factor: 0.5, fill_mode: nearest}}", []),
        ("{RandomBrightness: {factor: 1}}", [Code.FAR_AUGMENTATION]),
        ("{RandomBrightness: {factor: 0.8}}", []),
        ("{RandomRotation: {factor: 1}}", [Code.WHOLE_TURN]),
        ("{RandomRotation: {factor: [-1, 0.5]}}", [Code.WHOLE_TURN]),
        ("{RandomRotation: {factor: [0, 1]}}", []),
        ("{RandomRotation: {factor: 0.5}}", []),
        ("{RandomCrop: {height: 32, width: 32}}", [Code.IDLE_CROP]),
        ("RandomInvert, {RandomCrop: {height: 32, width: 32}}, {RandomCrop: {height: 32, width: 32}}",
         [Code.IDLE_CROP] * 2),
        ("{RandomCrop: {height: 32, width: 40}}", []),
    ],
)  # fmt: skip
def test_augmentations_are_told_that_leave_nothing_as_it_will_come(
    augmentation: str, expected: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, SCALED, augmentation=augmentation) == expected


@pytest.mark.parametrize(
    ("augmentation", "expected"),
    [
        ("RandomFlip", [Code.TURNED_DIGITS]),
        ("{RandomFlip: {mode: horizontal}}", [Code.TURNED_DIGITS]),
        ("{RandomFlip: {mode: vertical}}", [Code.TURNED_DIGITS]),
        ("{RandomRotation: {factor: 0.25}}", [Code.TURNED_DIGITS]),
        ("{RandomRotation: {factor: [-0.5, 0]}}", [Code.TURNED_DIGITS]),
        ("{RandomRotation: {factor: 1}}", [Code.TURNED_DIGITS]),
        ("{RandomRotation: {factor: 0.1}}", []),
        ("{RandomTranslation: {height_factor: 0.1, width_factor: 0.1}}", []),
    ],
)
def test_digits_are_not_mirrored_or_turned_far(
    augmentation: str, expected: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, SCALED, source="mnist", augmentation=augmentation) == expected
    of_folders = codes(tmp_path, SCALED, source=FOLDER, augmentation=augmentation)
    noted = {"RandomFlip": [Code.FLIP_MODE], "{RandomRotation: {factor: 1}}": [Code.WHOLE_TURN]}
    assert of_folders == noted.get(augmentation, [])


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([SCALED, "ContrastLimitedAdaptiveHistogramEqualization"], [Code.VALUE_RANGE]),
        ([SCALED, "AutoContrast"], [Code.VALUE_RANGE]),
        (["ContrastLimitedAdaptiveHistogramEqualization", SCALED], []),
        (["BatchNormalization", "AutoContrast"], []),
        ([SCALED, "Resizing: {height: 128, width: 128}"], [Code.ENLARGED_IMAGES]),
        ([SCALED, "Resizing: {height: 96, width: 256}"], []),
        ([SCALED, "Normalization: {mean: [0.485, 0.456, 0.406], variance: [0.229, 0.224, 0.225]}"],
         [Code.DEVIATIONS]),
        ([SCALED, "Normalization: {mean: 0.13, variance: 0.3081}"], [Code.DEVIATIONS]),
        ([SCALED, "Normalization: {mean: 0.13, variance: 0.09}"], []),
        ([SCALED, "Normalization: {mean: [0.485, 0.456, 0.406], variance: [0.229, 0.224, 0.225]}",
          "Rescaling: {scale: [2.1, 2.1, 2.1]}"], []),
    ],
)  # fmt: skip
def test_layers_that_prepare_images_are_held_against_the_pixels(
    layers: list[str], expected: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, *layers) == expected


def test_images_enlarged_by_the_data_are_noted_and_folders_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    text = BASE.replace("AUGMENTATION", "").replace("X", SCALED)
    for source, size, expected in [
        ("cifar10", 128, [Code.ENLARGED_IMAGES]),
        ("cifar10", 127, []),
        ("cifar10", 16, []),
        (FOLDER, 512, []),
    ]:
        written = text.replace("SOURCE", f"{source}, image_size: [{size}, {size}]")
        path.write_text(written.replace("[32, 32, 3]", f"[{size}, {size}, 3]"))
        assert [f.code for f in analyse(path).findings if f.code[2:4] in TOPIC] == expected


def test_a_value_range_has_a_repair(tmp_path: Path) -> None:
    augmentation = "{RandomBrightness: {factor: 0.2, value_range: [0, 1]}}"
    (finding,) = findings(tmp_path, SCALED, augmentation=augmentation)
    assert finding.repair is not None
    (edit,) = finding.repair.edits
    line = finding.place.source.lines[edit.place.line - 1]
    assert line[edit.place.column - 1 : edit.place.end_column - 1] == "[0, 1]"
    assert edit.text == "[0, 255]"
