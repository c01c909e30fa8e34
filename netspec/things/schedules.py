"""Learning rates that change from step to step; a step is one batch, also where gradients are accumulated.

Lengths are steps, or epochs, of which `Schedule.in_steps` makes steps.

Source: keras/src/optimizers/schedules/learning_rate_schedule.py.
"""

import math
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Self

from netspec.diagnostics import Code
from netspec.fields import Flag, ListOf, Nullable, Problem, Real, Thing, optional, required
from netspec.things.fields import NotNegative, Positive, Share
from netspec.things.spans import Span, StepsOrEpochs, in_steps

# Of the logarithm; a rate that has grown so much is as good as infinite.
_MOST_GROWTH = 300.0


# A number of steps, for whatever asks how the rate goes; in a schedule that counts epochs, a `Span`.
Length = Annotated[int, StepsOrEpochs()]


class Schedule(Thing):
    """A learning rate for every step.

    What it says of steps is known once its lengths are steps.
    """

    # The fields that hold a length.
    lengths: ClassVar[tuple[str, ...]] = ("decay_steps",)

    @property
    def counts_epochs(self) -> bool:
        """Whether a length is epochs, whose steps follow from the images."""
        return any(isinstance(getattr(self, name), Span) for name in self.lengths)

    def in_steps(self, steps_per_epoch: int) -> Self:
        """The schedule with all lengths in steps.

        Args:
            steps_per_epoch: The batches of an epoch.
        """
        counted = {name: in_steps(getattr(self, name), steps_per_epoch) for name in self.lengths}
        return self.model_copy(update=counted)

    @abstractmethod
    def rate(self, step: int) -> float:
        """The learning rate of a step; steps count from 0."""

    @property
    @abstractmethod
    def highest(self) -> float:
        """The highest learning rate of all steps, but for what grows without end."""

    @property
    def length(self) -> int | None:
        """The step from which on the learning rate no longer changes; None where it always does."""
        return None


class ExponentialDecay(Schedule):
    """Multiplied by `decay_rate` every `decay_steps` steps."""

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    decay_steps: Length = required("In how many steps the rate is multiplied by decay_rate once.")
    decay_rate: Positive = required("What the rate is multiplied by; below 1 it falls.")
    staircase: Annotated[bool, Flag()] = optional(
        description="Whether the rate falls in stairs and not smoothly.", default=False
    )

    @property
    def highest(self) -> float:
        """The first one."""
        return self.initial_learning_rate

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        falls = step // self.decay_steps if self.staircase else step / self.decay_steps
        return self.initial_learning_rate * _power(self.decay_rate, falls)


class InverseTimeDecay(Schedule):
    """Divided by 1 + `decay_rate` x step / `decay_steps`."""

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    decay_steps: Length = required("In how many steps the divisor grows by decay_rate.")
    decay_rate: NotNegative = required("How much the divisor grows.")
    staircase: Annotated[bool, Flag()] = optional(
        description="Whether the rate falls in stairs and not smoothly.", default=False
    )

    @property
    def highest(self) -> float:
        """The first one."""
        return self.initial_learning_rate

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        falls = step // self.decay_steps if self.staircase else step / self.decay_steps
        return self.initial_learning_rate / (1 + self.decay_rate * falls)


