"""A Dense layer behind a Flatten holds more than half of all parameters.

It has a weight for each place of each map and each unit: 64 maps of 24 x 24 and 512 units are 19 million. So many
weights learn the training images by heart, and they are most of the file and of the memory. A GlobalAveragePooling2D
in place of the Flatten takes the mean of each map, and leaves a Dense of a weight for each map and unit; most
networks since 2014 end so. A Flatten is right where it counts at which place something is, as for an autoencoder.

Failing:

    netspec: 1
    model:
      input: [32, 32, 3]
      layers:
        - Conv2D: {filters: 32, kernel_size: 3, activation: relu}
        - MaxPooling2D
        - Conv2D: {filters: 64, kernel_size: 3, activation: relu}
        - Flatten
        - Dense: {units: 256, activation: relu}  # NS734
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [32, 32, 3]
      layers:
        - Conv2D: {filters: 32, kernel_size: 3, activation: relu}
        - MaxPooling2D
        - Conv2D: {filters: 64, kernel_size: 3, activation: relu}
        - GlobalAveragePooling2D
        - Dense: {units: 256, activation: relu}
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netspec.checks.layers.families import (
    ACTIVATIONS,
    ANY_DROPOUT,
    CONVOLUTIONS,
    PADDINGS,
    POOLINGS,
    told,
)
from netspec.checks.wiring import Wiring
from netspec.diagnostics import Code, Finding
from netspec.layers.spatial import by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.layers.spatial import Map
    from netspec.spec.document import Document

CODE = Code.LARGE_FLATTEN

_VECTORS_PAST = {*ACTIVATIONS, *ANY_DROPOUT, "BatchNormalization", "Identity"}
_MAPS_PAST = {*_VECTORS_PAST, *PADDINGS, *POOLINGS, "Add", "Concatenate", "LayerNormalization"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Finds the Dense, of which there can be but one."""
    if not graph.complete:
        return
    for node in graph.written:
        if node.kind == "Dense" and 2 * node.parameters > graph.parameters:
            sizes = _flattened(graph, node)
            places = math.prod(size or 1 for size in sizes)
            if places > 1:
                units = getattr(node.layer, "units", 0)
                where = f"{by(sizes)} steps" if len(sizes) == 1 else f"{by(sizes)} maps"
                saved = (node.parameters - units) // places * (places - 1)
                yield Finding(
                    CODE,
                    f"{told(node)} holds {100 * node.parameters // graph.parameters} % of all parameters, "
                    f"as it has weights for each place of the {where} that are flattened",
                    node.item.place("units"),
                    f"GlobalAveragePooling{len(sizes)}D in place of Flatten would save {saved:,} "
                    f"of {graph.parameters:,}",
                )


def _flattened(graph: Graph, node: LayerNode) -> Map:
    """The sizes of the convolutions' map that a layer gets flattened; none where it gets something else."""
    wiring = Wiring(graph)
    flatten = wiring.before(node)
    while flatten is not None and flatten.kind in _VECTORS_PAST:
        flatten = wiring.before(flatten)
    if flatten is None or flatten.kind != "Flatten":
        return ()
    shape = graph.shape(flatten.inputs[0])
    maps = wiring.before(flatten)
    while maps is not None and maps.kind in _MAPS_PAST and maps.inputs:
        maps = wiring.giver(maps.inputs[0])
    if shape is None or maps is None or maps.kind not in CONVOLUTIONS:
        return ()
    last = getattr(maps.layer, "data_format", "channels_last") == "channels_last"
    return shape[:-1] if last else shape[1:]
