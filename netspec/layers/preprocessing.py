"""What prepares pixels inside the model, so that what is saved takes the image a user has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Problem,
    Real,
    optional,
    required,
)
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Count, DataFormat, PerChannel, Truth
from netspec.layers.reach import MAX_PERIOD, TAPS, Reach, resized
from netspec.layers.shapes import Shape, ShapeError, only, spell
from netspec.layers.spatial import join, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Rescaling(UnaryLayer):
    """Multiplies by `scale`, then adds `offset`: numbers, or one for each channel of the last axis.

    Source: keras/src/layers/preprocessing/rescaling.py.
    """

    example = Example({"scale": "1/255"}, ((8, 6, 4),))

    scale: PerChannel = required("What pixels are multiplied by: `1/255` brings 0 … 255 to 0 … 1.")
    offset: PerChannel = optional(0.0, "What is added afterwards.")

    def contradictions(self) -> Iterator[Problem]:
        """Scales and offsets are for as many channels."""
        scales, offsets = length(self.scale), length(self.offset)
        if scales > 1 and offsets > 1 and scales != offsets:
            yield Problem(
                f"scale is for {scales} channels, and offset for {offsets}",
                "give both as many numbers, or one",
                Code.CONTRADICTION,
                ("offset",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        self._check(shape, "scale", self.scale)
        self._check(shape, "offset", self.offset)
        return shape

    def _check(self, shape: Shape, field: str, values: float | tuple[float, ...]) -> None:
        # Keras takes any list when the model is built, and fails (or grows the map) when it runs.
        channels = shape[-1] if shape else 1
        if channels is not None and length(values) not in {1, channels}:
            raise ShapeError(
                f"has a {field} for {length(values)} channels, and gets {spell(shape)}",
                code=Code.FIELD_AGAINST_INPUT,
                field=field,
                hint=f"give one number, or {channels}" if channels > 1 else "give one number",
            )


class Resizing(UnaryLayer):
    """Resizes images to a height and a width.

    Source: keras/src/layers/preprocessing/image_preprocessing/resizing.py.
    """

    example = Example({"height": 4, "width": 5}, ((8, 6, 4),))

    height: Count = required("The height it gives.")
    width: Count = required("The width it gives.")
    # TensorFlow has "area" too, which Keras does not document and which has no gradient.
    interpolation: Annotated[
        str, Choice("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")
    ] = optional("bilinear", "How values between pixels are found.")
    crop_to_aspect_ratio: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether to cut off what does not fit the ratio, instead of stretching.",
    )
    pad_to_aspect_ratio: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether to pad to the ratio, instead of stretching.",
    )
    fill_mode: Annotated[str, Choice("constant")] = optional("constant", "What padding holds.")
    fill_value: Annotated[float, Real()] = optional(0.0, "The value of the padding.")
    antialias: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether to smooth before shrinking.",
    )
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def contradictions(self) -> Iterator[Problem]:
        """Cropping and padding exclude each other."""
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            yield Problem(
                "crop_to_aspect_ratio and pad_to_aspect_ratio cannot both be true",
                "keep one of them",
                Code.CONTRADICTION,
                ("pad_to_aspect_ratio",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', channels)``."""
        _, channels = split(shape, self.data_format)
        return join((self.height, self.width), channels, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """As many pixels as the interpolation takes, without what smoothing and keeping the form add."""
        spatial, _ = split(only(shapes), self.data_format)
        wanted, taps = (self.height, self.width), TAPS.get(self.interpolation, 1)
        reaches = [
            None if size is None or to > MAX_PERIOD else resized(size, to=to, taps=taps)
            for size, to in zip(spatial, wanted, strict=True)
        ]
        return join((*reaches,), None, self.data_format)


class CenterCrop(UnaryLayer):
    """Cuts the middle out of images; of a smaller image, it enlarges the largest window of that form.

    Source: keras/src/layers/preprocessing/image_preprocessing/center_crop.py.
    """

    example = Example({"height": 4, "width": 5}, ((8, 6, 3),))

    height: Count = required("The height it gives.")
    width: Count = required("The width it gives.")
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """``(height, width, channels)`` to ``(height', width', channels)``."""
        _, channels = split(shape, self.data_format)
        return join((self.height, self.width), channels, self.data_format)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each pixel is one of the image's."""
        spatial, _ = split(only(shapes), self.data_format)
        pairs = zip(spatial, (self.height, self.width), strict=True)
        before = [0 if size is None else (size - to) // 2 for size, to in pairs]
        kept = tuple(Reach((offset,), (offset,), 1) for offset in before)
        return join(kept, None, self.data_format)


def length(values: float | tuple[float, ...]) -> int:
    """How many numbers a field gives."""
    return len(values) if isinstance(values, tuple) else 1
