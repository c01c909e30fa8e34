"""How far numbers are from the labels."""

from typing import Annotated, ClassVar

from netspec.fields import (
    Choice,
    Nullable,
    Whole,
    optional,
)
from netspec.things.base import Labels, Metric
from netspec.things.fields import Axis


class MeanSquaredError(Metric):
    """The mean of the squared differences."""

    labels: ClassVar[Labels] = "numbers"


class RootMeanSquaredError(Metric):
    """The root of the mean of the squared differences."""

    labels: ClassVar[Labels] = "numbers"


class MeanAbsoluteError(Metric):
    """The mean of the absolute differences."""

    labels: ClassVar[Labels] = "numbers"


class MeanAbsolutePercentageError(Metric):
    """The mean of the differences in per cent of the label; huge where a label is 0."""

    labels: ClassVar[Labels] = "numbers"


class MeanSquaredLogarithmicError(Metric):
    """The mean of the squared differences of log(1 + value)."""

    labels: ClassVar[Labels] = "numbers"


class LogCoshError(Metric):
    """The logarithm of the differences' hyperbolic cosine."""

    labels: ClassVar[Labels] = "numbers"
    default_name: ClassVar[str | None] = "logcosh"


class R2Score(Metric):
    """The share of the labels' variance that the output explains."""

    labels: ClassVar[Labels] = "numbers"
    default_name: ClassVar[str | None] = "r2_score"

    class_aggregation: Annotated[
        str | None, Nullable(Choice("uniform_average", "variance_weighted_average"))
    ] = optional("uniform_average", "How the units' scores become one; null: one score a unit.")
    num_regressors: Annotated[int, Whole(0)] = optional(
        0, "How many regressors the adjusted score allows for; 0: the plain score."
    )


class PearsonCorrelation(Metric):
    """The linear correlation of output and label, over the units."""

    labels: ClassVar[Labels] = "one_hot"

    axis: Axis = optional(-1, "The axis it is taken along.")


class ConcordanceCorrelation(Metric):
    """The agreement of output and label in course, scale and level, over the units (Lin, 1989)."""

    labels: ClassVar[Labels] = "one_hot"

    axis: Axis = optional(-1, "The axis it is taken along.")
