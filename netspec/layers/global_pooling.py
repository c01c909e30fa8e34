"""One value for each channel, from the whole map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from netspec.fields import Nullable, Pair, Whole, optional
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import DataFormat, Truth
from netspec.layers.spatial import join, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.reach import Reach
    from netspec.layers.shapes import Shape

Step1D = Annotated[tuple[int, ...] | None, Nullable(Pair(Whole(1), length=1))]
Step2D = Annotated[tuple[int, ...] | None, Nullable(Pair(Whole(1)))]
Step3D = Annotated[tuple[int, ...] | None, Nullable(Pair(Whole(1), length=3))]


class _GlobalPooling(UnaryLayer):
    """One value for each channel, from the whole map."""

    rank: ClassVar[int] = 2

    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")
    keepdims: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether the axes that are pooled stay, with size 1.",
    )

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(channels)``, or to ``(1, 1, channels)``."""
        _, channels = split(shape, self.data_format, rank=self.rank)
        ones = (1,) * self.rank
        return join(ones, channels, self.data_format) if self.keepdims else (channels,)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:  # noqa: ARG002 - of any
        """From everywhere."""
        return ()


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of each channel over all steps.

    Source: keras/src/layers/pooling/base_global_pooling.py.
    """

    example = Example({}, ((8, 4),))
    rank = 1


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel's map.

    Source: keras/src/layers/pooling/base_global_pooling.py; Lin 2013, arXiv 1312.4400.
    """

    example = Example({}, ((8, 6, 4),))


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each channel's volume.

    Source: keras/src/layers/pooling/base_global_pooling.py.
    """

    example = Example({}, ((5, 8, 6, 4),))
    rank = 3


class GlobalMaxPooling1D(_GlobalPooling):
    """The largest value of each channel over all steps.

    Source: keras/src/layers/pooling/base_global_pooling.py.
    """

    example = Example({}, ((8, 4),))
    rank = 1


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest value of each channel's map.

    Source: keras/src/layers/pooling/base_global_pooling.py.
    """

    example = Example({}, ((8, 6, 4),))


class GlobalMaxPooling3D(_GlobalPooling):
    """The largest value of each channel's volume.

    Source: keras/src/layers/pooling/base_global_pooling.py.
    """

    example = Example({}, ((5, 8, 6, 4),))
    rank = 3
