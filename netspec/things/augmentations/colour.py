"""Augmentations that change colours and brightness."""

from typing import Annotated

from netspec.fields import ListOf, Nullable, OneOf, Whole, optional, required
from netspec.things.augmentations.base import (
    BRIGHTNESS,
    CONTRAST,
    SHARE,
    SIGNED,
    VALUE_RANGE,
    Augmentation,
    BrightnessFactor,
    ContrastFactor,
    Interval,
    ShareFactor,
    SignedFactor,
    ValueRange,
)
from netspec.things.fields import Share

_BITS = Whole(1, 8)


class RandomBrightness(Augmentation):
    """Makes images brighter and darker.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_brightness.py.
    """

    factor: BrightnessFactor = required(
        "How much is added at most, as a share of the range: 0.2 adds up to 51, or takes it away."
    )
    value_range: ValueRange = optional((0, 255), VALUE_RANGE)


class RandomContrast(Augmentation):
    """Raises the contrast, and lowers it too where a pair is given.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_contrast.py.
    """

    factor: ContrastFactor = required(
        "Contrast is multiplied by 1 to 1 + this; under [lower, upper] by 1 - lower to 1 + upper."
    )
    value_range: ValueRange = optional((0, 255), VALUE_RANGE)


class RandomSaturation(Augmentation):
    """Makes colours paler and stronger.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_saturation.py.
    """

    factor: SignedFactor = required(
        "How strong: 0 is gray, 0.5 the image as it is, nearly 1 the strongest colour. Write a pair, "
        "such as [0.4, 0.6]: one number f is [-f, f], and below 0 is gray too."
    )
    value_range: ValueRange = optional(
        (0, 255),
        "The range that saturations are cut to; they are 0 to 1, so that [0, 1] keeps strong "
        "colours within 0 to 255.",
    )

    def colour_fields(self) -> tuple[str, ...]:
        """It changes nothing but colour."""
        return ("factor",)


class RandomHue(Augmentation):
    """Turns colours into their neighbours on the colour wheel.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_hue.py.
    """

    factor: ShareFactor = required("How far at most, either way: 1 is half of the wheel.")
    value_range: ValueRange = optional((0, 255), VALUE_RANGE)

    def colour_fields(self) -> tuple[str, ...]:
        """It changes nothing but colour."""
        return ("factor",)


class RandomColorJitter(Augmentation):
    """Changes brightness, contrast, saturation and hue, one after another.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_color_jitter.py.
    """

    value_range: ValueRange = optional((0, 255), VALUE_RANGE)
    brightness_factor: Annotated[Interval | None, Nullable(BRIGHTNESS)] = optional(
        None, "As RandomBrightness's factor; null: brightness stays."
    )
    contrast_factor: Annotated[Interval | None, Nullable(CONTRAST)] = optional(
        None, "As RandomContrast's factor; null: contrast stays."
    )
    saturation_factor: Annotated[Interval | None, Nullable(SIGNED)] = optional(
        None, "As RandomSaturation's factor; null: saturation stays."
    )
    hue_factor: Annotated[Interval | None, Nullable(SHARE)] = optional(
        None, "As RandomHue's factor; null: hues stay."
    )

    def colour_fields(self) -> tuple[str, ...]:
        """Saturation and hue are of colour, brightness and contrast are not."""
        fields = ("saturation_factor", "hue_factor")
        return tuple(field for field in fields if getattr(self, field) is not None)


class RandomColorDegeneration(Augmentation):
    """Draws colours towards gray.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_color_degeneration.py.
    """

    factor: SignedFactor = required(
        "How far: 1 is gray, 0 the image as it is, below 0 stronger colours; one number f is [-f, f]."
    )
    value_range: ValueRange = optional((0, 255), VALUE_RANGE)

    def colour_fields(self) -> tuple[str, ...]:
        """It changes nothing but colour."""
        return ("factor",)


class RandomGrayscale(Augmentation):
    """Takes the colour out of some images.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_grayscale.py.
    """

    factor: Share = optional(0.5, "The share of images that become gray.")

    def colour_fields(self) -> tuple[str, ...]:
        """It changes nothing but colour."""
        return ("factor",)


class RandomInvert(Augmentation):
    """Makes negatives of images.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_invert.py.
    """

    factor: ShareFactor = optional(
        1.0, "The share of images that is inverted; of a pair, it is drawn for each image."
    )
    value_range: ValueRange = optional(
        (0, 255), "The range of the pixels; they are taken from its upper end."
    )


class RandomPosterization(Augmentation):
    """Keeps fewer bits of every pixel.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_posterization.py.
    """

    factor: Annotated[
        int | tuple[int, int],
        OneOf(
            _BITS,
            ListOf(_BITS, minimum=2, maximum=2, what="a pair of whole numbers"),
            what=f"{_BITS.words}, or a pair of them",
        ),
    ] = required(
        "How many bits stay: from the lower number up to, not including, the upper one; one number "
        "n is [1, n]."
    )
    value_range: ValueRange = optional((0, 255), "The range of the pixels.")


class Solarization(Augmentation):
    """Inverts the pixels that are above a threshold, after adding to all of them.

    Source: keras/src/layers/preprocessing/image_preprocessing/solarization.py.
    """

    addition_factor: ShareFactor = optional(0.0, "How much is added at most, as a share of 255.")
    threshold_factor: ShareFactor = optional(
        0.0, "Where the threshold is at most, as a share of 255; 0 inverts every pixel."
    )
    value_range: ValueRange = optional((0, 255), "The range of the pixels.")
