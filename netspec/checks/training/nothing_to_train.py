"""Training would change nothing, as the network has no weights that train.

Keras warns that "the model does not have any trainable weights" and runs every epoch all the same: the loss is the
same in the last as in the first. Either the layers with weights are missing, or all of them have `trainable: false`.

Source: `train_step` in keras/src/backend/tensorflow/trainer.py.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 10, activation: softmax, trainable: false}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}  # NS530

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.NOTHING_TO_TRAIN


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Counts what training would change."""
    if document.training is None or document.compile is None or not graph.complete:
        return
    if graph.outputs and not graph.trainable_parameters:
        has_weights = graph.parameters > 0
        yield Finding(
            CODE,
            "there is nothing to train: "
            + ("every layer with weights is frozen" if has_weights else "no layer has weights"),
            document.place("training", key=True),
            "leave `trainable: false` out of some of them"
            if has_weights
            else "add layers that learn, such as Dense",
        )
