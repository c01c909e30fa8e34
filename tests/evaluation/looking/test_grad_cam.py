"""Grad-CAM is what its paper says, layer by layer the network's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.analysis import analyse
from netspec.evaluation.looking.grad_cam import heat, overlays
from netspec.evaluation.looking.maps import last_map, telling_maps
from netspec.evaluation.looking.values import Value, value_of
from tests.evaluation.looking.networks import graph_of, model_of, target_of

if TYPE_CHECKING:
    from netspec.graph.graph import Graph

pytestmark = pytest.mark.keras

TWO = """Conv2D: {filters: 2, kernel_size: 1, activation: relu, name: seen}
GlobalAveragePooling2D
Dense: {units: 2, activation: softmax, name: said}"""
ONE = TWO.replace("units: 2, activation: softmax", "units: 1, activation: sigmoid")
VALID = Path("tests/specs/valid")


def red_and_blue(size: int = 8) -> np.ndarray[Any, Any]:
    """A picture whose top left corner is red, and whose bottom right one is blue."""
    picture = np.zeros((1, size, size, 3), np.uint8)
    picture[0, :2, :2, 0] = picture[0, -2:, -2:, 2] = 200
    return picture


def seeing_colours(model: Any) -> Any:
    """Lets the first channel see red and the second blue; each speaks for one class."""
    model.get_layer("seen").kernel.assign(np.array([[[[1, 0], [0, 0], [0, 1]]]]) / 100)
    head = model.get_layer("said")
    head.kernel.assign(10 * np.eye(2) if head.units > 1 else [[-10], [10]])
    return model


def heat_of(model: Any, graph: Graph, value: Value, pictures: Any) -> Any:
    from netspec.evaluation.looking.walk import look_inside

    at = last_map(graph, next(iter(graph.outputs)))
    assert at is not None
    values = [value] * len(pictures)
    seen = look_inside(model, graph, pictures, maps=[at], values=values, at=at)
    assert seen.gradients is not None
    return heat(seen.maps[at.name], seen.gradients)


@pytest.mark.parametrize("layers", [TWO, ONE])
def test_the_corner_that_a_class_hangs_on_is_hot_and_all_else_is_cold(
    tmp_path: Path, layers: str
) -> None:
    graph = graph_of(tmp_path, layers)
    model = seeing_colours(model_of(graph))
    target = target_of(graph, "red", "blue", form="binary" if layers == ONE else "one_hot")
    red, blue = (
        heat_of(model, graph, value_of(graph, target, each), red_and_blue())[0] for each in (0, 1)
    )

    assert red[:2, :2].min() == blue[-2:, -2:].min() == 1
    assert red.sum() == blue.sum() == 4


@pytest.mark.parametrize("head", ["GlobalAveragePooling2D", "Flatten"])
def test_it_equals_a_computation_by_hand(tmp_path: Path, head: str) -> None:
    layers = TWO.replace("filters: 2", "filters: 5").replace("units: 2", "units: 3")
    graph = graph_of(tmp_path, layers.replace("GlobalAveragePooling2D", head))
    model = model_of(graph)
    random = np.random.default_rng(1)
    pictures = random.integers(0, 256, (2, 8, 8, 3)).astype(np.uint8)
    kernel = model.get_layer("seen").kernel.numpy()
    weights = random.random(model.get_layer("said").kernel.shape) - 0.3
    model.get_layer("said").kernel.assign(weights)

    found = heat_of(model, graph, value_of(graph, target_of(graph, "a", "b", "c"), 1), pictures)

    maps = np.maximum(pictures.astype(np.float64) @ kernel[0, 0], 0)
    # By how much the class's value grows with each number of the maps: of a mean over 64 positions, a 64th.
    slopes = weights[:, 1].reshape(-1, 5) / (1 if head == "Flatten" else 64)
    expected = np.maximum(maps @ slopes.mean(axis=0), 0)
    expected /= expected.max(axis=(1, 2), keepdims=True)
    assert found == pytest.approx(expected, abs=1e-6)
    assert found.max(axis=(1, 2)).tolist() == [1, 1]


def test_a_network_that_is_entirely_sure_still_tells(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, TWO)
    model = seeing_colours(model_of(graph))
    model.get_layer("said").kernel.assign(1e6 * np.eye(2))
    picture = red_and_blue()
    picture[0, -2:, -2:] = 0
    assert model.predict(picture, verbose=0).tolist() == [[1, 0]]

    hot = heat_of(model, graph, value_of(graph, target_of(graph, "red", "blue"), 0), picture)

    assert hot.sum() == 4


def test_of_a_head_that_flattens_too(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, TWO.replace("GlobalAveragePooling2D", "Flatten"))
    model = model_of(graph)
    model.get_layer("seen").kernel.assign(np.array([[[[1, 0], [0, 0], [0, 1]]]]) / 100)
    model.get_layer("said").kernel.assign(np.tile(np.eye(2), (64, 1)))

    hot = heat_of(model, graph, value_of(graph, target_of(graph, "red", "blue"), 1), red_and_blue())

    assert hot[0, -2:, -2:].sum() == hot.sum() == 4


@pytest.mark.parametrize(
    ("layers", "before"),
    [
        ("Dense: {units: 2, activation: softmax}", True),
        ("Dense: {units: 2}\nActivation: {activation: log_softmax}", True),
        ("Dense: {units: 2}\nSoftmax", True),
        ("Dense: {units: 2, activation: sigmoid}\nReshape: {target_shape: [2]}", True),
        ("Dense: {units: 2}", False),
        ("Dense: {units: 2, activation: relu}", False),
    ],
)
def test_what_is_followed_stands_before_the_softmax(
    tmp_path: Path, layers: str, before: bool
) -> None:
    from netspec.evaluation.looking.walk import look_inside

    graph = graph_of(tmp_path, f"Flatten\n{layers}")
    model = model_of(graph)
    value = value_of(graph, target_of(graph, "a", "b"), 1)
    pictures = np.full((1, 8, 8, 3), 3, np.uint8)
    given = np.asarray(model(pictures))

    seen = look_inside(model, graph, pictures, maps=[], values=[value])

    logits = 3 * model.get_layer("dense").kernel.numpy().sum(axis=0)
    expected = logits[1] if before else given[0, 1]
    assert seen.values is not None
    assert value.is_before == before
    assert seen.values[0] == pytest.approx(expected, rel=1e-5)
    assert np.array_equal(model(pictures), given)  # it is as it was


def test_of_a_number_the_number_itself_is_followed(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, "Flatten\nDense: {units: 2, activation: sigmoid}")

    value = value_of(graph, target_of(graph, "age", "size", kind="number", form="numbers"), 1)

    assert (value.is_before, value.place, value.sign) == (False, 1, 1)


@pytest.mark.parametrize(
    "path",
    [
        *(VALID / f"{name}.yaml" for name in ("language-residual-block", "channels-first")),
        *(VALID / f"{name}.yaml" for name in ("several-outputs-list", "backbone")),
    ],
    ids=lambda path: path.stem,
)
def test_layer_by_layer_the_network_says_what_it_says_as_a_whole(path: Path) -> None:
    import keras

    from netspec.evaluation.looking.walk import look_inside

    _, graph = analyse(path).require()
    model = model_of(graph)
    key = next(iter(graph.outputs))
    (shape,) = graph.inputs.values()
    pictures = np.random.default_rng(2).integers(0, 256, (2, *(size or 8 for size in shape)))
    given = model.predict(pictures.astype(np.float32), verbose=0)
    given = given[key] if isinstance(given, dict) else given
    maps = telling_maps(graph, key)

    seen = look_inside(
        model,
        graph,
        pictures,
        maps=maps,
        values=[Value(graph.outputs[key], None, 0, 1, is_before=False)] * 2,
    )

    assert seen.values == pytest.approx(given[:, 0], rel=1e-5, abs=1e-7)
    for each in maps:
        own = model.get_layer(each.name.replace(".", "-")).output
        whole = keras.Model(model.inputs, own).predict(pictures.astype(np.float32), verbose=0)
        whole = np.moveaxis(whole, 1, -1) if each.channels_first else whole
        assert seen.maps[each.name] == pytest.approx(whole, rel=1e-4, abs=1e-6)


def test_where_nothing_speaks_for_a_class_there_is_no_overlay(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, TWO)
    model = seeing_colours(model_of(graph))
    pictures = np.concatenate([red_and_blue()] * 2 + [0 * red_and_blue()] * 9)

    looks = overlays(model, graph, target_of(graph, "red", "blue"), pictures, [0, 1] + [0] * 9)

    assert looks[2:] == [None] * 9
    red, blue = looks[:2]
    assert red is not None
    assert blue is not None
    assert red.shape == (96, 96, 3)
    # What is hot is yellow, all else gray.
    for look, hot, cold in ((red, (4, 4), (60, 60)), (blue, (-4, -4), (30, 30))):
        assert int(look[hot][0]) - int(look[hot][2]) > 50
        assert np.ptp(look[cold]) == 0


def test_a_network_without_maps_has_no_overlays(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, "Flatten\nDense: {units: 2}")

    looks = overlays(model_of(graph), graph, target_of(graph, "a", "b"), red_and_blue(), [0])

    assert looks == [None]


def test_what_is_no_number_is_cold() -> None:
    maps = np.ones((3, 2, 2, 1), np.float32)
    maps[1, 0, 0] = np.nan
    gradients = np.ones((3, 2, 2, 1), np.float32)
    gradients[2] = np.inf
    maps[2, 0, 0] = -1

    hot = heat(maps, gradients)

    assert hot.sum(axis=(1, 2)).tolist() == [4, 0, 0]
