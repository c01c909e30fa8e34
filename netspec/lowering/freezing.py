"""Which layers of a Keras model train: by the layers' own flags, or as a stage of training says."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from netspec.lowering.names import keras_name
from netspec.spec.freezing import trainable_names

if TYPE_CHECKING:
    import keras

    from netspec.graph.graph import Graph
    from netspec.spec.training import Stage

# What each Keras layer inside another was told by the spec; Keras sets the inner ones with the outer.
_OWN: WeakKeyDictionary[keras.layers.Layer, bool] = WeakKeyDictionary()


def remember(built: keras.layers.Layer) -> None:
    """Keeps which of the layers inside a Keras layer train, before the layer itself is frozen."""
    for inner in built._layers:  # noqa: SLF001
        if inner not in _OWN:
            remember(inner)
            _OWN[inner] = inner.trainable


def set_trainable(model: keras.Model, graph: Graph, stage: Stage) -> None:
    """Freezes and thaws the layers of a model for a stage; to be done before it is compiled.

    Where the stage names layers, exactly these train; else every layer's own `trainable` holds again. A layer inside
    another, such as that of a Bidirectional, trains with it unless the spec says `trainable: false` of the inner one.

    Args:
        model: The graph's model, as `netspec.lowering.model.to_keras` has built it.
        graph: The network.
        stage: What is trained now.
    """
    names = None if stage.trainable is None else trainable_names(graph, stage.trainable)
    layers = {layer.name: layer for layer in model.layers}
    for node in graph.nodes.values():
        if node.shares is None and keras_name(node.name) in layers:  # an operation has no weights
            trains = node.trains if names is None else node.name in names
            _set(layers[keras_name(node.name)], trains=trains)


def _set(layer: keras.layers.Layer, *, trains: bool) -> None:
    layer.trainable = trains  # and with it all inside
    if trains:
        for inner in layer._layers:  # noqa: SLF001
            _set(inner, trains=_OWN.get(inner, True))
