"""Augmentation mirrors digits, or turns them so far that they become others.

An augmentation may change an image only in ways that leave its label right. A mirrored 2 or 7 is no digit, a 6 upside
down is a 9, and of a 6 that was turned by 90 degrees to the left and a 9 turned to the right nobody can say which is
which. The network then learns from wrong labels, or from images that it will never see. Digits bear small shifts,
turns of some degrees and some zoom.

Failing:

    netspec: 1
    data: {source: mnist}
    augmentation: [{RandomFlip: {mode: horizontal}}]  # NS623
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: mnist}
    augmentation:
      - RandomRotation: {factor: 10/360}
      - RandomTranslation: {height_factor: 0.1, width_factor: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from netspec.checks.images.augmentations import ends, place_of
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document
    from netspec.things.augmentations.geometry import RandomFlip, RandomRotation

CODE = Code.TURNED_DIGITS

DIGITS = {"mnist": "MNIST"}
_QUARTER = 0.25  # of a full turn


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - every rule's form
    """Looks at what mirrors and turns."""
    data = document.data
    if data is None or not isinstance(data.source, str) or data.source not in DIGITS:
        return
    digits = f"the digits of {DIGITS[data.source]}"
    for index, thing in enumerate(document.augmentation or ()):
        kind = thing.kind()
        if kind == "RandomFlip":
            mode = cast("RandomFlip", thing).mode
            what = "turns {} upside down, and a 6 becomes a 9"
            if mode == "horizontal":
                what = "mirrors {}, and a mirrored 2 is none"
            yield Finding(
                CODE,
                f"RandomFlip {what.format(digits)}",
                place_of(document, index, thing, "mode"),
                "take it out: digits bear small shifts and turns, such as `- RandomRotation: {factor: 10/360}`",
            )
        elif kind == "RandomRotation":
            low, high = ends(cast("RandomRotation", thing).factor, signed=True)
            farthest = max(-low, high)
            if farthest >= _QUARTER:
                yield Finding(
                    CODE,
                    f"RandomRotation turns {digits} by up to {farthest * 360:.0f} degrees, and a 6 is taken for a 9",
                    place_of(document, index, thing, "factor"),
                    "factor is a share of a full turn: write 10/360 for 10 degrees",
                )
