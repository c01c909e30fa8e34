"""What a network does from a tensor inside it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.analysis import analyse

if TYPE_CHECKING:
    from pathlib import Path

keras = pytest.importorskip("keras")

from netspec.lowering import model as lowering  # noqa: E402 - after the check that Keras is there

pytestmark = pytest.mark.keras

TEXT = """
netspec: 1
model:
  input: [6, 6, 3]
  layers:
    - Conv2D: {name: shared, filters: 3, kernel_size: 3, padding: same, activation: relu}
    - Conv2D: {name: inner, filters: 3, kernel_size: 3, padding: same}
    - Reuse: {layer: shared, name: again}
    - Concatenate: {name: joined, inputs: [again, shared]}
    - GlobalAveragePooling2D: {name: pool}
    - Dense: {name: head, units: 2}
"""


@pytest.mark.parametrize("cut", [("shared",), ("inner", "shared")])
def test_the_rest_gives_what_the_whole_gives_though_it_calls_a_layer_before_it_again(
    tmp_path: Path, cut: tuple[str, ...]
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(TEXT)
    _, graph = analyse(path).require()
    tensors: dict[str, Any] = {}
    whole = lowering.to_keras(graph, seed=3, tensors=tensors)
    images = np.random.default_rng(0).normal(size=(2, 6, 6, 3)).astype(np.float32)
    found = [tensors[name] for name in cut]
    inside = keras.Model(whole.input, found if len(found) > 1 else found[0])

    rest = lowering.rest_of(graph, whole, {name: tensors[name] for name in cut})
    np.testing.assert_array_equal(rest(inside(images)), whole(images))
    assert {id(each) for each in rest.weights} <= {id(each) for each in whole.weights}


def test_an_application_that_reverses_channels_is_called_twice_before_and_after_the_cut(
    tmp_path: Path,
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("""
netspec: 1
model:
  input: [32, 32, 3]
  layers:
    - Rescaling: {name: scaled, scale: 0.5}
    - Application: {name: base, architecture: VGG16, weights: null, include_top: false}
    - Reuse: {layer: base, name: again, inputs: scaled}
    - Concatenate: {name: joined, inputs: [base, again]}
""")
    _, graph = analyse(path).require()
    tensors: dict[str, Any] = {}
    whole = lowering.to_keras(graph, seed=3, tensors=tensors)
    names = [layer.name for layer in whole.layers]
    assert len({*names}) == len(names)
    rest = lowering.rest_of(graph, whole, {"scaled": tensors["scaled"]})
    images = np.random.default_rng(0).uniform(0, 255, (1, 32, 32, 3)).astype(np.float32)
    np.testing.assert_array_equal(rest(0.5 * images), whole(images))
