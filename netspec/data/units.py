"""Which images are never parted, and in what order they are held out."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from netspec.data.groups import groups_of
from netspec.data.images import ArrayImages
from netspec.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netspec.data.images import Images


class Unit(NamedTuple):
    """Images that are never parted.

    Attributes:
        place: Where it stands in the order of its seed.
        images: The images' indices, ascending.
        classes: The classes that it has, each with its number of images.
    """

    place: bytes
    images: list[int]
    classes: list[tuple[int, int]]


def place(seed: int, stream: str, key: bytes) -> bytes:
    """Where something stands in an order that follows from the seed and its key alone.

    Args:
        seed: The spec's seed.
        stream: What the order is for, so that each has one of its own.
        key: What the thing is known by.
    """
    return blake2b(key, digest_size=16, key=f"{seed} {stream}".encode()).digest()


def content_keys(images: Images) -> list[bytes]:
    """What each image is known by: its content, or its name where nothing is known of that."""
    digests = images.digests()
    if len(digests) != len(images):
        digests = [b""] * len(images)
    return [
        b"content " + digest if digest else b"name " + _encoded(images.name(index))
        for index, digest in enumerate(digests)
    ]


def group_keys(images: Images, pattern: str) -> list[str]:
    """What a pattern finds in each image's name.

    Raises:
        DataError: The images have no names, or it finds nothing in some.
    """
    if isinstance(images, ArrayImages):
        raise DataError(
            "data.group is searched in images' names, and the images of an array have none",
            hint="take group out of data, or give the images as files",
        )
    return groups_of([images.name(index) for index in range(len(images))], pattern)


def units(images: Images, classes: Sequence[int], *, seed: int, group: str | None) -> list[Unit]:
    """The units of some images in the order of the seed.

    Images of one content are together, and images of one group; images of two groups of which one is a copy of another
    are all together.

    Args:
        images: The images.
        classes: Each one's class.
        seed: The spec's seed.
        group: What is searched in an image's name, None where only copies belong together.

    Raises:
        DataError: See `group_keys`.
    """
    contents = content_keys(images)
    if group is None:
        keys = contents
        members = _together(contents)
    else:
        names = group_keys(images, group)
        keys = [b"group " + _encoded(name) for name in names]
        members = _together(contents, keys)
    places = {key: place(seed, "split", key) for key in set(keys)}
    found_units = [
        # Nearly all are one image alone, and there can be very many.
        Unit(places[keys[indices[0]]], indices, [(classes[indices[0]], 1)])
        if len(indices) == 1
        else Unit(
            min(places[keys[index]] for index in indices),
            indices,
            [*Counter(classes[index] for index in indices).items()],
        )
        for indices in members
    ]
    return sorted(found_units, key=itemgetter(0))


def _together(*columns: Sequence[bytes]) -> list[list[int]]:
    """Lists of the rows that agree in a column, directly or by way of others (union and find)."""
    parents = list(range(len(columns[0])))

    def root(row: int) -> int:
        while parents[row] != row:
            parents[row] = parents[parents[row]]
            row = parents[row]
        return row

    for column in columns:
        first: dict[bytes, int] = {}
        for row, key in enumerate(column):
            other = first.setdefault(key, row)
            if other != row:
                parents[root(row)] = root(other)
    return _gathered(root(row) for row in range(len(parents)))


def _gathered(roots: Iterable[int]) -> list[list[int]]:
    gathered: dict[int, list[int]] = {}
    for row, at in enumerate(roots):
        gathered.setdefault(at, []).append(row)
    return list(gathered.values())


def _encoded(name: str) -> bytes:
    """A name that may have bytes in it that are no UTF-8."""
    return name.encode("utf-8", "surrogateescape")
