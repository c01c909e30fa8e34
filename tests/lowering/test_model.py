"""What netspec builds is what it said before: the same weights, shapes and names as Keras's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netspec
from netspec.analysis import analyse
from netspec.spec.logs import logged

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
        if node.kind == "Flip":  # Keras has an operation for it, and no layer
            continue
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


def test_a_layer_that_gives_whole_numbers_is_called_twice(tmp_path: Path) -> None:
    layers = [
        "Discretization: {name: bins, bin_boundaries: [10.0, 100.0]}",
        "Reuse: {layer: bins, inputs: input, name: again}",
        "Add: {inputs: [bins, again]}",
    ]

    model = build(write(tmp_path, layers))

    assert model(np.full((1, 8, 8, 3), 50.0)).numpy().max() == 2


def test_a_chain_of_1_050_layers_is_built(tmp_path: Path) -> None:
    path = write(tmp_path, ["Flatten", *["Dense: {units: 1}"] * 1_050])

    assert build(path).count_params() == 193 + 1_049 * 2


def test_the_name_of_a_network_may_hold_what_keras_s_may_not(tmp_path: Path) -> None:
    path = write(tmp_path, ["Flatten"])
    path.write_text(path.read_text().replace("seed: 5", "name: a.b-c"))

    assert build(path).name == "a_b_c"


@pytest.mark.parametrize(
    ("outputs", "compiled", "loss"),
    [
        # Keras refuses weights by key beside one loss for all, and weighs by position where there is one output.
        (
            "[b, a]",
            "loss: mse, loss_weights: {b: 3, a: 0.5}, metrics: {a: [mae]}",
            "3 * b + 0.5 * a",
        ),
        ("[b, a]", "loss: {a: mse, b: mse}, loss_weights: {a: 0.5, b: 3}", "3 * b + 0.5 * a"),
        ("{z: b, y: a}", "loss: {y: mse, z: mse}, loss_weights: {y: 0.5, z: 3}", "3 * b + 0.5 * a"),
        ("[b, a]", "loss: mse", "b + a"),
        ("[a]", "loss: mse, loss_weights: {a: 0.5}, metrics: [mae]", "0.5 * a"),
        ("[a]", "loss: {a: mse}, metrics: {a: [mae]}", "a"),
        ("a", "loss: {a: mse}, loss_weights: {a: 0.5}, metrics: {a: [mae]}", "0.5 * a"),
        ("a", "loss: mse, loss_weights: {a: 0.5}, metrics: [mae]", "0.5 * a"),
    ],
)
def test_losses_and_weights_reach_their_outputs_however_they_are_written(
    outputs: str, compiled: str, loss: str, tmp_path: Path
) -> None:
    layers = ["Dense: {name: stem, units: 3}", "Dense: {name: a, units: 2, inputs: stem}"]
    if "b" in outputs:
        layers.append("Dense: {name: b, units: 1, inputs: stem}")
    path = write(tmp_path, layers, model=f"input: [4]\n  output: {outputs}")
    path.write_text(f"{path.read_text()}compile: {{optimizer: sgd, {compiled}}}\n")
    document, graph = analyse(path).require()
    model = build(path)

    draw = np.random.default_rng(0)
    inputs = draw.normal(size=(6, 4)).astype("float32")
    labels = {"a": draw.normal(size=(6, 2)), "b": draw.normal(size=(6, 1))}
    weights = draw.uniform(0, 2, 6)
    given = model.predict(inputs, verbose=0)
    by_key = given if isinstance(given, dict) else {"a": given}
    truth = {key: labels[name] for key, name in graph.outputs.items()}
    each = {
        name: (((by_key[key] - truth[key]) ** 2).mean(1) * weights).mean()
        for key, name in graph.outputs.items()
    }
    logs = model.evaluate(
        inputs,
        truth if isinstance(given, dict) else truth["a"],
        sample_weight=dict.fromkeys(truth, weights) if isinstance(given, dict) else weights,
        verbose=0,
        return_dict=True,
    )
    expected = sum(
        float(factor or 1) * each[name]
        for factor, name in (term.rpartition(" * ")[::2] for term in loss.split(" + "))
    )
    assert logs["loss"] == pytest.approx(expected, rel=1e-5)
    assert document.compile is not None
    assert set(logs) == set(logged(document.compile, list(graph.outputs)))
