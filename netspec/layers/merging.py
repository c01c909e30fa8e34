"""Layers that join several inputs."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, ClassVar

from netspec.diagnostics import Code
from netspec.fields import optional
from netspec.layers.axes import position
from netspec.layers.base import Example, MergeLayer, Shape, ShapeError, spell
from netspec.layers.fields import Axis

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Elementwise(MergeLayer):
    """A merge value by value; shapes are matched from the right, and a size of 1 is repeated."""

    verb: ClassVar[str]

    def output_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The shape that all inputs are repeated to.

        Source: ``_compute_elemwise_op_output_shape``, keras/src/layers/merging/base_merge.py.
        """
        from_the_right = zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1)
        merged = tuple(self._size(sizes, shapes) for sizes in from_the_right)
        return merged[::-1]

    def _size(self, sizes: Sequence[int | None], shapes: Sequence[Shape]) -> int | None:
        # Keras compares one after another and forgets a size beside an unknown one: (3), (?), (2)
        # are built and never run.
        known = [size for size in dict.fromkeys(sizes) if size not in {None, 1}]
        if len(known) > 1:
            raise ShapeError(
                f"cannot {self.verb} {_listed(shapes)}: {known[0]} and {known[1]} differ",
                code=Code.MERGE_SHAPES,
                field="inputs",
                hint=_way_to_equal(shapes),
            )
        if None in sizes:
            return None
        return known[0] if known else 1


class Add(_Elementwise):
    """The sum of its inputs, value by value.

    Source: keras/src/layers/merging/add.py.
    """

    example = Example({}, ((8, 6, 4), (1, 1, 4)))

    verb = "add"


class Multiply(_Elementwise):
    """The product of its inputs, value by value.

    Source: keras/src/layers/merging/multiply.py.
    """

    example = Example({}, ((8, 6, 4), (1, 1, 4)))

    verb = "multiply"


class Average(_Elementwise):
    """The mean of its inputs, value by value.

    Source: keras/src/layers/merging/average.py.
    """

    example = Example({}, ((8, 6, 4), (8, 6, 4)))

    verb = "average"


class Concatenate(MergeLayer):
    """Its inputs one after another, along an axis; all other sizes must be the same.

    Source: keras/src/layers/merging/concatenate.py.
    """

    example = Example({}, ((8, 6, 4), (8, 6, 4)))

    axis: Axis = optional(-1, "Where they are joined, counted with the batch as axis 0.")

    def output_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The first shape, with the sum of the sizes along the axis."""
        first = shapes[0]
        if len({len(shape) for shape in shapes}) > 1:
            raise self._refusal(shapes, "they have different numbers of axes")
        place = position(self.axis, first, does="would join the images of a batch")
        for axis, sizes in enumerate(zip(*shapes, strict=True)):
            known = list(dict.fromkeys(size for size in sizes if size is not None))
            if axis != place and len(known) > 1:
                raise self._refusal(shapes, f"{known[0]} and {known[1]} differ")
        along = [shape[place] for shape in shapes]
        total = None if None in along else sum(size for size in along if size is not None)
        return (*first[:place], total, *first[place + 1 :])

    def _refusal(self, shapes: Sequence[Shape], why: str) -> ShapeError:
        return ShapeError(
            f"cannot concatenate {_listed(shapes)} along axis {self.axis}: {why}",
            code=Code.MERGE_SHAPES,
            field="inputs",
            hint="all sizes but the one along the axis must be the same; nothing is repeated",
        )


def _listed(shapes: Sequence[Shape]) -> str:
    *head, last = [spell(shape) for shape in shapes]
    return f"{', '.join(head)} and {last}"


def _way_to_equal(shapes: Sequence[Shape]) -> str:
    last = {shape[-1] for shape in shapes if shape}
    if len(last) > 1 and len({shape[:-1] for shape in shapes}) == 1:
        return "a 1 x 1 Conv2D on one of them gives it the other's channels"
    return "sizes must be the same, or 1, counted from the right"
