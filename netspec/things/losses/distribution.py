"""Losses that compare whole vectors of values."""

from typing import Annotated, ClassVar

from netspec.fields import Nullable, optional
from netspec.things.base import Labels, Loss
from netspec.things.fields import AXES, Axis, NotNegative

MaybeAxes = Annotated[int | tuple[int, ...] | None, Nullable(AXES)]


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
