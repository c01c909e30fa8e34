"""What a look at data gave, as it is printed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netspec.report.findings import finding_record

if TYPE_CHECKING:
    from netspec.inspection.amounts import LabelCounts, Pixels, Sizes, Weights
    from netspec.inspection.check import Inspection
    from netspec.report.data_check import (
        DataCheckDocument,
        ImageFindingRecord,
        LabelRecord,
        PixelsRecord,
        SizesRecord,
        WeightsRecord,
    )

_DIGITS = 4


def document_of(inspection: Inspection) -> DataCheckDocument:
    """What ``netspec data check --format json`` prints."""
    findings: list[ImageFindingRecord] = [
        {**finding_record(finding), "images": list(finding.images)}
        for finding in inspection.findings
    ]
    return {
        "data": inspection.title,
        "splits": inspection.splits,
        "unused": inspection.unused,
        "labels": [_label(label) for label in inspection.labels],
        "weights": _weights(inspection.weights),
        "sizes": _sizes(inspection.sizes),
        "formats": inspection.formats,
        "modes": inspection.modes,
        "bytes": inspection.bytes,
        "pixels": _pixels(inspection.pixels),
        "seconds": round(inspection.seconds, 3),
        "findings": findings,
    }


def _label(label: LabelCounts) -> LabelRecord:
    names = label.names
    return {
        "name": label.name,
        "kind": label.kind,
        "classes": [
            {"label": name, "images": {split: counts[at] for split, counts in label.images.items()}}
            for at, name in enumerate(names)
            if label.images
        ],
        "none": label.none,
        "numbers": [
            {"name": names[at] if names else str(at), "minimum": low, "mean": mean, "maximum": high}
            for at, (low, mean, high) in enumerate(label.ranges)
        ],
    }


def _weights(weights: Weights | None) -> WeightsRecord | None:
    if weights is None:
        return None
    return {"smallest": weights.smallest, "largest": weights.largest, "zero": weights.zero}


def _sizes(sizes: Sizes | None) -> SizesRecord | None:
    if sizes is None:
        return None
    common, images = sizes.common
    return {
        "smallest": list(sizes.smallest),
        "median": list(sizes.median),
        "largest": list(sizes.largest),
        "common": list(common),
        "images": images,
        "different": sizes.different,
    }


def _pixels(pixels: Pixels | None) -> PixelsRecord | None:
    if pixels is None:
        return None
    return {
        "size": list(pixels.size),
        "images": pixels.images,
        "mean": [round(value, _DIGITS) for value in pixels.mean],
        "deviation": [round(math.sqrt(value), _DIGITS) for value in pixels.variance],
        "variance": [round(value, _DIGITS) for value in pixels.variance],
        "normalization": pixels.layer,
    }
