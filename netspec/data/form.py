"""The form in which images reach the network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ImageForm:
    """What images are brought to.

    Attributes:
        size: Height and width that the network takes.
        channels: 3, or 1 for gray.
        resize: `stretch`, `crop` or `pad`.
        training_size: Height and width before augmentation, which may crop to `size`.
    """

    size: tuple[int, int]
    channels: int
    resize: str
    training_size: tuple[int, int]
