"""Predictions as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


class PredictionRecord(TypedDict):
    """One image and its best classes, the likeliest first."""

    image: str
    predictions: list[LabelRecord]


def predictions_json(records: Sequence[PredictionRecord]) -> str:
    """The records as text."""
    return json_text(list(records))


def predictions_text(records: Sequence[PredictionRecord], *, bars: bool) -> Text:
    """Each image's name with a line for each class below it; one line an image where each has one class.

    Args:
        records: The images and their classes.
        bars: Whether a bar shows each probability, as on a terminal; long labels are cut there.
    """
    if all(len(record["predictions"]) == 1 for record in records):
        names = _padded([printable(record["image"]) for record in records])
        likeliest = [record["predictions"][0] for record in records]
        lines = zip(names, _lines(likeliest, bars=bars), strict=True)
        return Text("\n").join(Text.assemble((name, "bold"), "  ", line) for name, line in lines)
    return Text("\n\n").join(prediction_text(record, bars=bars) for record in records)


def prediction_text(record: PredictionRecord, *, bars: bool) -> Text:
    """An image's name, and below it a line for each class.

    Args:
        record: The image and its classes.
        bars: Whether a bar shows each probability, as on a terminal; long labels are cut there.
    """
    name = Text(printable(record["image"]), style="bold")
    lines = _lines(record["predictions"], bars=bars)
    return Text("\n").join([name, *(Text.assemble("  ", line) for line in lines)])


def _lines(parts: Sequence[LabelRecord], *, bars: bool) -> Iterator[Text]:
    """Labels, probabilities and bars below each other."""
    labels = [printable(part["label"]) for part in parts]
    padded = _padded([_cut(label) for label in labels] if bars else labels)
    for label, part in zip(padded, parts, strict=True):
        share = part["probability"]
        line = Text(f"{label}  {share:8.2%}")
        if bars and round(share * _BAR):
            line.append(f"  {'█' * round(share * _BAR)}", style="green")
        yield line


def _padded(texts: Sequence[str]) -> list[str]:
    """The texts, each as many cells wide as the widest."""
    width = max(map(cell_len, texts), default=0)
    return [text + " " * (width - cell_len(text)) for text in texts]


def _cut(label: str) -> str:
    if cell_len(label) <= _WIDEST_LABEL:
        return label
    return f"{set_cell_size(label, _WIDEST_LABEL - 1).rstrip()}…"
