"""A shift test that a run keeps already, of the same judgement as a new one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from netspec.runs.listed.untrusted import content, mapping, number, whole

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.evaluation import EvaluationDocument, ShiftsRecord

# A matrix of a thousand classes takes 20 MB.
_LARGEST = 2**26
_WIDEST = 1_001
# What two judgements of the same images by the same weights have in common.
_SAME = ("split", "images", "checkpoint", "metrics", "confusion")
GONE = "the shift test that was kept before is of another judgement, and goes; make it anew with --shifts"


def with_kept_shifts(
    document: EvaluationDocument, file: Path
) -> tuple[EvaluationDocument, str | None]:
    """A document with the shift test that the one before it has, where both are of the same judgement.

    That is so where they name the same split, checkpoint and data, and their metrics and confusion matrices are equal.

    Args:
        document: The new evaluation.
        file: Where the one before it is kept, if there is one.

    Returns:
        The document, and what to tell where a shift test is lost.
    """
    if "shifts" in document:
        return document, None
    try:
        kept = mapping(json.loads(content(file, largest=_LARGEST)))
    except (OSError, ValueError, RecursionError):
        return document, None
    if "shifts" not in kept:
        return document, None
    shifts = _shifts(kept["shifts"])
    if shifts is None or not _is_same(kept, document):
        return document, GONE
    return {**document, "shifts": shifts}, None


def _is_same(kept: dict[str, object], document: EvaluationDocument) -> bool:
    made: dict[str, Any] = dict(document)
    if any(kept.get(key) != made.get(key) for key in _SAME):
        return False
    before, now = (mapping(each.get("data")).get("fingerprint") for each in (kept, made))
    return before == now and _matrices(kept) == _matrices(made)


def _matrices(document: dict[str, Any]) -> dict[str, object]:
    """The confusion matrices of several outputs."""
    outputs = mapping(document.get("outputs"))
    return {key: mapping(each).get("confusion") for key, each in outputs.items()}


def _shifts(value: object) -> ShiftsRecord | None:
    """A shift test that is whole, else None."""
    kept: dict[str, Any] = mapping(value)
    pixels, rows, images = kept.get("pixels"), kept.get("accuracy"), whole(kept.get("images"))
    if not (isinstance(pixels, list) and isinstance(rows, list)) or images is None:
        return None
    if not all(type(each) is int for each in pixels) or 0 not in pixels or len(pixels) > _WIDEST:
        return None
    if len(rows) != len(pixels) or any(
        not isinstance(row, list) or len(row) != len(pixels) or None in map(number, row)
        for row in rows
    ):
        return None
    record: ShiftsRecord = {"pixels": pixels, "images": images, "accuracy": rows}
    if isinstance(kept.get("output"), str):
        record["output"] = kept["output"]
    return record
