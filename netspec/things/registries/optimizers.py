"""Optimizers, and how their learning rate goes."""

from __future__ import annotations

from netspec.fields import Registry
from netspec.things.registries.refusing import ABSTRACT

SCHEDULES = Registry(
    noun="learning-rate schedule",
    families={
        "netspec.things.schedules": (
            "CosineDecay",
            "CosineDecayRestarts",
            "ExponentialDecay",
            "InverseTimeDecay",
            "PiecewiseConstantDecay",
            "PolynomialDecay",
        ),
    },
    refused={"LearningRateSchedule": ABSTRACT},
)

OPTIMIZERS = Registry(
    noun="optimizer",
    families={
        "netspec.things.optimizers.descent": (
            "RMSprop",
            "SGD",
        ),
        "netspec.things.optimizers.moments": (
            "Adam",
            "AdamW",
            "Adamax",
            "Lamb",
            "Nadam",
            "ScheduleFreeAdamW",
        ),
        "netspec.things.optimizers.others": (
            "Adadelta",
            "Adafactor",
            "Adagrad",
            "Ftrl",
            "Lion",
            "Muon",
        ),
    },
    strings={
        "adadelta": "Adadelta",
        "adafactor": "Adafactor",
        "adagrad": "Adagrad",
        "adam": "Adam",
        "adamax": "Adamax",
        "adamw": "AdamW",
        "ftrl": "Ftrl",
        "lion": "Lion",
        "muon": "Muon",
        "nadam": "Nadam",
        "rmsprop": "RMSprop",
        "schedulefreeadamw": "ScheduleFreeAdamW",
        "sgd": "SGD",
    },
    refused={
        "LossScaleOptimizer": "half precision wraps the optimizer in it; "
        "a fixed factor is the field loss_scale_factor",
        "MultiOptimizer": "it takes optimizers for single variables; a spec names one for all",
        "Optimizer": ABSTRACT,
        "OptimizerMap": "it takes optimizers for single variables; a spec names one for all",
    },
)
