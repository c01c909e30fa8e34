"""The closed tables of names: which module defines which thing, and what is refused and why.

This module names things and imports none of them, so that reading a spec loads only what it uses.
"""

from __future__ import annotations

from netspec.fields import Registry

INITIALIZERS = Registry(
    noun="initializer",
    families={
        "netspec.things.initializers": (
            "Constant",
            "GlorotNormal",
            "GlorotUniform",
            "HeNormal",
            "HeUniform",
            "Identity",
            "LecunNormal",
            "LecunUniform",
            "Ones",
            "Orthogonal",
            "RandomNormal",
            "RandomUniform",
            "TruncatedNormal",
            "VarianceScaling",
            "Zeros",
        ),
    },
)
REGULARIZERS = Registry(noun="regularizer", families={})
CONSTRAINTS = Registry(noun="constraint", families={})
SCHEDULES = Registry(noun="learning-rate schedule", families={})
OPTIMIZERS = Registry(noun="optimizer", families={})
LOSSES = Registry(noun="loss", families={})
METRICS = Registry(noun="metric", families={})
