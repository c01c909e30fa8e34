"""The tables of `keras.applications`: whole, readable, and at one with the zoo's specs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import netspec
from netspec.applications.rows import resolved_padding, rows, token
from netspec.applications.table import architecture, names
from tests.applications.expansion import expand

if TYPE_CHECKING:
    from netspec.applications.table import Architecture

MINIMALISTIC = ("MobileNetV3LargeMinimalistic", "MobileNetV3SmallMinimalistic")
EVERY = (*names(), *MINIMALISTIC)
ZOO = {path.stem: path for path in Path("specs/zoo").glob("*.yaml")}
IN_ZOO = [name for name in names() if name.lower() in ZOO]
TABLES = Path("netspec/applications/tables")
# In all, so that what everybody installs stays small.
MOST_BYTES = 1_500_000


def test_there_are_forty_networks_and_two_that_are_options_of_others() -> None:
    assert len(names()) == 40
    assert {path.stem for path in TABLES.iterdir()} == {*EVERY}
    assert len(IN_ZOO) == len(ZOO)


def test_the_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in TABLES.iterdir()) < MOST_BYTES


@pytest.mark.parametrize("name", EVERY)
def test_every_row_takes_earlier_ones_and_has_a_name_of_its_own(name: str) -> None:
    for include_top in (True, False):
        seen: list[str] = []
        for row in rows(architecture(name), include_top=include_top, pooling="avg"):
            assert row.name not in seen
            assert (row.inputs is None) == (not seen)
            assert {*(row.inputs or ())} <= {*seen}
            seen.append(row.name)


@cache
def counted(name: str) -> tuple[int, int, int]:
    """Parameters, those that train, and multiply-accumulates, at the network's own size."""
    table = architecture(name)
    listed = rows(table, preprocessing=table.preprocessing is None)
    called = [each.inference for each in expand(listed, (table.default_size,) * 2 + (3,))]
    weights = [weight for each in called for weight in each.weights]
    trainable = sum(weight.size for weight in weights if weight.trainable)
    return sum(weight.size for weight in weights), trainable, sum(each.macs or 0 for each in called)


@pytest.mark.parametrize("name", IN_ZOO)
def test_a_spec_of_the_zoo_has_the_same_weights_and_cost(name: str) -> None:
    summary = netspec.summarize(ZOO[name.lower()])

    total = summary.total_parameters
    assert counted(name) == (total, total - summary.non_trainable_parameters, summary.macs)


@pytest.mark.parametrize("name", EVERY)
def test_every_network_has_keras_s_weights_with_and_without_a_classifier(name: str) -> None:
    table = architecture(name)
    shape = (table.default_size,) * 2 + (3,)
    for include_top in (True, False):
        found = table.download(include_top=include_top, options={}, shape=shape)
        assert found is not None
        assert found.include_top == include_top
        assert found.origin.startswith("https://")
        assert found.file.endswith(".h5")


def file_of(table: Architecture, height: int, width: int, **options: float) -> str | None:
    found = table.download(include_top=False, options=options, shape=(height, width, 3))
    return None if found is None else found.file


def test_a_mobilenet_has_a_file_for_each_size_and_width_that_keras_trained() -> None:
    mobilenet, wide = architecture("MobileNet"), architecture("MobileNetV2")

    assert file_of(mobilenet, 160, 160) == "mobilenet_1_0_160_tf_no_top.h5"
    assert file_of(mobilenet, 160, 128, alpha=0.5) == "mobilenet_5_0_224_tf_no_top.h5"
    assert file_of(mobilenet, 96, 96) == "mobilenet_1_0_224_tf_no_top.h5"
    assert file_of(wide, 96, 96, alpha=1.4) == (
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.4_96_no_top.h5"
    )


def test_there_are_no_weights_for_other_widths() -> None:
    assert file_of(architecture("MobileNet"), 224, 224, alpha=0.3) is None
    assert file_of(architecture("MobileNet"), 224, 224, depth_multiplier=2) is None
    assert file_of(architecture("MobileNetV3SmallMinimalistic"), 224, 224, alpha=0.75) is None
    assert file_of(architecture("MobileNetV3Small"), 224, 224, alpha=0.75) is not None


def test_imagenet_s_classifier_takes_the_sizes_that_keras_takes() -> None:
    assert architecture("VGG16").takes_size((224, 224))
    assert not architecture("VGG16").takes_size((224, 225))
    assert not architecture("Xception").takes_size((224, 224))
    assert architecture("MobileNet").takes_size((128, 128))
    assert not architecture("MobileNet").takes_size((96, 96))
    assert architecture("MobileNetV2").takes_size((96, 96))
    assert architecture("MobileNetV3Small").takes_size((40, 51))


def test_only_the_classifiers_of_vgg_have_weights_for_each_place() -> None:
    assert [name for name in names() if architecture(name).flattens] == ["VGG16", "VGG19"]


def test_only_the_first_efficientnets_always_do_their_own_preprocessing() -> None:
    fixed = [name for name in names() if not architecture(name).optional_preprocessing]

    assert fixed == [f"EfficientNetB{number}" for number in range(8)]


def test_a_padding_goes_by_whether_the_size_is_odd() -> None:
    assert resolved_padding(3, (8, 8, 1)) == [[0, 1], [0, 1]]
    assert resolved_padding(5, (7, 8, 1)) == [[2, 2], [1, 2]]
    assert resolved_padding(3, (None, None, 1)) == [[0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("kind", "argument", "alpha", "expected"),
    [
        ("$int", 512, 0.3, 153),
        ("$divisible", [16, 4.5, 0.25], 1.0, 24),
        ("$divisible", [8], 1.1188, 16),
        ("$divisible_int", [8], 1.1188, 8),
        ("$divisible_from_1", [1280], 0.5, 1280),
        ("$divisible_from_1", [1280], 1.4, 1792),
    ],
)
def test_a_width_is_rounded_as_keras_does(
    kind: str, argument: int | list[float], alpha: float, expected: int
) -> None:
    assert token(kind, argument, {"alpha": alpha}) == expected
