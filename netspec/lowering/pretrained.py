"""Trained weights put into a network's layers. Importing this module imports nothing of Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.lowering.names import keras_name
from netspec.weights.taking import take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import keras
    from numpy.typing import NDArray

    from netspec.weights.match import Wanted


def put_file(
    model: keras.Model,
    path: Path,
    *,
    layers: Sequence[str | None],
    wanted: Sequence[Wanted],
    title: str,
) -> None:
    """Gives layers the weights in a file.

    Args:
        model: The network.
        path: The file.
        layers: The layers' names in the spec's network, in Keras's order; None of one that it has not.
        wanted: The same layers, as the file is to have them.
        title: What messages call the network that they are of.

    Raises:
        UsageError: There is no such file, or it holds the weights of another network.
        DataError: It is damaged.
    """
    taken = take(path, wanted, title=title)
    called = {each.name: name for name, each in zip(layers, wanted, strict=True)}
    pairs = [
        (own, arrays)
        for name, arrays in zip(taken.names, taken.arrays, strict=True)
        if (own := called[name]) is not None
    ]
    put(model, [own for own, _ in pairs], [arrays for _, arrays in pairs])


def put(model: keras.Model, names: Sequence[str], arrays: Sequence[Sequence[NDArray[Any]]]) -> None:
    """Gives layers their weights: all of them, or none where one does not fit.

    Args:
        model: The network.
        names: The layers' names in the spec's network, such as `backbone.block1_conv1`.
        arrays: For each layer its weights' values, in the order of its `weights`.

    Raises:
        UsageError: A layer is not there, or its weights have other shapes.
    """
    layers = {layer.name: layer for layer in model.layers}
    pairs = []
    for name, values in zip(names, arrays, strict=True):
        layer = layers.get(keras_name(name))
        if layer is None:
            raise UsageError(
                f"the network has no layer {name!r} to put weights into",
                hint="give weights of the network that the spec describes",
            )
        given = [tuple(each.shape) for each in values]
        wanted = [tuple(each.shape) for each in layer.weights]
        if given != wanted:
            raise UsageError(
                f"the weights for {name!r} have the shapes {given}, the layer's have {wanted}",
                hint="give weights of the network that the spec describes",
            )
        pairs.append((layer, list(zip(layer.weights, values, strict=True))))
    for layer, own in pairs:
        for weight, value in own:
            weight.assign(value)
        # Some layers keep what they compute of their weights, as Normalization does.
        finish = getattr(layer, "finalize_state", None)
        if own and finish is not None:
            finish()
