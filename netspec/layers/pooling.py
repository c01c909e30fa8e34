"""Pooling: the largest or the mean value of each window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netspec.fields import Nullable, Pair, Whole, optional, required
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import DataFormat, Padding, Size1D, Size2D, Size3D
from netspec.layers.shapes import Shape, only
from netspec.layers.spatial import join, split, window_output, window_reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.reach import Reach

Step1D = Annotated[tuple[int, ...] | None, Nullable(Pair(Whole(1), length=1))]
Step2D = Annotated[tuple[int, ...] | None, Nullable(Pair(Whole(1)))]
Step3D = Annotated[tuple[int, ...] | None, Nullable(Pair(Whole(1), length=3))]
_STEP = "How far the window moves; null: as far as it is large."


class _Pooling(UnaryLayer):
    """A window that moves over the map, an image's, and gives one value for each channel."""

    pool_size: Size2D = optional((2, 2), "Height and width of the window.")
    strides: Step2D = optional(None, _STEP)
    padding: Padding = optional(
        "valid", "`valid`: windows stay inside the map; `same`: strides of 1 keep the size."
    )
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', channels)``."""
        spatial, channels = split(shape, self.data_format, rank=len(self.pool_size))
        pooled = window_output(
            spatial,
            self.pool_size,
            strides=self.strides or self.pool_size,
            padding=self.padding,
            what="pooling window",
        )
        return join(pooled, channels, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """As far as the window."""
        spatial, _ = split(only(shapes), self.data_format, rank=len(self.pool_size))
        windows = window_reach(
            spatial,
            self.pool_size,
            strides=self.strides or self.pool_size,
            padding=self.padding,
        )
        return join(windows, None, self.data_format)


class _SequencePooling(_Pooling):
    """A window that moves over a sequence."""

    pool_size: Size1D = optional((2,), "Length of the window.")
    strides: Step1D = optional(None, _STEP)


class _VolumePooling(_Pooling):
    """A window that moves over a volume."""

    pool_size: Size3D = optional((2, 2, 2), "Depth, height and width of the window.")
    strides: Step3D = optional(None, _STEP)


class MaxPooling1D(_SequencePooling):
    """The largest value of each window of a sequence.

    Source: keras/src/layers/pooling/base_pooling.py.
    """

    example = Example({}, ((8, 4),))


class MaxPooling2D(_Pooling):
    """The largest value of each window.

    Source: keras/src/layers/pooling/base_pooling.py.
    """

    example = Example({}, ((8, 6, 4),))


class MaxPooling3D(_VolumePooling):
    """The largest value of each window of a volume.

    Source: keras/src/layers/pooling/base_pooling.py.
    """

    example = Example({}, ((5, 8, 6, 4),))


class AveragePooling1D(_SequencePooling):
    """The mean value of each window of a sequence; what `same` adds at the ends does not count.

    Source: keras/src/layers/pooling/base_pooling.py.
    """

    example = Example({"pool_size": 2}, ((8, 4),))

    pool_size: Size1D = required("Length of the window.")


class AveragePooling2D(_Pooling):
    """The mean value of each window; what `same` adds at the border does not count.

    Source: keras/src/layers/pooling/base_pooling.py.
    """

    example = Example({"pool_size": 2}, ((8, 6, 4),))

    pool_size: Size2D = required("Height and width of the window.")


class AveragePooling3D(_VolumePooling):
    """The mean value of each window of a volume; what `same` adds at the border does not count.

    Source: keras/src/layers/pooling/base_pooling.py.
    """

    example = Example({"pool_size": 2}, ((5, 8, 6, 4),))

    pool_size: Size3D = required("Depth, height and width of the window.")
