"""Keras's order of layers and weights, known without Keras: held equal to Keras on networks drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.analysis import analyse
from netspec.graph.order import keras_order, keras_weights

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph

SIZE = 3


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("order") / "spec.yaml"


def graph_of(path: Path, text: str) -> Graph:
    path.write_text(text)
    analysis = analyse(path)
    assert [str(finding) for finding in analysis.findings if finding.severity != "note"] == []
    return analysis.require()[1]


def names(
    path: Path, *layers: str, output: str = "", shape: str = "[3]", blocks: str = ""
) -> list[str]:
    lines = ["netspec: 1", "model:", f"  input: {shape}", f"  output: {output or 'null'}"]
    lines += [f"  blocks: {blocks or 'null'}", "  layers:", *(f"    - {layer}" for layer in layers)]
    return [node.name for node in keras_order(graph_of(path, "\n".join(lines) + "\n"))]


def test_a_chain_is_in_its_own_order(path: Path) -> None:
    assert names(path, "ReLU", "Flatten", "Dense: {units: 3}") == ["re_lu", "flatten", "dense"]


def test_what_is_deeper_comes_first(path: Path) -> None:
    found = names(
        path,
        "ReLU: {name: short}",
        "ReLU: {name: a, inputs: input}",
        "ReLU: {name: b}",
        "Add: {inputs: [short, b]}",
    )
    assert found == ["a", "short", "b", "add"]


def test_layers_of_one_depth_stand_as_they_are_met_from_the_outputs(path: Path) -> None:
    layers = ("ReLU: {name: a}", "ReLU: {name: b, inputs: input}")
    assert names(path, *layers, "Add: {inputs: [b, a]}") == ["b", "a", "add"]
    # A Keras model of several outputs gives a dict, which it goes through by its sorted keys.
    assert names(path, *layers, output="[b, a]") == ["a", "b"]
    assert names(path, *layers, output="{x: b, y: a}") == ["b", "a"]


def test_a_layer_that_is_called_twice_stands_once_at_its_deepest_call(path: Path) -> None:
    found = names(
        path,
        "Dense: {name: d, units: 3}",
        "ReLU: {name: a}",
        "Reuse: {layer: d}",
        "ReLU: {name: b}",
    )
    assert found == ["d", "a", "b"]
    found = names(
        path, "ReLU: {name: a}", "Dense: {name: d, units: 3}", "Reuse: {layer: d, name: e, inputs: input}",
        "ReLU: {name: b}", "ReLU: {name: c}", "Add: {inputs: [d, c]}",
    )  # fmt: skip
    assert found == ["a", "d", "b", "c", "add"]


def test_a_long_chain_needs_no_recursion(path: Path) -> None:
    found = names(path, "ReLU: {name: a, repeat: 5000}")
    assert found == [f"a.{number}" for number in range(5000)]


# Against Keras.


@st.composite
def networks(draw: st.DrawFn) -> str:
    """A spec of small layers on vectors of one size, wired at random, in which everything is used."""
    inputs = ["p", "q"][: draw(st.integers(1, 2))]
    above = list(inputs)
    layers: list[str] = []
    callable_again: list[str] = []
    unused = set(inputs)
    for number in range(draw(st.integers(2, 12))):
        name = f"l{number}"
        taken = [draw(st.sampled_from(above[-5:]))]
        kind = draw(
            st.sampled_from(
                ("Dense", "ReLU", "BatchNormalization", "Add", "Concatenate", "Reuse", "PReLU")
            )
        )
        if kind == "Reuse" and not callable_again:
            kind = "Dense"
        if kind in {"Add", "Concatenate"}:
            taken = draw(st.lists(st.sampled_from(above[-6:]), min_size=2, max_size=4))
        written = f"inputs: [{', '.join(taken)}]" if len(taken) > 1 else f"inputs: {taken[0]}"
        fields = {
            "Dense": f"units: {SIZE}, trainable: {str(draw(st.booleans())).lower()}",
            "BatchNormalization": f"trainable: {str(draw(st.booleans())).lower()}",
            "Reuse": f"layer: {draw(st.sampled_from(callable_again))}" if callable_again else "",
        }.get(kind, "")
        unused -= {*taken}
        layers.append(f"{kind}: {{name: {name}{', ' * bool(fields)}{fields}, {written}}}")
        if kind == "Concatenate":  # back to vectors of the one size
            layers.append(f"Dense: {{name: {name}_d, units: {SIZE}}}")
            name = f"{name}_d"
        elif kind in {"Dense", "BatchNormalization", "PReLU", "Reuse"}:
            callable_again.append(name)
        above.append(name)
        unused.add(name)
    if unused & {*inputs}:
        layers.append(
            f"Add: {{name: rest, inputs: [{', '.join(sorted(unused & {*inputs}))}, {above[-1]}]}}"
        )
        unused = (unused - {*inputs, above[-1]}) | {"rest"}
    # Outputs in any order, and some that other layers take too.
    more = draw(st.lists(st.sampled_from(above[len(inputs) :]), max_size=2, unique=True))
    output = draw(st.permutations(sorted({*unused, *more})))
    shapes = ", ".join(f"{name}: [{SIZE}]" for name in inputs)
    body = "".join(f"    - {layer}\n" for layer in layers)
    return f"netspec: 1\nmodel:\n  input: {{{shapes}}}\n  output: [{', '.join(output)}]\n  layers:\n{body}"


def hold_keras_order(path: Path, text: str) -> None:
    import keras

    from netspec.lowering.model import to_keras

    graph = graph_of(path, text)
    model = built(to_keras, graph)
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    assert [node.name.replace(".", "-") for node in keras_order(graph)] == [
        layer.name for layer in layers
    ]
    found = [(weight.name, tuple(weight.shape), weight.trainable) for weight in model.weights]
    assert [(w.name, w.shape, w.trainable) for w in keras_weights(graph)] == found


def built(to_keras: Any, graph: Graph) -> Any:
    """The Keras model, before anything is computed with it."""
    import keras

    keras.backend.clear_session()
    return to_keras(graph, seed=0)


@pytest.mark.keras
@given(text=networks())
def test_drawn_networks_have_keras_s_order_of_layers_and_weights(path: Path, text: str) -> None:
    pytest.importorskip("keras")
    hold_keras_order(path, text)


@pytest.mark.keras
@pytest.mark.parametrize(
    "layers",
    [
        # The same block twice, its weights shared or not, and copies.
        ["enc: {name: e}", "enc: {name: f, inputs: input}", "Reuse: {layer: e, name: g, inputs: f}",
         "Concatenate: {inputs: [e, f, g]}", "enc: {name: h, repeat: 2}"],
        # A layer of several outputs, one of them taken further down.
        ["Reshape: {target_shape: [3, 1]}", "LSTM: {units: 3, return_state: true, outputs: [s, h, c]}",
         "Dense: {units: 3, inputs: c}", "Add: {inputs: [dense, h, s]}"],
        # A network inside a layer.
        ["Reshape: {target_shape: [3, 1]}", "TimeDistributed: {layer: enc}", "Flatten",
         "Dense: {units: 2, inputs: input, name: side}", "Concatenate: {inputs: [flatten, side]}"],
        ["Reshape: {target_shape: [3, 1]}", "Bidirectional: {layer: {LSTM: {units: 2}}}",
         "Dense: {units: 2, trainable: false}"],
    ],
)  # fmt: skip
def test_blocks_and_reuses_have_keras_s_order_too(path: Path, layers: list[str]) -> None:
    pytest.importorskip("keras")
    used = any("enc" in layer for layer in layers)
    block = (
        "{enc: {layers: [{Dense: {units: 3}}, BatchNormalization, {Dense: {units: 3, inputs: $input}}, "
        "{Add: {inputs: [batch_normalization, dense_1]}}]}}"
    )
    body = "".join(f"    - {layer}\n" for layer in layers)
    hold_keras_order(
        path,
        f"netspec: 1\nmodel:\n  input: [3]\n  blocks: {block if used else 'null'}\n  layers:\n{body}",
    )
