"""Adaptive pooling: the output's size is given, and the windows follow from the input's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code
from netspec.fields import optional, required
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import DataFormat, Size1D, Size2D, Size3D
from netspec.layers.reach import MAX_PERIOD, Reach
from netspec.layers.shapes import Shape, ShapeError, only, spell
from netspec.layers.spatial import NOUNS, by, join, split

if TYPE_CHECKING:
    from collections.abc import Sequence


class _AdaptivePooling(UnaryLayer):
    """As many windows as the output has positions, spread evenly over the map, an image's."""

    output_size: Size2D = required("Height and width of the output.")
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(*output_size, channels)``.

        On TensorFlow the windows are cut from two poolings, one with windows that are one longer than the other's, and
        both have to fit.

        Source: ``compute_adaptive_pooling_window_sizes`` in keras/src/backend/common/backend_utils.py.
        """
        rank = len(self.output_size)
        spatial, channels = split(shape, self.data_format, rank=rank)
        instead = f"{self._whole}Pooling{rank}D"
        sizes = tuple(size for size in spatial if size is not None)
        if len(sizes) < rank:
            raise ShapeError(
                f"needs to know the size of the {NOUNS[rank]} it pools, and gets {spell(shape)}",
                code=Code.UNKNOWN_SIZE,
                hint=f"give model.input numbers there; {instead} takes any size",
            )
        if any(
            -(-size // wanted) + 1 > size
            for size, wanted in zip(sizes, self.output_size, strict=True)
        ):
            raise ShapeError(
                f"cannot make {by(self.output_size)} of {by(sizes)}: "
                "Keras cannot pool an axis to 1, or an axis of 1",
                code=Code.FIELD_AGAINST_INPUT,
                field="output_size",
                hint=f"for one value of each channel use {instead}",
            )
        return join(self.output_size, channels, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """As far as the windows, each of which begins and ends where its share of the map does."""
        spatial, _ = split(only(shapes), self.data_format, rank=len(self.output_size))
        windows = [
            None if size is None or wanted > MAX_PERIOD else _shares(size, wanted)
            for size, wanted in zip(spatial, self.output_size, strict=True)
        ]
        return join((*windows,), None, self.data_format)

    @property
    def _whole(self) -> str:
        return self.kind().replace("Adaptive", "Global").partition("Pooling")[0]


def _shares(size: int, wanted: int) -> Reach:
    first = (position * size // wanted for position in range(wanted))
    last = (-(-(position + 1) * size // wanted) - 1 for position in range(wanted))
    return Reach((*first,), (*last,), size)


class _AdaptiveSequencePooling(_AdaptivePooling):
    """Windows spread over a sequence."""

    output_size: Size1D = required("Length of the output.")


class _AdaptiveVolumePooling(_AdaptivePooling):
    """Windows spread over a volume."""

    output_size: Size3D = required("Depth, height and width of the output.")


class AdaptiveAveragePooling1D(_AdaptiveSequencePooling):
    """The means of as many windows as the output is long, spread evenly over the sequence.

    Source: keras/src/layers/pooling/base_adaptive_pooling.py.
    """

    example = Example({"output_size": 3}, ((8, 4),))


class AdaptiveAveragePooling2D(_AdaptivePooling):
    """The means of as many windows as the output has positions, spread evenly over the map.

    Source: keras/src/layers/pooling/base_adaptive_pooling.py.
    """

    example = Example({"output_size": 3}, ((8, 6, 4),))


class AdaptiveAveragePooling3D(_AdaptiveVolumePooling):
    """The means of as many windows as the output has positions, spread evenly over the volume.

    Source: keras/src/layers/pooling/base_adaptive_pooling.py.
    """

    example = Example({"output_size": 3}, ((5, 8, 6, 4),))


class AdaptiveMaxPooling1D(_AdaptiveSequencePooling):
    """The largest values of as many windows as the output is long, spread evenly over the sequence.

    Source: keras/src/layers/pooling/base_adaptive_pooling.py.
    """

    example = Example({"output_size": 3}, ((8, 4),))


class AdaptiveMaxPooling2D(_AdaptivePooling):
    """The largest values of as many windows as the output has positions, spread evenly over the map.

    Source: keras/src/layers/pooling/base_adaptive_pooling.py.
    """

    example = Example({"output_size": 3}, ((8, 6, 4),))


class AdaptiveMaxPooling3D(_AdaptiveVolumePooling):
    """The largest values of as many windows as the output has positions, spread evenly over the volume.

    Source: keras/src/layers/pooling/base_adaptive_pooling.py.
    """

    example = Example({"output_size": 3}, ((5, 8, 6, 4),))
