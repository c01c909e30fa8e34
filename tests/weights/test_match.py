"""Which array of a file goes into which layer, and how a difference is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.errors import UsageError
from netspec.weights import modern as modern_form
from netspec.weights.files import opened
from netspec.weights.match import Difference, Wanted, compare
from netspec.weights.taking import difference, take
from tests.weights.written import archive, described, legacy, modern

if TYPE_CHECKING:
    from pathlib import Path

    from tests.weights.written import Keyed, Layers


def conv(name: str, channels: tuple[int, int], kind: str = "Conv2D") -> Wanted:
    return Wanted(name, kind, [("kernel", (3, 3, *channels)), ("bias", (channels[1],))])


def stored_conv(name: str, channels: tuple[int, int]) -> dict[str, tuple[int, ...]]:
    return {f"{name}/kernel:0": (3, 3, *channels), f"{name}/bias:0": (channels[1],)}


NETWORK = [
    conv("first", (3, 8)),
    Wanted("relu", "ReLU", []),
    conv("second", (8, 16)),
    Wanted("dense", "Dense", [("kernel", (16, 10)), ("bias", (10,))]),
]
LAYERS: Layers = {
    "first": stored_conv("first", (3, 8)),
    "second": stored_conv("second", (8, 16)),
    "dense": {"dense/kernel": (16, 10), "dense/bias": (10,)},
}


def matched(path: Path, wanted: list[Wanted]) -> dict[str, list[float]]:
    """The first number of each array, by the layer that takes it."""
    taken = take(path, wanted, title="the network")
    return {
        name: [float(array.reshape(-1)[0]) for array in arrays]
        for name, arrays in zip(taken.names, taken.arrays, strict=True)
    }


def told(path: Path, wanted: list[Wanted]) -> tuple[str, str]:
    found = difference(path, wanted, title="the network")
    assert found is not None
    return found.message, found.hint


def test_layers_are_matched_in_order_whatever_they_are_called(tmp_path: Path) -> None:
    renamed = {f"conv2d_{number}": weights for number, weights in enumerate(LAYERS.values())}
    path = legacy(tmp_path / "w.h5", renamed)
    taken = take(path, NETWORK, title="the network")
    assert taken.names == ("first", "second", "dense")
    assert [[array.shape for array in arrays] for arrays in taken.arrays] == [
        [(3, 3, 3, 8), (8,)],
        [(3, 3, 8, 16), (16,)],
        [(16, 10), (10,)],
    ]


def test_another_order_of_the_same_names_is_matched_by_name(tmp_path: Path) -> None:
    wanted = [Wanted(name, "Dense", [("kernel", (2, 2))]) for name in ("a", "b")]
    wanted[0] = Wanted("a", "Dense", [("other", (5,)), ("kernel", (2, 2))])
    layers: Layers = {"b": {"kernel": (2, 2)}, "a": {"other": (5,), "kernel": (2, 2)}}
    # The second array of a layer begins with 1.
    path = legacy(tmp_path / "w.h5", layers)
    assert matched(path, wanted) == {"a": [0.0, 1.0], "b": [0.0]}


def test_arrays_of_a_layer_are_matched_by_name_where_the_order_is_another(tmp_path: Path) -> None:
    path = legacy(tmp_path / "w.h5", {"n": {"n/gamma:0": (4,), "n/beta:0": (4,)}})
    wanted = [Wanted("n", "BatchNormalization", [("beta", (4,)), ("gamma", (4,))])]
    assert matched(path, wanted) == {"n": [1.0, 0.0]}


def test_a_network_inside_the_file_is_taken_apart(tmp_path: Path) -> None:
    stem: dict[str, tuple[int, ...]] = {
        "stem_conv/kernel:0": (3, 3, 3, 8),
        "stem_conv/bias:0": (8,),
        "stem_norm/gamma:0": (8,),
    }
    path = legacy(tmp_path / "w.h5", {"stem": stem, "last": stored_conv("last", (8, 2))})
    wanted = [
        conv("stem_conv", (3, 8)),
        Wanted("stem_norm", "LayerNormalization", [("gamma", (8,))]),
        conv("last", (8, 2)),
    ]
    assert matched(path, wanted)["stem_norm"] == [2.0]


def test_keys_count_the_layers_of_a_class(tmp_path: Path) -> None:
    wanted = [
        conv("z", (3, 8)),
        conv("d", (8, 8), "DepthwiseConv2D"),
        Wanted("empty", "Conv2D", []),
        conv("a", (8, 4)),
    ]
    assert modern_form.keys((layer.kind, layer.name) for layer in wanted) == {
        "z": "conv2d",
        "d": "depthwise_conv2d",
        "empty": "conv2d_1",
        "a": "conv2d_2",
    }
    layers: Keyed = {
        "conv2d_2": [(3, 3, 8, 4), (4,)],
        "depthwise_conv2d": [(3, 3, 8, 8), (8,)],
        "conv2d": [(3, 3, 3, 8), (8,)],
    }
    path = modern(tmp_path / "x.weights.h5", layers, names=False)
    assert list(matched(path, wanted)) == ["z", "d", "a"]


def test_layers_inside_a_layer_are_told_apart_by_shape_or_not_at_all(tmp_path: Path) -> None:
    path = modern(tmp_path / "a.weights.h5", {"mha/key": [(2, 3)], "mha/query": [(4, 3)]})
    wanted = [Wanted("attention", "Mha", [("kernel", (4, 3)), ("kernel", (2, 3))])]
    assert difference(path, wanted, title="it") is None
    path = modern(tmp_path / "b.weights.h5", {"mha/key": [(2, 3)], "mha/query": [(2, 3)]})
    wanted = [Wanted("attention", "Mha", [("kernel", (2, 3)), ("kernel", (2, 3))])]
    assert "cannot be told apart" in told(path, wanted)[0]


def test_an_archive_is_matched_in_its_order(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "m.keras",
        {"dense": [(2, 3)], "dense_1": [(3, 2)]},
        described(("Dense", "x"), ("Dense", "y")),
    )
    wanted = [
        Wanted(name, "Dense", [("kernel", shape)]) for name, shape in (("a", (2, 3)), ("b", (3, 2)))
    ]
    assert list(matched(path, wanted)) == ["a", "b"]


def test_a_classifier_too_many_or_missing_is_told(tmp_path: Path) -> None:
    path = legacy(tmp_path / "w.h5", LAYERS)
    message, hint = told(path, NETWORK[:-1])
    assert message == ("the file has 3 layers with weights, the network has 2: 'dense' is too many")
    assert "include_top: true" in hint
    shorter = {name: LAYERS[name] for name in ("first", "second")}
    message, hint = told(legacy(tmp_path / "v.h5", shorter), NETWORK)
    assert message == "the file has 2 layers with weights, the network has 3: 'dense' is missing"
    assert "include_top: false" in hint


def test_another_number_of_classes_is_told(tmp_path: Path) -> None:
    layers: Layers = LAYERS | {"dense": {"dense/kernel": (16, 7), "dense/bias": (7,)}}
    message, hint = told(legacy(tmp_path / "w.h5", layers), NETWORK)
    assert message == (
        "the file's weights do not fit the network: the first that differs is 'dense': "
        "(16, 7) in the file and (16, 10) here"
    )
    assert "say classes: 7" in hint


def test_another_width_is_told(tmp_path: Path) -> None:
    layers: Layers = {
        "first": stored_conv("first", (3, 4)),
        "second": stored_conv("second", (4, 8)),
        "dense": {"dense/kernel": (8, 10), "dense/bias": (10,)},
    }
    message, hint = told(legacy(tmp_path / "w.h5", layers), NETWORK)
    assert "'first': (3, 3, 3, 4) in the file and (3, 3, 3, 8) here" in message
    assert "another alpha" in hint
    assert "4 channels where here are 8" in hint


def test_another_architecture_is_told_with_both_names(tmp_path: Path) -> None:
    layers: Layers = {"block1": {"block1/kernel": (7, 7, 3, 8)}}
    message, hint = told(legacy(tmp_path / "w.h5", layers), NETWORK)
    assert message == (
        "the file has 1 layer with weights, the network has 3: the first that differs is 'first', "
        "'block1' in the file: (7, 7, 3, 8) in the file and (3, 3, 3, 8), (8,) here"
    )
    assert "another architecture" in hint


def test_a_file_without_order_is_compared_in_the_networks(tmp_path: Path) -> None:
    layers: Keyed = {
        "conv2d": [(3, 3, 3, 8), (8,)],
        "conv2d_1": [(3, 3, 8, 5), (5,)],
        "dense": [(5, 10)],
    }
    message, _ = told(modern(tmp_path / "x.weights.h5", layers), NETWORK)
    assert "'second'" in message


def test_a_model_within_a_model_is_asked_for_in_a_file_that_has_its_order(tmp_path: Path) -> None:
    layers: Keyed = {
        "functional/layers/conv2d": [(3, 3, 3, 8), (8,)],
        "functional/layers/conv2d_1": [(3, 3, 8, 16), (16,)],
        "dense": [(16, 10)],
    }
    _, hint = told(modern(tmp_path / "x.weights.h5", layers), NETWORK)
    assert "as .keras" in hint


def test_taking_what_does_not_fit_names_the_file(tmp_path: Path) -> None:
    path = legacy(tmp_path / "w.h5", LAYERS)
    with pytest.raises(UsageError) as caught:
        take(path, NETWORK[:-1], title="the network")
    assert caught.value.message.startswith(f"the weights in {path} do not fit: the file has 3")
    with opened(path) as stored:
        assert isinstance(compare(stored, NETWORK[:-1], title="it"), Difference)
