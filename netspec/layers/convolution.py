"""Convolutions over images: full, depthwise and separable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Flag, Problem, Whole, optional, required
from netspec.layers.base import (
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
)
from netspec.layers.spatial import channel_axis, image, join, split, window_output

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

    def contradictions(self) -> Iterator[Problem]:
        """Strides and dilation exclude each other."""
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            yield Problem(
                "strides and dilation_rate cannot both be above 1",
                "set one of them to 1",
                Code.CONTRADICTION,
                ("dilation_rate",),
            )

    def _map(self, shape: Shape) -> tuple[int | None, int | None]:
        """The output map's height and width."""
        image(shape, self.data_format)
        spatial, _ = split(shape, self.data_format)
        return window_output(
            spatial, self.kernel_size, self.strides, self.padding, self.dilation_rate
        )


class Conv2D(_Convolution):
    """A convolution: every filter looks at all channels (of its group) within a moving window.

    Source: keras/src/layers/convolutional/base_conv.py.
    """

    filters: Count = required("How many feature maps it gives.")
    groups: Annotated[int, Whole(1)] = optional(1, "Into how many groups the channels are split.")
    activation: Activation = optional(None, "What is applied to the result.")
    use_bias: Annotated[bool, Flag()] = optional(True, "Whether a bias is added.")  # noqa: FBT003
    kernel_initializer: Initializer = optional("glorot_uniform", "How the kernel starts.")
    bias_initializer: Initializer = optional("zeros", "How the bias starts.")
    kernel_regularizer: Regularizer = optional(None, "A penalty on the kernel.")
    bias_regularizer: Regularizer = optional(None, "A penalty on the bias.")
    activity_regularizer: Regularizer = optional(None, "A penalty on the output.")
    kernel_constraint: Constraint = optional(None, "What the kernel is held to.")
    bias_constraint: Constraint = optional(None, "What the bias is held to.")

    def contradictions(self) -> Iterator[Problem]:
        """Filters divide evenly among the groups."""
        yield from super().contradictions()
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
        channels = known_channels(shape, channel_axis(self.data_format))
        if channels % self.groups:
            raise ShapeError(
                f"cannot split {channels} channels into {self.groups} groups",
                code=Code.FIELD_AGAINST_INPUT,
                field="groups",
                hint="groups must divide the input's channels and the filters",
            )
        return channels // self.groups
