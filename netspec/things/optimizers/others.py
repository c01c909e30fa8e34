"""Optimizers of other families."""

from typing import Annotated, ClassVar

from netspec.fields import Flag, ListOf, Nullable, Real, Text, Whole, optional
from netspec.things.base import Optimizer
from netspec.things.fields import Decay, NotNegative, Number, Positive, Share

_LAYER = Text("the name of a layer, such as head", r"^[a-z][a-z0-9_.-]*$")


class Lion(Optimizer):
    """Steps of one size in the direction of the sign (Chen et al., 2023)."""

    slots: ClassVar[int] = 1

    beta_1: Annotated[float, Real(above=0, maximum=1)] = optional(
        0.9, "How much of the mean of gradients goes into a step."
    )
    beta_2: Share = optional(0.99, "How much of the mean of gradients each step keeps.")


class Adadelta(Optimizer):
    """Steps from a moving window of gradients and steps (Zeiler, 2012); the paper's rate is 1."""

    slots: ClassVar[int] = 2

    rho: Decay = optional(0.95, "How much of the means each step keeps.")
    epsilon: NotNegative = optional(1e-7, "Added to the divisor, against division by zero.")


class Adagrad(Optimizer):
    """Smaller steps for weights that have moved much (Duchi et al., 2011)."""

    slots: ClassVar[int] = 1

    initial_accumulator_value: NotNegative = optional(
        0.1, "Where the sum of squared gradients starts."
    )
    epsilon: NotNegative = optional(1e-7, "Added to the divisor, against division by zero.")


class Adafactor(Optimizer):
    """Adam with the squares kept by row and column, to save memory (Shazeer & Stern, 2018)."""

    slots: ClassVar[int] = 1

    beta_2_decay: Annotated[float, Real(maximum=0)] = optional(
        -0.8, "The power of the step number by which older squares are forgotten."
    )
    epsilon_1: NotNegative = optional(1e-30, "Added to squared gradients.")
    epsilon_2: NotNegative = optional(0.001, "The least size of a weight that scales its step.")
    clip_threshold: Positive = optional(1.0, "The largest root mean square of a step.")
    relative_step: Annotated[bool, Flag()] = optional(
        description="Whether a constant learning rate falls with the root of the steps.",
        default=True,
    )


class Ftrl(Optimizer):
    """Follow the regularized leader, for wide and sparse inputs (McMahan et al., 2013)."""

    slots: ClassVar[int] = 2

    learning_rate_power: Annotated[float, Real(maximum=0)] = optional(
        -0.5, "The power by which the learning rate falls; 0 keeps it."
    )
    initial_accumulator_value: NotNegative = optional(
        0.1, "Where the sum of squared gradients starts."
    )
    l1_regularization_strength: NotNegative = optional(
        0.0, "How strongly weights are drawn to zero."
    )
    l2_regularization_strength: NotNegative = optional(0.0, "How strongly weights are kept small.")
    l2_shrinkage_regularization_strength: NotNegative = optional(
        0.0, "How strongly the weights in use are kept small."
    )
    beta: Number = optional(0.0, "The paper's beta, added to the divisor.")


class Muon(Optimizer):
    """Orthogonal steps for Dense kernels, AdamW for all else (Jordan, 2024; Liu et al., 2025)."""

    slots: ClassVar[int] = 1

    weight_decay: Annotated[float | None, Nullable(Real(minimum=0))] = optional(
        0.004, "The share of every weight, times the learning rate, that each step takes off."
    )
    adam_beta_1: Decay = optional(0.9, "AdamW's beta_1.")
    adam_beta_2: Decay = optional(0.999, "AdamW's beta_2.")
    adam_weight_decay: Annotated[float | None, Nullable(Real(minimum=0))] = optional(
        0.004, "AdamW's weight_decay."
    )
    epsilon: NotNegative = optional(1e-7, "AdamW's epsilon.")
    exclude_layers: Annotated[
        tuple[str, ...] | None,
        Nullable(ListOf(_LAYER, what="a list of layer names, such as [head]")),
    ] = optional(None, "The layers that AdamW trains, such as the output.")
    exclude_embeddings: Annotated[bool, Flag()] = optional(
        description="Whether AdamW trains the embeddings.", default=True
    )
    muon_a: Number = optional(3.4445, "The iteration's first coefficient.")
    muon_b: Number = optional(-4.775, "The iteration's second coefficient.")
    muon_c: Number = optional(2.0315, "The iteration's third coefficient.")
    adam_lr_ratio: NotNegative = optional(1.0, "AdamW's learning rate, as a multiple of Muon's.")
    momentum: Decay = optional(0.95, "How much of the last step goes into the next.")
    ns_steps: Annotated[int, Whole(1)] = optional(5, "How many Newton-Schulz iterations run.")
    nesterov: Annotated[bool, Flag()] = optional(
        description="Whether the momentum is Nesterov's.", default=True
    )
    rms_rate: Annotated[float | None, Nullable(Real(above=0))] = optional(
        0.2, "The root mean square steps are scaled to, so that Adam's rates fit; null: none."
    )
