"""Activations that stand as layers of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import ListOf, Nullable, OneOf, Real, Whole, optional, required
from netspec.layers.axes import position, positions
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Activation as ActivationName
from netspec.layers.fields import Axes, Constraint, Initializer, Regularizer, Slope
from netspec.layers.shapes import Shape, ShapeError, Weight, spell

if TYPE_CHECKING:
    from collections.abc import Iterator


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


class ELU(UnaryLayer):
    """Negative values approach `-alpha` in a smooth curve.

    Source: keras/src/layers/activations/elu.py; Clevert 2015, arXiv 1511.07289.
    """

    example = Example({}, ((8, 6, 4),))

    alpha: Annotated[float, Real()] = optional(1.0, "Where very negative values end, negated.")


class PReLU(UnaryLayer):
    """Negative values become alpha times themselves; each position of the map learns an alpha of its own.

    `shared_axes: [1, 2]` lets all positions of an image share theirs, so that each channel has one.

    Source: keras/src/layers/activations/prelu.py; He 2015, arXiv 1502.01852.
    """

    example = Example({"shared_axes": [1, 2]}, ((8, 6, 4),))

    alpha_initializer: Initializer = optional("Zeros", "How alpha starts.")
    alpha_regularizer: Regularizer = optional(None, "A penalty on alpha.")
    alpha_constraint: Constraint = optional(None, "What alpha is held to.")
    shared_axes: Annotated[
        int | tuple[int, ...] | None, Nullable(OneOf(Whole(1), ListOf(Whole(1))))
    ] = optional(
        None, "Along which axes alpha is one and the same, counted with the batch as axis 0."
    )

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        self._alpha(shape)
        return shape

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """Alpha, of the map's shape with 1 for each axis that is shared."""
        yield Weight("alpha", self._alpha(shape))

    def _alpha(self, shape: Shape) -> tuple[int, ...]:
        axes = (self.shared_axes,) if isinstance(self.shared_axes, int) else self.shared_axes or ()
        shared = {
            position(axis, shape, does="would share alpha", field="shared_axes") for axis in axes
        }
        sizes = [1 if place in shared else size for place, size in enumerate(shape)]
        known = tuple(size for size in sizes if size is not None)
        if len(known) < len(sizes):
            raise ShapeError(
                f"needs to know the sizes it learns an alpha for, and gets {spell(shape)}",
                code=Code.UNKNOWN_SIZE,
                field="shared_axes",
                hint=f"write `shared_axes: {_all_but_the_last(shape)}`, "
                "or give model.input a number there",
            )
        return known


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


def _all_but_the_last(shape: Shape) -> list[int]:
    """The axes of positions, as a spec counts them, where the last holds channels."""
    return list(range(1, len(shape))) or [1]
