"""A network called layer by layer, to look at what is inside. Importing this module imports TensorFlow."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from netspec.evaluation.looking.maps import FeatureMap, leading_to
from netspec.lowering import layers
from netspec.lowering.names import keras_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from netspec.evaluation.looking.values import Value
    from netspec.graph.graph import Graph, LayerNode

    Floats = NDArray[np.float32]

# As large a number as float16 needs so that small gradients do not become 0; a map is scaled in the end anyway.
# Source: Micikevicius et al. 2018, arXiv 1710.03740, section 3.2.
_LOSS_SCALE = 1024.0


class Seen(NamedTuple):
    """What was seen inside a network.

    Attributes:
        maps: Of each layer that was asked for what it gave, float32 `(pictures, height, width, channels)`.
        values: The numbers that were followed, `(pictures,)`; None where none were.
        gradients: How each changes with the map that it was followed to, of that map's form; None where none were.
    """

    maps: dict[str, Floats]
    values: Floats | None
    gradients: Floats | None


def look_inside(  # noqa: PLR0913 - each has a name
    model: keras.Model,
    graph: Graph,
    pictures: NDArray[Any],
    *,
    maps: Sequence[FeatureMap],
    values: Sequence[Value] = (),
    at: FeatureMap | None = None,
) -> Seen:
    """What layers give for pictures, and how numbers of the output change with one of them.

    The network is called as in inference, one layer after another with its own weights.

    Args:
        model: The network.
        graph: The same as netspec knows it.
        pictures: `(pictures, height, width, channels)`, pixels 0 to 255.
        maps: The layers that are looked at.
        values: For each picture the number that is followed, all of one tensor; none for none.
        at: The map to which they are followed, on which they depend.
    """
    kept = {each.name for each in (*maps, *([at] if at else []))}
    asked = [*kept, *{value.tensor for value in values}]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        known = _walk(model, graph, pictures, asked, values[0].bare if values else None, at, tape)
        followed = _numbers(known, values) if values else None
        total = None if followed is None else tf.reduce_sum(followed) * _LOSS_SCALE
    gradients = None
    if total is not None and at is not None:
        slope = tape.gradient(
            total, known[at.name], unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        gradients = _channels_last(slope, at) / np.float32(_LOSS_SCALE)
    return Seen(
        {each.name: _channels_last(known[each.name], each) for each in maps},
        None if followed is None else np.asarray(followed),
        gradients,
    )


def _walk(  # noqa: PLR0913, PLR0917 - of one caller
    model: keras.Model,
    graph: Graph,
    pictures: NDArray[Any],
    asked: Sequence[str],
    bare: str | None,
    at: FeatureMap | None,
    tape: tf.GradientTape,
) -> dict[str, Any]:
    """Calls the layers that the tensors asked for follow from; what nothing takes any more is let go."""
    nodes = leading_to(graph, asked)
    waited_for = Counter([*asked, *(name for node in nodes.values() for name in node.inputs)])
    known: dict[str, Any] = {
        name: tf.cast(pictures, graph.input_types.get(name, "float32")) for name in graph.inputs
    }
    own = {layer.name: layer for layer in model.layers}
    for node in nodes.values():
        with _without_activation(own, node if node.name == bare else None):
            taken = [known[name] for name in node.inputs]
            known.update(zip(node.outputs, _called(own, node, taken), strict=False))
        if at is not None and node.name == at.name:
            tape.watch(known[node.name])
        waited_for.subtract(node.inputs)
        for name in {*node.inputs}:
            if not waited_for[name]:
                del known[name]
    return known


def _called(own: dict[str, Any], node: LayerNode, taken: Sequence[Any]) -> tuple[Any, ...]:
    assert node.layer is not None  # noqa: S101 - a complete graph has every layer
    if layers.is_layer(node.layer):
        built = own[keras_name(node.layer_name)]
        return layers.call(built, node.layer, taken, training=False)
    return layers.call(
        layers.to_keras(node.layer, name=node.name, seed=0),
        node.layer,
        taken,
    )


@contextmanager
def _without_activation(own: dict[str, Any], node: LayerNode | None) -> Iterator[None]:
    """A layer's activation left out for a while; of no layer, nothing happens."""
    if node is None:
        yield
        return
    built = own[keras_name(node.layer_name)]
    activation = built.activation
    built.activation = keras.activations.linear
    try:
        yield
    finally:
        built.activation = activation


def _numbers(known: dict[str, Any], values: Sequence[Value]) -> tf.Tensor:
    """Each picture's number, float32 `(pictures,)`."""
    given = known[values[0].tensor]
    rows = tf.cast(tf.reshape(given, (len(values), -1)), tf.float32)
    signs = tf.constant([value.sign for value in values], tf.float32)
    return tf.gather(rows, [value.place for value in values], batch_dims=1) * signs


def _channels_last(tensor: Any, each: FeatureMap) -> Floats:
    values = np.asarray(tf.cast(tensor, tf.float32))
    return np.moveaxis(values, 1, -1) if each.channels_first else values
