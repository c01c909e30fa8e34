"""Activations that stand as layers of their own."""

from __future__ import annotations

from typing import Annotated

from netspec.fields import Nullable, Real, optional, required
from netspec.layers.axes import positions
from netspec.layers.base import Example, Shape, UnaryLayer
from netspec.layers.fields import Activation as ActivationName
from netspec.layers.fields import Axes, Slope


class Activation(UnaryLayer):
    """An activation by its name.

    Source: keras/src/layers/activations/activation.py.
    """

    example = Example({"activation": "relu"}, ((8, 6, 4),))

    activation: ActivationName = required("Its name, such as relu; null leaves values as they are.")


class ReLU(UnaryLayer):
    """Negative values become 0, or `negative_slope` times themselves.

    Source: keras/src/layers/activations/relu.py.
    """

    example = Example({}, ((8, 6, 4),))

    max_value: Annotated[float | None, Nullable(Real(minimum=0))] = optional(
        None, "The largest value that comes out; null: no limit."
    )
    negative_slope: Slope = optional(0.0, "The slope below the threshold.")
    threshold: Annotated[float, Real(minimum=0)] = optional(
        0.0, "Where values begin to pass unchanged."
    )


class LeakyReLU(UnaryLayer):
    """Negative values become `negative_slope` times themselves.

    Source: keras/src/layers/activations/leaky_relu.py.
    """

    example = Example({}, ((8, 6, 4),))

    negative_slope: Slope = optional(0.3, "The slope of negative values.")


class Softmax(UnaryLayer):
    """Values become positive and sum to 1 along an axis.

    Source: keras/src/layers/activations/softmax.py.
    """

    example = Example({}, ((8, 6, 4),))

    axis: Axes = optional(-1, "What sums to 1, counted with the batch as axis 0.")

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        positions(self.axis, shape, does="would mix the images of a batch")
        return shape
