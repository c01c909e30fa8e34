"""Learning rates that change from step to step; a step is one batch.

Source: keras/src/optimizers/schedules/learning_rate_schedule.py.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from netspec.diagnostics import Code
from netspec.fields import Flag, ListOf, Nullable, Problem, Real, Thing, Whole, optional, required
from netspec.things.fields import Count, NotNegative, Positive, Share


class ExponentialDecay(Thing):
    """Multiplied by `decay_rate` every `decay_steps` steps."""

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    decay_steps: Count = required("In how many steps the rate is multiplied by decay_rate once.")
    decay_rate: Positive = required("What the rate is multiplied by; below 1 it falls.")
    staircase: Annotated[bool, Flag()] = optional(
        description="Whether the rate falls in stairs and not smoothly.", default=False
    )


class InverseTimeDecay(Thing):
    """Divided by 1 + `decay_rate` x step / `decay_steps`."""

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    decay_steps: Count = required("In how many steps the divisor grows by decay_rate.")
    decay_rate: NotNegative = required("How much the divisor grows.")
    staircase: Annotated[bool, Flag()] = optional(
        description="Whether the rate falls in stairs and not smoothly.", default=False
    )


class PolynomialDecay(Thing):
    """Falls to `end_learning_rate` along a polynomial; with `power` 1, along a line."""

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    decay_steps: Count = required("In how many steps the end is reached.")
    end_learning_rate: NotNegative = optional(0.0001, "The learning rate at the end.")
    power: NotNegative = optional(1.0, "The polynomial's power.")
    cycle: Annotated[bool, Flag()] = optional(
        description="Whether the decay starts over, stretched, when the end is reached.",
        default=False,
    )


class CosineDecay(Thing):
    """Falls along half a cosine, after a linear warm-up if wanted (Loshchilov & Hutter, 2016)."""

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    decay_steps: Count = required("In how many steps, after the warm-up, the end is reached.")
    alpha: Share = optional(0.0, "The rate at the end, as a share of the highest.")
    warmup_target: Annotated[float | None, Nullable(Real(minimum=0))] = optional(
        None, "The rate the warm-up rises to; null: no warm-up."
    )
    warmup_steps: Annotated[int, Whole(0)] = optional(0, "How many steps the warm-up takes.")

    def contradictions(self) -> Iterator[Problem]:
        """A warm-up has a target and a length; Keras passes over one alone."""
        if self.warmup_target is None and self.warmup_steps:
            yield Problem(
                "warmup_steps does nothing without warmup_target",
                "give the rate to rise to: warmup_target",
                Code.CONTRADICTION,
                ("warmup_steps",),
            )
        if self.warmup_target is not None and not self.warmup_steps:
            yield Problem(
                "warmup_target without warmup_steps skips the warm-up",
                "give its length, warmup_steps, or set initial_learning_rate alone",
                Code.CONTRADICTION,
                ("warmup_target",),
            )


class CosineDecayRestarts(Thing):
    """Falls along half a cosine, again and again (Loshchilov & Hutter, 2016)."""

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    first_decay_steps: Count = required("How many steps the first fall takes.")
    t_mul: Annotated[float, Real(minimum=1)] = optional(
        2.0, "How much longer each fall is than the one before."
    )
    m_mul: NotNegative = optional(1.0, "How much higher each fall starts than the one before.")
    alpha: Share = optional(0.0, "The lowest rate, as a share of the initial one.")


class PiecewiseConstantDecay(Thing):
    """One rate up to the first boundary, another up to the second, and so on."""

    boundaries: Annotated[
        tuple[int, ...], ListOf(Whole(0), minimum=1, what="a list of steps, such as [1000, 2000]")
    ] = required("The last step of each rate but the last, rising.")
    values: Annotated[
        tuple[float, ...],
        ListOf(Real(minimum=0), minimum=2, what="a list of rates, such as [0.1, 0.01, 0.001]"),
    ] = required("The rates; one more than boundaries.")

    def contradictions(self) -> Iterator[Problem]:
        """Boundaries rise, and cut the rates apart."""
        if len(self.values) != len(self.boundaries) + 1:
            yield Problem(
                f"{len(self.boundaries)} boundaries part {len(self.boundaries) + 1} values, "
                f"not {len(self.values)}",
                "give one value more than boundaries",
                Code.CONTRADICTION,
                ("values",),
            )
        if any(late <= early for early, late in pairwise(self.boundaries)):
            yield Problem("boundaries must rise", "sort them", Code.CONTRADICTION, ("boundaries",))
