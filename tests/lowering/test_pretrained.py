"""Weights that were trained elsewhere go into a network's layers, all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.errors import UsageError
from netspec.lowering.pretrained import put

if TYPE_CHECKING:
    import keras

pytestmark = pytest.mark.keras


@pytest.fixture
def model() -> keras.Model:
    import keras

    keras.utils.clear_session()
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Normalization(name="scale"),
            keras.layers.Dense(3, name="backbone-first"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(2, name="last"),
        ]
    )


def ones(*shapes: tuple[int, ...]) -> list[Any]:
    return [np.ones(shape, "float32") for shape in shapes]


def test_layers_are_called_by_their_names_in_the_spec(model: keras.Model) -> None:
    before = model.get_layer("last").get_weights()
    put(model, ["backbone.first"], [ones((4, 3), (3,))])
    assert all((each == 1).all() for each in model.get_layer("backbone-first").get_weights())
    after = model.get_layer("last").get_weights()
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_a_layer_that_computes_of_its_weights_does_so(model: keras.Model) -> None:
    mean, variance = np.full(4, 3.0, "float32"), np.full(4, 4.0, "float32")
    put(model, ["scale"], [[mean, variance, np.array(1, "uint32")]])
    scaled = model.get_layer("scale")(np.full((1, 4), 5.0, "float32"))
    assert np.array_equal(np.asarray(scaled), np.ones((1, 4)))


@pytest.mark.parametrize(
    ("name", "shapes", "said"),
    [
        ("none", [(4, 3), (3,)], "has no layer 'none'"),
        ("backbone.first", [(4, 3)], r"have the shapes \[\(4, 3\)\], the layer's have"),
        ("backbone.first", [(4, 3), (4,)], r"the layer's have \[\(4, 3\), \(3,\)\]"),
    ],
)
def test_nothing_is_put_where_one_does_not_fit(
    model: keras.Model, name: str, shapes: list[tuple[int, ...]], said: str
) -> None:
    before = model.get_weights()
    with pytest.raises(UsageError, match=said):
        put(model, ["last", name], [ones((3, 2), (2,)), ones(*shapes)])
    after = model.get_weights()
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
