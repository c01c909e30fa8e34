"""What netspec builds is what it said before: the same weights, shapes and names as Keras's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netspec
from netspec.analysis import analyse

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.keras

SPECS = [*sorted(Path("specs").glob("*.yaml")), *sorted(Path("tests/specs/valid").glob("*.yaml"))]


def write(folder: Path, layers: Sequence[str], *, model: str = "input: [8, 8, 3]") -> Path:
    text = "netspec: 1\nseed: 5\nmodel:\n  " + model + "\n  layers:\n"
    path = folder / "net.yaml"
    path.write_text(text + "".join(f"    - {layer}\n" for layer in layers))
    return path


def build(path: Path) -> Any:
    import keras

    keras.backend.clear_session()
    return netspec.build(netspec.load(path))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_layer_of_a_spec_is_keras_s_weight_by_weight(path: Path) -> None:
    import keras

    _, graph = analyse(path).require()

    model = build(path)

    assert model.count_params() == graph.parameters
    for node in graph.nodes.values():
        layer = model.get_layer(node.layer_name.replace(".", "-"))
        assert type(layer) is getattr(keras.layers, node.kind)
        assert node.inference is not None
        assert node.layer is not None
        if node.shares is not None:
            continue
        given = keras.tree.flatten(layer._inbound_nodes[0].outputs)
        assert [tuple(each.shape)[1:] for each in given] == list(node.inference.output_shapes)
        assert [(tuple(weight.shape), weight.trainable) for weight in layer.weights] == [
            (weight.shape, weight.trainable and node.layer.trainable)
            for weight in node.inference.weights
        ]


def test_a_layer_s_first_weights_depend_on_the_seed_and_its_name_alone(tmp_path: Path) -> None:
    head = "Dense: {name: head, units: 4}"
    plain = build(write(tmp_path, ["Flatten", head]))
    longer = build(write(tmp_path, ["Dropout: {rate: 0.5}", "Flatten", head]))
    renamed = build(write(tmp_path, ["Flatten", "Dense: {name: other, units: 4}"]))

    kernel = plain.get_layer("head").kernel.numpy()
    assert np.array_equal(longer.get_layer("head").kernel.numpy(), kernel)
    assert not np.array_equal(renamed.get_layer("other").kernel.numpy(), kernel)


def test_another_seed_gives_other_weights(tmp_path: Path) -> None:
    path = write(tmp_path, ["Flatten", "Dense: {name: head, units: 4}"])
    first = build(path).get_layer("head").kernel.numpy()
    path.write_text(path.read_text().replace("seed: 5", "seed: 6"))

    assert not np.array_equal(build(path).get_layer("head").kernel.numpy(), first)


def test_several_inputs_and_outputs_are_dicts_by_name(tmp_path: Path) -> None:
    model = build(
        write(
            tmp_path,
            [
                "Conv2D: {name: a, inputs: left, filters: 2, kernel_size: 3}",
                "Conv2D: {name: b, inputs: right, filters: 2, kernel_size: 3}",
                "Add: {name: sum, inputs: [a, b]}",
                "GlobalAveragePooling2D",
                "Dense: {name: digit, units: 4}",
            ],
            model="input: {left: [8, 8, 3], right: {shape: [8, 8, 1]}}\n  output: {d: digit, s: sum}",
        )
    )

    given = model({"left": np.ones((2, 8, 8, 3)), "right": np.ones((2, 8, 8, 1))})

    assert {key: tuple(value.shape) for key, value in given.items()} == {
        "d": (2, 4),
        "s": (2, 6, 6, 2),
    }


def test_a_chain_of_1_500_layers_is_built(tmp_path: Path) -> None:
    path = write(tmp_path, ["Flatten", *["Dense: {units: 1}"] * 1_500])

    assert build(path).count_params() == 193 + 1_499 * 2


def test_the_name_of_a_network_may_hold_what_keras_s_may_not(tmp_path: Path) -> None:
    path = write(tmp_path, ["Flatten"])
    path.write_text(path.read_text().replace("seed: 5", "name: a.b-c"))

    assert build(path).name == "a_b_c"
