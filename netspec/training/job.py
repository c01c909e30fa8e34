"""The parts of one run, as they go from stage to stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.arrays import ImageArrays
    from netspec.graph.graph import Graph
    from netspec.spec.spec import WholeSpec
    from netspec.training.directory import RunDirectory
    from netspec.training.events import Listener
    from netspec.training.plan import Plan


@dataclass(frozen=True)
class Job:
    """A run that is about to train: what to train, on what, where to keep it, and whom to tell."""

    spec: WholeSpec
    graph: Graph
    plan: Plan
    arrays: ImageArrays
    directory: RunDirectory
    listener: Listener


@dataclass(frozen=True)
class RunResult:
    """A finished run.

    Attributes:
        directory: The run directory.
        history: Metrics by name, one value an epoch.
        metrics: Loss and metrics on the test split; empty without one.
        best_epoch: The epoch with the lowest validation loss (training loss without validation), from 1.
        seconds: Training time, without start-up.
    """

    directory: Path
    history: dict[str, list[float]]
    metrics: dict[str, float]
    best_epoch: int
    seconds: float
