"""Augmentations that move pixels."""

from typing import Annotated

from netspec.fields import Choice, Nullable, Real, optional, required
from netspec.things.augmentations.base import (
    FILL_MODE,
    FILL_VALUE,
    INTERPOLATION,
    VALUE_RANGE,
    ZOOM,
    Augmentation,
    FillMode,
    FillValue,
    Interpolation,
    Interval,
    ShareFactor,
    ShiftFactor,
    TurnFactor,
    ValueRange,
    ZoomFactor,
)
from netspec.things.fields import Count, Share


class RandomFlip(Augmentation):
    """Mirrors half of the images.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_flip.py.
    """

    mode: Annotated[str, Choice("horizontal", "vertical", "horizontal_and_vertical")] = optional(
        "horizontal_and_vertical",
        "Left and right, top and bottom, or both at once, which turns an image by 180 degrees.",
    )


class RandomRotation(Augmentation):
    """Turns images around their middle.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_rotation.py.
    """

    factor: TurnFactor = required(
        "How far at most, as a share of a full turn: 0.1 is 36 degrees, either way."
    )
    fill_mode: FillMode = optional("reflect", FILL_MODE)
    interpolation: Interpolation = optional("bilinear", INTERPOLATION)
    fill_value: FillValue = optional(0.0, FILL_VALUE)


class RandomTranslation(Augmentation):
    """Shifts images up, down and sideways.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_translation.py.
    """

    height_factor: ShiftFactor = required(
        "How far down at most, as a share of the height; below 0 is up."
    )
    width_factor: ShiftFactor = required(
        "How far to the right at most, as a share of the width; below 0 is to the left."
    )
    fill_mode: FillMode = optional("reflect", FILL_MODE)
    interpolation: Interpolation = optional("bilinear", INTERPOLATION)
    fill_value: FillValue = optional(0.0, FILL_VALUE)


class RandomZoom(Augmentation):
    """Zooms images in and out.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_zoom.py.
    """

    height_factor: ZoomFactor = required(
        "How much higher the part that is seen may be, as a share: above 0 zooms out, below 0 in."
    )
    width_factor: Annotated[Interval | None, Nullable(ZOOM)] = optional(
        None, "The same for the width; null: as for the height, so that the ratio stays."
    )
    fill_mode: FillMode = optional("reflect", FILL_MODE)
    interpolation: Interpolation = optional("bilinear", INTERPOLATION)
    fill_value: FillValue = optional(0.0, FILL_VALUE)


class RandomShear(Augmentation):
    """Slants images.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_shear.py.
    """

    x_factor: ShareFactor = optional(0.0, "How far sideways at most, as a share of the height.")
    y_factor: ShareFactor = optional(0.0, "How far up or down at most, as a share of the width.")
    interpolation: Interpolation = optional("bilinear", INTERPOLATION)
    fill_mode: FillMode = optional("reflect", FILL_MODE)
    fill_value: FillValue = optional(0.0, FILL_VALUE)


class RandomCrop(Augmentation):
    """Cuts a window out of images that are larger than the model's input.

    Keras cuts at one place for a whole batch; here every image has a place of its own.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_crop.py.
    """

    height: Count = required("The window's height: the model's.")
    width: Count = required("The window's width: the model's.")


class RandomPerspective(Augmentation):
    """Shows images as if seen from another place.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_perspective.py.
    """

    factor: ShareFactor = optional(
        1.0, "The share of images that is changed; of a pair, it is drawn for each image."
    )
    scale: Share = optional(1.0, "How far the corners move at most.")
    interpolation: Interpolation = optional("bilinear", INTERPOLATION)
    fill_value: Annotated[float, Real()] = optional(
        0.0, "The value that stands where the image has left."
    )


class RandomElasticTransform(Augmentation):
    """Bends images as if they were of rubber.

    Keras bends the images of a batch equally far; here each is bent by itself. Of large images every pixel is blurred
    with thousands of others, which takes long.

    Source: keras/src/layers/preprocessing/image_preprocessing/random_elastic_transform.py.
    """

    factor: ShareFactor = optional(
        1.0, "The share of images that is bent; it is drawn for each image, from 0 to one number."
    )
    scale: ShareFactor = optional(
        1.0, "How far: 1 moves pixels most; it is drawn for each image, from 0 to one number."
    )
    interpolation: Interpolation = optional("bilinear", INTERPOLATION)
    fill_mode: Annotated[str, Choice("reflect", "wrap", "constant", "nearest", "mirror")] = (
        optional("reflect", f"{FILL_MODE} Under mirror the edge is not repeated.")
    )
    fill_value: FillValue = optional(0.0, FILL_VALUE)
    value_range: ValueRange = optional((0, 255), VALUE_RANGE)
