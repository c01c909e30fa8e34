"""Convolutions over sequences, images and volumes, and what all of them share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Choice, Problem, optional, required
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import (
    Activation,
    Constraint,
    Count,
    DataFormat,
    Initializer,
    Padding,
    Regularizer,
    Size1D,
    Size2D,
    Size3D,
    Truth,
)
from netspec.layers.shapes import Shape, ShapeError, Weight, known_channels, only, product
from netspec.layers.spatial import Map, channel_axis, join, split, window_output, window_reach

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.reach import Reach


class ConvolutionLayer(UnaryLayer):
    """What every convolution has: a window that moves over the map, which is an image unless a class says otherwise."""

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

    def positions(self, shape: Shape) -> Map:
        """The output map's sizes: where the window can stand."""
        return window_output(
            self.sizes(shape),
            self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
        )

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """As far as the window, dilated; no position of the channels."""
        windows = window_reach(
            self.sizes(only(shapes)),
            self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
        )
        return join(windows, None, self.data_format)

    def sizes(self, shape: Shape) -> Map:
        """The input map's sizes."""
        spatial, _ = split(shape, self.data_format, rank=len(self.kernel_size))
        return spatial

    def channels(self, shape: Shape) -> int:
        """The input's channels.

        Raises:
            ShapeError: They are unknown.
        """
        return known_channels(shape, channel_axis(self.data_format))


class SequenceWindowLayer(UnaryLayer):
    """The window of a convolution over sequences."""

    kernel_size: Size1D = required("Length of the window.")
    strides: Size1D = optional((1,), "How far the window moves.")
    dilation_rate: Size1D = optional((1,), "Distance between the window's elements.")


class VolumeWindowLayer(UnaryLayer):
    """The window of a convolution over volumes."""

    kernel_size: Size3D = required("Depth, height and width of the window.")
    strides: Size3D = optional((1, 1, 1), "How far the window moves.")
    dilation_rate: Size3D = optional((1, 1, 1), "Distance between the window's elements.")


def stride_or_dilation(layer: ConvolutionLayer) -> Iterator[Problem]:
    """The problem of strides and dilation together, which TensorFlow's convolution does not have."""
    if max(layer.strides) > 1 and max(layer.dilation_rate) > 1:
        yield Problem(
            "strides and dilation_rate cannot both be above 1",
            "set one of them to 1",
            Code.CONTRADICTION,
            ("dilation_rate",),
        )


class _Full(ConvolutionLayer):
    """Every filter looks at all channels of its group."""

    filters: Count = required("How many feature maps it gives.")
    groups: Count = optional(1, "Into how many groups the channels are split.")
    kernel_initializer: Initializer = optional("glorot_uniform", "How the kernel starts.")
    kernel_regularizer: Regularizer = optional(None, "A penalty on the kernel.")
    kernel_constraint: Constraint = optional(None, "What the kernel is held to.")

    def contradictions(self) -> Iterator[Problem]:
        """Strides and dilation exclude each other; filters divide evenly among the groups."""
        yield from stride_or_dilation(self)
        if self.filters % self.groups:
            yield Problem(
                f"{self.filters} filters do not divide into {self.groups} groups",
                "make filters a multiple of groups",
                Code.CONTRADICTION,
                ("groups",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', filters)``."""
        spatial = self.positions(shape)
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
        return product(kernel, *self.positions(shape))

    def _channels_of_a_group(self, shape: Shape) -> int:
        channels = self.channels(shape)
        if channels % self.groups:
            raise ShapeError(
                f"cannot split {channels} channels into {self.groups} groups",
                code=Code.FIELD_AGAINST_INPUT,
                field="groups",
                hint="groups must divide the input's channels and the filters",
            )
        return channels // self.groups


class Conv1D(SequenceWindowLayer, _Full):
    """A convolution over sequences: every filter looks at all channels (of its group) within a moving window.

    Source: keras/src/layers/convolutional/base_conv.py.
    """

    example = Example({"filters": 4, "kernel_size": 3}, ((8, 4),))

    padding: Annotated[str, Choice("valid", "same", "causal")] = optional(
        "valid",
        "`valid`: no padding; `same`: pads so that strides of 1 keep the size; `causal`: pads as "
        "much, all of it before the first step, so that no step sees a later one.",
    )


class Conv2D(_Full):
    """A convolution: every filter looks at all channels (of its group) within a moving window.

    Source: keras/src/layers/convolutional/base_conv.py.
    """

    example = Example({"filters": 4, "kernel_size": 3}, ((8, 6, 4),))


class Conv3D(VolumeWindowLayer, _Full):
    """A convolution over volumes: every filter looks at all channels (of its group) within a moving window.

    Source: keras/src/layers/convolutional/base_conv.py.
    """

    example = Example({"filters": 4, "kernel_size": 3}, ((5, 8, 6, 4),))
