"""Pictures of images as a network saw them, ready to be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.data.splits import Split

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.data.pipeline import Pipeline

    # uint8 `(height, width, channels)`, of 1 or 3 channels.
    Picture = NDArray[np.uint8]

_COLOURS = (1, 3)
# Of a picture's longer side, in pixels.
LARGEST = 160
SMALLEST = 96


def pictures_of(split: Split, places: Iterable[int], pipeline: Pipeline) -> dict[int, Picture]:
    """Some of a split's images as the network sees them, as far as they are pictures and can be read.

    Args:
        split: The images.
        places: Which of them, by their place in `split.indices`.
        pipeline: What the network gets its images from.

    Returns:
        The pictures by their place. Those are missing that cannot be read (any more), and all of them where the network
        takes features, or pictures of other channels than gray or RGB.
    """
    wanted = sorted(places)
    if not wanted or not pipeline.form.are_images or pipeline.form.channels not in _COLOURS:
        return {}
    read = _read(split, wanted, pipeline)
    if read is None:  # one of them fails, and the others are asked for one by one
        each = {place: _read(split, [place], pipeline) for place in wanted}
        return {place: found[place] for place, found in each.items() if found is not None}
    return read


def _read(split: Split, places: list[int], pipeline: Pipeline) -> dict[int, Picture] | None:
    """The pictures by their place; None where one of them cannot be read."""
    import tensorflow as tf

    part = Split(split.images, split.indices[places])
    try:
        batches = [images.numpy() for images, *_ in pipeline.evaluation(part)]
    except tf.errors.OpError:
        return None
    pictures = (_as_bytes(image) for batch in batches for image in batch)
    return {
        place: picture
        for place, picture in zip(places, pictures, strict=True)
        if picture.shape[-1] in _COLOURS
    }


def write_picture(picture: Picture, path: Path) -> None:
    """Writes a picture as PNG.

    A tiny one is enlarged by a whole number, pixel by pixel, so that one sees each that the network saw; a large one is
    made smaller.
    """
    from PIL import Image

    image = Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
    size = shown_size(image.size)
    if size != image.size:
        is_larger = size[0] > image.size[0]
        how = Image.Resampling.NEAREST if is_larger else Image.Resampling.LANCZOS
        image = image.resize(size, how)
    image.save(path, "PNG")


def shown_size(size: tuple[int, int]) -> tuple[int, int]:
    """The width and height that a picture of some size is shown in."""
    longer = max(size)
    if longer > LARGEST:
        width, height = (max(1, round(side * LARGEST / longer)) for side in size)
        return width, height
    factor = max(1, min(-(-SMALLEST // longer), LARGEST // longer))
    return size[0] * factor, size[1] * factor


def _as_bytes(pixels: NDArray[Any]) -> Picture:
    """Pixels as whole numbers from 0 to 255; one that is no number is black."""
    if pixels.dtype != np.uint8:
        pixels = np.nan_to_num(pixels.astype(np.float64), nan=0.0)
    whole: Picture = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    return whole
