"""The dense layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.fields import optional, required
from netspec.layers.base import (
    Example,
    Shape,
    UnaryLayer,
    Weight,
    known_channels,
    product,
    rank_error,
)
from netspec.layers.fields import (
    Activation,
    Constraint,
    Count,
    Initializer,
    Regularizer,
    Truth,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Dense(UnaryLayer):
    """Every unit sees all of the last axis; further axes are treated alike, position by position.

    Source: keras/src/layers/core/dense.py.
    """

    example = Example({"units": 5}, ((8, 6, 4),))

    units: Count = required("How many values it gives.")
    activation: Activation = optional(None, "What is applied to the result.")
    use_bias: Truth = optional(True, "Whether a bias is added.")  # noqa: FBT003
    kernel_initializer: Initializer = optional("glorot_uniform", "How the kernel starts.")
    bias_initializer: Initializer = optional("zeros", "How the bias starts.")
    kernel_regularizer: Regularizer = optional(None, "A penalty on the kernel.")
    bias_regularizer: Regularizer = optional(None, "A penalty on the bias.")
    activity_regularizer: Regularizer = optional(None, "A penalty on the output.")
    kernel_constraint: Constraint = optional(None, "What the kernel is held to.")
    bias_constraint: Constraint = optional(None, "What the bias is held to.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(…, channels)`` to ``(…, units)``."""
        self._channels(shape)
        return (*shape[:-1], self.units)

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A kernel ``(channels, units)``, and a bias."""
        yield Weight("kernel", (self._channels(shape), self.units))
        if self.use_bias:
            yield Weight("bias", (self.units,))

    def macs(self, shape: Shape) -> int | None:
        """One multiplication for each kernel element and position."""
        return product(*shape, self.units)

    def _channels(self, shape: Shape) -> int:
        if not shape:
            raise rank_error(shape, takes="at least one axis")
        return known_channels(shape)
