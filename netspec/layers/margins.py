"""Margins: zeros that are added around a map, and borders that are cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code
from netspec.fields import optional
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import DataFormat, Margin1D, Margin2D, Margin3D
from netspec.layers.reach import Reach
from netspec.layers.shapes import Shape, ShapeError, only
from netspec.layers.spatial import by, join, split

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDS = "How much is {}: at both ends alike, or [before, after]."
_SIDES = "How much is {}: everywhere alike, to height and width, or [[top, bottom], [left, right]]."
_FACES = (
    "How much is {}: everywhere alike, to depth, height and width, or "
    "[[front, back], [top, bottom], [left, right]]."
)


class ZeroPadding1D(UnaryLayer):
    """Adds steps of zeros before and after the sequence.

    Source: keras/src/layers/reshaping/zero_padding1d.py.
    """

    example = Example({}, ((8, 4),))

    padding: Margin1D = optional((1, 1), _ENDS.format("added"))
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(steps, channels)`` to ``(before + steps + after, channels)``."""
        return _padded(shape, (self.padding,), self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at itself, less what is added before it."""
        return _moved(shapes, (self.padding,), self.data_format)


class ZeroPadding2D(UnaryLayer):
    """Adds rows and columns of zeros around the map.

    Source: keras/src/layers/reshaping/zero_padding2d.py.
    """

    example = Example({}, ((8, 6, 4),))

    padding: Margin2D = optional(((1, 1), (1, 1)), _SIDES.format("added"))
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(top + height + bottom, …, channels)``."""
        return _padded(shape, self.padding, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at itself, less what is added before it."""
        return _moved(shapes, self.padding, self.data_format)


class ZeroPadding3D(UnaryLayer):
    """Adds zeros on all faces of the volume.

    Source: keras/src/layers/reshaping/zero_padding3d.py.
    """

    example = Example({}, ((5, 8, 6, 4),))

    padding: Margin3D = optional(((1, 1), (1, 1), (1, 1)), _FACES.format("added"))
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(depth, height, width, channels)`` to ``(front + depth + back, …, channels)``."""
        return _padded(shape, self.padding, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at itself, less what is added before it."""
        return _moved(shapes, self.padding, self.data_format)


class Cropping1D(UnaryLayer):
    """Cuts off steps at the beginning and the end of the sequence.

    Source: keras/src/layers/reshaping/cropping1d.py.
    """

    example = Example({}, ((8, 4),))

    cropping: Margin1D = optional((1, 1), _ENDS.format("cut off"))

    def output_shape(self, shape: Shape) -> Shape:
        """``(steps, channels)`` to ``(steps - before - after, channels)``."""
        return _cropped(shape, (self.cropping,), "channels_last")

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at itself, where it was before."""
        return _moved(shapes, (self.cropping,), "channels_last", cut=True)


class Cropping2D(UnaryLayer):
    """Cuts off rows and columns around the map.

    Source: keras/src/layers/reshaping/cropping2d.py.
    """

    example = Example({"cropping": 1}, ((8, 6, 4),))

    cropping: Margin2D = optional(((0, 0), (0, 0)), _SIDES.format("cut off"))
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height - top - bottom, …, channels)``."""
        return _cropped(shape, self.cropping, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at itself, where it was before."""
        return _moved(shapes, self.cropping, self.data_format, cut=True)


class Cropping3D(UnaryLayer):
    """Cuts off all faces of the volume.

    Source: keras/src/layers/reshaping/cropping3d.py.
    """

    example = Example({}, ((5, 8, 6, 4),))

    cropping: Margin3D = optional(((1, 1), (1, 1), (1, 1)), _FACES.format("cut off"))
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(depth, height, width, channels)`` to ``(depth - front - back, …, channels)``."""
        return _cropped(shape, self.cropping, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at itself, where it was before."""
        return _moved(shapes, self.cropping, self.data_format, cut=True)


def _moved(
    shapes: Sequence[Shape],
    margins: tuple[tuple[int, ...], ...],
    data_format: str,
    *,
    cut: bool = False,
) -> Sequence[Reach | None]:
    split(only(shapes), data_format, rank=len(margins))
    moved = [before if cut else -before for before, _ in margins]
    return join((*(Reach((offset,), (offset,), 1) for offset in moved),), None, data_format)


def _padded(shape: Shape, margins: tuple[tuple[int, ...], ...], data_format: str) -> Shape:
    spatial, channels = split(shape, data_format, rank=len(margins))
    sizes = zip(spatial, margins, strict=True)
    padded = tuple(None if size is None else size + sum(sides) for size, sides in sizes)
    return join(padded, channels, data_format)


def _cropped(shape: Shape, margins: tuple[tuple[int, ...], ...], data_format: str) -> Shape:
    spatial, channels = split(shape, data_format, rank=len(margins))
    cut = tuple(sum(sides) for sides in margins)
    if any(size is not None and lost >= size for size, lost in zip(spatial, cut, strict=True)):
        had = f"{by(spatial)} steps" if len(cut) == 1 else f"a {by(spatial)} map"
        raise ShapeError(
            f"gets {had}, and cutting off {by(cut)} leaves nothing",
            code=Code.MAP_TOO_SMALL,
            field="cropping",
            hint="crop less, or remove a pooling layer above",
        )
    sizes = zip(spatial, cut, strict=True)
    left = tuple(None if size is None else size - lost for size, lost in sizes)
    return join(left, channels, data_format)
