"""Spectrograms: which frequencies a signal holds, from moment to moment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Choice, ListOf, Nullable, OneOf, Problem, Real, Whole, optional
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Count, DataFormat, Padding, Truth
from netspec.layers.shapes import Shape, ShapeError, Weight, known_channels, product, rank_error
from netspec.things.fields import NotNegative, Positive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Window = Annotated[
    str | tuple[float, ...] | None,
    Nullable(
        OneOf(
            Choice("hann", "hamming"),
            ListOf(Real(), minimum=1),
            what="hann, hamming, or a list of numbers",
        )
    ),
]
WINDOW = "What a frame is multiplied by: a window by its name, its values, or null for nothing."


class STFTSpectrogram(UnaryLayer):
    """The Fourier transform of frames of a signal, by a convolution whose kernels can be trained.

    Source: keras/src/layers/preprocessing/stft_spectrogram.py.
    """

    example = Example({"frame_length": 4}, ((24, 2),))

    mode: Annotated[str, Choice("log", "magnitude", "psd", "real", "imag", "angle", "stft")] = (
        optional("log", "What is given of each frequency.")
    )
    frame_length: Count = optional(256, "The length of a frame.")
    frame_step: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "How far a frame lies behind the one before; null: half its length."
    )
    fft_length: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "The length of the transform; null: the power of 2 that a frame fits in."
    )
    window: Window = optional("hann", WINDOW)
    periodic: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether the window is one period, so that the next would go on.",
    )
    scaling: Annotated[str | None, Nullable(Choice("density", "spectrum"))] = optional(
        "density",
        "What the window is divided by: the root of its power, its sum, or null for nothing.",
    )
    padding: Padding = optional("valid", "Whether frames reach over the ends: same pads them.")
    expand_dims: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether frequencies and channels stay apart, as an image.",
    )
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    @property
    def step(self) -> int:
        """How far a frame lies behind the one before."""
        return self.frame_step or self.frame_length // 2

    @property
    def frequencies(self) -> int:
        """How many the transform has."""
        length = self.fft_length or 2 ** math.ceil(math.log2(self.frame_length))
        return length // 2 + 1

    def for_keras(self) -> Mapping[str, object]:
        """The window's values, for which Keras would need SciPy."""
        if not isinstance(self.window, str):
            return {}
        return {"window": self._window()}

    def contradictions(self) -> Iterator[Problem]:
        """Frames move, leave no gap, and fit the transform and the window."""
        if self.step > self.frame_length or self.step < 1:
            yield Problem(
                f"frame_step is {self.step}, and frames have {self.frame_length} values",
                "frames follow without a gap: write frame_step from 1 to frame_length",
                Code.CONTRADICTION,
                ("frame_step" if self.frame_step else "frame_length",),
            )
        if self.fft_length is not None and self.fft_length < self.frame_length:
            yield Problem(
                f"fft_length {self.fft_length} is below frame_length {self.frame_length}",
                "a frame must fit into the transform",
                Code.CONTRADICTION,
                ("fft_length",),
            )
        elif self.frequencies == 1:
            yield Problem(
                "a transform of 1 value has no frequencies",
                "write an fft_length of at least 2",
                Code.CONTRADICTION,
                ("fft_length" if self.fft_length else "frame_length",),
            )
        yield from _of_the_window(self.window, self.frame_length, "frame_length")
        if not any(self._window()):
            yield Problem(
                "the window is 0 everywhere",
                "a hann window is 0 at both ends: write a longer frame, or another window",
                Code.CONTRADICTION,
                ("window",),
            )

    def _window(self) -> Sequence[float]:
        if isinstance(self.window, str):
            return list(window(self.window, self.frame_length, periodic=self.periodic))
        return (1.0,) if self.window is None else self.window

    def output_shape(self, shape: Shape) -> Shape:
        """``(time, channels)`` to ``(frames, channels * frequencies)``, or with axes of their own."""
        time, channels = self._split(shape)
        frames = self._frames(time)
        frequencies = self.frequencies * (2 if self.mode == "stft" else 1)
        if self.data_format == "channels_last":
            apart: Shape = (frames, frequencies, channels)
            joined: Shape = (frames, frequencies * channels)
        else:
            apart = (channels, frames, frequencies)
            joined = (frequencies * channels, frames)
        return apart if self.expand_dims else joined

    def variables(self, shape: Shape) -> Iterator[Weight]:  # noqa: ARG002 - the same for any signal
        """A kernel for the real part and one for the imaginary part, ``(frame, 1, frequencies)``."""
        kernel = (self.frame_length, 1, self.frequencies)
        if self.mode != "imag":
            yield Weight("real_kernel", kernel)
        if self.mode != "real":
            yield Weight("imag_kernel", kernel)

    def macs(self, shape: Shape) -> int | None:
        """One multiplication for each kernel element, frame and channel."""
        time, channels = self._split(shape)
        kernels = 1 if self.mode in {"real", "imag"} else 2
        return product(self._frames(time), channels, self.frame_length * self.frequencies * kernels)

    def _split(self, shape: Shape) -> tuple[int | None, int]:
        axes = ("time", "channels")
        if len(shape) != len(axes):
            axes = axes if self.data_format == "channels_last" else axes[::-1]
            short = len(shape) < len(axes)
            raise rank_error(
                shape,
                takes=f"signals, ({', '.join(axes)})",
                hint="a Reshape above it can add the missing axis: [-1, 1]" if short else None,
            )
        time, channel = (0, 1) if self.data_format == "channels_last" else (1, 0)
        return shape[time], known_channels(shape, channel)

    def _frames(self, time: int | None) -> int | None:
        if time is None:
            return None
        if self.padding == "same":
            return -(-time // self.step)
        if time < self.frame_length:
            raise ShapeError(
                f"gets a signal of {time}, shorter than its frames of {self.frame_length}",
                code=Code.MAP_TOO_SMALL,
                field="frame_length",
                hint="use padding: same, or a smaller frame_length",
            )
        return (time - self.frame_length) // self.step + 1


class MelSpectrogram(UnaryLayer):
    """How loud a signal is at the pitches of the mel scale, from moment to moment.

    With `power_to_db`, values are held to `top_db` below the loudest of the whole batch. Its transform and its scale
    are fixed, and are not counted.

    Source: keras/src/layers/preprocessing/mel_spectrogram.py.
    """

    example = Example({"fft_length": 8, "sequence_stride": 4, "num_mel_bins": 5}, ((24,),))

    fft_length: Count = optional(2048, "The length of the transform.")
    sequence_stride: Count = optional(512, "How far a frame lies behind the one before.")
    sequence_length: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "The length of a frame; null: the transform's."
    )
    window: Window = optional("hann", WINDOW)
    sampling_rate: Count = optional(16000, "How many values of the signal make a second.")
    num_mel_bins: Count = optional(128, "How many pitches there are.")
    min_freq: NotNegative = optional(20.0, "The lowest frequency, in hertz.")
    max_freq: Annotated[float | None, Nullable(Real(above=0))] = optional(
        None, "The highest frequency, in hertz; null: half the sampling rate."
    )
    power_to_db: Truth = optional(True, "Whether loudness is given in decibels.")  # noqa: FBT003
    top_db: NotNegative = optional(80.0, "How far below the loudest decibels reach.")
    mag_exp: Positive = optional(2.0, "The exponent of the magnitude: 1 gives energy, 2 power.")
    min_power: Positive = optional(1e-10, "What power is held above, so that its logarithm exists.")
    ref_power: Annotated[float, Real()] = optional(1.0, "The power that is 0 decibels.")

    def contradictions(self) -> Iterator[Problem]:
        """Frames fit the transform and the window."""
        length = self.sequence_length or self.fft_length
        if length > self.fft_length:
            yield Problem(
                f"sequence_length {length} is above fft_length {self.fft_length}",
                "a frame must fit into the transform",
                Code.CONTRADICTION,
                ("sequence_length",),
            )
        yield from _of_the_window(self.window, length, "sequence_length")

    def output_shape(self, shape: Shape) -> Shape:
        """``(time)`` to ``(pitches, frames)``."""
        if len(shape) != 1:
            raise rank_error(
                shape,
                takes="signals of one channel, (time)",
                hint="a Reshape above it can take away an axis of size 1: [-1]",
            )
        return (self.num_mel_bins, self._frames(shape[0]))

    def _frames(self, time: int | None) -> int | None:
        if time is None:
            return None
        margin = self.fft_length // 2
        if time <= margin:
            raise ShapeError(
                f"gets a signal of {time}, and mirrors {margin} values at its ends",
                code=Code.MAP_TOO_SMALL,
                field="fft_length",
                hint=f"fft_length is below twice the signal: at most {2 * time - 1}",
            )
        frames = (time + 2 * margin - self.fft_length) // self.sequence_stride + 1
        promised = (time + self.sequence_stride + 1) // self.sequence_stride
        if frames != promised:
            raise ShapeError(
                f"makes {frames} frames of a signal of {time}, and Keras says that there are {promised}",
                code=Code.FIELD_AGAINST_INPUT,
                field="sequence_stride",
                hint="they agree for another sequence_stride, such as one that divides the signal",
            )
        return frames


def window(name: str, length: int, *, periodic: bool) -> Iterator[float]:
    """The values of a window.

    Source: ``general_cosine`` in scipy/signal/windows/_windows.py.
    """
    share = {"hann": 0.5, "hamming": 0.54}[name]
    last = length if periodic else length - 1
    for place in range(length):
        yield share - (1 - share) * math.cos(2 * math.pi * place / last) if length > 1 else 1.0


def _of_the_window(
    values: str | tuple[float, ...] | None, length: int, field: str
) -> Iterator[Problem]:
    if isinstance(values, tuple) and len(values) != length:
        yield Problem(
            f"window has {len(values)} values, and {field} is {length}",
            "a value for each of a frame",
            Code.CONTRADICTION,
            ("window",),
        )
