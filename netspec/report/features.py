"""What a file of features holds, and how a spec learns from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def features_text(
    path: str,
    arrays: Mapping[str, tuple[int, ...]],
    *,
    features: Sequence[str],
    labels: Sequence[str],
    classes: Sequence[str],
) -> str:
    """Lines for people.

    Args:
        path: The file.
        arrays: The arrays' shapes by their names.
        features: What the features' arrays are called, their split left out.
        labels: The same of the labels.
        classes: The names of the classes, where an image has one class.
    """
    lines = [f"{printable(name)}  {shape}" for name, shape in arrays.items()]
    own = features[0]
    shape = next(shape for name, shape in arrays.items() if name.startswith(f"{own}_"))
    images = "" if own == "x" else f", images: {own}"
    named = "".join(f"{name}: {{array: {name}}}, " for name in labels).removesuffix(", ")
    source = f"path: {json.dumps(path, ensure_ascii=False)}, holds: features{images}"
    source += "" if labels == ("y",) else f", labels: {{{named}}}"
    said = json.dumps(list(classes), ensure_ascii=False)
    lines += [
        "",
        "A spec learns from it, its path relative to the spec, with:",
        "  data:",
        f"    source: {{Arrays: {{{source}}}}}",
        *([f"    classes: {printable(said)}"] if classes else []),
        f"  model: {{input: {list(shape[1:])}, ...}}",
        "",
        printable(path),
    ]
    return "\n".join(lines)
