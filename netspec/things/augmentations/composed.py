"""Augmentations that are made of others, drawn for each image."""

from typing import Annotated

from netspec.fields import Flag, Real, optional
from netspec.things.augmentations.base import (
    INTERPOLATION,
    VALUE_RANGE,
    Augmentation,
    Interpolation,
    ShareFactor,
    ValueRange,
)
from netspec.things.fields import Count


class RandAugment(Augmentation):
    """Changes each image in some of eleven ways: moved, turned, slanted, or in its colours.

    They are shear, translation, rotation, brightness, colour degeneration, contrast, sharpness, posterization,
    solarization, auto contrast and equalization. Keras draws them for a batch; here each image has its own.

    Source: keras/src/layers/preprocessing/image_preprocessing/rand_augment.py.
    """

    value_range: ValueRange = optional((0, 255), VALUE_RANGE)
    num_ops: Count = optional(2, "How many of the ways each image goes, one after another.")
    factor: ShareFactor = optional(0.5, "How far each way goes, from 0 to this or between a pair.")
    interpolation: Interpolation = optional("bilinear", INTERPOLATION)


class AugMix(Augmentation):
    """Mixes each image with several altered ones of itself (Hendrycks et al., 2020).

    Each altered one goes through a chain of RandAugment's ways. Keras draws the chains once and for all when it
    builds the pipeline; here each image has its own in each epoch.

    Source: keras/src/layers/preprocessing/image_preprocessing/aug_mix.py.
    """

    value_range: ValueRange = optional((0, 255), VALUE_RANGE)
    num_chains: Count = optional(3, "How many altered images are mixed.")
    chain_depth: Count = optional(
        3, "How many ways each altered image goes at most; a twelfth of them are left out."
    )
    factor: ShareFactor = optional(0.3, "How far each way goes, from 0 to this or between a pair.")
    alpha: Annotated[float, Real(above=0)] = optional(
        1.0, "How evenly the images are mixed, as MixUp's alpha says it."
    )
    all_ops: Annotated[bool, Flag()] = optional(
        description="Whether brightness, colour degeneration, contrast and sharpness are among "
        "the ways.",
        default=True,
    )
    interpolation: Interpolation = optional("bilinear", INTERPOLATION)
