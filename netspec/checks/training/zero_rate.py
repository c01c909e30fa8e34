"""The learning rate is 0 in every step.

A step is the gradient, changed by the optimizer, times the learning rate. With 0 no weight ever changes, weight decay
included, and every epoch gives the same. A schedule can be 0 throughout as well: CosineDecay that begins at 0 and has
no warm-up stays there.

The moving means and variances of BatchNormalization do change; about networks with such layers nothing is said.

Failing:

    netspec: 1
    model: {input: [8], layers: [{Dense: {units: 3, activation: softmax}}]}
    compile:
      loss: categorical_crossentropy
      optimizer: {Adam: {learning_rate: 0}}  # NS522

Passing:

    netspec: 1
    model: {input: [8], layers: [{Dense: {units: 3, activation: softmax}}]}
    compile:
      loss: categorical_crossentropy
      optimizer:
        SGD:
          learning_rate:
            CosineDecay: {initial_learning_rate: 0, warmup_target: 0.1, warmup_steps: 100, decay_steps: 900}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.parts import parts
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

CODE = Code.ZERO_RATE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at the highest learning rate of all steps."""
    told: set[Place] = set()
    for part in parts(document, graph):
        place = document.place(*part.rate_path)
        if part.highest or place in told or _keeps_statistics(graph):
            continue
        told.add(place)
        what = "the learning rate is 0"
        changes = f"no weight {'changes' if part.path else 'ever changes'}"
        of = f" in {part.name}" if part.path else ""
        yield Finding(
            CODE,
            f"{what}, and {changes}{of}"
            if part.schedule is None
            else f"{what} in every step of {part.schedule.kind()}, and {changes}{of}",
            place,
            "give one above 0; 0.001 is a beginning for Adam, 0.01 for SGD",
        )


def _keeps_statistics(graph: Graph) -> bool:
    """Whether training changes numbers that are not trained, such as BatchNormalization's means."""
    return any(
        not weight.trainable
        for node in graph.nodes.values()
        if node.trains and node.inference is not None
        for weight in node.inference.weights
    )
