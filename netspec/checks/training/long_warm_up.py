"""Training ends before the learning rate has risen.

`warmup` lets the learning rate rise over its first steps or epochs. A training, or a stage, that is no longer than that
never has the learning rate that is written. A warm-up of a hundredth to a tenth of the training is usual.

Runs that are cut short with `--set` or `data.limit`, and image folders that nobody has looked at, are left alone.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {loss: categorical_crossentropy, optimizer: {SGD: {learning_rate: 0.1}}}
    training: {epochs: 3, warmup: 5 epochs}  # NS610

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {loss: categorical_crossentropy, optimizer: {SGD: {learning_rate: 0.1}}}
    training: {epochs: 30, warmup: 1 epoch}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.parts import parts
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LONG_WARM_UP


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each warm-up against the training, or the stage, that begins with it."""
    for part in parts(document, graph):
        if part.stage is None or part.stage.warmup is None or part.run is None:
            continue
        steps = part.stage.warmup.in_steps(part.run.steps_per_epoch)
        if steps >= part.run.steps:
            yield Finding(
                CODE,
                f"the learning rate rises for {steps:,} steps, and {part.name} has {part.run.steps:,}",
                document.place(*(part.path or ("training",)), "warmup"),
                f"{part.run.epochs:,} x {part.run.steps_per_epoch:,} steps are all there are: take a shorter warmup",
            )
