"""Where netspec refuses what Keras takes, one module a family; ``docs/parity.md`` says why.

Each module has ``DIFFERENCES``, and ``TAKEN_BY_KERAS``: values outside netspec's bounds that Keras takes, each with the
title of its case.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.layers.differences.base import Difference  # noqa: TC001

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
