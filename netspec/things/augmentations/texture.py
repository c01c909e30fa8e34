"""Augmentations that erase, blur and sharpen."""

from dataclasses import dataclass
from typing import Annotated

from netspec.fields import JsonSchema, ListOf, Nullable, OneOf, Real, Whole, optional, required
from netspec.things.augmentations.base import (
    VALUE_RANGE,
    Augmentation,
    ShareFactor,
    ValueRange,
)


@dataclass(frozen=True)
class _Odd(Whole):
    """An odd whole number of at least 1."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "an odd whole number of at least 1"

    def read(self, value: object) -> int:
        """The number."""
        number = super().read(value)
        if number % 2 == 0:
            raise self.mismatch(value, hint=f"write {number + 1}")
        return number

    def schema(self) -> JsonSchema:
        """No multiple of 2; the type is repeated, so that this stands beside what else a field takes."""
        return {**super().schema(), "not": {"type": "integer", "multipleOf": 2}}


_ODD = _Odd(1)


class RandomErasing(Augmentation):
    """Covers a rectangle of images.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_erasing.py.
    """

    factor: ShareFactor = optional(
        1.0, "The share of images that loses a part; of a pair, it is drawn for each image."
    )
    scale: ShareFactor = optional(
        (0.02, 0.33), "The share of the image that is covered; one number f is [0, f]."
    )
    fill_value: Annotated[
        float | tuple[float, float, float] | None,
        Nullable(
            OneOf(
                Real(),
                ListOf(Real(), minimum=3, maximum=3, what="a list of 3 numbers, one a channel"),
            )
        ),
    ] = optional(None, "What covers it: a number, or one a channel; null: noise.")
    value_range: ValueRange = optional((0, 255), "The range that what covers is cut to.")

    def colour_fields(self) -> tuple[str, ...]:
        """Three numbers are for three channels."""
        return ("fill_value",) if isinstance(self.fill_value, tuple) else ()


class RandomGaussianBlur(Augmentation):
    """Blurs images.

    Keras blurs the images of a batch equally; here each is blurred by itself.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_gaussian_blur.py.
    """

    factor: ShareFactor = optional(
        1.0, "The share of images that is blurred; of a pair, it is drawn for each image."
    )
    kernel_size: Annotated[
        int | tuple[int, int],
        OneOf(
            _ODD,
            ListOf(_ODD, minimum=2, maximum=2, what="a pair of odd whole numbers"),
            what=f"{_ODD.words}, or a pair of them",
        ),
    ] = optional(3, "The height and width, in pixels, of what flows into one pixel.")
    sigma: ShareFactor = optional(
        1.0, "How far pixels flow at most, in pixels; one number f is [0, f]."
    )
    value_range: ValueRange = optional((0, 255), VALUE_RANGE)


class RandomSharpness(Augmentation):
    """Sharpens images, or blurs them.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_sharpness.py.
    """

    factor: ShareFactor = required(
        "How sharp: 0 blurs, 0.5 is the image as it is, 1 sharpens; one number f is [0, f]."
    )
    value_range: ValueRange = optional((0, 255), VALUE_RANGE)
