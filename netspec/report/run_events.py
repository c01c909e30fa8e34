"""What a run tells as lines of JSON, one an event: the form of each line, and how it is written."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_line
from netspec.report.findings import FindingRecord  # noqa: TC001 - pydantic reads it
from netspec.report.plan_record import PlanRecord  # noqa: TC001 - pydantic reads it

# Raised when a reader of the lines would misread them; a new event or key is no reason.
EVENTS_FORMAT = 1

# By name; null is what JSON has no number for: not a number, or infinite.
Numbers = dict[str, float | None]


class _Line(TypedDict):
    """What every line has: when it was told, in UTC; the first one has the format of them all, too."""

    format: NotRequired[Literal[1]]
    time: str


class FindingsLine(_Line):
    """What the checks found in the spec."""

    event: Literal["findings"]
    findings: list[FindingRecord]


class PlannedLine(_Line):
    """The plan stands; the data has not been looked at."""

    event: Literal["planned"]
    plan: PlanRecord


class NoticeLine(_Line):
    """Something worth knowing."""

    event: Literal["notice"]
    message: str


class FetchingLine(_Line):
    """A download goes on: bytes that are there, and of how many, where the server says it."""

    event: Literal["fetching"]
    label: str
    done: int
    total: int | None


class CheckingLine(_Line):
    """Images are looked at before training."""

    event: Literal["checking"]
    done: int
    total: int


class PreparedLine(_Line):
    """The data has been looked at and split; the plan has the numbers that it came to."""

    event: Literal["prepared"]
    plan: PlanRecord


class StartedLine(_Line):
    """The run's directory is there, and training begins."""

    event: Literal["started"]
    directory: str


class ResumedLine(_Line):
    """Training goes on from a kept state: in which epoch, from 1, and how many of its steps are done already."""

    event: Literal["resumed"]
    epoch: int
    step: int
    saved: str | None


class ComputingLine(_Line):
    """What the frozen part gives for a split's images is computed: how many of those that the cache has not."""

    event: Literal["computing"]
    split: str
    done: int
    total: int


class FeaturesLine(_Line):
    """What the frozen part gives is there for some splits' images: how many the cache had, and how many were computed.

    Stages count from 1, and each version of an image counts.
    """

    event: Literal["features"]
    stage: int
    splits: list[str]
    found: int
    computed: int
    seconds: float


class StepLine(_Line):
    """A step is done; told a few times a second at most. Numbers are those of the epoch so far."""

    event: Literal["step"]
    epoch: int
    step: int
    logs: Numbers
    images_per_second: float | None


class EpochLine(_Line):
    """An epoch is done, and its state kept.

    `seconds` are the whole epoch's; images a second are those of its training steps, and `data_wait` the share of their
    time that the network waited for data.
    """

    event: Literal["epoch"]
    epoch: int
    logs: Numbers
    seconds: float
    best: bool
    images_per_second: float | None
    data_wait: float | None


class KeptLine(_Line):
    """The state within an epoch is kept, after so many of its steps."""

    event: Literal["kept"]
    epoch: int
    step: int


class StoppedLine(_Line):
    """Training ended before its last epoch."""

    event: Literal["stopped"]
    epoch: int
    reason: str


class EvaluatedLine(_Line):
    """The test split has been judged."""

    event: Literal["evaluated"]
    metrics: Numbers


class FinishedLine(_Line):
    """The run is finished; this is the last line.

    `history` has a value an epoch; `metrics` are those of the test split, nothing without one; `model_epoch` is the
    epoch whose weights the run's model has. Seconds are those of training.
    """

    event: Literal["finished"]
    directory: str
    history: dict[str, list[float | None]]
    metrics: Numbers
    best_epoch: int
    best_by: str
    model_epoch: int
    seconds: float
    images_per_second: float | None
    data_wait: float | None
    exit_code: Literal[0]


class InterruptedLine(_Line):
    """The run was ended from outside; this is the last line. Null is what there was not yet."""

    event: Literal["interrupted"]
    cause: Literal["interrupt", "terminate"]
    directory: str | None
    epoch: int | None
    exit_code: int


class FailedLine(_Line):
    """The run could not begin, or failed; this is the last line."""

    event: Literal["failed"]
    message: str
    hint: str | None
    exit_code: int


EventLine = (
    FindingsLine
    | PlannedLine
    | NoticeLine
    | FetchingLine
    | CheckingLine
    | PreparedLine
    | StartedLine
    | ResumedLine
    | ComputingLine
    | FeaturesLine
    | StepLine
    | EpochLine
    | KeptLine
    | StoppedLine
    | EvaluatedLine
    | FinishedLine
    | InterruptedLine
    | FailedLine
)
# For the schema, which so says what belongs to which event.
AnyEventLine = Annotated[EventLine, Field(discriminator="event")]


def event_text(line: EventLine, *, is_first: bool) -> str:
    """One event as a line of JSON, its end included.

    Args:
        line: The event.
        is_first: Whether it is the first of them all, which has the format's number.
    """
    head = {"event": line["event"], **({"format": EVENTS_FORMAT} if is_first else {})}
    return json_line({**head, **line}) + "\n"
