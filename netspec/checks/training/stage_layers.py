"""A stage is to train layers that the network does not have.

`trainable` of a stage names layers as `netspec summary` lists them, and blocks' instances, which stand for all layers
inside: `stage2` for `stage2.conv2d` and `stage2.dense`. In a pattern `*` stands for any letters, dots among them, and
`?` for one. `{from: NAME}` means that layer and all that stand after it. Inside an application, layers have Keras's own
names: `backbone.block14_sepconv1`. Names that are misspelt would freeze what was to be trained.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {name: head, units: 10, activation: softmax}}]
    compile: {loss: categorical_crossentropy, optimizer: adam}
    training:
      stages:
        - {epochs: 2, trainable: [haed]}  # NS524
        - {epochs: 3, learning_rate: 1e-4}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {name: head, units: 10, activation: softmax}}]
    compile: {loss: categorical_crossentropy, optimizer: adam}
    training:
      stages:
        - {epochs: 2, trainable: [head]}
        - {epochs: 3, learning_rate: 1e-4}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.spec.depth import Depth
from netspec.spec.freezing import is_pattern, unmatched
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.STAGE_LAYERS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for a layer that each name, and each pattern, means."""
    # Names that mistakes keep out of the graph are no mistakes besides.
    if document.training is None or not graph.complete:
        return
    for index, stage in enumerate(document.training.stages):
        written = stage.trainable or ()
        for number in unmatched(graph, written):
            # `{last: N}` always finds some.
            name = written.first or "" if isinstance(written, Depth) else written[number]
            where = "from" if isinstance(written, Depth) else number
            what = "called like" if is_pattern(name) else "called"
            near = None if is_pattern(name) else nearest(name, list(graph.named))
            yield Finding(
                CODE,
                f"no layer and no block's instance is {what} '{name}'",
                document.place("training", "stages", index, "trainable", where),
                near or "`netspec summary` lists the layers' names",
            )
