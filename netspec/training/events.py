"""What a run tells while it goes on. A display is one reader of these; the library itself prints nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.source import Reports

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from netspec.diagnostics import Finding
    from netspec.runs.plan import Plan
    from netspec.training.interruption import Cause
    from netspec.training.job import RunResult


@dataclass(frozen=True)
class Found:
    """What the checks found in the spec, in order of place."""

    findings: tuple[Finding, ...]


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
class Resumed:
    """Training goes on from a kept state.

    Attributes:
        epoch: The epoch that it goes on in, from 1.
        step: How many steps of that epoch are done already.
        saved: When the state was kept, where that is known.
    """

    epoch: int
    step: int
    saved: datetime | None = None


@dataclass(frozen=True)
class Computing:
    """The features of a split's images are computed, of those that the cache has not.

    Attributes:
        split: Which split.
        done: How many there are by now.
        total: How many there will be.
    """

    split: str
    done: int
    total: int


@dataclass(frozen=True)
class FeaturesReady:
    """What the frozen part gives is there for the images of some splits, and serves a stage of training.

    Attributes:
        stage: Which stage, from 1.
        splits: Which splits.
        found: How many images the cache had, versions of one image counted each.
        computed: How many were computed.
        seconds: How long that took, with looking what the cache has.
    """

    stage: int
    splits: tuple[str, ...]
    found: int
    computed: int
    seconds: float


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
class Kept:
    """The state within an epoch is kept, after so many of its steps. That at an epoch's end is told by `EpochDone`."""

    epoch: int
    step: int


@dataclass(frozen=True)
class Stopped:
    """Training ended before its last epoch, for a reason such as `EarlyStopping`."""

    epoch: int
    reason: str


@dataclass(frozen=True)
class Evaluated:
    """The test split has been judged."""

    metrics: dict[str, float]


@dataclass(frozen=True)
class Finished:
    """The run is finished. The command line tells this and the two below; the library returns the result, or raises."""

    result: RunResult


@dataclass(frozen=True)
class Failed:
    """The run could not begin, or failed; the code is the command's exit status."""

    message: str
    hint: str | None
    exit_code: int


@dataclass(frozen=True)
class WasInterrupted:
    """The run was ended from outside; the code is the command's exit status.

    Directory and epoch are None as `netspec.training.interruption.Interrupted` says.
    """

    cause: Cause
    directory: Path | None
    epoch: int | None
    exit_code: int


Event = (
    Found
    | Planned
    | Notice
    | Fetching
    | Checking
    | Prepared
    | Started
    | Resumed
    | Computing
    | FeaturesReady
    | StepDone
    | EpochDone
    | Kept
    | Stopped
    | Evaluated
    | Finished
    | Failed
    | WasInterrupted
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