class PolynomialDecay(Schedule):
    """Falls to `end_learning_rate` along a polynomial; with `power` 1, along a line."""

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    decay_steps: Length = required("In how many steps the end is reached.")
    end_learning_rate: NotNegative = optional(0.0001, "The learning rate at the end.")
    power: NotNegative = optional(1.0, "The polynomial's power.")
    cycle: Annotated[bool, Flag()] = optional(
        description="Whether the decay starts over, stretched, when the end is reached.",
        default=False,
    )

    @property
    def highest(self) -> float:
        """The first or the last."""
        return max(self.initial_learning_rate, self.end_learning_rate)

    @property
    def length(self) -> int | None:
        """Where the end is reached for good."""
        return None if self.cycle else self.decay_steps

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        stretched = max(1, -(-step // self.decay_steps)) if self.cycle else 1
        done = min(step / (self.decay_steps * stretched), 1.0)
        fall = self.initial_learning_rate - self.end_learning_rate
        return float(fall * (1 - done) ** self.power + self.end_learning_rate)


class CosineDecay(Schedule):
    """Falls along half a cosine, after a linear warm-up if wanted (Loshchilov & Hutter, 2016)."""

    lengths: ClassVar[tuple[str, ...]] = ("decay_steps", "warmup_steps")

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    decay_steps: Length = required("In how many steps, after the warm-up, the end is reached.")
    alpha: Share = optional(0.0, "The rate at the end, as a share of the highest.")
    warmup_target: Annotated[float | None, Nullable(Real(minimum=0))] = optional(
        None, "The rate the warm-up rises to; null: no warm-up."
    )
    warmup_steps: Annotated[int, StepsOrEpochs(0)] = optional(
        0, "How many steps the warm-up takes."
    )

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

    @property
    def highest(self) -> float:
        """What the warm-up rises to, or the first one."""
        return max(self.initial_learning_rate, self.warmup_target or 0)

    @property
    def length(self) -> int:
        """The warm-up and the fall."""
        return self.decay_steps + self.warmup_steps

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        first = self.initial_learning_rate
        if self.warmup_target is None:
            return first * _cosine(step / self.decay_steps, self.alpha)
        if step < self.warmup_steps:
            return first + (self.warmup_target - first) * step / self.warmup_steps
        return self.warmup_target * _cosine(
            (step - self.warmup_steps) / self.decay_steps, self.alpha
        )


class CosineDecayRestarts(Schedule):
    """Falls along half a cosine, again and again (Loshchilov & Hutter, 2016)."""

    lengths: ClassVar[tuple[str, ...]] = ("first_decay_steps",)

    initial_learning_rate: NotNegative = required("The learning rate at the start.")
    first_decay_steps: Length = required("How many steps the first fall takes.")
    t_mul: Annotated[float, Real(minimum=1)] = optional(
        2.0, "How much longer each fall is than the one before."
    )
    m_mul: NotNegative = optional(1.0, "How much higher each fall starts than the one before.")
    alpha: Share = optional(0.0, "The lowest rate, as a share of the initial one.")

    @property
    def highest(self) -> float:
        """The first one, which later falls seldom start above."""
        return self.initial_learning_rate

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        done = step / self.first_decay_steps
        if self.t_mul == 1:
            falls = math.floor(done)
            done -= falls
        else:
            falls = math.floor(math.log(1 + done * (self.t_mul - 1)) / math.log(self.t_mul))
            stretch = self.t_mul**falls
            done = (done - (stretch - 1) / (self.t_mul - 1)) / stretch
        # The cosine's height is multiplied, and the lowest rate is not.
        height = _cosine(done, 0.0) * _power(self.m_mul, falls)
        return self.initial_learning_rate * ((1 - self.alpha) * height + self.alpha)


class PiecewiseConstantDecay(Schedule):
    """One rate up to the first boundary, another up to the second, and so on."""

    lengths: ClassVar[tuple[str, ...]] = ()

    boundaries: Annotated[
        tuple[int, ...],
        ListOf(
            StepsOrEpochs(0),
            minimum=1,
            what="a list of steps, such as [1000, 2000], or of epochs, such as [10 epochs, 20 epochs]",
        ),
    ] = required(
        "The last step of each rate but the last, rising, where steps count from 0. In epochs: after how many of them "
        "the next rate begins."
    )
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
        written: Sequence[int | Span] = self.boundaries
        in_epochs = [each for each in written if isinstance(each, Span)]
        if 0 < len(in_epochs) < len(written):
            yield Problem(
                "boundaries count steps and epochs, so that their order is not known",
                "write all of them in epochs, or all in steps",
                Code.CONTRADICTION,
                ("boundaries",),
            )
            return
        rising: Sequence[float] = [each.amount for each in in_epochs] or self.boundaries
        if any(late <= early for early, late in pairwise(rising)):
            yield Problem("boundaries must rise", "sort them", Code.CONTRADICTION, ("boundaries",))

    @property
    def counts_epochs(self) -> bool:
        """Whether the boundaries are epochs."""
        return any(isinstance(each, Span) for each in self.boundaries)

    def in_steps(self, steps_per_epoch: int) -> Self:
        """The schedule with boundaries in steps: of ten epochs, the tenth's last step."""
        counted = [
            each.in_steps(steps_per_epoch) - 1 if isinstance(each, Span) else each
            for each in self.boundaries
        ]
        return self.model_copy(update={"boundaries": tuple(counted)})

    @property
    def highest(self) -> float:
        """The largest of them."""
        return max(self.values)

    @property
    def length(self) -> int:
        """Where the last rate begins."""
        return self.boundaries[-1] + 1

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        return self.values[sum(step > boundary for boundary in self.boundaries)]


def _power(base: float, exponent: float) -> float:
    """A power, or a very large number where it is too large for a float."""
    if not base:
        return 0.0 if exponent else 1.0
    return math.exp(min(exponent * math.log(base), _MOST_GROWTH))


def _cosine(done: float, lowest: float) -> float:
    """Half a cosine from 1 down to a lowest value, of which a share is done."""
    return (1 - lowest) * (1 + math.cos(math.pi * min(done, 1.0))) / 2 + lowest
