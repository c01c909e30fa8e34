"""What rules ask of the stages of training: which learning rate each has, and how long it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from netspec.checks.training.run_length import run_length
from netspec.fields import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.training.run_length import RunLength
    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document
    from netspec.spec.training import Stage

# The field that says when each schedule ends, or how fast it falls.
LENGTHS = {
    "CosineDecay": "decay_steps",
    "CosineDecayRestarts": "first_decay_steps",
    "ExponentialDecay": "decay_steps",
    "InverseTimeDecay": "decay_steps",
    "PiecewiseConstantDecay": "boundaries",
    "PolynomialDecay": "decay_steps",
}


@dataclass(frozen=True)
class Part:
    """A stage of training, or the whole of it.

    Attributes:
        name: What a message calls it: ``training``, ``stage 'head'``, ``stage 2``.
        stage: The stage; None where there is no section `training`.
        path: Where the stage stands, `()` where training has none.
        rate: Its learning rate, a number or a schedule.
        rate_path: Where that stands.
        run: How long it is; None where that is not known, or the run is a try.
    """

    name: str
    stage: Stage | None
    path: tuple[str | int, ...]
    rate: Any
    rate_path: tuple[str | int, ...]
    run: RunLength | None

    @property
    def schedule(self) -> Any:
        """The schedule that the learning rate follows, None where it is a number."""
        return self.rate if isinstance(self.rate, Thing) else None

    @property
    def counted(self) -> Any:
        """The schedule with its lengths in steps; None where it is none, or where they are not known."""
        schedule = self.schedule
        if schedule is None or not schedule.counts_epochs:
            return schedule
        return None if self.run is None else schedule.in_steps(self.run.steps_per_epoch)

    @property
    def highest(self) -> float:
        """The highest learning rate of all its steps."""
        return float(getattr(self.rate, "highest", self.rate))

    def place_of_length(self, document: Document) -> Place:
        """Where it stands how long its schedule takes."""
        kind = self.schedule.kind()
        return document.place(*self.rate_path, kind, LENGTHS[kind])


def parts(document: Document, graph: Graph) -> Iterator[Part]:
    """The stages of training, or the one part that it is without; none where the optimizer is not known."""
    optimizer: Any = document.compile.optimizer if document.compile is not None else None
    if optimizer is None:
        return
    whole = run_length(document, graph)
    training = document.training
    for index, stage in enumerate((None,) if training is None else training.phases):
        own = stage is not None and stage.learning_rate is not None
        path = ("training", "stages", index) if training is not None and training.stages else ()
        yield Part(
            name=stage_name(stage, index) if path and stage is not None else "training",
            stage=stage,
            path=path,
            rate=stage.learning_rate if stage is not None and own else optimizer.learning_rate,
            rate_path=(*path, "learning_rate")
            if own
            else ("compile", "optimizer", optimizer.kind(), "learning_rate"),
            run=None if whole is None or stage is None else replace(whole, epochs=stage.epochs),
        )


def first_schedule(document: Document, graph: Graph) -> Part | None:
    """The first part of training whose learning rate is a schedule."""
    return next((part for part in parts(document, graph) if part.schedule is not None), None)


def stage_name(stage: Stage, index: int) -> str:
    """What a message calls a stage: ``stage 'head'``, ``stage 2``."""
    return f"stage {index + 1}" if stage.name is None else f"stage '{stage.name}'"
