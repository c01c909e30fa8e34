"""Dropout that drops whole feature maps, of sequences, images and volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.fields import optional, required
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import DataFormat, Seed
from netspec.layers.regularization import SEED, Rate
from netspec.layers.spatial import checked

if TYPE_CHECKING:
    from netspec.layers.shapes import Shape


class SpatialDropout1D(UnaryLayer):
    """Dropout that drops a feature at all steps of a sequence.

    Source: keras/src/layers/regularization/spatial_dropout.py; Tompson 2014, arXiv 1411.4280.
    """

    example = Example({"rate": 0.5}, ((8, 4),))

    rate: Rate = required("The share of features to drop.")
    seed: Seed = optional(None, SEED)

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape, ``(steps, channels)``."""
        return checked(shape, "channels_last", rank=1)


class SpatialDropout2D(UnaryLayer):
    """Dropout that drops whole feature maps.

    Source: keras/src/layers/regularization/spatial_dropout.py; Tompson 2014, arXiv 1411.4280.
    """

    example = Example({"rate": 0.5}, ((8, 6, 4),))

    rate: Rate = required("The share of feature maps to drop.")
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")
    seed: Seed = optional(None, SEED)

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape, ``(height, width, channels)``."""
        return checked(shape, self.data_format, rank=2)


class SpatialDropout3D(UnaryLayer):
    """Dropout that drops whole feature maps of volumes.

    Source: keras/src/layers/regularization/spatial_dropout.py; Tompson 2014, arXiv 1411.4280.
    """

    example = Example({"rate": 0.5}, ((5, 8, 6, 4),))

    rate: Rate = required("The share of feature maps to drop.")
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")
    seed: Seed = optional(None, SEED)

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape, ``(depth, height, width, channels)``."""
        return checked(shape, self.data_format, rank=3)
