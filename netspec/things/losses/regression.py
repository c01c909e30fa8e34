"""Losses over the distance between numbers."""

from typing import ClassVar

from netspec.fields import optional
from netspec.things.base import Labels, Loss
from netspec.things.fields import Positive


class MeanSquaredError(Loss):
    """The mean of the squared differences."""

    labels: ClassVar[Labels] = "numbers"


class MeanAbsoluteError(Loss):
    """The mean of the absolute differences."""

    labels: ClassVar[Labels] = "numbers"


class MeanAbsolutePercentageError(Loss):
    """The mean of the differences in per cent of the label; huge where a label is 0."""

    labels: ClassVar[Labels] = "numbers"


class MeanSquaredLogarithmicError(Loss):
    """The mean of the squared differences of log(1 + value)."""

    labels: ClassVar[Labels] = "numbers"


class Huber(Loss):
    """Squared for small differences, linear for large ones."""

    labels: ClassVar[Labels] = "numbers"

    delta: Positive = optional(1.0, "The difference at which it turns linear.")


class LogCosh(Loss):
    """The logarithm of the differences' hyperbolic cosine; much like Huber, and smooth."""

    labels: ClassVar[Labels] = "numbers"


class Poisson(Loss):
    """How unlikely counts are under Poisson distributions with the output as means."""

    labels: ClassVar[Labels] = "numbers"
