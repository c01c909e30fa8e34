"""What training makes small, and which labels each loss compares the output with.

Every loss says in ``labels`` how classes must be written for it:

- ``integer``: a class index per image; the output has as many units as there are classes.
- ``one_hot``: a vector with one 1 per image; the output has as many units as there are classes.
- ``binary``: 0 or 1 per image for one unit and two classes; a one-hot or multi-hot vector for
  several units.
- ``numbers``: what the output should come near, in the output's shape. Classes are written as for
  ``binary``; unlike there, the output may have any range.

Source: keras/src/losses/losses.py.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from netspec.fields import Flag, ListOf, Nullable, OneOf, Real, Whole, optional
from netspec.things.base import Labels, Loss
from netspec.things.fields import AXES, Axis, NotNegative, Positive, Share

FromLogits = Annotated[bool, Flag()]
MaybeAxes = Annotated[int | tuple[int, ...] | None, Nullable(AXES)]
_FROM_LOGITS = "Whether the output is logits, which have gone through no softmax or sigmoid."
_SMOOTHING = "How far labels are drawn from 0 and 1 towards the middle."
_AXIS = "The axis of the classes."


class SparseCategoricalCrossentropy(Loss):
    """How unlikely the right class is, for labels that are class indices."""

    labels: ClassVar[Labels] = "integer"

    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    ignore_class: Annotated[int | None, Nullable(Whole())] = optional(
        None, "A class whose images do not count."
    )
    axis: Axis = optional(-1, _AXIS)


class CategoricalGeneralizedCrossEntropy(Loss):
    """Crossentropy that withstands wrong labels, for class indices (Zhang & Sabuncu, 2018)."""

    labels: ClassVar[Labels] = "integer"

    q: Annotated[float, Real(above=0, below=1)] = optional(
        0.5, "Near 0 it is crossentropy, near 1 the absolute error, which withstands most."
    )


class CategoricalCrossentropy(Loss):
    """How unlikely the right class is, for one-hot labels."""

    labels: ClassVar[Labels] = "one_hot"

    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    label_smoothing: Share = optional(0.0, _SMOOTHING)
    axis: Axis = optional(-1, _AXIS)


class CategoricalFocalCrossentropy(Loss):
    """Categorical crossentropy in which easy images count less (Lin et al., 2018)."""

    labels: ClassVar[Labels] = "one_hot"

    alpha: Annotated[
        float | tuple[float, ...],
        OneOf(
            Real(minimum=0, maximum=1),
            ListOf(Real(minimum=0, maximum=1), minimum=1, what="a list of numbers, one a class"),
        ),
    ] = optional(0.25, "How much each class counts: one number, or one a class.")
    gamma: NotNegative = optional(2.0, "How much less easy images count.")
    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    label_smoothing: Share = optional(0.0, _SMOOTHING)
    axis: Axis = optional(-1, _AXIS)


class BinaryCrossentropy(Loss):
    """How unlikely each right answer is, every unit being a yes or no of its own."""

    labels: ClassVar[Labels] = "binary"

    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    label_smoothing: Share = optional(0.0, _SMOOTHING)
    axis: Axis = optional(-1, "The axis the mean is taken over.")


class BinaryFocalCrossentropy(Loss):
    """Binary crossentropy in which easy images count less (Lin et al., 2018)."""

    labels: ClassVar[Labels] = "binary"

    apply_class_balancing: Annotated[bool, Flag()] = optional(
        description="Whether alpha weighs the two answers.", default=False
    )
    alpha: Share = optional(0.25, "How much a 1 counts; a 0 counts the rest.")
    gamma: NotNegative = optional(2.0, "How much less easy images count.")
    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    label_smoothing: Share = optional(0.0, _SMOOTHING)
    axis: Axis = optional(-1, "The axis the mean is taken over.")


class Hinge(Loss):
    """How far outputs are from 1 on the right side of zero; 0 and 1 are read as -1 and 1."""

    labels: ClassVar[Labels] = "binary"


class SquaredHinge(Loss):
    """The square of the hinge loss; 0 and 1 are read as -1 and 1."""

    labels: ClassVar[Labels] = "binary"


class CategoricalHinge(Loss):
    """How far the right class is from leading the best wrong one by 1."""

    labels: ClassVar[Labels] = "one_hot"


class KLDivergence(Loss):
    """How much the output's distribution differs from the labels' (Kullback & Leibler)."""

    labels: ClassVar[Labels] = "one_hot"


class CosineSimilarity(Loss):
    """Minus the cosine between output and label: -1 where they point the same way."""

    labels: ClassVar[Labels] = "one_hot"

    axis: Axis = optional(-1, "The axis of the vectors.")


class Dice(Loss):
    """One minus the share of overlap between output and label."""

    labels: ClassVar[Labels] = "one_hot"

    axis: MaybeAxes = optional(None, "The axes summed over; null: all, the batch too.")


class Tversky(Loss):
    """Dice with weights for what is seen wrongly and what is missed (Salehi et al., 2017)."""

    labels: ClassVar[Labels] = "one_hot"

    alpha: NotNegative = optional(0.5, "How much what is seen wrongly counts.")
    beta: NotNegative = optional(0.5, "How much what is missed counts.")
    axis: MaybeAxes = optional(None, "The axes summed over; null: all, the batch too.")


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
