"""Losses over classes' probabilities."""

from typing import Annotated, ClassVar

from netspec.fields import Flag, ListOf, Nullable, OneOf, Real, Whole, optional
from netspec.things.base import Labels, Loss
from netspec.things.fields import Axis, NotNegative, Share

FromLogits = Annotated[bool, Flag()]
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
