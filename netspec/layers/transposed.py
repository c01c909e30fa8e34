"""Transposed convolutions, which enlarge a map as a strided convolution would shrink it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Nullable, Pair, Problem, Whole, optional, required
from netspec.layers.base import Example
from netspec.layers.convolution import (
    ConvolutionLayer,
    SequenceWindowLayer,
    VolumeWindowLayer,
    stride_or_dilation,
)
from netspec.layers.fields import Constraint, Count, Initializer, Padding, Regularizer
from netspec.layers.reach import padded_before, spread
from netspec.layers.shapes import Shape, Weight, product
from netspec.layers.spatial import dilated, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.reach import Reach

_MORE = (
    "What is added to the output at its end, less than the strides; null: what gives `valid` the "
    "whole result, and `same` the input's size times the strides."
)


class _Transposed(ConvolutionLayer):
    """Every input position adds its kernel, times its values, to a window of the output."""

    padding: Padding = optional(
        "valid",
        "`valid`: the whole result; `same`: cut so that strides of 1 keep the size.",
    )
    filters: Count = required("How many feature maps it gives.")
    output_padding: Annotated[tuple[int, ...] | None, Nullable(Pair(Whole(0)))] = optional(
        None, _MORE
    )
    kernel_initializer: Initializer = optional("glorot_uniform", "How the kernel starts.")
    kernel_regularizer: Regularizer = optional(None, "A penalty on the kernel.")
    kernel_constraint: Constraint = optional(None, "What the kernel is held to.")

    def contradictions(self) -> Iterator[Problem]:
        """Strides and dilation exclude each other; output_padding lies within what the strides leave open."""
        yield from stride_or_dilation(self)
        if self.output_padding is None:
            return
        pairs = zip(self.output_padding, self.strides, strict=True)
        beyond = [(more, stride) for more, stride in pairs if more >= stride]
        if beyond:
            more, stride = beyond[0]
            yield Problem(
                f"output_padding {more} is not below strides {stride}",
                f"it is at most {stride - 1} there",
                Code.CONTRADICTION,
                ("output_padding",),
            )
        elif self.padding == "same" and any(
            more == 0 and span % 2 == 0
            for more, span in zip(self.output_padding, self._spans, strict=True)
        ):
            yield Problem(
                "output_padding 0 with padding: same and an even kernel gives a map too small "
                "to come from this input",
                "remove output_padding, or make the kernel odd",
                Code.CONTRADICTION,
                ("output_padding",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', filters)``.

        Source: ``_get_output_shape_given_tf_padding`` in keras/src/backend/common/backend_utils.py.
        """
        sizes = self.sizes(shape)
        self.channels(shape)
        more = self.output_padding or (None,) * len(sizes)
        axes = zip(sizes, self._spans, self.strides, more, strict=True)
        return join(tuple(self._enlarged(*axis) for axis in axes), self.filters, self.data_format)

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A kernel ``(height, width, filters, channels)``, and a bias."""
        yield Weight("kernel", (*self.kernel_size, self.filters, self.channels(shape)))
        if self.use_bias:
            yield Weight("bias", (self.filters,))

    def macs(self, shape: Shape) -> int | None:
        """One multiplication for each kernel element and input position."""
        kernel = math.prod(self.kernel_size) * self.filters * self.channels(shape)
        return product(kernel, *self.sizes(shape))

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """As many inputs as have windows over an output position.

        ``same`` cuts off what the convolution that it transposes would have padded.
        """
        (shape,) = shapes
        sizes, more = self.sizes(shape), self.output_padding or (None,) * len(self.strides)
        cuts = [
            padded_before(
                self._enlarged(size, span, stride, beyond),
                span,
                stride=stride,
                padding=self.padding,
            )
            for size, span, stride, beyond in zip(
                sizes, self._spans, self.strides, more, strict=True
            )
        ]
        axes = zip(self._spans, self.strides, cuts, strict=True)
        spreads = [spread(span, stride=stride, cut=cut) for span, stride, cut in axes]
        return join((*spreads,), None, self.data_format)

    @property
    def _spans(self) -> tuple[int, ...]:
        return dilated(self.kernel_size, self.dilation_rate)

    def _enlarged(self, size: int | None, span: int, stride: int, more: int | None) -> int | None:
        if size is None:
            return None
        if self.padding == "same":
            return size * stride if more is None else (size - 1) * stride + span % 2 + more
        return (size - 1) * stride + (max(span, stride) if more is None else span + more)


class Conv1DTranspose(SequenceWindowLayer, _Transposed):
    """A transposed convolution over sequences: strides make the sequence longer.

    Source: keras/src/layers/convolutional/base_conv_transpose.py.
    """

    example = Example({"filters": 3, "kernel_size": 3, "strides": 2}, ((8, 4),))

    output_padding: Annotated[tuple[int, ...] | None, Nullable(Pair(Whole(0), length=1))] = (
        optional(None, _MORE)
    )


class Conv2DTranspose(_Transposed):
    """A transposed convolution: strides make the map larger.

    Source: keras/src/layers/convolutional/base_conv_transpose.py; Zeiler 2010.
    """

    example = Example({"filters": 3, "kernel_size": 3, "strides": 2}, ((8, 6, 4),))


class Conv3DTranspose(VolumeWindowLayer, _Transposed):
    """A transposed convolution over volumes: strides make the volume larger.

    Source: keras/src/layers/convolutional/base_conv_transpose.py.
    """

    example = Example({"filters": 3, "kernel_size": 3, "strides": 2}, ((4, 5, 6, 2),))

    output_padding: Annotated[tuple[int, ...] | None, Nullable(Pair(Whole(0), length=3))] = (
        optional(None, _MORE)
    )
