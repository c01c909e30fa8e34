"""Predictions as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    return json.dumps(list(records), indent=2, ensure_ascii=False, allow_nan=False)


def prediction_text(record: PredictionRecord, *, bars: bool) -> Text:
    """An image's name, and below it a line for each class.

    Args:
        record: The image and its classes.
        bars: Whether a bar shows each probability.
    """
    text = Text(f"{printable(record['image'])}\n", style="bold")
    labels = [_cut(printable(part["label"])) for part in record["predictions"]]
    width = max(map(len, labels), default=0)
    for label, part in zip(labels, record["predictions"], strict=True):
        share = part["probability"]
        text.append(f"  {label:<{width}}  {share:8.2%}", style="not bold")
        if bars and round(share * _BAR):
            text.append(f"  {'█' * round(share * _BAR)}", style="not bold green")
        text.append("\n")
    return text


def _cut(label: str) -> str:
    return label if len(label) <= _WIDEST_LABEL else f"{label[: _WIDEST_LABEL - 1]}…"
