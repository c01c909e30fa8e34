"""Every architecture of the zoo is the one of `keras.applications`, to the last weight."""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import prod, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netspec
from netspec.applications.table import architecture
from netspec.graph.order import keras_weights
from tests.zoo.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.graph.graph import Graph

ZOO = Path("specs/zoo")
PATHS = sorted(ZOO.glob("*.yaml"))

# How far apart the same numbers may come out, as a part of the largest.
TOLERANCE = 1e-5
# How far apart the logits of two pictures are at least: less, and nearly any network would pass.
VISIBLE = 1e-2
# How many numbers kernels are made of: a prime, so that no two rows of a kernel begin with the same one.
MANY = 1_000_003


@dataclass(frozen=True)
class Known:
    """What is known of an architecture.

    Attributes:
        application: What it is called in `keras.applications`.
        parameters: How many it has.
        non_trainable: How many of them training does not change.
        macs: Multiply-accumulates for one image, in millions.
    """

    application: str
    parameters: int
    non_trainable: int
    macs: int


KNOWN = {
    "convnextsmall": Known("ConvNeXtSmall", 50_223_688, 0, 8_687),
    "convnexttiny": Known("ConvNeXtTiny", 28_589_128, 0, 4_458),
    "densenet121": Known("DenseNet121", 8_062_504, 83_648, 2_834),
    "efficientnetb0": Known("EfficientNetB0", 5_330_571, 42_023, 386),
    "efficientnetb1": Known("EfficientNetB1", 7_856_239, 62_055, 687),
    "efficientnetv2b0": Known("EfficientNetV2B0", 7_200_312, 60_608, 718),
    "inceptionv3": Known("InceptionV3", 23_851_784, 34_432, 5_713),
    "mobilenet": Known("MobileNet", 4_253_864, 21_888, 569),
    "mobilenetv2": Known("MobileNetV2", 3_538_984, 34_112, 301),
    "mobilenetv3large": Known("MobileNetV3Large", 5_507_432, 24_400, 217),
    "mobilenetv3small": Known("MobileNetV3Small", 2_554_968, 12_112, 57),
    "nasnetmobile": Known("NASNetMobile", 5_326_716, 36_738, 564),
    "resnet101": Known("ResNet101", 44_707_176, 105_344, 7_570),
    "resnet152": Known("ResNet152", 60_419_944, 151_424, 11_282),
    "resnet50": Known("ResNet50", 25_636_712, 53_120, 3_858),
    "resnet50v2": Known("ResNet50V2", 25_613_800, 45_440, 3_482),
    "vgg16": Known("VGG16", 138_357_544, 0, 15_470),
    "vgg19": Known("VGG19", 143_667_240, 0, 19_632),
    "xception": Known("Xception", 22_910_480, 54_528, 8_357),
}


def test_every_known_architecture_has_a_spec_and_the_other_way_round() -> None:
    assert [path.stem for path in PATHS] == sorted(KNOWN)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_counts_and_cost_are_known_without_keras(path: Path) -> None:
    known = KNOWN[path.stem]

    summary = netspec.summarize(path)

    assert [each for each in netspec.check(path) if each.severity != "note"] == []
    assert summary.total_parameters == known.parameters
    assert summary.non_trainable_parameters == known.non_trainable
    assert summary.macs is not None
    assert round(summary.macs / 1e6) == known.macs
    assert summary.layers[-1].output_shape == (1000,)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_layers_and_weights_are_those_of_the_table(path: Path, tmp_path: Path) -> None:
    """`tests/applications` holds the table to Keras's own network."""
    table = architecture(KNOWN[path.stem].application)
    preprocessing = "true" if table.preprocessing is None else "false"
    (tmp_path / "spec.yaml").write_text(
        "netspec: 1\n"
        f"model: {{input: [{table.default_size}, {table.default_size}, 3], layers: [{{Application: "
        f"{{architecture: {table.name}, weights: null, preprocessing: {preprocessing}}}}}]}}\n"
    )
    _, ours = netspec.load(path).analysis.require()
    _, listed = netspec.load(tmp_path / "spec.yaml").analysis.require()
    steps = Steps()
    found, expected = steps.of(ours), steps.of(listed)

    assert [name for name, number in found.items() if number not in expected.values()] == []
    assert [found[each] for each in ours.outputs.values()] == [
        expected[each] for each in listed.outputs.values()
    ]
    assert described(keras_weights(ours)) == described(keras_weights(listed))


@dataclass(frozen=True)
class Pair:
    """An architecture of the zoo beside Keras's own.

    Attributes:
        graph: What netspec says of it.
        model: What netspec builds.
        application: What `keras.applications` builds.
    """

    graph: Graph
    model: Any
    application: Any


# One of each way of wiring is always built.
BUILT = frozenset({"convnexttiny", "efficientnetb0", "inceptionv3", "mobilenetv3small", "resnet50"})
OTHERS = pytest.mark.skipif(
    "NETSPEC_DRAWS" not in os.environ,
    reason="its layers are held to the table, and that to Keras; NETSPEC_DRAWS asks for all",
)


