"""How far probabilities are from the labels, as the losses of the same names count it."""

from typing import Annotated, ClassVar

from netspec.fields import (
    Flag,
    Nullable,
    Whole,
    optional,
)
from netspec.things.base import Labels, Metric
from netspec.things.fields import Axis, Share

_FROM_LOGITS = "Whether the output is logits, which have gone through no softmax or sigmoid."
_SMOOTHING = "How far labels are drawn from 0 and 1 towards the middle."
_AXIS = "The axis of the classes."

FromLogits = Annotated[bool, Flag()]


class BinaryCrossentropy(Metric):
    """How unlikely each right answer is, every unit being a yes or no of its own."""

    labels: ClassVar[Labels] = "binary"

    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    label_smoothing: Share = optional(0.0, _SMOOTHING)


class CategoricalCrossentropy(Metric):
    """How unlikely the right class is, for one-hot labels."""

    labels: ClassVar[Labels] = "one_hot"

    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    label_smoothing: Share = optional(0.0, _SMOOTHING)
    axis: Axis = optional(-1, _AXIS)


class SparseCategoricalCrossentropy(Metric):
    """How unlikely the right class is, for class indices."""

    labels: ClassVar[Labels] = "integer"

    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    ignore_class: Annotated[int | None, Nullable(Whole())] = optional(
        None, "A class whose images do not count."
    )
    axis: Axis = optional(-1, _AXIS)


class KLDivergence(Metric):
    """How much the output's distribution differs from the labels' (Kullback & Leibler)."""

    labels: ClassVar[Labels] = "one_hot"


class Hinge(Metric):
    """How far outputs are from 1 on the right side of zero; 0 and 1 are read as -1 and 1."""

    labels: ClassVar[Labels] = "binary"


class SquaredHinge(Metric):
    """The square of the hinge loss; 0 and 1 are read as -1 and 1."""

    labels: ClassVar[Labels] = "binary"


class CategoricalHinge(Metric):
    """How far the right class is from leading the best wrong one by 1."""

    labels: ClassVar[Labels] = "one_hot"


class CosineSimilarity(Metric):
    """The cosine between output and label: 1 where they point the same way."""

    labels: ClassVar[Labels] = "one_hot"

    axis: Axis = optional(-1, "The axis of the vectors.")


class Poisson(Metric):
    """How unlikely counts are under Poisson distributions with the output as means."""

    labels: ClassVar[Labels] = "numbers"
