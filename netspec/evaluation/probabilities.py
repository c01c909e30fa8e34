"""What a network gives, as probabilities of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netspec.fields import Thing
    from netspec.graph.graph import Graph

    Floats = NDArray[np.float64]

# Layers that change neither the values nor their order.
_TRANSPARENT = frozenset({"Dropout", "Flatten", "Reshape", "SpatialDropout2D"})
_HINGES = frozenset({"CategoricalHinge", "Hinge", "SquaredHinge"})
_LOG_SOFTMAX = "log_softmax"


def class_probabilities(outputs: NDArray[Any], *, loss: Thing, activation: str) -> Floats:
    """Each class's probability for each image.

    Logits (a loss from logits) go through the softmax or sigmoid that the loss applies. One unit is the probability of
    the second class. Several units under a binary loss answer each for itself, so that they need not sum to 1; all else
    is divided by its sum, as Keras's crossentropy does.

    Args:
        outputs: `(images, units)`.
        loss: The loss that the network was trained with.
        activation: The network's last activation.

    Returns:
        float64 `(images, classes)`, from 0 to 1.
    """
    values = np.asarray(outputs, np.float64)
    single = values.shape[-1] == 1
    labels = getattr(loss, "labels", None)
    if getattr(loss, "from_logits", False):
        values = _sigmoid(values) if single or labels == "binary" else _softmax(values)
    elif loss.kind() in _HINGES:
        values = (values + 1) / 2 if single else _softmax(values)
    elif activation == _LOG_SOFTMAX:
        values = np.exp(values.clip(None, 0))
    values = values.clip(0, 1) if single or labels == "binary" else values.clip(0, None)
    if single:
        return np.concatenate([1 - values, values], axis=-1)
    return values if labels == "binary" else _shares(values)


def last_activation(graph: Graph) -> str:
    """The activation that a network of one output ends with; `linear` where it has none."""
    (name,) = graph.outputs.values()
    while name in graph.nodes and graph.nodes[name].kind in _TRANSPARENT:
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