def pair_of(path: Path, *overrides: str, **options: Any) -> Pair:
    import keras

    # What the process built before numbers the layers' names.
    keras.backend.clear_session()
    spec = netspec.load(path, overrides=overrides)
    _, graph = spec.analysis.require()
    application = getattr(keras.applications, KNOWN[path.stem].application)
    # Some are of any size unless they are told theirs.
    own = application(weights=None, input_shape=graph.inputs["input"], **options)
    return Pair(graph, netspec.build(spec), own)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(path, id=path.stem, marks=() if path.stem in BUILT else OTHERS)
        for path in PATHS
    ],
)
def pair(request: pytest.FixtureRequest) -> Pair:
    return pair_of(request.param)


@pytest.mark.keras
@pytest.mark.slow
def test_shapes_weights_and_cost_are_keras_s(pair: Pair) -> None:
    hold_equal(pair)


@pytest.mark.keras
@pytest.mark.slow
def test_the_same_weights_give_the_same_logits(pair: Pair) -> None:
    random = np.random.default_rng(0)
    images = pictures(random, pair.application.input_shape[1:])
    randomise(pair, random, images)
    for weight, known in zip(pair.model.weights, pair.application.weights, strict=True):
        weight.assign(known)
    take_statistics(pair.model)

    expected, found = logits(pair.application, images), logits(pair.model, images)

    largest = np.abs(expected).max()
    assert np.abs(expected[0] - expected[1]).max() > VISIBLE * largest
    assert np.abs(found - expected).max() < TOLERANCE * largest


@pytest.mark.keras
def test_a_variable_gives_another_network_of_the_family() -> None:
    hold_equal(pair_of(ZOO / "mobilenet.yaml", "vars.width=0.5", alpha=0.5))


def hold_equal(pair: Pair) -> None:
    """Holds a graph and its model equal to Keras's own in everything but what they compute."""
    graph, model, application = pair.graph, pair.model, pair.application
    assert described(keras_weights(graph)) == described(pair.application.weights)
    assert described(model.weights) == described(pair.application.weights)
    assert model.input_shape == application.input_shape
    assert model.output_shape == application.output_shape
    assert tuple(graph.output_shapes().values()) == (application.output_shape[1:],)
    assert graph.parameters == model.count_params() == parameters(pair.application.weights)
    assert graph.trainable_parameters == parameters(application.trainable_weights)
    assert graph.macs == macs(application)
    assert habits(model) == habits(application)


def described(weights: Iterable[Any]) -> list[tuple[tuple[int, ...], bool]]:
    return [(tuple(weight.shape), weight.trainable) for weight in weights]


def parameters(weights: list[Any]) -> int:
    return sum(prod(weight.shape) for weight in weights)


def macs(model: Any) -> int:
    """What convolutions, dense layers and scales multiply: their kernels, once for each place of the output."""
    return sum(
        prod(weight.shape) * prod(layer.output.shape[1:-1])
        for layer in model.layers
        for weight in layer.weights
        if "kernel" in weight.name or type(layer).__name__ == "LayerScale"
    )


def habits(model: Any) -> list[tuple[str, float]]:
    """What only training shows: how slowly a normalization forgets, and how much is dropped."""
    return [
        (name, getattr(layer, name))
        for layer in model.layers
        for name in ("momentum", "rate")
        if hasattr(layer, name)
    ]


def pictures(random: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Two pictures of large random squares."""
    height, width, channels = shape
    rows, columns = -(-height // 8), -(-width // 8)
    squares = random.uniform(0, 255, (2, 8, 8, channels)).astype("float32")
    return squares.repeat(rows, axis=1).repeat(columns, axis=2)[:, :height, :width]


def randomise(pair: Pair, random: np.random.Generator, images: Any) -> None:
    """Gives an application weights with which every one of them matters to what comes out.

    The running means and variances are those of the images themselves.
    """
    pool = random.standard_normal(MANY, "float32")
    for weight in pair.application.weights:
        weight.assign(drawn(weight.name, tuple(weight.shape), random, pool))
    take_statistics(pair.application)
    normalizations = [layer for layer in pair.application.layers if hasattr(layer, "momentum")]
    for layer in normalizations:
        layer.momentum = 0
    if normalizations:
        pair.application(images, training=True)


def take_statistics(model: Any) -> None:
    """Lets normalizations of pixels use the weights that they were given."""
    for layer in model.layers:
        if type(layer).__name__ == "Normalization" and layer.weights:
            layer.finalize_state()


def drawn(name: str, shape: tuple[int, ...], random: np.random.Generator, pool: Any) -> Any:
    """A weight's numbers; those of a kernel are from a place of its own in the pool on, around its end."""
    if "kernel" in name:
        # The last axis of a kernel over each channel's map counts the maps that it makes of one.
        taken = prod(shape[:-1] if shape[-1] > 1 else shape[:2])
        return np.resize(np.roll(pool, random.integers(MANY)) * sqrt(2 / taken), shape)
    if name == "count":
        return 0
    if "gamma" in name or "variance" in name:
        return random.uniform(0.5, 1.5, shape)
    return random.normal(0, 0.1, shape)


def logits(model: Any, images: Any) -> Any:
    """What a model gives before its softmax."""
    import keras

    model.layers[-1].activation = keras.activations.linear
    return model(images, training=False).numpy()
