"""Dropout, which leaves parts of the input out while training, and a penalty on what passes."""

from __future__ import annotations

from typing import Annotated

from netspec.diagnostics import Code
from netspec.fields import ListOf, Nullable, Real, Whole, optional, required
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Seed
from netspec.layers.shapes import Shape, ShapeError, spell
from netspec.things.fields import NotNegative

Rate = Annotated[float, Real(minimum=0, below=1)]
SEED = "A seed of its own; without one, the spec's seed and the layer's name give it."


class _Dropout(UnaryLayer):
    """Drops values one by one, or those together that a noise_shape joins."""

    example = Example({"rate": 0.5}, ((8, 6, 4),))

    rate: Rate = required("The share of values to drop.")
    noise_shape: Annotated[
        tuple[int | None, ...] | None,
        Nullable(ListOf(Nullable(Whole(1)), minimum=1)),
    ] = optional(
        None,
        "The mask's shape, the batch first: 1 where all values along an axis drop together, "
        "null where each drops alone.",
    )
    seed: Seed = optional(None, SEED)

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        if self.noise_shape is not None:
            self._check_noise(self.noise_shape, (None, *shape))
        return shape

    def _check_noise(self, noise: Shape, full: Shape) -> None:
        if len(noise) != len(full):
            problem = f"has a noise_shape of {len(noise)} axes, and gets {spell(full[1:])}"
        elif noise[0] not in {None, 1}:
            problem = f"has a noise_shape for a batch of {noise[0]}, and batches vary in size"
        elif any(
            sides not in {None, 1, size} and size is not None
            for sides, size in zip(noise, full, strict=True)
        ):
            problem = f"has a noise_shape that does not fit its input, {spell(full[1:])}"
        else:
            return
        raise ShapeError(
            problem,
            code=Code.FIELD_AGAINST_INPUT,
            field="noise_shape",
            hint=f"{len(full)} entries, the batch first; each is null, 1, or the axis's size",
        )


class Dropout(_Dropout):
    """Sets a random share of the values to 0 while training, and scales up the others.

    Source: keras/src/layers/regularization/dropout.py; Srivastava 2014.
    """


class AlphaDropout(_Dropout):
    """Dropout that keeps mean and variance, for networks of selu activations.

    Source: keras/src/layers/regularization/alpha_dropout.py; Klambauer 2017, arXiv 1706.02515.
    """


class ActivityRegularization(UnaryLayer):
    """Gives what it gets, and adds a penalty on its values to the loss.

    Source: keras/src/layers/regularization/activity_regularization.py.
    """

    example = Example({"l2": 0.01}, ((8, 6, 4),))

    l1: NotNegative = optional(0.0, "What the sum of the absolute values is multiplied by.")
    l2: NotNegative = optional(0.0, "What the sum of the squares is multiplied by.")
