"""The parts of one run, as they go from stage to stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from netspec.data.splits import Split
    from netspec.graph.graph import Graph
    from netspec.runs.directory import RunDirectory
    from netspec.runs.plan import Plan
    from netspec.runs.starts import StartPlan
    from netspec.spec.spec import WholeSpec
    from netspec.training.events import Listener
    from netspec.training.interruption import Interruption
    from netspec.training.state import State


@dataclass(frozen=True)
class Job:
    """A run that is about to train: what to train, on what, where to keep it, and whom to tell and to heed.

    Attributes:
        settled: The resolved spec as plain values; every state is kept with it.
        start: The state that it goes on from; None where it begins.
        is_changed: Whether the spec is another one than the state's, because the user insists.
        settle: Writes that other spec down; it is called once the state is known to fit it.
        has_other_rate: Whether the learning rate is another one, which then is not the state's.
        resolved: What turned out as training began, such as the devices; for the record.
        features: What was computed once in each stage, by its number from 1, or why nothing was; for the record.
        stages: The first epoch of each stage that has begun, both from 1; for the record.
        starts: The trained weights that the network begins with, each with its file.
    """

    spec: WholeSpec
    graph: Graph
    plan: Plan
    splits: Mapping[str, Split]
    directory: RunDirectory
    listener: Listener
    interruption: Interruption
    settled: Any
    start: State | None = None
    is_changed: bool = False
    settle: Callable[[], None] | None = None
    has_other_rate: bool = False
    resolved: dict[str, Any] = field(default_factory=dict)
    features: dict[int, dict[str, Any]] = field(default_factory=dict)
    stages: dict[int, int] = field(default_factory=dict)
    starts: tuple[StartPlan, ...] = ()


@dataclass(frozen=True)
class RunResult:
    """A finished run.

    Attributes:
        directory: The run directory.
        history: Metrics by name, one value an epoch.
        metrics: Loss and metrics on the test split; empty without one.
        best_epoch: The epoch that is best, from 1.
        best_by: What it is best by: what the callback watches that brings its weights back or keeps it; else the
            validation loss, or the training loss without validation.
        model_epoch: The epoch whose weights `model.keras` has, which the metrics judge.
        seconds: Training time, without start-up.
        images_per_second: Those of all training steps, validation left out; None where there was no whole epoch.
        data_wait: The share of those steps' time that the network waited for data.
    """

    directory: Path
    history: dict[str, list[float]]
    metrics: dict[str, float]
    best_epoch: int
    best_by: str
    model_epoch: int
    seconds: float
    images_per_second: float | None = None
    data_wait: float | None = None
