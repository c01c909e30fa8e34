"""What weights are held to after every step.

Source: keras/src/constraints/constraints.py.
"""

from collections.abc import Iterator

from netspec.diagnostics import Code
from netspec.fields import Problem, Thing, optional
from netspec.things.fields import Axes, NotNegative, Share

_AXIS = (
    "The axes a norm is taken over: 0 for a Dense layer's kernel, [0, 1, 2] for a convolution's."
)


class NonNeg(Thing):
    """Negative weights become 0."""


class UnitNorm(Thing):
    """The weights of every unit have norm 1."""

    axis: Axes = optional(0, _AXIS)


class MaxNorm(Thing):
    """The weights of every unit have a norm of at most `max_value` (Srivastava et al., 2014)."""

    max_value: NotNegative = optional(2.0, "The largest norm.")
    axis: Axes = optional(0, _AXIS)


class MinMaxNorm(Thing):
    """The weights of every unit have a norm between `min_value` and `max_value`."""

    min_value: NotNegative = optional(0.0, "The smallest norm.")
    max_value: NotNegative = optional(1.0, "The largest norm.")
    rate: Share = optional(1.0, "How far each step moves a norm that is out of bounds; 1: fully.")
    axis: Axes = optional(0, _AXIS)

    def contradictions(self) -> Iterator[Problem]:
        """The bounds leave room."""
        if self.min_value > self.max_value:
            yield Problem(
                f"min_value {self.min_value:g} is above max_value {self.max_value:g}",
                "make min_value the smaller one",
                Code.CONTRADICTION,
                ("max_value" if "max_value" in self.model_fields_set else "min_value",),
            )
