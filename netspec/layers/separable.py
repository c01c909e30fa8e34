"""Convolutions that look at each channel alone: depthwise, and separable ones, which then mix them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netspec.fields import optional, required
from netspec.layers.base import Example
from netspec.layers.convolution import ConvolutionLayer, SequenceWindowLayer
from netspec.layers.fields import (
    Constraint,
    Count,
    Initializer,
    Regularizer,
)
from netspec.layers.shapes import Shape, Weight, product
from netspec.layers.spatial import join

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Channelwise(ConvolutionLayer):
    """Every filter looks at one channel; strides and dilation go together here."""

    depth_multiplier: Count = optional(1, "How many feature maps each channel gives.")
    depthwise_initializer: Initializer = optional(
        "glorot_uniform", "How the depthwise kernel starts."
    )
    depthwise_regularizer: Regularizer = optional(None, "A penalty on the depthwise kernel.")
    depthwise_constraint: Constraint = optional(None, "What the depthwise kernel is held to.")

    def _depthwise_shape(self, shape: Shape) -> tuple[int, ...]:
        return (*self.kernel_size, self.channels(shape), self.depth_multiplier)


class _Depthwise(_Channelwise):
    """The channels never mix."""

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', channels * depth_multiplier)``."""
        spatial = self.positions(shape)
        return join(spatial, self.channels(shape) * self.depth_multiplier, self.data_format)

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A kernel ``(height, width, channels, depth_multiplier)``, and a bias."""
        kernel = self._depthwise_shape(shape)
        yield Weight("kernel", kernel, prefix="depthwise")
        if self.use_bias:
            yield Weight("bias", (math.prod(kernel[-2:]),))

    def macs(self, shape: Shape) -> int | None:
        """One multiplication for each kernel element and output position."""
        return product(*self._depthwise_shape(shape), *self.positions(shape))


class DepthwiseConv1D(SequenceWindowLayer, _Depthwise):
    """A depthwise convolution over sequences: each channel has filters of its own, and channels never mix.

    Source: keras/src/layers/convolutional/base_depthwise_conv.py.
    """

    example = Example({"kernel_size": 3}, ((8, 4),))


class DepthwiseConv2D(_Depthwise):
    """A depthwise convolution: each channel has filters of its own, and channels never mix.

    Source: keras/src/layers/convolutional/base_depthwise_conv.py.
    """

    example = Example({"kernel_size": 3}, ((8, 6, 4),))


class _Separable(_Channelwise):
    """Filters of one channel each, then a window of one position that mixes the channels."""

    filters: Count = required("How many feature maps it gives.")
    pointwise_initializer: Initializer = optional(
        "glorot_uniform", "How the pointwise kernel starts."
    )
    pointwise_regularizer: Regularizer = optional(None, "A penalty on the pointwise kernel.")
    pointwise_constraint: Constraint = optional(None, "What the pointwise kernel is held to.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', filters)``."""
        spatial = self.positions(shape)
        self.channels(shape)
        return join(spatial, self.filters, self.data_format)

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A kernel ``(height, width, channels, multiplier)``, one that mixes them, and a bias."""
        depthwise = self._depthwise_shape(shape)
        yield Weight("depthwise_kernel", depthwise, prefix="depthwise")
        pointwise = (*[1] * len(self.kernel_size), math.prod(depthwise[-2:]), self.filters)
        yield Weight("pointwise_kernel", pointwise, prefix="pointwise")
        if self.use_bias:
            yield Weight("bias", (self.filters,))

    def macs(self, shape: Shape) -> int | None:
        """Those of the depthwise kernel and those of the pointwise one, at every position."""
        depthwise = self._depthwise_shape(shape)
        per_position = math.prod(depthwise) + math.prod(depthwise[-2:]) * self.filters
        return product(per_position, *self.positions(shape))


class SeparableConv1D(SequenceWindowLayer, _Separable):
    """A depthwise convolution over sequences, then a convolution of length 1 that mixes the channels.

    Source: keras/src/layers/convolutional/base_separable_conv.py; Chollet 2017, arXiv 1610.02357.
    """

    example = Example({"filters": 4, "kernel_size": 3}, ((8, 4),))


class SeparableConv2D(_Separable):
    """A depthwise convolution, then a 1 x 1 convolution that mixes the channels.

    Source: keras/src/layers/convolutional/base_separable_conv.py; Chollet 2017, arXiv 1610.02357.
    """

    example = Example({"filters": 4, "kernel_size": 3}, ((8, 6, 4),))
