"""Recurrent layers whose steps are convolutions: over sequences of sequences, images or volumes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from netspec.diagnostics import Code
from netspec.fields import Problem, optional, required
from netspec.layers.base import Example
from netspec.layers.cells import RecurrentWeightsLayer
from netspec.layers.fields import (
    Activation,
    Count,
    DataFormat,
    Padding,
    Regularizer,
    Size1D,
    Size2D,
    Size3D,
    Truth,
)
from netspec.layers.recurrent import SequenceLayer
from netspec.layers.shapes import (
    Inference,
    Shape,
    ShapeError,
    Weight,
    known_channels,
    product,
    rank_error,
    spell,
)
from netspec.layers.spatial import AXES, channel_axis, join, split, window_output

if TYPE_CHECKING:
    from collections.abc import Iterator

GATES = 4


class _ConvLSTM(RecurrentWeightsLayer, SequenceLayer):
    """An LSTM whose products are convolutions, so that its states are maps.

    Attributes:
        rank: How many axes a map has besides its channels.
    """

    rank: ClassVar[int]

    filters: Count = required("How many feature maps it gives.")
    kernel_size: Size2D = required("The window's sizes.")
    strides: Size2D = optional((1, 1), "How far the window moves over the input.")
    padding: Padding = optional(
        "valid", "`valid`: no padding; `same`: pads so that strides of 1 keep the size."
    )
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")
    dilation_rate: Size2D = optional((1, 1), "Distance between the window's elements on the input.")
    recurrent_activation: Activation = optional("sigmoid", "What is applied to the gates.")
    unit_forget_bias: Truth = optional(
        True,  # noqa: FBT003 - a default
        "Whether the forget gate's bias starts at 1.",
    )
    activity_regularizer: Regularizer = optional(None, "A penalty on the output.")

    def contradictions(self) -> Iterator[Problem]:
        """Strides and dilation exclude each other."""
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            yield Problem(
                "strides and dilation_rate cannot both be above 1",
                "set one of them to 1",
                Code.CONTRADICTION,
                ("dilation_rate",),
            )

    def check_sequences(self, shape: Shape) -> None:
        """It is a sequence of maps."""
        if len(shape) != self.rank + 2:
            axes = ", ".join(("steps", *join(AXES[self.rank], "channels", self.data_format)))
            hint = "a Reshape above it can split or join axes"
            raise rank_error(shape, takes=f"sequences of maps, ({axes})", hint=hint)

    def step(self, shape: Shape) -> Inference:
        """A map to a map with ``filters`` channels, and two such states."""
        spatial, _ = split(shape, self.data_format, rank=self.rank)
        if None in spatial:
            raise ShapeError(
                f"needs to know its maps' sizes, and gets {spell(shape)} at a step",
                code=Code.UNKNOWN_SIZE,
                hint="give model.input numbers there",
            )
        channels = known_channels(shape, channel_axis(self.data_format))
        positions = window_output(
            spatial,
            self.kernel_size,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
        )
        width = GATES * self.filters
        weights = [
            Weight("kernel", (*self.kernel_size, channels, width)),
            Weight(
                "recurrent_kernel", (*self.kernel_size, self.filters, width), prefix="recurrent"
            ),
        ]
        if self.use_bias:
            weights.append(Weight("bias", (width,)))
        state = join(positions, self.filters, self.data_format)
        window = math.prod(self.kernel_size) * (channels + self.filters) * width
        macs = product(window, *positions)
        return Inference(state, tuple(weights), macs, more_outputs=(state, state))

    def state_counts(self) -> tuple[int, ...]:
        """The output and the carry."""
        return (2,)


class ConvLSTM1D(_ConvLSTM):
    """An LSTM over sequences of sequences: its products are convolutions, its states are sequences.

    Source: keras/src/layers/rnn/conv_lstm.py; Shi 2015, arXiv 1506.04214.
    """

    rank = 1
    example = Example({"filters": 3, "kernel_size": 3}, ((5, 6, 4),))

    kernel_size: Size1D = required("How many positions the window holds.")
    strides: Size1D = optional((1,), "How far the window moves over the input.")
    dilation_rate: Size1D = optional((1,), "Distance between the window's elements on the input.")


class ConvLSTM2D(_ConvLSTM):
    """An LSTM over sequences of images: its products are convolutions, its states are images.

    Source: keras/src/layers/rnn/conv_lstm.py; Shi 2015, arXiv 1506.04214.
    """

    rank = 2
    example = Example({"filters": 3, "kernel_size": 3}, ((5, 8, 6, 4),))


class ConvLSTM3D(_ConvLSTM):
    """An LSTM over sequences of volumes: its products are convolutions, its states are volumes.

    Source: keras/src/layers/rnn/conv_lstm.py; Shi 2015, arXiv 1506.04214.
    """

    rank = 3
    example = Example({"filters": 3, "kernel_size": 2}, ((5, 7, 8, 6, 4),))

    kernel_size: Size3D = required("The window's depth, height and width.")
    strides: Size3D = optional((1, 1, 1), "How far the window moves over the input.")
    dilation_rate: Size3D = optional(
        (1, 1, 1), "Distance between the window's elements on the input."
    )
