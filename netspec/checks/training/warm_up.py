"""Two things want to say how the learning rate rises at the beginning.

`warmup` of the section `training`, or of a stage, multiplies the learning rate by 1/n in the first of n steps, by 2/n
in the second, and so on. CosineDecay can have a warm-up of its own, to `warmup_target`, and ScheduleFreeAdamW one of
`warmup_steps`: both together are a rate that nobody meant.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      loss: categorical_crossentropy
      optimizer:
        SGD:
          learning_rate:
            CosineDecay: {initial_learning_rate: 0, warmup_target: 0.1, warmup_steps: 1 epoch, decay_steps: 9 epochs}
    training: {epochs: 10, warmup: 2 epochs}  # NS523

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      loss: categorical_crossentropy
      optimizer:
        SGD:
          learning_rate:
            CosineDecay: {initial_learning_rate: 0.1, decay_steps: 10 epochs}
    training: {epochs: 10, warmup: 2 epochs}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.parts import parts
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.training.parts import Part
    from netspec.fields import Thing
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.WARM_UP


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at every part of training with a warm-up for another one."""
    if document.compile is None:
        return
    for part in parts(document, graph):
        if part.stage is None or part.stage.warmup is None:
            continue
        other = _other(document.compile.optimizer, part)
        if other is not None:
            message, hint = other
            yield Finding(
                CODE, message, document.place(*(part.path or ("training",)), "warmup"), hint
            )


def _other(optimizer: Thing, part: Part) -> tuple[str, str] | None:
    """What else says how the rate begins, and what to do about it."""
    kind = optimizer.kind()
    if getattr(part.schedule, "warmup_target", None) is not None:
        schedule = part.schedule.kind()
        return (
            f"warmup and the warm-up of {schedule} both raise the learning rate",
            f"take warmup out, or warmup_target and warmup_steps of {schedule}",
        )
    if kind == "ScheduleFreeAdamW" and getattr(optimizer, "warmup_steps", None):
        return f"warmup and warmup_steps of {kind} both raise the learning rate", "keep one of them"
    return None
