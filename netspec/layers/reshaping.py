"""Layers that move, add or repeat values and compute nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import ListOf, Problem, Whole, optional, required
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Count, DataFormat
from netspec.layers.reach import SAME
from netspec.layers.shapes import Shape, ShapeError, product, rank_error, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.reach import Reach


class Flatten(UnaryLayer):
    """All axes become one; only the batch stays.

    Source: keras/src/layers/reshaping/flatten.py.
    """

    example = Example({}, ((8, 6, 4),))

    data_format: DataFormat = optional(
        "channels_last", "The input's order; `channels_first` is turned to channels last first."
    )

    def output_shape(self, shape: Shape) -> Shape:
        """``(a, b, c)`` to ``(a * b * c)``."""
        return (product(*shape),)


class Reshape(UnaryLayer):
    """The same values in another shape.

    Source: keras/src/layers/reshaping/reshape.py.
    """

    example = Example({"target_shape": [-1, 4]}, ((8, 6, 4),))

    target_shape: Annotated[
        tuple[int, ...],
        ListOf(Whole(-1), minimum=1, what="a list of sizes, of which one may be -1"),
    ] = required("The shape without the batch; -1 stands for what is left.")

    def contradictions(self) -> Iterator[Problem]:
        """A size is at least 1, and at most one is left open."""
        if 0 in self.target_shape:
            yield Problem(
                "a size of 0 leaves nothing in the map",
                "-1 stands for what is left",
                Code.CONTRADICTION,
                ("target_shape", self.target_shape.index(0)),
            )
        if self.target_shape.count(-1) > 1:
            yield Problem(
                f"only one size can be -1, not {self.target_shape.count(-1)}",
                "write numbers for the others",
                Code.CONTRADICTION,
                ("target_shape",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """Any shape to the target shape, -1 computed where the input's size is known."""
        have, given = product(*shape), math.prod(size for size in self.target_shape if size > 0)
        is_open = -1 in self.target_shape
        known = math.prod(size for size in shape if size is not None)
        fits = (given % known == 0 or is_open) if have is None else _fits(have, given, is_open)
        if not fits:
            raise ShapeError(
                f"cannot make {_written(self.target_shape)} of {spell(shape)}, "
                f"which holds {'a multiple of ' if have is None else ''}{known} values",
                code=Code.FIELD_AGAINST_INPUT,
                field="target_shape",
                hint=f"{_written(self.target_shape)} takes "
                f"{'a multiple of ' if is_open else ''}{given}",
            )
        rest = None if have is None else have // given
        return tuple(rest if size == -1 else size for size in self.target_shape)


class Permute(UnaryLayer):
    """The same values with the axes in another order.

    Source: keras/src/layers/reshaping/permute.py.
    """

    example = Example({"dims": [2, 1, 3]}, ((8, 6, 4),))

    dims: Annotated[tuple[int, ...], ListOf(Whole(1), minimum=1)] = required(
        "The axes in their new order, counted from 1: [2, 1] swaps two."
    )

    def contradictions(self) -> Iterator[Problem]:
        """Each axis is named once."""
        order = list(range(1, len(self.dims) + 1))
        if sorted(self.dims) != order:
            yield Problem(
                f"{_written(self.dims)} is no order of {len(self.dims)} axes",
                f"name each of {_written(order)} once; the batch stays where it is",
                Code.CONTRADICTION,
                ("dims",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """The sizes in the new order."""
        if len(shape) != len(self.dims):
            raise ShapeError(
                f"orders {_axes(len(self.dims))}, and gets {spell(shape)}",
                code=Code.RANK,
                field="dims",
                hint="name every axis but the batch's, those that stay too",
            )
        return tuple(shape[axis - 1] for axis in self.dims)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:  # noqa: ARG002 - of any
        """As far as the axes that stay where they are."""
        return [SAME if axis == place else None for place, axis in enumerate(self.dims, 1)]


class RepeatVector(UnaryLayer):
    """A vector, `n` times one after another.

    Source: keras/src/layers/reshaping/repeat_vector.py.
    """

    example = Example({"n": 3}, ((8,),))

    n: Count = required("How many times.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(features)`` to ``(n, features)``."""
        if len(shape) != 1:
            raise rank_error(
                shape, takes="vectors, (features)", hint="place it below a Flatten or pooling layer"
            )
        return (self.n, *shape)


def _fits(have: int, given: int, is_open: bool) -> bool:  # noqa: FBT001 - a helper of one caller
    return have % given == 0 if is_open else have == given


def _axes(count: int) -> str:
    return "1 axis" if count == 1 else f"{count} axes"


def _written(target: Sequence[int]) -> str:
    """Numbers as they are written in a list: ``[4, -1]``."""
    return str(list(target))
