"""What all optimizers, all losses and all metrics have in common."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    FieldType,
    Flag,
    JsonSchema,
    Mismatch,
    Nullable,
    Problem,
    Real,
    Thing,
    ThingOf,
    Whole,
    optional,
)
from netspec.fields.collections import any_of
from netspec.things.fields import MetricName, Share
from netspec.things.registries import SCHEDULES
from netspec.wording import snake_case

Labels = Literal["integer", "one_hot", "binary", "numbers"]

_NUMBER = Real(minimum=0)
_SCHEDULE = ThingOf(SCHEDULES)


@dataclass(frozen=True)
class RateOrSchedule(FieldType):
    """A number, or a schedule that gives one for every step."""

    @property
    def words(self) -> str:
        """What it takes."""
        return f"{_NUMBER.words}, or {_SCHEDULE.words}"

    def read(self, value: object) -> Any:
        """The number or the schedule."""
        if isinstance(value, dict) or (isinstance(value, str) and value[:1].isalpha()):
            return _SCHEDULE.read(value)
        try:
            return _NUMBER.read(value)
        except Mismatch as mismatch:
            raise self.mismatch(value, hint=mismatch.problems[0].hint) from None

    def schema(self) -> JsonSchema:
        """The schedules' schema, opened for numbers."""
        return any_of(_NUMBER.schema(), _SCHEDULE.schema())


LearningRate = Annotated[float | Thing, RateOrSchedule()]


class Optimizer(Thing):
    """What changes the weights, step by step.

    Source: keras/src/optimizers/base_optimizer.py.
    """

    # How many numbers it keeps for each one that it trains, and the fields that make it one more.
    slots: ClassVar[int] = 0
    slot_fields: ClassVar[tuple[str, ...]] = ()

    learning_rate: LearningRate = optional(
        0.001, "How large the steps are: a number or a schedule."
    )
    weight_decay: Annotated[float | None, Nullable(Real(minimum=0))] = optional(
        None, "The share of every weight, times the learning rate, that each step takes off."
    )
    clipnorm: Annotated[float | None, Nullable(Real(above=0))] = optional(
        None, "The largest norm that one variable's gradient may have."
    )
    clipvalue: Annotated[float | None, Nullable(Real(above=0))] = optional(
        None, "The largest absolute value that an element of a gradient may have."
    )
    global_clipnorm: Annotated[float | None, Nullable(Real(above=0))] = optional(
        None, "The largest norm that all gradients together may have."
    )
    use_ema: Annotated[bool, Flag()] = optional(
        description="Whether the weights are averaged over the steps, and replaced by the average.",
        default=False,
    )
    ema_momentum: Share = optional(0.99, "How much of the average each step keeps.")
    ema_overwrite_frequency: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "After how many steps the average replaces the weights; null: when training ends."
    )
    loss_scale_factor: Annotated[float | None, Nullable(Real(above=0))] = optional(
        None, "What the loss is multiplied by, so that small gradients survive half precision."
    )
    gradient_accumulation_steps: Annotated[int | None, Nullable(Whole(2))] = optional(
        None, "How many batches' gradients are averaged into one step."
    )

    def state_per_parameter(self) -> int:
        """How many numbers of its own it keeps for each parameter that it trains."""
        fields = (*self.slot_fields, "use_ema", "gradient_accumulation_steps")
        return self.slots + sum(bool(getattr(self, field)) for field in fields)

    def contradictions(self) -> Iterator[Problem]:
        """Gradients are clipped in one way at most."""
        clips = {
            "clipnorm": self.clipnorm,
            "clipvalue": self.clipvalue,
            "global_clipnorm": self.global_clipnorm,
        }
        given = [name for name, bound in clips.items() if bound is not None]
        if len(given) > 1:
            yield Problem(
                f"{' and '.join(given)} exclude each other",
                "gradients are clipped in one way: keep one of them",
                Code.CONTRADICTION,
                (given[-1],),
            )


class Loss(Thing):
    """What training makes small.

    Attributes:
        labels: Which labels it compares the output with, as netspec.things.losses explains.
    """

    labels: ClassVar[Labels]

    reduction: Annotated[
        str, Choice("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight")
    ] = optional("sum_over_batch_size", "How the losses of a batch's images become one number.")


class Metric(Thing):
    """What is measured besides the loss.

    Attributes:
        labels: Which labels it compares the output with, as netspec.things.losses explains;
            ``any``: its fields say which.
        default_name: Keras's name for it, where that is not its kind in snake case.
        is_error: Whether less of it is better, for a plugin's; `netspec.spec.logs` knows it of Keras's.
    """

    labels: ClassVar[Labels | Literal["any"]]
    default_name: ClassVar[str | None] = None
    is_error: ClassVar[bool] = False

    name: MetricName = optional(None, "What it is called in the logs; null: Keras's name for it.")

    @property
    def logged_as(self) -> str:
        """Its name in logs, histories and monitors (which put ``val_`` before it)."""
        return self.name or self.default_name or snake_case(self.kind())

    def contradictions(self) -> Iterator[Problem]:
        """No metric is called what Keras calls the loss, or what looks like a validation value."""
        if self.name is not None and (self.name == "loss" or self.name.startswith("val_")):
            yield Problem(
                f"a metric cannot be called '{self.name}'",
                "`loss` and names that start with `val_` are Keras's own in the logs",
                Code.CONTRADICTION,
                ("name",),
            )


def highest_rate(optimizer: Any) -> float:
    """The highest learning rate that an optimizer takes in any step."""
    rate = optimizer.learning_rate
    return float(getattr(rate, "highest", rate))
