"""Training would change nothing, as the network has no weights that train.

Keras warns that "the model does not have any trainable weights" and runs every epoch all the same: the loss is the
same in the last as in the first. Either the layers with weights are missing, or all of them have `trainable: false`, or
a stage's `trainable` names no layer that has weights.

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

from netspec.checks.training.parts import stage_name
from netspec.diagnostics import Code, Finding
from netspec.spec.freezing import trainable_names, trained_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document
    from netspec.spec.training import Stage

CODE = Code.NOTHING_TO_TRAIN


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Counts what training would change."""
    if document.training is None or document.compile is None or not graph.complete:
        return
    if document.training.stages and graph.outputs and graph.parameters:
        yield from _check_stages(document, document.training.stages, graph)
    elif graph.outputs and not graph.trainable_parameters:
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


def _check_stages(document: Document, stages: tuple[Stage, ...], graph: Graph) -> Iterator[Finding]:
    for index, stage in enumerate(stages):
        # Of names that no layer has another rule speaks.
        if trained_parameters(graph, stage) or (
            stage.trainable is not None and not trainable_names(graph, stage.trainable)
        ):
            continue
        named = stage.trainable is not None
        yield Finding(
            CODE,
            f"there is nothing to train in {stage_name(stage, index)}: "
            + (
                "the layers that it names have no weights"
                if named
                else "every layer with weights is frozen"
            ),
            document.place("training", "stages", index, *(["trainable"] if named else [])),
            "name layers that learn, such as Dense"
            if named
            else "leave `trainable: false` out of some of them, or name layers in the stage's `trainable`",
        )
