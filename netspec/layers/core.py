"""The dense layer, and layers that pass on what they get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netspec.fields import Real, optional, required
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import (
    Activation,
    Constraint,
    Count,
    Initializer,
    Regularizer,
    Truth,
)
from netspec.layers.reach import SAME
from netspec.layers.shapes import Shape, Weight, known_channels, only, product, rank_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.reach import Reach


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

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at itself, and at all channels there."""
        return (*[SAME] * (len(only(shapes)) - 1), None)

    def macs(self, shape: Shape) -> int | None:
        """One multiplication for each kernel element and position."""
        return product(*shape, self.units)

    def _channels(self, shape: Shape) -> int:
        if not shape:
            raise rank_error(shape, takes="at least one axis")
        return known_channels(shape)


class Identity(UnaryLayer):
    """Gives what it gets.

    Source: keras/src/layers/core/identity.py.
    """

    example = Example({}, ((8, 6, 4),))


class Masking(UnaryLayer):
    """Marks steps whose values are all `mask_value`, so that recurrent layers and attention skip them.

    Source: keras/src/layers/core/masking.py.
    """

    example = Example({}, ((8, 6),))

    mask_value: Annotated[float, Real()] = optional(0.0, "What every value of a skipped step is.")

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape, ``(steps, features)``."""
        if not shape:
            raise rank_error(shape, takes="at least one axis")
        return shape
