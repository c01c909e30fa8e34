"""What layers do with their weights: begin them, penalize them, hold them."""

from __future__ import annotations

from netspec.fields import Registry
from netspec.things.registries.refusing import ABSTRACT

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
    strings={
        "IdentityInitializer": "Identity",
        "OrthogonalInitializer": "Orthogonal",
        "glorot_normal": "GlorotNormal",
        "glorot_uniform": "GlorotUniform",
        "he_normal": "HeNormal",
        "he_uniform": "HeUniform",
        "identity": "Identity",
        "lecun_normal": "LecunNormal",
        "lecun_uniform": "LecunUniform",
        "normal": "RandomNormal",
        "one": "Ones",
        "ones": "Ones",
        "orthogonal": "Orthogonal",
        "random_normal": "RandomNormal",
        "random_uniform": "RandomUniform",
        "truncated_normal": "TruncatedNormal",
        "uniform": "RandomUniform",
        "variance_scaling": "VarianceScaling",
        "zero": "Zeros",
        "zeros": "Zeros",
    },
    refused={
        "Initializer": ABSTRACT,
        "STFT": "it makes the kernel of an audio transform, and no image layer takes its shape",
    },
)

REGULARIZERS = Registry(
    noun="regularizer",
    families={
        "netspec.things.regularizers": ("L1", "L1L2", "L2", "OrthogonalRegularizer"),
    },
    strings={
        "l1": "L1",
        "l1l2": "L1L2",
        "l2": "L2",
        "orthogonal_regularizer": "OrthogonalRegularizer",
    },
    refused={"Regularizer": ABSTRACT},
)

CONSTRAINTS = Registry(
    noun="constraint",
    families={
        "netspec.things.constraints": ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"),
    },
    strings={
        "max_norm": "MaxNorm",
        "min_max_norm": "MinMaxNorm",
        "non_neg": "NonNeg",
        "unit_norm": "UnitNorm",
    },
    refused={"Constraint": ABSTRACT},
)
