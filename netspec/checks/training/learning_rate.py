"""ReduceLROnPlateau stands beside a learning-rate schedule.

Both set the learning rate. Keras lets a schedule alone do it, and fails in the epoch in which the callback first would.
With `training.stages` a stage's schedule counts as well. A warm-up of a number can stand beside the callback.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 56250}}}}
      loss: sparse_categorical_crossentropy
    training: {epochs: 30}
    callbacks: [{ReduceLROnPlateau: {monitor: loss}}]  # NS512

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: {SGD: {learning_rate: 0.1}}
      loss: sparse_categorical_crossentropy
    training: {epochs: 30}
    callbacks: [{ReduceLROnPlateau: {monitor: loss}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.parts import first_schedule
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LEARNING_RATE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for the callback where the optimizer's learning rate, or a stage's, is a schedule."""
    part = first_schedule(document, graph)
    if part is None:
        return
    whose = "the stage's" if part.path and part.rate_path[0] == "training" else "the optimizer's"
    for index, callback in enumerate(document.callbacks or ()):
        if callback.kind() == "ReduceLROnPlateau":
            yield Finding(
                CODE,
                f"ReduceLROnPlateau cannot lower the learning rate, which {part.schedule.kind()} sets",
                document.place("callbacks", index, callback.kind(), key=True),
                f"take the callback out, or write a number as {whose} learning_rate",
            )
