"""Layers that join several inputs."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, ClassVar

from netspec.diagnostics import Code
from netspec.fields import Pair, Whole, optional, required
from netspec.layers.axes import position
from netspec.layers.base import Example, MergeLayer
from netspec.layers.fields import Axis, Truth
from netspec.layers.reach import SAME
from netspec.layers.shapes import Inference, Shape, ShapeError, product, spell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.reach import Reach


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

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at its own."""
        return (SAME,) * max(len(shape) for shape in shapes)

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


class Maximum(_Elementwise):
    """The largest of its inputs, value by value.

    Source: keras/src/layers/merging/maximum.py.
    """

    example = Example({}, ((8, 6, 4), (1, 1, 4)))

    verb = "compare"


class Minimum(_Elementwise):
    """The smallest of its inputs, value by value.

    Source: keras/src/layers/merging/minimum.py.
    """

    example = Example({}, ((8, 6, 4), (1, 1, 4)))

    verb = "compare"


class Subtract(_Elementwise):
    """The first of its two inputs minus the second, value by value.

    Source: keras/src/layers/merging/subtract.py.
    """

    example = Example({}, ((8, 6, 4), (1, 1, 4)))

    verb = "subtract"

    def output_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The shape that both inputs are repeated to."""
        _two(shapes, "subtracts one input from another")
        return super().output_shape(shapes)


class Dot(MergeLayer):
    """Products of two inputs, added up along an axis of each: a product of matrices, for each image.

    Source: keras/src/layers/merging/dot.py.
    """

    example = Example({"axes": [2, 1]}, ((8, 6), (6, 4)))

    # Keras takes one number for both inputs too; a pair of it means the same.
    axes: Annotated[tuple[int, int], Pair(Whole())] = required(
        "The axis of each input that is added up, counted with the batch as axis 0."
    )
    normalize: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether both are first brought to length 1 along it, so that the result is the cosine.",
    )

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """The merged shape; each of its values costs a multiplication for each that is added up."""
        inference = super().infer(shapes)
        return replace(inference, macs=product(*inference.output_shape, self._summed(shapes)))

    def output_shape(self, shapes: Sequence[Shape]) -> Shape:
        """``(…, n, …)`` and ``(…, n, …)`` to all that is left of the first, then of the second."""
        _two(shapes, "multiplies two inputs")
        self._summed(shapes)
        left = [shape[:place] + shape[place + 1 :] for shape, place in self._places(shapes)]
        return (*left[0], *left[1]) or (1,)

    def _summed(self, shapes: Sequence[Shape]) -> int | None:
        """The size that is added up."""
        first, second = (shape[place] for shape, place in self._places(shapes))
        if first != second:
            axes = f"axes {self.axes[0]} and {self.axes[1]}"
            is_unknown = None in {first, second}
            why = "the size of one is unknown" if is_unknown else f"{first} and {second} differ"
            raise ShapeError(
                f"cannot multiply {_listed(shapes)} along {axes}: {why}",
                code=Code.UNKNOWN_SIZE if is_unknown else Code.MERGE_SHAPES,
                field="axes",
                hint="both axes must have the same size",
            )
        return first

    def _places(self, shapes: Sequence[Shape]) -> list[tuple[Shape, int]]:
        does = "would multiply the images of a batch"
        return [
            (shape, position(axis, shape, does=does, field="axes"))
            for shape, axis in zip(shapes, self.axes, strict=True)
        ]


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

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at its own, but along the axis where they are joined."""
        place = position(self.axis, shapes[0], does="would join the images of a batch")
        return [None if axis == place else SAME for axis in range(len(shapes[0]))]

    def _refusal(self, shapes: Sequence[Shape], why: str) -> ShapeError:
        return ShapeError(
            f"cannot concatenate {_listed(shapes)} along axis {self.axis}: {why}",
            code=Code.MERGE_SHAPES,
            field="inputs",
            hint="all sizes but the one along the axis must be the same; nothing is repeated",
        )


def _two(shapes: Sequence[Shape], does: str) -> None:
    if len(shapes) > 2:  # noqa: PLR2004 - and not one, as for every merge
        raise ShapeError(
            f"{does}, and gets {len(shapes)}",
            code=Code.INPUT_COUNT,
            field="inputs",
            hint="name two: `inputs: [a, b]`",
        )


def _listed(shapes: Sequence[Shape]) -> str:
    *head, last = [spell(shape) for shape in shapes]
    return f"{', '.join(head)} and {last}"


def _way_to_equal(shapes: Sequence[Shape]) -> str:
    last = {shape[-1] for shape in shapes if shape}
    if len(last) > 1 and len({shape[:-1] for shape in shapes}) == 1:
        return "a 1 x 1 Conv2D on one of them gives it the other's channels"
    return "sizes must be the same, or 1, counted from the right"
