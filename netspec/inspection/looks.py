"""What images look like: what each is known by among others, and how the pixels of all of them are spread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from netspec.data.form import ImageForm
    from netspec.data.splits import Split

THUMBNAIL = 16
_BATCH = 64
# Pixels of 0 to 255 that differ by no more are one colour, as a JPEG keeps it.
_ONE_COLOUR = 6


@dataclass(frozen=True, eq=False)
class Looks:
    """What some images look like.

    Attributes:
        hashes: uint64 `(images,)`, a perceptual hash: near-duplicates differ in few of its bits.
        thumbnails: uint8 `(images, 16, 16)`, the images small and gray.
        plain: bool `(images,)`, whether an image has one colour and nothing else.
    """

    hashes: NDArray[np.uint64]
    thumbnails: NDArray[np.uint8]
    plain: NDArray[np.bool_]

    @classmethod
    def room(cls, images: int) -> Looks:
        """For so many images that have not been looked at."""
        return cls(
            np.zeros(images, np.uint64),
            np.zeros((images, THUMBNAIL, THUMBNAIL), np.uint8),
            np.zeros(images, np.bool_),
        )

    def put(self, at: int, image: NDArray[np.uint8]) -> None:
        """Looks at one image, uint8 `(height, width, channels)`."""
        import imagehash

        small = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
        gray = small.convert("L")
        # The library's hash is of bits in their order; as one number they are compared at once.
        bits = imagehash.phash(gray).hash
        self.hashes[at] = int.from_bytes(np.packbits(bits).tobytes(), "big")
        self.thumbnails[at] = np.asarray(
            gray.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX, reducing_gap=None)
        )
        self.plain[at] = _is_plain(image)


@dataclass
class Spread:
    """The mean and the variance of each channel over many images, added up batch by batch.

    Attributes:
        images: How many there were.
    """

    channels: int
    images: int = 0
    _pixels: int = 0
    _sum: NDArray[np.float64] = field(init=False)
    _squares: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self._sum = np.zeros(self.channels)
        self._squares = np.zeros(self.channels)

    def add(self, images: NDArray[Any]) -> None:
        """Adds images `(images, height, width, channels)`."""
        values = images.astype(np.float64).reshape(-1, self.channels)
        self.images += len(images)
        self._pixels += len(values)
        self._sum += values.sum(axis=0)
        self._squares += (values**2).sum(axis=0)

    @property
    def mean(self) -> tuple[float, ...]:
        """Of each channel, 0 to 255."""
        return tuple(float(value) for value in self._sum / max(self._pixels, 1))

    @property
    def variance(self) -> tuple[float, ...]:
        """Of each channel; 0 where every pixel is the same."""
        count = max(self._pixels, 1)
        values = self._squares / count - (self._sum / count) ** 2
        return tuple(max(0.0, float(value)) for value in values)


def batches_of(split: Split, form: ImageForm) -> Iterable[NDArray[Any]]:
    """A split's images as the network takes them, in their order: `(batch, height, width, channels)`, 0 to 255.

    Raises:
        DataError: A file is gone, changed or damaged.
    """
    from netspec.data.files.failing import named_if_unreadable
    from netspec.data.pipeline import Pipeline

    pipeline = Pipeline(batch_size=_BATCH, targets=(), by_key=True, form=form)
    with named_if_unreadable(split, channels=form.channels):
        for images, *_ in pipeline.evaluation(split):
            yield images.numpy()


def as_bytes(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Pixels as whole numbers from 0 to 255."""
    whole: NDArray[np.uint8] = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    return whole


def look(  # noqa: PLR0913 - each has a name
    split: Split,
    form: ImageForm,
    *,
    into: Looks,
    at: NDArray[np.int64],
    spread: Spread | None,
    progress: Callable[[int], None],
) -> None:
    """Looks at every image of a split, once.

    Args:
        split: The images, all of which can be read.
        form: How the network takes them.
        into: Where their looks are kept.
        at: The place of each there.
        spread: Where their pixels are counted; None where they are not.
        progress: Is told how many images more have been looked at.
    """
    if not len(split):
        return
    done = 0
    for batch in batches_of(split, form):
        if spread is not None:
            spread.add(batch)
        places = at[done : done + len(batch)].tolist()
        for place, image in zip(places, as_bytes(batch), strict=True):
            into.put(place, _without_bars(image) if form.resize == "pad" else image)
        done += len(batch)
        progress(len(batch))


def _without_bars(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An image without the black that padding leaves around it: two images are not alike for that."""
    inside = image.max(axis=-1) > 0
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return image
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _is_plain(image: NDArray[np.uint8]) -> bool:
    """Whether an image has one colour."""
    flat = image.reshape(-1, image.shape[-1])
    return int((flat.max(axis=0).astype(int) - flat.min(axis=0)).max()) <= _ONE_COLOUR
