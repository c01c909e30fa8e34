"""A learning-rate schedule is over long before training is.

A schedule counts steps, unless epochs are written (`30 epochs`), and a step is one batch: 60,000 images in batches of
32 are 1,875 steps an epoch. A length that was meant in epochs is over within the first of them. Where the learning rate
is then 0, or as good as 0, all that comes after changes nothing. The length that is usually meant is that of the whole
run, less a warm-up; with `training.stages` that of the stage, for each begins its schedule anew.

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
      optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 30 epochs}}}}
    training: {epochs: 30}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.training.parts import parts
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.training.parts import Part
    from netspec.checks.training.run_length import RunLength
    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

CODE = Code.SCHEDULE_STEPS

# An epoch of so many steps is another thing than a step.
_STEPS = 10
# A share of the run that is no matter, and a share of a learning rate that is as good as 0.
_REST, _NEGLIGIBLE = 0.1, 1e-6


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each schedule's end against the end of the training, or of the stage, that follows it."""
    told: set[Place] = set()
    for part in parts(document, graph):
        schedule, run = part.counted, part.run
        if schedule is None or run is None or not schedule.highest:
            continue
        place = part.place_of_length(document)
        for message, hint in _too_short(part, schedule, run):
            if place not in told:
                told.add(place)
                yield Finding(CODE, message, place, hint)


def _too_short(part: Part, schedule: Any, run: RunLength) -> Iterator[tuple[str, str]]:
    """What is wrong with a schedule that is over early, and the hint."""
    kind = schedule.kind()
    ends = schedule.length
    of = "" if part.path == () else f" of {part.name}"
    if kind == "CosineDecayRestarts":
        ends = schedule.first_decay_steps
    meant_epochs = not part.schedule.counts_epochs and run.steps_per_epoch >= _STEPS
    if ends is not None and ends <= run.epochs and meant_epochs:
        what = "its first fall" if kind == "CosineDecayRestarts" else "its course"
        epochs = f"{ends:,} epoch{'s' * (ends != 1)}"
        yield (
            (
                f"{kind} ends {what} after {ends:,} steps, which are batches and not epochs: an epoch alone has "
                f"{run.steps_per_epoch:,}"
            ),
            f"{_hint(run)}; if epochs are meant, write `{epochs}`",
        )
    elif schedule.length is not None and not schedule.rate(schedule.length):
        rest = run.steps - schedule.length
        if rest > max(run.epochs, _REST * run.steps):
            yield (
                (
                    f"{kind} ends after {schedule.length:,} steps at a learning rate of 0: the last {rest:,} of "
                    f"{run.steps:,} steps{of} change nothing"
                ),
                _hint(run),
            )
    elif kind == "ExponentialDecay" and schedule.initial_learning_rate:
        half = schedule.rate(run.steps // 2)
        if half < _NEGLIGIBLE * schedule.initial_learning_rate:
            yield (
                (
                    f"ExponentialDecay has come down to {half:.0e} when half of the {run.steps:,} steps{of} are done: "
                    "the rest changes nothing"
                ),
                f"let it fall more slowly; {_hint(run)}",
            )


def _hint(run: RunLength) -> str:
    epochs = "1 epoch is" if run.epochs == 1 else f"{run.epochs:,} epochs are"
    return f"{epochs} {run.steps:,} steps of {run.batch_size:,} images"
