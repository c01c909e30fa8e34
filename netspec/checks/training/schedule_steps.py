"""A learning-rate schedule is over long before training is.

A schedule counts steps, and a step is one batch: 60,000 images in batches of 32 are 1,875 steps an epoch. A length
that was meant in epochs is over within the first of them. Where the learning rate is then 0, or as good as 0, all
that comes after changes nothing. The length that is usually meant is that of the whole run: epochs times steps an
epoch, less a warm-up.

Runs that are cut short with `--set` or `data.limit`, and image folders that nobody has looked at, are left alone. So
is an end within a tenth of the run, or a step an epoch, as of batches that were counted without the last one, and a
rate that stays above 0.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      loss: categorical_crossentropy
      optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 30}}}}  # NS614
    training: {epochs: 30}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      loss: categorical_crossentropy
      optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 56250}}}}
    training: {epochs: 30}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.training.run_length import run_length
from netspec.diagnostics import Code, Finding
from netspec.fields import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.training.run_length import RunLength
    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

CODE = Code.SCHEDULE_STEPS

# The field that says when each schedule ends, or how fast it falls.
LENGTHS = {
    "CosineDecay": "decay_steps",
    "CosineDecayRestarts": "first_decay_steps",
    "ExponentialDecay": "decay_steps",
    "InverseTimeDecay": "decay_steps",
    "PiecewiseConstantDecay": "boundaries",
    "PolynomialDecay": "decay_steps",
}
# An epoch of so many steps is another thing than a step.
_STEPS = 10
# A share of the run that is no matter, and a share of a learning rate that is as good as 0.
_REST, _NEGLIGIBLE = 0.1, 1e-6


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the schedule's end against the run's."""
    schedule, run = schedule_of(document), run_length(document, graph)
    if schedule is None or run is None or not schedule.highest:
        return
    kind, place = schedule.kind(), place_of_length(document, schedule)
    ends = schedule.length
    if kind == "CosineDecayRestarts":
        ends = schedule.first_decay_steps
    if ends is not None and ends <= run.epochs and run.steps_per_epoch >= _STEPS:
        what = "its first fall" if kind == "CosineDecayRestarts" else "its course"
        yield Finding(
            CODE,
            f"{kind} ends {what} after {ends:,} steps, which are batches and not epochs: an epoch alone has "
            f"{run.steps_per_epoch:,}",
            place,
            _hint(run),
        )
    elif schedule.length is not None and not schedule.rate(schedule.length):
        rest = run.steps - schedule.length
        if rest > max(run.epochs, _REST * run.steps):
            yield Finding(
                CODE,
                f"{kind} ends after {schedule.length:,} steps at a learning rate of 0: the last {rest:,} of "
                f"{run.steps:,} steps change nothing",
                place,
                _hint(run),
            )
    elif kind == "ExponentialDecay" and schedule.initial_learning_rate:
        half = schedule.rate(run.steps // 2)
        if half < _NEGLIGIBLE * schedule.initial_learning_rate:
            yield Finding(
                CODE,
                f"ExponentialDecay has come down to {half:.0e} when half of the {run.steps:,} steps are done: the rest "
                "changes nothing",
                place,
                f"let it fall more slowly; {_hint(run)}",
            )


def schedule_of(document: Document) -> Any:
    """The schedule that the learning rate follows, None where it is a number."""
    optimizer: Any = document.compile.optimizer if document.compile is not None else None
    rate = optimizer.learning_rate if optimizer is not None else None
    return rate if isinstance(rate, Thing) else None


def place_of_length(document: Document, schedule: Thing) -> Place:
    """Where it stands how long a schedule takes."""
    assert document.compile is not None  # noqa: S101 - it has a schedule
    optimizer, kind = document.compile.optimizer.kind(), schedule.kind()
    return document.place("compile", "optimizer", optimizer, "learning_rate", kind, LENGTHS[kind])


def _hint(run: RunLength) -> str:
    epochs = "1 epoch is" if run.epochs == 1 else f"{run.epochs:,} epochs are"
    return f"{epochs} {run.steps:,} steps of {run.batch_size:,} images"
