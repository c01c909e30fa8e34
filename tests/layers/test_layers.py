"""What layers say of themselves, without Keras."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from netspec.diagnostics import Code
from netspec.fields import Mismatch
from netspec.layers.base import Layer
from netspec.layers.registry import CELLS, LAYERS
from netspec.layers.shapes import Shape, Weight
from tests.layers.differences import DIFFERENCES
from tests.layers.examples import class_of, example_of, infer, layer

PARITY = Path(__file__).parents[2] / "docs" / "parity.md"


def test_the_registry_names_every_layer_of_its_modules_and_no_other() -> None:
    for module, names in {**LAYERS.families, **CELLS.families}.items():
        defined = {
            name
            for name, found in vars(importlib.import_module(module)).items()
            if inspect.isclass(found) and issubclass(found, Layer) and not name.startswith("_")
        }
        own = {name for name in defined if not name.endswith("Layer")}
        assert own == set(names), module


def test_no_name_stands_in_two_tables() -> None:
    tables = [LAYERS.modules, LAYERS.strings, LAYERS.refused, LAYERS.not_yet]
    names = [name for table in tables for name in table]
    assert len(names) == len(set(names))


def test_there_is_an_example_of_every_layer() -> None:
    assert [name for name in LAYERS.names() if not example_of(name)[1]] == []


@pytest.mark.parametrize("kind", [*LAYERS.names(), *CELLS.names()])
def test_every_layer_and_every_field_is_described(kind: str) -> None:
    thing = class_of(kind)
    assert "Source: keras/src/layers/" in (thing.__doc__ or "")
    for name, info in thing.model_fields.items():
        assert (info.description or "").endswith((".", "…")), name


@pytest.mark.parametrize("kind", [*LAYERS.names(), *CELLS.names()])
def test_a_layer_knows_what_it_makes_of_its_example(kind: str) -> None:
    fields, shapes = example_of(kind)
    inference = infer(kind, *shapes, **fields)
    assert all(size is not None and size > 0 for size in inference.output_shape)
    assert inference.macs is not None


def test_layers_are_known_without_tensorflow_keras_or_numpy() -> None:
    script = (
        "import sys; from netspec.layers.registry import LAYERS; "
        "[LAYERS.get(name) for name in LAYERS.names()]; "
        "print(sorted({'numpy', 'keras', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("Lambda", Code.REFUSED, "a spec never carries or runs code"),
        ("InputLayer", Code.REFUSED, "model.input"),
        ("RandomFlip", Code.REFUSED, "belongs under augmentation"),
        ("CutMix", Code.REFUSED, "belongs under augmentation"),
        ("LSTMCell", Code.REFUSED, "stands inside RNN"),
        ("Conv3", Code.UNKNOWN_KIND, "there is no layer 'Conv3'"),
    ],
)
def test_a_name_that_is_no_layer_is_told_why(name: str, code: Code, words: str) -> None:
    with pytest.raises(Mismatch, match=words) as caught:
        LAYERS.find(name)
    assert caught.value.problems[0].code is code


def test_an_alias_is_the_layer_it_stands_for() -> None:
    assert LAYERS.find("MaxPool2D") is LAYERS.get("MaxPooling2D")


# Shapes and weights, by hand.


def test_merges_repeat_sizes_from_the_right_and_concatenate_never_does() -> None:
    assert infer("Add", (8, 8, 3), (3,)).output_shape == (8, 8, 3)
    assert infer("Add", (1, 5), (4, 1), (5,)).output_shape == (4, 5)
    assert infer("Concatenate", (8, 8, 3), (8, 8, 5)).output_shape == (8, 8, 8)
    assert infer("Concatenate", (2, 4), (3, 4), axis=1).output_shape == (5, 4)


def test_batch_normalization_with_renorm_has_three_weights_more() -> None:
    plain = infer("BatchNormalization", (8, 8, 3)).weights
    renorm = infer("BatchNormalization", (8, 8, 3), renorm=True).weights
    assert [weight.name for weight in plain] == [
        "gamma",
        "beta",
        "moving_mean",
        "moving_variance",
    ]
    assert [weight.trainable for weight in plain] == [True, True, False, False]
    assert [weight.name for weight in renorm[4:]] == [
        "moving_stddev",
        "renorm_mean",
        "renorm_stddev",
    ]


def test_layer_normalization_sorts_its_axes_as_they_are_written() -> None:
    (gamma, _) = infer("LayerNormalization", (8, 6, 4), axis=[1, -1]).weights
    assert gamma == Weight("gamma", (4, 8))


def test_layer_normalization_that_learns_nothing_needs_no_size() -> None:
    inference = infer("LayerNormalization", (None, 3), axis=1, center=False, scale=False)
    assert (inference.output_shape, inference.weights) == ((None, 3), ())


def test_a_fraction_and_a_list_scale_pixels() -> None:
    assert vars(layer("Rescaling", scale="1/255"))["scale"] == 1 / 255
    assert infer("Rescaling", (4, 4, 3), scale=[1, 2, 3], offset=[0.5]).output_shape == (4, 4, 3)


def test_margins_are_one_number_a_pair_or_a_pair_of_pairs() -> None:
    def padded(padding: object) -> Shape:
        return infer("ZeroPadding2D", (10, 10, 3), padding=padding).output_shape

    assert padded(1) == (12, 12, 3)
    assert padded([1, 2]) == (12, 14, 3)
    assert padded([[0, 1], [2, 3]]) == (11, 15, 3)


def test_unknown_sizes_pass_through() -> None:
    open_image = (None, None, 3)
    conv = infer("Conv2D", open_image, filters=8, kernel_size=3)
    assert (conv.output_shape, conv.macs) == ((None, None, 8), None)
    assert infer("MaxPooling2D", open_image).output_shape == (None, None, 3)
    assert infer("GlobalAveragePooling2D", open_image).output_shape == (3,)
    assert infer("Flatten", open_image).output_shape == (None,)
    assert infer("Reshape", open_image, target_shape=[-1, 3]).output_shape == (None, 3)
    assert infer("Resizing", open_image, height=4, width=5).output_shape == (4, 5, 3)


def test_channels_first_moves_the_channels() -> None:
    first = infer("Conv2D", (3, 32, 30), filters=8, kernel_size=3, data_format="channels_first")
    assert first.output_shape == (8, 30, 28)
    assert first.weights[0].shape == (3, 3, 3, 8)


# Multiply-accumulates, by hand.


@pytest.mark.parametrize(
    ("kind", "shape", "fields", "macs"),
    [
        # 3 x 3 window on 3 channels, 32 filters, 30 x 30 positions
        ("Conv2D", (32, 32, 3), {"filters": 32, "kernel_size": 3}, 27 * 32 * 900),
        (
            "Conv2D",
            (32, 32, 4),
            {"filters": 8, "kernel_size": 3, "groups": 2, "padding": "same", "strides": 2},
            9 * 2 * 8 * 16 * 16,
        ),
        ("DepthwiseConv2D", (32, 32, 4), {"kernel_size": 3, "depth_multiplier": 2}, 9 * 8 * 900),
        (
            "SeparableConv2D",
            (32, 32, 4),
            {"filters": 16, "kernel_size": 3, "depth_multiplier": 2},
            (9 * 8 + 8 * 16) * 900,
        ),
        ("Dense", (100,), {"units": 10}, 1000),
        ("Dense", (7, 7, 100), {"units": 10}, 49 * 1000),
        ("BatchNormalization", (32, 32, 3), {}, 0),
        ("MaxPooling2D", (32, 32, 3), {}, 0),
        ("Activation", (32, 32, 3), {"activation": "softmax"}, 0),
        ("UpSampling2D", (32, 32, 3), {"interpolation": "bilinear"}, 0),
    ],
)
def test_multiply_accumulates(kind: str, shape: Shape, fields: dict[str, Any], macs: int) -> None:
    assert infer(kind, shape, **fields).macs == macs


def test_the_first_convolution_of_vgg16_costs_87_million() -> None:
    conv = infer("Conv2D", (224, 224, 3), filters=64, kernel_size=3, padding="same")
    assert conv.macs == 86_704_128


def test_every_difference_from_keras_is_documented() -> None:
    text = PARITY.read_text(encoding="utf-8")
    assert [each.title for each in DIFFERENCES if each.title not in text] == []
