"""Training ends long before the learning-rate schedule does.

A schedule counts steps, and a step is one batch. Where it is made for more than twice the steps that training has,
the learning rate never gets to where it was to end, and may hardly change at all. That happens when a spec is given
fewer epochs or larger batches than it was written for, and may be just what is wanted.

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
      optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 5625}}}}
    training: {epochs: 3}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.training.run_length import run_length
from netspec.checks.training.schedule_steps import place_of_length, schedule_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LONG_SCHEDULE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds what each schedule waits for against the run's steps."""
    schedule, run = schedule_of(document), run_length(document, graph)
    if schedule is None or run is None or not schedule.highest:
        return
    takes, what = _made_for(schedule)
    if takes is None or takes <= run.steps * (2 if what == "takes" else 1):
        return
    yield Finding(
        CODE,
        f"{schedule.kind()} {what} {takes:,} steps, and training has {run.steps:,}: the learning rate ends at "
        f"{schedule.rate(run.steps - 1):.2g}",
        place_of_length(document, schedule),
        f"the run's length is {run.epochs:,} x {run.steps_per_epoch:,} steps",
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
