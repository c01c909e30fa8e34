"""What is shown of an evaluation, as plain data; of each part that is not there, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.report.html.document import Absent


@dataclass(frozen=True)
class Interval:
    """Between which accuracies those of samples drawn from the judged images lie.

    Attributes:
        level: How probably, a share such as 0.95.
        low, high: The accuracies.
    """

    level: float
    low: float
    high: float


@dataclass(frozen=True)
class Bin:
    """The images whose predicted class had a probability above `low` and at most `high`.

    Attributes:
        low, high: The probabilities.
        images: How many there are.
        confidence: The mean of their probabilities; None without an image.
        accuracy: The share of them that were right; None without an image.
    """

    low: float
    high: float
    images: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Calibration:
    """Whether the network is right as often as it says.

    Attributes:
        error: The expected calibration error.
        largest: The largest gap of a bin.
        bins: From the lowest probabilities to the highest.
    """

    error: float
    largest: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Confused:
    """How many images of one class were taken for another."""

    true: str
    predicted: str
    images: int


@dataclass(frozen=True)
class Mistake:
    """An image that was taken for another class than its own.

    Attributes:
        image: Its name or place in the data.
        true, predicted: The classes.
        probability: That of the predicted class; None where it is not known.
        true_probability: That of the true one.
        picture: A PNG of it as the network saw it.
        look: A PNG of where the network looked (Grad-CAM).
    """

    image: str
    true: str
    predicted: str
    probability: float | None
    true_probability: float | None
    picture: bytes | Absent
    look: bytes | Absent


@dataclass(frozen=True)
class ClassRow:
    """How one class fares; shares are None where there is nothing to share."""

    label: str
    images: int | None
    predicted: int | None
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class ClassOutput:
    """An output that names one of several classes.

    Attributes:
        key: The output's key; None where it is the only one.
        classes: A row for each class, in label order.
        confusion: A row for each true class and a column for each predicted one, both in label order.
        accuracy: The share of images that were right; None where it is not known.
        interval: Between which accuracies that of other images probably lies.
        calibration: Whether it is right as often as it says.
        confused: The most confused pairs, the most confused first.
        mistakes: The wrong answers with the highest probability first.
    """

    key: str | None
    classes: tuple[ClassRow, ...] | Absent
    confusion: tuple[tuple[int, ...], ...] | Absent
    accuracy: float | None
    interval: Interval | Absent
    calibration: Calibration | Absent
    confused: tuple[Confused, ...]
    mistakes: tuple[Mistake, ...] | Absent


@dataclass(frozen=True)
class LabelsOutput:
    """An output that says of each of several labels whether an image has it."""

    key: str | None
    labels: tuple[ClassRow, ...] | Absent


@dataclass(frozen=True)
class ValueRow:
    """How one number fares, in its own unit; None where a prediction is no number."""

    name: str
    mean_absolute_error: float | None
    root_mean_squared_error: float | None
    bias: float | None


@dataclass(frozen=True)
class NumbersOutput:
    """An output that gives numbers."""

    key: str | None
    values: tuple[ValueRow, ...] | Absent


@dataclass(frozen=True)
class UnreadOutput:
    """An output of which nothing can be read."""

    key: str | None
    absent: Absent


OutputAccount: TypeAlias = ClassOutput | LabelsOutput | NumbersOutput | UnreadOutput


@dataclass(frozen=True)
class Shifts:
    """The accuracy over images that were moved.

    Attributes:
        pixels: By how many pixels, from the most negative to the most positive.
        images: How many images were moved.
        accuracy: A row for each number of pixels down, and in it a value for each number to the right; None where it
            is no number.
    """

    pixels: tuple[int, ...]
    images: int | None
    accuracy: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class Evaluation:
    """How the network was judged on some images.

    Attributes:
        file: The file in the run that says it.
        split: The split's name; the file's ending where that cannot be read.
        images: How many images there were.
        checkpoint: The file whose weights were judged.
        source: Where the images came from, where that is not the run's own data.
        metrics: Loss and metrics.
        outputs: How each output fares; empty where nothing of the file can be read.
        shifts: The accuracy over images that were moved.
        predictions: How many predictions lie beside it; None where none do.
        unread: Why nothing of it can be read; None where something can.
        outdated: Why it may be of other weights than the run has now; None where nothing says so.
    """

    file: str
    split: str
    images: int | None
    checkpoint: str | None
    source: str | None
    metrics: Mapping[str, float | None]
    outputs: tuple[OutputAccount, ...]
    shifts: Shifts | Absent
    predictions: int | None
    unread: Absent | None
    outdated: Absent | None = None
