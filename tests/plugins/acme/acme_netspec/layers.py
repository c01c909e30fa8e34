"""Layers; this module is read for every spec, and leaves Keras alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.fields import optional
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Initializer
from netspec.layers.shapes import Shape, Weight, known_channels, rank_error

if TYPE_CHECKING:
    from collections.abc import Iterator


class ChannelScale(UnaryLayer):
    """Multiplies each channel by a number that is learned."""

    keras_class = "acme_netspec.keras_side:ChannelScale"
    example = Example({}, ((8, 6, 4),))

    scale_initializer: Initializer = optional("ones", "How the numbers start.")

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape, `(…, channels)`."""
        if not shape:
            raise rank_error(shape, takes="at least one axis")
        known_channels(shape)
        return shape

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """One number a channel."""
        yield Weight("scale", (known_channels(shape),))
