"""Where netspec refuses what Keras takes, one module a family; ``docs/parity.md`` says why.

Each module has ``DIFFERENCES``, and ``TAKEN_BY_KERAS``: values outside netspec's bounds that Keras takes, each with the
title of its case.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from netspec.layers.base import Layer
from netspec.layers.wrappers import TimeDistributed
from tests.layers.differences.base import Difference  # noqa: TC001

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.shapes import Shape

_MODULES = [
    importlib.import_module(f"{__name__}.{module.name}")
    for module in pkgutil.iter_modules(__path__)
    if module.name != "base"
]

DIFFERENCES: tuple[Difference, ...] = tuple(
    difference for module in _MODULES for difference in module.DIFFERENCES
)
TAKEN_BY_KERAS: dict[str, str] = {
    value: title for module in _MODULES for value, title in module.TAKEN_BY_KERAS.items()
}


def reasons(layer: Layer, shapes: Sequence[Shape]) -> list[str]:
    """The titles of the cases that apply to a layer, or to the layer inside it."""
    titles = [each.title for each in DIFFERENCES if each.applies(layer, shapes)]
    inside = getattr(layer, "layer", None)
    if not isinstance(inside, Layer):
        return titles
    at_a_step = isinstance(layer, TimeDistributed)
    return titles + reasons(inside, [shape[1:] if at_a_step else shape for shape in shapes])
