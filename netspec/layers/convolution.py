"""Convolutions over images: full, depthwise and separable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netspec.diagnostics import Code
from netspec.fields import Problem, optional, required
from netspec.layers.base import (
    Example,
    Shape,
    ShapeError,
    UnaryLayer,
    Weight,
    known_channels,
    product,
)
from netspec.layers.fields import (
    Activation,
    Constraint,
    Count,
    DataFormat,
    Initializer,
    Padding,
    Regularizer,
    Size2D,
    Truth,
)
from netspec.layers.spatial import Map, channel_axis, join, split, window_output

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Convolution(UnaryLayer):
    """What every convolution has: a window that moves over the image."""

    kernel_size: Size2D = required("Height and width of the window.")
    strides: Size2D = optional((1, 1), "How far the window moves.")
    padding: Padding = optional(
        "valid", "`valid`: no padding; `same`: pads so that strides of 1 keep the size."
    )
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")
    dilation_rate: Size2D = optional((1, 1), "Distance between the window's elements.")
    activation: Activation = optional(None, "What is applied to the result.")
    use_bias: Truth = optional(True, "Whether a bias is added.")  # noqa: FBT003
    bias_initializer: Initializer = optional("zeros", "How the bias starts.")
    bias_regularizer: Regularizer = optional(None, "A penalty on the bias.")
    activity_regularizer: Regularizer = optional(None, "A penalty on the output.")
    bias_constraint: Constraint = optional(None, "What the bias is held to.")

    def _map(self, shape: Shape) -> Map:
        """The output map's height and width."""
        spatial, _ = split(shape, self.data_format)
        return window_output(
            spatial,
            self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
        )

    def _channels(self, shape: Shape) -> int:
        return known_channels(shape, channel_axis(self.data_format))


class Conv2D(_Convolution):
    """A convolution: every filter looks at all channels (of its group) within a moving window.

    Source: keras/src/layers/convolutional/base_conv.py.
    """

    example = Example({"filters": 4, "kernel_size": 3}, ((8, 6, 4),))

    filters: Count = required("How many feature maps it gives.")
    groups: Count = optional(1, "Into how many groups the channels are split.")
    kernel_initializer: Initializer = optional("glorot_uniform", "How the kernel starts.")
    kernel_regularizer: Regularizer = optional(None, "A penalty on the kernel.")
    kernel_constraint: Constraint = optional(None, "What the kernel is held to.")

    def contradictions(self) -> Iterator[Problem]:
        """Strides and dilation exclude each other; filters divide evenly among the groups."""
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            yield Problem(
                "strides and dilation_rate cannot both be above 1",
                "set one of them to 1",
                Code.CONTRADICTION,
                ("dilation_rate",),
            )
        if self.filters % self.groups:
            yield Problem(
                f"{self.filters} filters do not divide into {self.groups} groups",
                "make filters a multiple of groups",
                Code.CONTRADICTION,
                ("groups",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', filters)``."""
        spatial = self._map(shape)
        self._channels_of_a_group(shape)
        return join(spatial, self.filters, self.data_format)

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A kernel ``(height, width, channels of a group, filters)``, and a bias."""
        yield Weight("kernel", (*self.kernel_size, self._channels_of_a_group(shape), self.filters))
        if self.use_bias:
            yield Weight("bias", (self.filters,))

    def macs(self, shape: Shape) -> int | None:
        """One multiplication for each kernel element and output position."""
        kernel = math.prod(self.kernel_size) * self._channels_of_a_group(shape) * self.filters
        return product(kernel, *self._map(shape))

    def _channels_of_a_group(self, shape: Shape) -> int:
        channels = self._channels(shape)
        if channels % self.groups:
            raise ShapeError(
                f"cannot split {channels} channels into {self.groups} groups",
                code=Code.FIELD_AGAINST_INPUT,
                field="groups",
                hint="groups must divide the input's channels and the filters",
            )
        return channels // self.groups


class _DepthwiseConvolution(_Convolution):
    """A convolution that looks at each channel alone; strides and dilation go together here."""

    depth_multiplier: Count = optional(1, "How many feature maps each channel gives.")
    depthwise_initializer: Initializer = optional(
        "glorot_uniform", "How the depthwise kernel starts."
    )
    depthwise_regularizer: Regularizer = optional(None, "A penalty on the depthwise kernel.")
    depthwise_constraint: Constraint = optional(None, "What the depthwise kernel is held to.")

    def _depthwise_shape(self, shape: Shape) -> tuple[int, int, int, int]:
        return (*self.kernel_size, self._channels(shape), self.depth_multiplier)


class DepthwiseConv2D(_DepthwiseConvolution):
    """A depthwise convolution: each channel has filters of its own, and channels never mix.

    Source: keras/src/layers/convolutional/base_depthwise_conv.py.
    """

    example = Example({"kernel_size": 3}, ((8, 6, 4),))

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', channels * depth_multiplier)``."""
        spatial = self._map(shape)
        return join(spatial, self._channels(shape) * self.depth_multiplier, self.data_format)

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A kernel ``(height, width, channels, depth_multiplier)``, and a bias."""
        kernel = self._depthwise_shape(shape)
        yield Weight("kernel", kernel, prefix="depthwise")
        if self.use_bias:
            yield Weight("bias", (math.prod(kernel[2:]),))

    def macs(self, shape: Shape) -> int | None:
        """One multiplication for each kernel element and output position."""
        return product(*self._depthwise_shape(shape), *self._map(shape))


class SeparableConv2D(_DepthwiseConvolution):
    """A depthwise convolution, then a 1 x 1 convolution that mixes the channels.

    Source: keras/src/layers/convolutional/base_separable_conv.py; Chollet 2017, arXiv 1610.02357.
    """

    example = Example({"filters": 4, "kernel_size": 3}, ((8, 6, 4),))

    filters: Count = required("How many feature maps it gives.")
    pointwise_initializer: Initializer = optional(
        "glorot_uniform", "How the pointwise kernel starts."
    )
    pointwise_regularizer: Regularizer = optional(None, "A penalty on the pointwise kernel.")
    pointwise_constraint: Constraint = optional(None, "What the pointwise kernel is held to.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', filters)``."""
        spatial = self._map(shape)
        self._channels(shape)
        return join(spatial, self.filters, self.data_format)

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A kernel ``(height, width, channels, multiplier)``, one that mixes them, and a bias."""
        depthwise = self._depthwise_shape(shape)
        yield Weight("depthwise_kernel", depthwise, prefix="depthwise")
        pointwise = (1, 1, math.prod(depthwise[2:]), self.filters)
        yield Weight("pointwise_kernel", pointwise, prefix="pointwise")
        if self.use_bias:
            yield Weight("bias", (self.filters,))

    def macs(self, shape: Shape) -> int | None:
        """Those of the depthwise kernel and those of the pointwise one, at every position."""
        depthwise = self._depthwise_shape(shape)
        per_position = math.prod(depthwise) + math.prod(depthwise[2:]) * self.filters
        return product(per_position, *self._map(shape))
