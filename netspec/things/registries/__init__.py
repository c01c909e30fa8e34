"""The closed tables of names: which module defines which thing, and what is refused and why.

They name things and import none of them, so that reading a spec loads only what it uses.
"""

from netspec.things.registries.callbacks import CALLBACKS
from netspec.things.registries.data import AUGMENTATIONS, SOURCES
from netspec.things.registries.losses import LOSSES
from netspec.things.registries.metrics import METRICS
from netspec.things.registries.optimizers import OPTIMIZERS, SCHEDULES
from netspec.things.registries.weights import CONSTRAINTS, INITIALIZERS, REGULARIZERS

__all__ = [
    "AUGMENTATIONS",
    "CALLBACKS",
    "CONSTRAINTS",
    "INITIALIZERS",
    "LOSSES",
    "METRICS",
    "OPTIMIZERS",
    "REGULARIZERS",
    "SCHEDULES",
    "SOURCES",
]
