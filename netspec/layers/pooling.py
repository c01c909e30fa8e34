"""Pooling: the largest or the mean value of a window, or of a whole map."""

from __future__ import annotations

from typing import Annotated

from netspec.fields import Nullable, Pair, Whole, optional, required
from netspec.layers.base import Example, Shape, UnaryLayer
from netspec.layers.fields import DataFormat, Padding, Size2D, Truth
from netspec.layers.spatial import join, split, window_output


class _Pooling(UnaryLayer):
    """A window that moves over the image and gives one value for each channel."""

    pool_size: Size2D = optional((2, 2), "Height and width of the window.")
    strides: Annotated[tuple[int, int] | None, Nullable(Pair(Whole(1)))] = optional(
        None, "How far the window moves; null: as far as it is large."
    )
    padding: Padding = optional(
        "valid", "`valid`: windows stay inside the map; `same`: strides of 1 keep the size."
    )
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', channels)``."""
        spatial, channels = split(shape, self.data_format)
        pooled = window_output(
            spatial,
            self.pool_size,
            strides=self.strides or self.pool_size,
            padding=self.padding,
            what="pooling window",
        )
        return join(pooled, channels, self.data_format)


class MaxPooling2D(_Pooling):
    """The largest value of each window.

    Source: keras/src/layers/pooling/base_pooling.py.
    """

    example = Example({}, ((8, 6, 4),))


class AveragePooling2D(_Pooling):
    """The mean value of each window; what `same` adds at the border does not count.

    Source: keras/src/layers/pooling/base_pooling.py.
    """

    example = Example({"pool_size": 2}, ((8, 6, 4),))

    pool_size: Size2D = required("Height and width of the window.")


class _GlobalPooling(UnaryLayer):
    """One value for each channel, from the whole map."""

    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")
    keepdims: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether height and width stay, as 1 x 1.",
    )

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(channels)``, or to ``(1, 1, channels)``."""
        _, channels = split(shape, self.data_format)
        return join((1, 1), channels, self.data_format) if self.keepdims else (channels,)


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel's map.

    Source: keras/src/layers/pooling/base_global_pooling.py; Lin 2013, arXiv 1312.4400.
    """

    example = Example({}, ((8, 6, 4),))


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest value of each channel's map.

    Source: keras/src/layers/pooling/base_global_pooling.py.
    """

    example = Example({}, ((8, 6, 4),))
