"""Losses: what training makes small."""

from __future__ import annotations

from netspec.extension import Group
from netspec.fields import Registry
from netspec.things.registries.refusing import ABSTRACT

_OF_LABELS = "which loss it is depends on the labels"
_CROSSENTROPIES = (
    "write categorical_crossentropy for one class of several, sparse_categorical_crossentropy for the "
    "same with labels that are numbers, or binary_crossentropy for yes or no"
)

LOSSES = Registry(
    noun="loss",
    group=Group.LOSSES,
    families={
        "netspec.things.losses.crossentropy": (
            "BinaryCrossentropy",
            "BinaryFocalCrossentropy",
            "CategoricalCrossentropy",
            "CategoricalFocalCrossentropy",
            "CategoricalGeneralizedCrossEntropy",
            "SparseCategoricalCrossentropy",
        ),
        "netspec.things.losses.margin": (
            "CategoricalHinge",
            "Hinge",
            "SquaredHinge",
        ),
        "netspec.things.losses.distribution": (
            "CosineSimilarity",
            "Dice",
            "KLDivergence",
            "Tversky",
        ),
        "netspec.things.losses.regression": (
            "Huber",
            "LogCosh",
            "MeanAbsoluteError",
            "MeanAbsolutePercentageError",
            "MeanSquaredError",
            "MeanSquaredLogarithmicError",
            "Poisson",
        ),
    },
    strings={
        "BCE": "BinaryCrossentropy",
        "KLD": "KLDivergence",
        "MAE": "MeanAbsoluteError",
        "MAPE": "MeanAbsolutePercentageError",
        "MSE": "MeanSquaredError",
        "MSLE": "MeanSquaredLogarithmicError",
        "bce": "BinaryCrossentropy",
        "binary_crossentropy": "BinaryCrossentropy",
        "binary_focal_crossentropy": "BinaryFocalCrossentropy",
        "categorical_crossentropy": "CategoricalCrossentropy",
        "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
        "categorical_hinge": "CategoricalHinge",
        "cosine_similarity": "CosineSimilarity",
        "dice": "Dice",
        "hinge": "Hinge",
        "huber": "Huber",
        "kl_divergence": "KLDivergence",
        "kld": "KLDivergence",
        "log_cosh": "LogCosh",
        "mae": "MeanAbsoluteError",
        "mape": "MeanAbsolutePercentageError",
        "mean_absolute_error": "MeanAbsoluteError",
        "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
        "mean_squared_error": "MeanSquaredError",
        "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
        "mse": "MeanSquaredError",
        "msle": "MeanSquaredLogarithmicError",
        "poisson": "Poisson",
        "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
        "squared_hinge": "SquaredHinge",
        "tversky": "Tversky",
    },
    refused={
        "CTC": "it compares sequences, and an image has one class",
        "Circle": "it trains embeddings to be compared, and netspec's outputs are classes",
        "Loss": ABSTRACT,
        "ce": _OF_LABELS,
        "circle": "it trains embeddings to be compared, and netspec's outputs are classes",
        "crossentropy": _OF_LABELS,
        "ctc": "it compares sequences, and an image has one class",
    },
    instead=dict.fromkeys(["ce", "crossentropy"], _CROSSENTROPIES),
    meant=dict.fromkeys(
        [
            "CrossEntropy",
            "CrossEntropyLoss",
            "Crossentropy",
            "cross_entropy",
            "cross_entropy_loss",
            "crossentropy_loss",
        ],
        _CROSSENTROPIES,
    ),
)
