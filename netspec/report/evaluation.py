"""The document of an evaluation, and the document as JSON."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text


class ClassRecord(TypedDict):
    """How one class fares.

    `images` counts the images that belong to it, `predicted` those that were taken for it; `precision` is the share of
    these that belong to it, `recall` the share of its images that were found, `f1` the harmonic mean of the two, 2 x
    found / (images + predicted); null where there is nothing to share: precision where none was taken for the class,
    recall and F1 where it has no images.
    """

    label: str
    images: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: NotRequired[float | None]


class IntervalRecord(TypedDict):
    """Between which accuracies those of samples drawn from the judged images lie.

    The judged images were drawn anew with replacement, `samples` times; of the accuracies so found, the middle share
    that `level` says lies between `low` and `high` (bootstrap percentile interval, Efron 1979).
    """

    level: float
    low: float
    high: float
    samples: int


class CalibrationBinRecord(TypedDict):
    """The images whose predicted class had a probability above `low` and at most `high`.

    `confidence` is the mean of these probabilities, `accuracy` the share of the images that were right; null where
    there is no image.
    """

    low: float
    high: float
    images: int
    confidence: float | None
    accuracy: float | None


class CalibrationRecord(TypedDict):
    """Whether the network is right as often as it says.

    `error` is the mean of the bins' gaps between accuracy and confidence, each counting as often as it has images
    (expected calibration error, Guo et al. 2017); `largest` is the largest gap (maximum calibration error).
    """

    error: float
    largest: float
    bins: list[CalibrationBinRecord]


class ConfusedRecord(TypedDict):
    """How many images of one class were taken for another."""

    true: str
    predicted: str
    images: int


class MistakeRecord(TypedDict):
    """An image that was taken for another class than its own.

    `image` is its name or place in the data; `probability` is that of the predicted class, `true_probability` that of
    the true one. `picture` is the path, from the run's directory, of a PNG of it as the network saw it; `look` that of
    a picture of where the network looked (Grad-CAM). Both are null where there is none.
    """

    image: str
    true: str
    predicted: str
    probability: float
    true_probability: float
    picture: str | None
    look: str | None


class ClassFigures(TypedDict, total=False):
    """What is told of an output that names a class, beyond its table and its matrix; older runs have none of it.

    `confused` has the most confused pairs first, `mistakes` the wrong answers with the highest probability first; both
    are cut to some. Of many mistakes at least half are those with the highest probability of all, and the others those
    of pairs of classes that would have none, the most frequent first. `no_numbers` counts the images for which the
    network gave no numbers: they count as wrong, and in `calibration` and `mistakes` not at all. Without images there
    is no `accuracy`, and no `interval`.
    """

    accuracy: float
    interval: IntervalRecord
    calibration: CalibrationRecord
    confused: list[ConfusedRecord]
    mistakes: list[MistakeRecord]
    no_numbers: int


class ValueRecord(TypedDict):
    """How one number fares, in its own unit.

    An image's error is the predicted number less the true one; `bias` is the mean error. Null where a prediction is no
    number.
    """

    name: str
    mean_absolute_error: float | None
    root_mean_squared_error: float | None
    bias: float | None


class ClassesRecord(ClassFigures):
    """An output that names one of several classes.

    `confusion` has a row for each true class and a column for each predicted one, both in label order.
    """

    kind: Literal["class"]
    classes: list[ClassRecord]
    confusion: list[list[int]]


class LabelsRecord(TypedDict):
    """An output that says of each of several classes whether an image has it."""

    kind: Literal["multi_label"]
    labels: list[ClassRecord]


class NumbersRecord(TypedDict):
    """An output that gives numbers."""

    kind: Literal["number"]
    values: list[ValueRecord]


OutputRecord = ClassesRecord | LabelsRecord | NumbersRecord


class ShiftsRecord(TypedDict):
    """The accuracy over images that were moved.

    `accuracy` has a row for each number of `pixels` down, and in it a value for each number of `pixels` to the right;
    `images` says how many images were moved. What a move uncovered was filled with the edge's pixels. Where the network
    has several outputs, `output` is the one that was judged.
    """

    pixels: list[int]
    images: int
    accuracy: list[list[float]]
    output: NotRequired[str]


class JudgedDataRecord(TypedDict):
    """Other data than the run's own, on which it was judged.

    `source` is what the user called it; `fingerprint` is SHA-256 over its images and their labels. The document's
    `split` and `images` are then the data's, and the split of data that has one only is called `all`.
    """

    source: str
    fingerprint: str


class EvaluationDocument(ClassFigures):
    """What ``netspec evaluate --format json`` prints, and ``evaluation.json`` holds.

    A network whose one output names a class has `classes` and `confusion`, which has a row for each true class and a
    column for each predicted one, both in label order, and what else is told of such an output. Any other has
    `outputs`, by the outputs' keys. `data` is there where other data than the run's own was judged.
    """

    split: str
    images: int
    checkpoint: str
    metrics: dict[str, float | None]
    classes: NotRequired[list[ClassRecord]]
    confusion: NotRequired[list[list[int]]]
    outputs: NotRequired[dict[str, OutputRecord]]
    shifts: NotRequired[ShiftsRecord]
    data: NotRequired[JudgedDataRecord]


def evaluation_json(document: EvaluationDocument) -> str:
    """The document as text."""
    return json_text(document)
