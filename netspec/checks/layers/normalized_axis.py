"""A BatchNormalization normalizes the rows of an image instead of its channels.

`axis` is the channels' axis, counted with the batch as axis 0: -1 or 3 for images as Keras has them, and 1 only where
the channels stand first. With `axis: 1` on channels that stand last, each row of the image gets a mean, a scale and
an offset of its own. It trains, but channels that differ much are thrown together, and what a filter finds depends on
the height at which it finds it. `axis: 1` comes from code written for Theano or PyTorch.

Source: keras/src/layers/normalization/batch_normalization.py.

Failing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, use_bias: false}
        - BatchNormalization: {axis: 1}  # NS637
        - ReLU
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, use_bias: false}
        - BatchNormalization
        - ReLU
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import (
    ACTIVATIONS,
    ANY_DROPOUT,
    CONVOLUTIONS,
    PADDINGS,
    POOLINGS,
    TRANSPOSED,
    told,
)
from netspec.checks.wiring import Wiring
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.NORMALIZED_AXIS

_PAST = ACTIVATIONS | ANY_DROPOUT | PADDINGS | POOLINGS | {"Identity"}
_MAPS = CONVOLUTIONS | TRANSPOSED


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Holds each axis against that of the channels of the convolution before it."""
    wiring = Wiring(graph)
    for node in graph.written:
        if node.kind != "BatchNormalization" or node.output_shape is None or len(node.inputs) != 1:
            continue
        maps = _maps_before(wiring, node)
        if maps is None:
            continue
        rank = len(node.output_shape)
        axis = getattr(node.layer, "axis", -1) % (rank + 1)
        last = getattr(maps.layer, "data_format", "channels_last") == "channels_last"
        channels = rank if last else 1
        if axis != channels:
            yield Finding(
                CODE,
                f"{told(node)} normalizes along axis {axis}, and the channels of {told(maps)} are axis {channels}",
                node.item.place("axis"),
                "leave axis out" if last else "write axis: 1",
            )


def _maps_before(wiring: Wiring, node: LayerNode) -> LayerNode | None:
    """The convolution whose maps a layer takes, passing over what leaves the axes as they are."""
    before = wiring.before(node)
    while before is not None and before.kind in _PAST:
        before = wiring.before(before)
    return before if before is not None and before.kind in _MAPS else None
