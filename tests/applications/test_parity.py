"""Every network of `keras.applications` is Keras's own: its layers, their fields, shapes, weights and cost.

All sizes, options and ends of every network: NETSPEC_DRAWS=1 pytest tests/applications/test_parity.py
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

import pytest

from netspec.applications.rows import rows
from netspec.applications.table import architecture, names
from netspec.spec.model import read_layer
from tests.applications.expansion import Called, expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.layers.shapes import Shape
    from tests.applications.keras_rows import Build

WIDE = "NETSPEC_DRAWS" in os.environ
MINIMALISTIC = ("MobileNetV3LargeMinimalistic", "MobileNetV3SmallMinimalistic")
EVERY = (*names(), *MINIMALISTIC)
SIZES = (0, 75, 101, 150, 1)  # 0 is the least, 1 the network's own
ENDS = ((True, None), (False, "avg"), (False, None), (False, "max"))
WIDTHS = {
    "MobileNet": (0.25, 0.75, 1.3),
    "MobileNetV2": (0.2, 0.35, 1.4),
    "MobileNetV3Small": (0.1, 0.75, 1.25),
    "MobileNetV3Large": (0.1, 0.75, 1.25),
}


@dataclass(frozen=True)
class Case:
    """One network, as it is built."""

    name: str
    size: int
    include_top: bool = True
    pooling: Any = None
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        end = "top" if self.include_top else self.pooling or "bare"
        options = "".join(f"-{key}={value}" for key, value in self.options.items())
        return f"{self.name}-{self.size}-{end}{options}"


def size_of(name: str, size: int) -> int:
    known = architecture(name)
    return known.default_size if size == 1 else max(size, known.min_size)


def once() -> Iterator[Case]:
    """Each network once, at different sizes and with different ends; the narrow and wide ones besides."""
    for index, name in enumerate(EVERY):
        include_top, pooling = ENDS[index % len(ENDS)]
        yield Case(name, size_of(name, SIZES[index % len(SIZES)]), include_top, pooling)
    for name, widths in WIDTHS.items():
        for index, alpha in enumerate(widths):
            yield Case(name, 75 + index, include_top=index == 0, options={"alpha": alpha})
    yield Case("MobileNet", 33, options={"depth_multiplier": 2, "dropout": 0.5, "classes": 3})
    yield Case("MobileNetV3Small", 40, options={"dropout_rate": 0.0, "classifier_activation": None})
    yield Case("EfficientNetB0", 61, options={"drop_connect_rate": 0.0, "dropout_rate": 0.1})
    yield Case("EfficientNetV2B0", 64, options={"drop_connect_rate": 0.3, "dropout_rate": 0.0})


def all_of_them() -> Iterator[Case]:
    for name in EVERY:
        for include_top, pooling in ENDS:
            for size in SIZES:
                yield Case(name, size_of(name, size), include_top, pooling)
            for alpha in WIDTHS.get(name.removesuffix("Minimalistic"), ()):
                yield Case(name, 97, include_top, pooling, {"alpha": alpha})


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("case", [*(all_of_them() if WIDE else once())], ids=str)
def test_a_network_is_keras_s_own(case: Case) -> None:
    hold_equal(case)


@pytest.mark.keras
@pytest.mark.parametrize("name", ["ConvNeXtTiny", "EfficientNetV2B0", "MobileNetV3Small"])
def test_a_network_without_its_preprocessing_is_too(name: str) -> None:
    hold_equal(Case(name, 64, include_top=False), preprocessing=False)


@pytest.mark.keras
@pytest.mark.parametrize("name", ["EfficientNetB0", "MobileNetV2", "ResNet50V2", "Xception"])
def test_a_network_takes_images_of_any_size(name: str) -> None:
    hold_equal(Case(name, 0, include_top=False, pooling="avg"), shape=(None, None, 3))


@pytest.mark.keras
@pytest.mark.parametrize("name", ["EfficientNetB0", "MobileNetV3Small", "NASNetMobile", "VGG16"])
def test_a_network_takes_images_that_are_not_square(name: str) -> None:
    hold_equal(Case(name, 0), shape=(75, 98, 3))


@pytest.mark.keras
def test_imagenet_s_own_weights_bring_a_layer_to_efficientnet() -> None:
    hold_equal(Case("EfficientNetB0", 224), imagenet=True)


def hold_equal(
    case: Case,
    *,
    shape: Shape | None = None,
    preprocessing: bool = True,
    imagenet: bool = False,
) -> None:
    """Holds the rows of a network equal to what Keras builds."""
    shape = shape or (case.size, case.size, 3)
    table = architecture(case.name)
    mine = expand(
        rows(
            table,
            include_top=case.include_top,
            pooling=case.pooling,
            options=case.options,
            imagenet=imagenet,
            preprocessing=preprocessing and table.preprocessing is None,
        ),
        shape,
    )
    keras = build_of(case, shape, preprocessing=preprocessing, imagenet=imagenet)

    assert [(each.name, each.kind, each.inputs) for each in mine] == [
        (row.name, row.kind, row.inputs) for row in keras.rows
    ]
    for each, row in zip(mine, keras.rows, strict=True):
        assert each.layer == read_layer({row.kind: dict(row.fields)}), row.name
        assert each.inference.output_shape == row.shape, row.name
    assert weights_of(mine) == [
        ("kernel" if row.kind == "EinsumDense" else weight.name, weight.shape, weight.trainable)
        for row in keras.rows
        if row.layer is not None
        for weight in getattr(row.layer, "weights", ())
    ]
    in_order = [weight for row in keras.rows for weight in getattr(row.layer, "weights", ())]
    assert [*map(id, in_order)] == [*map(id, keras.model.weights)]
    if None not in shape:
        assert sum(each.inference.macs or 0 for each in mine) == macs_of(keras)


def build_of(case: Case, shape: Shape, *, preprocessing: bool, imagenet: bool) -> Build:
    """What Keras builds."""
    from tests.applications.keras_rows import build

    function = case.name.removesuffix("Minimalistic")
    options: dict[str, Any] = {"include_top": case.include_top, "pooling": case.pooling}
    if function != case.name:
        options["minimalistic"] = True
    if not preprocessing:
        options["include_preprocessing"] = False
    if imagenet:
        options["weights"] = "imagenet"
    of_family = {
        key: value
        for key, value in case.options.items()
        if function.startswith("EfficientNet") and key in {"dropout_rate", "drop_connect_rate"}
    }
    options |= {key: value for key, value in case.options.items() if key not in of_family}
    return build(function, family=of_family, input_shape=shape, **options)


def weights_of(called: list[Called]) -> list[tuple[str, tuple[int, ...], bool]]:
    return [
        (weight.name, weight.shape, weight.trainable)
        for each in called
        for weight in each.inference.weights
    ]


def macs_of(keras: Build) -> int:
    """What convolutions, dense layers and scales multiply: their kernels, once for each place of the output."""
    return sum(
        prod(weight.shape) * prod(size or 0 for size in row.shape[:-1])
        for row in keras.rows
        for weight in getattr(row.layer, "weights", ())
        if "kernel" in weight.name or row.kind == "EinsumDense"
    )
