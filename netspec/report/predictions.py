"""Predictions as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, NotRequired

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BAR = 20
_WIDEST_LABEL = 40


class LabelRecord(TypedDict):
    """A class and its probability, from 0 to 1."""

    label: str
    probability: float


class ToldLabelRecord(TypedDict):
    """One of the classes that an image may have at once: its probability, and whether the image is said to have it."""

    label: str
    probability: float
    told: bool


class NumberRecord(TypedDict):
    """A number and what it is called."""

    name: str
    value: float


class ClassAnswer(TypedDict):
    """What an output says that names one of several classes: its best ones, the likeliest first."""

    kind: Literal["class"]
    predictions: list[LabelRecord]


class LabelsAnswer(TypedDict):
    """What an output says of classes that an image may have at once: each of them, in label order."""

    kind: Literal["multi_label"]
    labels: list[ToldLabelRecord]


class NumbersAnswer(TypedDict):
    """The numbers that an output gives."""

    kind: Literal["number"]
    values: list[NumberRecord]


Answer = ClassAnswer | LabelsAnswer | NumbersAnswer


class PredictionRecord(TypedDict):
    """One image and what the network says of it.

    A network whose one output names a class has `predictions`, its best classes, the likeliest first. Any other has
    `outputs`, by the outputs' keys.
    """

    image: str
    predictions: NotRequired[list[LabelRecord]]
    outputs: NotRequired[dict[str, Answer]]


def predictions_json(records: Sequence[PredictionRecord]) -> str:
    """The records as text."""
    return json_text(list(records))


def predictions_text(records: Sequence[PredictionRecord], *, bars: bool) -> Text:
    """Each image's name, and below it a line for each class or number; one line an image where there is one for each.

    Args:
        records: The images and what is said of them.
        bars: Whether a bar shows each probability, as on a terminal; long labels are cut there.
    """
    if records and all(len(_said(record)) == 1 for record in records):
        names = _padded([printable(record["image"]) for record in records])
        lines = _lines([part for record in records for part in _said(record)], bars=bars)
        return Text("\n").join(
            Text.assemble((name, "bold"), "  ", line)
            for name, line in zip(names, lines, strict=True)
        )
    return Text("\n\n").join(prediction_text(record, bars=bars) for record in records)


def prediction_text(record: PredictionRecord, *, bars: bool) -> Text:
    """An image's name, and below it a line for each class or number; an output's name stands before its first.

    Args:
        record: The image and what is said of it.
        bars: Whether a bar shows each probability, as on a terminal; long labels are cut there.
    """
    name = Text(printable(record["image"]), style="bold")
    lines = _lines(_said(record), bars=bars)
    return Text("\n").join([name, *(Text.assemble("  ", line) for line in lines)])


class _Part(NamedTuple):
    """One line of an answer: the output's name where it begins, a label, a number, and a probability's bar."""

    output: str
    label: str
    number: str
    share: float
    told: bool


def _said(record: PredictionRecord) -> list[_Part]:
    """What is said of an image, a line each."""
    if "outputs" not in record:
        return _parts({"kind": "class", "predictions": record["predictions"]})
    outputs = record["outputs"]
    if len(outputs) == 1:
        return _parts(*outputs.values())
    return [
        part._replace(output="" if number else key)
        for key, answer in outputs.items()
        for number, part in enumerate(_parts(answer))
    ]


def _parts(answer: Answer) -> list[_Part]:
    if answer["kind"] == "number":
        return [
            _Part("", each["name"], f"{each['value']:.6g}", 0.0, told=True)
            for each in answer["values"]
        ]
    if answer["kind"] == "multi_label":
        return [
            _Part(
                "",
                each["label"],
                f"{each['probability']:8.2%}  {'yes' if each['told'] else 'no ':3}",
                each["probability"],
                told=each["told"],
            )
            for each in answer["labels"]
        ]
    return [
        _Part("", each["label"], f"{each['probability']:8.2%}", each["probability"], told=True)
        for each in answer["predictions"]
    ]


def _lines(parts: Sequence[_Part], *, bars: bool) -> Iterator[Text]:
    """Outputs, labels, numbers and bars below each other."""
    outputs = _padded([printable(part.output) for part in parts])
    labels = [printable(part.label) for part in parts]
    padded = _padded([_cut(label) for label in labels] if bars else labels)
    for output, label, part in zip(outputs, padded, parts, strict=True):
        line = Text.assemble((f"{output}  " if output else "", "dim"), f"{label}  {part.number}")
        if bars and round(part.share * _BAR):
            line.append(f"  {'█' * round(part.share * _BAR)}", "green" if part.told else "dim")
        line.rstrip()
        yield line


def _padded(texts: Sequence[str]) -> list[str]:
    """The texts, each as many cells wide as the widest."""
    width = max(map(cell_len, texts), default=0)
    return [text + " " * (width - cell_len(text)) for text in texts]


def _cut(label: str) -> str:
    if cell_len(label) <= _WIDEST_LABEL:
        return label
    return f"{set_cell_size(label, _WIDEST_LABEL - 1).rstrip()}…"
