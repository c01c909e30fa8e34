"""Training ends long before the learning-rate schedule does.

A schedule counts steps, each of them one batch, or epochs. Where it is made for more than twice the steps that training
has, or the stage that follows it, the learning rate never gets to where it was to end, and may hardly change at all.
That happens when a spec is given fewer epochs or larger batches than it was written for, and may be what is wanted.

Runs that are cut short with `--set` or `data.limit`, and image folders that nobody has looked at, are left alone.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      loss: categorical_crossentropy
      optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 56250}}}}  # NS714
    training: {epochs: 3}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      loss: categorical_crossentropy
      optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 3 epochs}}}}
    training: {epochs: 3}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.training.parts import parts
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

CODE = Code.LONG_SCHEDULE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds what each schedule waits for against the steps of the training, or of the stage, that follows it."""
    told: set[Place] = set()
    for part in parts(document, graph):
        schedule, run = part.counted, part.run
        if schedule is None or run is None or not schedule.highest:
            continue
        takes, what = _made_for(schedule)
        place = part.place_of_length(document)
        if takes is None or takes <= run.steps * (2 if what == "takes" else 1) or place in told:
            continue
        told.add(place)
        whose = "the run's" if part.path == () else "the stage's"
        yield Finding(
            CODE,
            f"{schedule.kind()} {what} {takes:,} steps, and {part.name} has {run.steps:,}: the learning rate ends at "
            f"{schedule.rate(run.steps - 1):.2g}",
            place,
            f"{whose} length is {run.epochs:,} x {run.steps_per_epoch:,} steps",
        )


def _made_for(schedule: Any) -> tuple[int | None, str]:
    """How many steps a schedule is made for, and what it does with them."""
    kind = schedule.kind()
    if kind == "PiecewiseConstantDecay":
        return schedule.length, "comes to its last value after"
    if kind == "CosineDecayRestarts":
        return schedule.first_decay_steps, "takes"
    if kind in {"ExponentialDecay", "InverseTimeDecay"}:
        return (schedule.decay_steps, "first falls after") if schedule.staircase else (None, "")
    return schedule.length, "takes"
