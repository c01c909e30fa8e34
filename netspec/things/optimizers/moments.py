"""Adam and those that follow it: optimizers over the gradient's running moments."""

from typing import Annotated, ClassVar

from netspec.fields import Flag, Real, Whole, optional
from netspec.things.base import LearningRate, Optimizer
from netspec.things.fields import Decay, NotNegative


class _Moments(Optimizer):
    """Running means of the gradients and of their squares."""

    slots: ClassVar[int] = 2

    beta_1: Decay = optional(0.9, "How much of the mean of gradients each step keeps.")
    beta_2: Decay = optional(0.999, "How much of the mean of squared gradients each step keeps.")
    epsilon: NotNegative = optional(1e-7, "Added to the divisor, against division by zero.")


class Adam(_Moments):
    """Steps from running means of the gradients and their squares (Kingma & Ba, 2014)."""

    slot_fields: ClassVar[tuple[str, ...]] = ("amsgrad",)

    amsgrad: Annotated[bool, Flag()] = optional(
        description="Whether the divisor never falls (Reddi et al., 2018).", default=False
    )


class AdamW(Adam):
    """Adam with weight decay apart from the gradients (Loshchilov & Hutter, 2019)."""

    weight_decay: NotNegative = optional(
        0.004, "The share of every weight, times the learning rate, that each step takes off."
    )


class Adamax(_Moments):
    """Adam with the largest gradient in place of the mean square (Kingma & Ba, 2014)."""


class Nadam(_Moments):
    """Adam with Nesterov momentum (Dozat, 2015)."""


class Lamb(_Moments):
    """Adam with a step for each layer, for large batches (You et al., 2019)."""


class ScheduleFreeAdamW(_Moments):
    """AdamW that averages its steps and needs no schedule (Defazio et al., 2024)."""

    learning_rate: LearningRate = optional(
        0.0025, "How large the steps are: a number or a schedule."
    )
    beta_1: Annotated[float, Real(above=0, below=1)] = optional(
        0.9, "Where training stands between the last step, 0, and the average, 1."
    )
    epsilon: NotNegative = optional(1e-8, "Added to the divisor, against division by zero.")
    warmup_steps: Annotated[int, Whole(0)] = optional(
        0, "In how many steps the learning rate rises from 0."
    )
