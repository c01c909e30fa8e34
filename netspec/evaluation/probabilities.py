"""What an output gives, as probabilities of classes and as the classes that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netspec.fields import Thing
    from netspec.graph.graph import Graph

    Floats = NDArray[np.float64]

# Layers that change neither the values nor their order.
TRANSPARENT = frozenset({"Dropout", "Flatten", "Reshape", "SpatialDropout2D"})
HINGES = frozenset({"CategoricalHinge", "Hinge", "SquaredHinge"})
LOG_SOFTMAX = "log_softmax"


def class_probabilities(outputs: NDArray[Any], *, loss: Thing, activation: str) -> Floats:
    """Each class's probability for each image.

    Logits (a loss from logits) go through the softmax or sigmoid that the loss applies. One unit is the probability of
    the second class. Several units under a binary loss answer each for itself, so that they need not sum to 1; all else
    is divided by its sum, as Keras's crossentropy does.

    Args:
        outputs: `(images, units)`.
        loss: The loss that the network was trained with.
        activation: The output's last activation.

    Returns:
        float64 `(images, classes)`, from 0 to 1.
    """
    values = np.asarray(outputs, np.float64)
    single = values.shape[-1] == 1
    labels = getattr(loss, "labels", None)
    if getattr(loss, "from_logits", False):
        values = _sigmoid(values) if single or labels == "binary" else _softmax(values)
    elif loss.kind() in HINGES:
        values = (values + 1) / 2 if single else _softmax(values)
    elif activation == LOG_SOFTMAX:
        values = np.exp(values.clip(None, 0))
    values = values.clip(0, 1) if single or labels == "binary" else values.clip(0, None)
    if single:
        return np.concatenate([1 - values, values], axis=-1)
    return values if labels == "binary" else _shares(values)


def flag_probabilities(outputs: NDArray[Any], *, loss: Thing) -> Floats:
    """The probability of each of several classes that an image may have at once.

    Logits (a loss from logits) go through the sigmoid that the loss applies; a hinge's values lie between -1 and 1.

    Args:
        outputs: `(images, classes)`.
        loss: The loss that the output was trained with.

    Returns:
        float64 `(images, classes)`, from 0 to 1.
    """
    values = np.asarray(outputs, np.float64)
    if getattr(loss, "from_logits", False):
        return _sigmoid(values)
    return ((values + 1) / 2 if loss.kind() in HINGES else values).clip(0, 1)


def predicted_classes(outputs: Any, *, middle: float) -> NDArray[np.int64]:
    """The class each output names: the largest of several units, the side of the middle for one.

    Args:
        outputs: `(images, units)`, as the network gives them.
        middle: The output of one unit at which its two classes part.
    """
    if outputs.shape[-1] > 1:
        largest: NDArray[np.int64] = outputs.argmax(axis=-1)
        return largest
    sides: NDArray[np.int64] = (outputs[:, 0] > middle).astype(np.int64)
    return sides


def ranked_classes(outputs: Any, *, middle: float) -> NDArray[np.int64]:
    """All classes of each output, the likeliest first, which is the one `predicted_classes` names.

    Probabilities have no more digits than the outputs they come from, and may be equal where these are not; so the
    outputs decide.

    Args:
        outputs: `(images, units)`, as the network gives them.
        middle: The output of one unit at which its two classes part.

    Returns:
        `(images, classes)`.
    """
    if outputs.shape[-1] > 1:
        order: NDArray[np.int64] = np.argsort(-outputs, axis=-1, kind="stable")
        return order
    first = predicted_classes(outputs, middle=middle)
    return np.stack([first, 1 - first], axis=-1)


def last_activation(graph: Graph, output: str) -> str:
    """The activation that an output ends with, by the output's key; `linear` where it has none."""
    name = graph.outputs[output]
    while name in graph.nodes and graph.nodes[name].kind in TRANSPARENT:
        name = graph.nodes[name].inputs[0]
    layer = graph.nodes[name].layer if name in graph.nodes else None
    if layer is None:
        return "linear"
    return (
        layer.kind().lower()
        if layer.kind() == "Softmax"
        else getattr(layer, "activation", None) or "linear"
    )


def _softmax(values: Floats) -> Floats:
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _sigmoid(values: Floats) -> Floats:
    halves: Floats = 0.5 * (1 + np.tanh(values / 2))
    return halves


def _shares(values: Floats) -> Floats:
    sums = values.sum(axis=-1, keepdims=True)
    shares: Floats = np.where(sums > 0, values / np.where(sums > 0, sums, 1), 1 / values.shape[-1])
    return shares
