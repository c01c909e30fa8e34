"""Pixels reach the first layer with weights unscaled, as numbers from 0 to 255.

A run gives every model pixels of 0 to 255. A layer's weights are made for values of about 1 (`glorot_uniform` and
`he_normal` keep the size of what goes in), so that pixels make its outputs, and the gradients of its weights, hundreds
of times too large: a softmax at the end is sure of itself before anything is learned, the loss begins far above its
usual place, and training takes more epochs or learns nothing. The usual remedy is `Rescaling: {scale: 1/255}` as the
first layer, and it is a layer of the model so that the saved model takes the image a user has.

A layer whose output goes straight into a `BatchNormalization` is left alone, as that takes the size out again.
A `Normalization` without `mean` and `variance` scales nothing: Keras computes them in `adapt()`, which no run calls.

Source: keras/src/initializers/random_initializers.py, keras/src/layers/preprocessing/normalization.py.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 8, kernel_size: 3, activation: relu}  # NS621
        - Flatten
        - Dense: {units: 10, activation: softmax}

Failing, as nothing computes the mean:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Normalization
        - Flatten
        - Dense: {units: 10, activation: softmax}  # NS621

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Conv2D: {filters: 8, kernel_size: 3, activation: relu}
        - Flatten
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.images.pixel_values import KEEPING, WEIGHTED, first_weighted, pixels
from netspec.checks.wiring import Wiring, activation_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.UNSCALED_PIXELS

_NORMALIZING = {"BatchNormalization", "GroupNormalization", "LayerNormalization"}
# Twice the input is twice the output of these, but for a bias, which begins at 0.
_PROPORTIONAL = {None, "linear", "relu", "leaky_relu", "prelu"}
_PASSING = KEEPING | {"Activation", "Add", "Average", "Concatenate", "LeakyReLU", "PReLU", "ReLU"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Tells the first layer that takes pixels as they are."""
    unscaled = [
        (node, values)
        for node, values in first_weighted(graph, pixels(document, graph))
        if not values.scaled_by
    ]
    if not unscaled:
        return
    taken_out = _taken_out(graph)
    for node, values in unscaled:
        if node.name in taken_out:
            continue
        unadapted = values.unadapted
        if unadapted is None:
            yield Finding(
                CODE,
                f"pixels of {values} reach {node.kind} '{node.name}' unscaled, and its weights are made for "
                "values of about 1",
                node.item.place(),
                "write `- Rescaling: {scale: 1/255}` as the first layer",
            )
        else:
            yield Finding(
                CODE,
                f"pixels of {values} reach {node.kind} '{node.name}' unscaled: Normalization '{unadapted.name}' "
                "has no mean and no variance, and nothing computes them",
                node.item.place(),
                "write `- Rescaling: {scale: 1/255}` instead, or give it mean and variance",
            )
        return


def _taken_out(graph: Graph) -> set[str]:
    """The layers whose output's size is normalized away, whatever way it takes."""
    wiring, given = Wiring(graph), set(graph.outputs.values())
    found: set[str] = set()
    for node in reversed(graph.nodes.values()):
        is_weighted = node.kind in WEIGHTED
        passes = (is_weighted or node.kind in _PASSING) and activation_of(node) in _PROPORTIONAL
        takers = wiring.takers(node)
        if node.kind in _NORMALIZING or (
            passes
            and takers
            and not given & set(node.outputs)
            and all(taker.name in found for taker in takers)
        ):
            found.add(node.name)
    return found
