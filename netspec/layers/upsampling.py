"""Enlarging by whole factors: each value becomes several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netspec.fields import Choice, optional
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Count, DataFormat, Size2D, Size3D
from netspec.layers.reach import MAX_PERIOD, TAPS, resized
from netspec.layers.shapes import Shape, only, product
from netspec.layers.spatial import join, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.reach import Reach


class UpSampling1D(UnaryLayer):
    """Repeats every step of the sequence.

    Source: keras/src/layers/reshaping/up_sampling1d.py.
    """

    example = Example({}, ((8, 4),))

    size: Count = optional(2, "How many times.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(steps, channels)`` to ``(steps * factor, channels)``."""
        return _enlarged(shape, (self.size,), "channels_last")

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position comes from one."""
        return _reach(shapes, (self.size,), "channels_last")


class UpSampling2D(UnaryLayer):
    """Enlarges the map by whole factors.

    Source: keras/src/layers/reshaping/up_sampling2d.py.
    """

    example = Example({}, ((8, 6, 4),))

    size: Size2D = optional((2, 2), "The factors for height and width.")
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")
    interpolation: Annotated[
        str, Choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
    ] = optional("nearest", "How values between pixels are found.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height * factor, width * factor, channels)``."""
        return _enlarged(shape, self.size, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """As many inputs as the interpolation takes."""
        taps = TAPS[self.interpolation]
        return _reach(shapes, self.size, self.data_format, taps=taps)


class UpSampling3D(UnaryLayer):
    """Repeats every value of the volume along depth, height and width.

    Source: keras/src/layers/reshaping/up_sampling3d.py.
    """

    example = Example({}, ((5, 8, 6, 4),))

    size: Size3D = optional((2, 2, 2), "The factors for depth, height and width.")
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(depth, height, width, channels)`` to ``(depth * factor, …, channels)``."""
        return _enlarged(shape, self.size, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position comes from one."""
        return _reach(shapes, self.size, self.data_format)


def _reach(
    shapes: Sequence[Shape], factors: tuple[int, ...], data_format: str, *, taps: int = 1
) -> Sequence[Reach | None]:
    split(only(shapes), data_format, rank=len(factors))
    enlarged = [
        None if factor > MAX_PERIOD else resized(1, to=factor, taps=taps) for factor in factors
    ]
    return join((*enlarged,), None, data_format)


def _enlarged(shape: Shape, factors: tuple[int, ...], data_format: str) -> Shape:
    spatial, channels = split(shape, data_format, rank=len(factors))
    enlarged = tuple(product(size, factor) for size, factor in zip(spatial, factors, strict=True))
    return join(enlarged, channels, data_format)
