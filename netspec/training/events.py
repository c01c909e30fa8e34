"""What a run tells while it goes on. A display is one reader of these; the library itself prints nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.source import Reports

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.runs.plan import Plan


@dataclass(frozen=True)
class Planned:
    """The plan stands."""

    plan: Plan


@dataclass(frozen=True)
class Notice:
    """Something worth a line, such as where data is fetched from."""

    message: str


@dataclass(frozen=True)
class Fetching:
    """A download goes on; the total is None where the server does not say it."""

    label: str
    done: int
    total: int | None


@dataclass(frozen=True)
class Checking:
    """Image files are looked at before training begins."""

    done: int
    total: int


@dataclass(frozen=True)
class Prepared:
    """The data has been looked at and split; the plan has the numbers that it came to."""

    plan: Plan


@dataclass(frozen=True)
class Started:
    """The run's directory is there and training begins."""

    directory: Path


@dataclass(frozen=True)
class StepDone:
    """One step of an epoch is done. Epochs and steps count from 1; images a second are those of the epoch so far."""

    epoch: int
    step: int
    logs: dict[str, float]
    images_per_second: float | None = None


@dataclass(frozen=True)
class EpochDone:
    """One epoch is done and kept. Epochs count from 1.

    Seconds are the epoch's, validation included; images a second are those of its training steps, and of their time
    the share is one that the network waited for data.
    """

    epoch: int
    logs: dict[str, float]
    seconds: float
    best: bool
    images_per_second: float | None = None
    data_wait: float | None = None


@dataclass(frozen=True)
class Stopped:
    """Training ended before its last epoch, for a reason such as `EarlyStopping`."""

    epoch: int
    reason: str


@dataclass(frozen=True)
class Evaluated:
    """The test split has been judged."""

    metrics: dict[str, float]


Event = (
    Planned
    | Notice
    | Fetching
    | Checking
    | Prepared
    | Started
    | StepDone
    | EpochDone
    | Stopped
    | Evaluated
)
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The listener of who does not want to know."""
    del event


def reports_to(listener: Listener) -> Reports:
    """What a data source does, as events for a listener."""
    return Reports(
        notice=lambda message: listener(Notice(message)),
        fetching=lambda label, done, total: listener(Fetching(label, done, total)),
        checking=lambda done, total: listener(Checking(done, total)),
    )
