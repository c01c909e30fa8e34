"""ReduceLROnPlateau stands beside a learning-rate schedule.

Both set the learning rate. Keras lets a schedule alone do it, and fails in the epoch in which the callback first would.

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

from netspec.diagnostics import Code, Finding
from netspec.fields import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LEARNING_RATE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for the callback where the optimizer's learning rate is a schedule."""
    del graph
    if document.compile is None:
        return
    schedule = getattr(document.compile.optimizer, "learning_rate", None)
    if not isinstance(schedule, Thing):
        return
    for index, callback in enumerate(document.callbacks or ()):
        if callback.kind() == "ReduceLROnPlateau":
            yield Finding(
                CODE,
                f"ReduceLROnPlateau cannot lower the learning rate, which {schedule.kind()} sets",
                document.place("callbacks", index, callback.kind(), key=True),
                "take the callback out, or write a number as the optimizer's learning_rate",
            )
