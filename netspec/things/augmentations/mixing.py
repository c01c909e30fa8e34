"""Augmentations that mix an image with another one, and its label with that one's.

The other image is one of the same epoch. Labels become shares of two classes, numbers lie between the two images'. A
loss over class indices is lowered as the one over one-hot vectors, which takes shares; a hinge takes none, and is
refused.
"""

from typing import Annotated, ClassVar

from netspec.fields import Real, optional
from netspec.things.augmentations.base import Augmentation, ShareFactor


class MixUp(Augmentation):
    """Lays another image over each one, and mixes their labels in the same shares.

    Keras mixes within a batch; here the other image is one of the epoch.

    Source: keras/src/layers/preprocessing/image_preprocessing/mix_up.py.
    """

    mixes: ClassVar[bool] = True

    alpha: Annotated[float, Real(above=0)] = optional(
        0.2,
        "How evenly images are mixed, their shares being drawn from Beta(alpha, alpha): near 0 one "
        "of them is all but alone, at 1 all shares are equally likely, above 1 halves are.",
    )


class CutMix(Augmentation):
    """Puts a rectangle of another image into each one, and mixes their labels by the areas.

    Keras cuts out of the batch; here the other image is one of the epoch.

    Source: keras/src/layers/preprocessing/image_preprocessing/cut_mix.py.
    """

    mixes: ClassVar[bool] = True

    factor: ShareFactor = optional(
        1.0,
        "How evenly: the area that stays is drawn from Beta(f, f), f from 0 to this or from the "
        "pair. Near 0 one image is all but alone.",
    )
