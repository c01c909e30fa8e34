"""Gradient descent and RMSprop."""

from typing import Annotated, ClassVar

from netspec.fields import Flag, optional
from netspec.things.base import LearningRate, Optimizer
from netspec.things.fields import Decay, NotNegative, Share


class SGD(Optimizer):
    """Gradient descent, with momentum if asked for."""

    slot_fields: ClassVar[tuple[str, ...]] = ("momentum",)

    learning_rate: LearningRate = optional(0.01, "How large the steps are: a number or a schedule.")
    momentum: Share = optional(0.0, "How much of the last step goes into the next.")
    nesterov: Annotated[bool, Flag()] = optional(
        description="Whether the gradient is taken where the momentum leads (Nesterov).",
        default=False,
    )


class RMSprop(Optimizer):
    """Steps divided by the root of the mean squared gradient (Hinton, 2012)."""

    slots: ClassVar[int] = 1
    slot_fields: ClassVar[tuple[str, ...]] = ("momentum", "centered")

    rho: Decay = optional(0.9, "How much of the mean of squares each step keeps.")
    momentum: Decay = optional(0.0, "How much of the last step goes into the next.")
    epsilon: NotNegative = optional(1e-7, "Added to the divisor, against division by zero.")
    centered: Annotated[bool, Flag()] = optional(
        description="Whether the gradients' variance takes the place of their mean square.",
        default=False,
    )
