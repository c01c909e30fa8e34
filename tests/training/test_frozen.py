"""What a frozen part computes is kept and served, and every result is that of training without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from netspec.training.events import FeaturesReady
from netspec.training.interruption import Interrupted
from tests.training.frozen_runs import (
    HEAD,
    SPEC,
    ready,
    require_same,
)
from tests.training.small_runs import Heard, record, train, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.keras, pytest.mark.usefixtures("own_cache")]

EVERYTHING = f"""    - Dense:
        units: 8
        kernel_regularizer: {{L2: {{l2: 0.1}}}}
        activity_regularizer: {{L2: {{l2: 0.1}}}}
    - BatchNormalization
    - ReLU
    - GaussianNoise: {{stddev: 0.1}}
    - Dropout: {{rate: 0.4}}
{HEAD}"""
KEEPING = f"{SPEC}callbacks: [{{ModelCheckpoint: {{monitor: val_loss, save_best_only: true}}}}]\n"
# What is taken of the frozen part are two tensors; one of its layers is called twice.
TWO_OUTPUTS = (
    SPEC.replace(
        "validation: 20, limit: 70", "labels: {a: label, b: label}, validation: 20, limit: 70"
    )
    .replace(
        f"    - GlobalAveragePooling2D\n{HEAD}",
        """    - GlobalAveragePooling2D: {name: once}
    - Conv2D: {name: third, inputs: second, filters: 6, kernel_size: 3, padding: same, trainable: false}
    - Reuse: {layer: third, name: fourth}
    - Flatten: {name: twice}
    - Dense: {name: one, inputs: once, units: 10, activation: softmax}
    - Dense: {name: two, inputs: twice, units: 10, activation: softmax}
  output: {a: one, b: two}
""",
    )
    .replace("metrics: [accuracy]", "metrics: {a: [accuracy], b: [accuracy]}")
    .replace(
        "loss: sparse_categorical_crossentropy",
        "loss: {a: sparse_categorical_crossentropy, b: sparse_categorical_crossentropy}",
    )
)
AUGMENTED = SPEC.replace(
    "model:", "augmentation: [{RandomTranslation: {height_factor: 0.2, width_factor: 0.2}}]\nmodel:"
).replace("epochs: 2", "epochs: 3")


def test_a_head_of_every_kind_ends_in_the_same_bits_and_another_finds_the_features(
    tmp_path: Path,
) -> None:
    heard = require_same(tmp_path, KEEPING.replace(HEAD, EVERYTHING))
    assert ready(heard) == [(1, ("train", "validation"), 0, 90), (1, ("test",), 0, 15)]
    told = record(tmp_path / "kept")["features"]
    assert [{**each, "seconds": 0} for each in told] == [
        {
            "stage": 1,
            "layers": 5,
            "tensors": [[6]],
            "splits": ["train", "validation", "test"],
            "found": 0,
            "computed": 105,
            "seconds": 0,
            "bytes": 105 * 6 * 4,
        }
    ]
    assert record(tmp_path / "computed")["features"] == [
        {"stage": 1, "reason": "runtime.feature_cache is off"}
    ]

    again = Heard()
    train(write(tmp_path, SPEC), tmp_path / "head", "training.epochs=1", heard=again)
    assert ready(again) == [(1, ("train", "validation"), 90, 0), (1, ("test",), 15, 0)]


def test_two_tensors_in_bfloat16_reach_two_outputs_in_the_same_bits(tmp_path: Path) -> None:
    heard = require_same(tmp_path, TWO_OUTPUTS, "runtime.precision=mixed_bfloat16")
    assert [computed for *_, computed in ready(heard)] == [90, 15]
    (told,) = record(tmp_path / "kept")["features"]
    # A row is a multiple of 8 bytes.
    assert (told["tensors"], told["bytes"]) == ([[6], [216]], 105 * 224 * 2)


@pytest.mark.parametrize(
    ("versions", "computed"),
    [
        ((), [(("validation",), 20), (("test",), 15)]),
        ((2,), [(("train", "validation"), 160), (("test",), 15)]),
    ],
    ids=["every_epoch_anew", "two_versions"],
)
def test_augmented_images_end_in_the_same_bits(
    versions: tuple[int, ...], computed: list[Any], tmp_path: Path
) -> None:
    more = [f"runtime.augmentation_versions={each}" for each in versions]
    heard = require_same(tmp_path, AUGMENTED, *more)
    assert [(splits, done) for _, splits, _, done in ready(heard)] == computed


def test_features_are_served_for_what_computes_the_same_and_nothing_else(tmp_path: Path) -> None:
    spec = write(tmp_path, SPEC)

    def found(*overrides: str) -> int:
        heard = Heard(lambda event: isinstance(event, FeaturesReady))
        with pytest.raises(Interrupted):
            train(
                spec,
                tmp_path / "-".join(["run", *overrides]).replace("/", ""),
                *overrides,
                heard=heard,
            )
        ((_, _, number, _),) = ready(heard)
        return number

    assert found() == 0
    assert found("model.layers.head.use_bias=false", "training.batch_size=8") == 90
    # An initial weight follows from the seed.
    assert found("seed=6", "data.validation=null") == 0
    assert found("model.layers.Rescaling.scale=1/127") == 0
    assert found("data.resize=pad") == 0
    assert found("runtime.precision=mixed_bfloat16") == 0
