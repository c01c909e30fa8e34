"""Things as Keras objects: optimizers, losses, metrics, initializers and so on."""

from __future__ import annotations

from typing import Any

import keras

from netspec.fields import Thing
from netspec.lowering.classes import class_of
from netspec.things.base import Loss, Metric, Optimizer
from netspec.things.registries import INITIALIZERS
from netspec.wording import snake_case

_NAMESPACES = {
    "constraints": keras.constraints,
    "initializers": keras.initializers,
    "optimizers": keras.optimizers,
    "regularizers": keras.regularizers,
    "schedules": keras.optimizers.schedules,
}


def to_keras(thing: Thing, *, seed: int | None = None) -> Any:
    """The Keras object of a thing, with everything in it.

    Names that Keras would number by what the process has built before are given, so that two runs
    agree.

    Args:
        thing: The thing.
        seed: What an initializer without a seed of its own is seeded with.
    """
    kind = type(thing)
    arguments = {name: _value(getattr(thing, name)) for name in kind.model_fields}
    if isinstance(thing, Metric):
        arguments["name"] = thing.logged_as
    elif isinstance(thing, Optimizer):
        arguments["name"] = snake_case(thing.kind())
    if "seed" in arguments and arguments["seed"] is None:
        arguments["seed"] = seed
    if isinstance(thing, Loss):
        return class_of(kind, keras.losses, keras.losses.Loss)(**arguments)
    if isinstance(thing, Metric):
        return class_of(kind, keras.metrics, keras.metrics.Metric)(**arguments)
    family = kind.__module__.removeprefix("netspec.things.").partition(".")[0]
    return getattr(_NAMESPACES[family], thing.kind())(**arguments)


def optimizer(thing: Thing) -> keras.optimizers.Optimizer:
    """The optimizer, with its schedule."""
    return to_keras(thing)


def loss(thing: Thing) -> keras.losses.Loss:
    """The loss."""
    return to_keras(thing)


def metric(value: Thing | str) -> keras.metrics.Metric | str:
    """The metric; ``accuracy`` and ``acc`` stay, for Keras resolves them by shapes."""
    return value if isinstance(value, str) else to_keras(value)


def initializer(value: Thing | str, *, seed: int) -> keras.initializers.Initializer:
    """The initializer, seeded; its own seed wins.

    Args:
        value: The thing, or the string name that a field has as its default.
        seed: The seed of this weight's draw.
    """
    thing = INITIALIZERS.find(value)() if isinstance(value, str) else value
    return to_keras(thing, seed=seed)


def regularizer(thing: Thing | None) -> keras.regularizers.Regularizer | None:
    """The regularizer, if there is one."""
    return None if thing is None else to_keras(thing)


def constraint(thing: Thing | None) -> keras.constraints.Constraint | None:
    """The constraint, if there is one."""
    return None if thing is None else to_keras(thing)


def _value(value: object) -> Any:
    if isinstance(value, Thing):
        return to_keras(value)
    return [_value(item) for item in value] if isinstance(value, tuple) else value
