"""What is wrong with single files: those that cannot be read, and those that are named as something else."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from netspec.data.images import EncodedImages, FileImages
from netspec.diagnostics import Code
from netspec.inspection.classes import upright
from netspec.inspection.found import some

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.data.files.header import Header
    from netspec.data.files.looking import Indexes
    from netspec.data.form import ImageForm
    from netspec.data.images import Images
    from netspec.data.sources.folder import LayoutError
    from netspec.data.splits import Split
    from netspec.inspection.found import Finder, ImageFinding
    from netspec.inspection.population import Population

_CODES = {
    "case": Code.CLASSES_BY_CASE,
    "empty": Code.EMPTY_CLASS,
    "unknown": Code.UNKNOWN_CLASS,
}
# What each ending stands for, by Pillow's names; an ending that is not here says nothing.
_ENDINGS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
# A camera's JPEG of several pictures.
_SAME = {"MPO": "JPEG"}
# An image that is enlarged to more than so many times its size is told of.
_ENLARGED = 2


def check_layout(faults: Sequence[LayoutError], finder: Finder) -> Iterator[ImageFinding]:
    """What is amiss with a folder, one finding for each fault."""
    for fault in faults:
        code = _CODES.get(fault.fault, Code.DATA_LAYOUT)
        yield finder.found(code, fault.message, fault.hint or "")


def check_readable(
    given: Mapping[str, Images], finder: Finder, *, skipped: bool
) -> Iterator[ImageFinding]:
    """The images that cannot be read.

    Args:
        given: All images, looked at.
        finder: Makes the findings.
        skipped: Whether a run goes without them.
    """
    told = set()
    for split, images in given.items():
        reasons = set(images.problems.values())
        if 1 < len(images.problems) == len(images) and len(reasons) == 1:
            yield finder.found(
                Code.UNREADABLE_IMAGE,
                f"no {split} image can be used, all for the same reason; the first is {images.name(0)}: "
                f"{reasons.pop()}",
                "look whether data.source describes the images as they are",
                images=[images.name(index) for index in range(len(images))],
            )
            continue
        for index, problem in sorted(images.problems.items()):
            name = images.name(index)
            if name in told:
                continue
            told.add(name)
            is_absent = isinstance(images, EncodedImages) and index in images.absent
            hint = (
                "correct its line, or get the file" if is_absent else "remove it, or get it again"
            )
            yield finder.found(
                Code.UNREADABLE_IMAGE,
                f"{name}: {problem}",
                "a run leaves it out and lists it" if skipped else hint,
                images=[name],
                level="warning" if skipped else None,
            )


def check_names(
    population: Population, headers: Sequence[Header | None], finder: Finder
) -> Iterator[ImageFinding]:
    """Files that are named as another kind of picture than they are."""
    place = 0
    for part in population.parts:
        for index in part.indices.tolist():
            header = headers[place]
            place += 1
            if header is None or not isinstance(part.images, FileImages):
                continue
            name = part.images.name(index)
            ending = PurePosixPath(name).suffix
            meant = _ENDINGS.get(ending.lower())
            if meant is not None and meant != _SAME.get(header.format, header.format):
                yield finder.found(
                    Code.MISNAMED_IMAGE,
                    f"{name} is named as a {meant} and is a {header.format}",
                    "rename it; netspec reads it as what it is, other programs may not",
                    images=[name],
                )


def check_sizes(
    population: Population, headers: Sequence[Header | None], form: ImageForm, finder: Finder
) -> Iterator[ImageFinding]:
    """Images that are much smaller than what the network takes."""
    height, width = form.training_size
    small = []
    for place, header in enumerate(headers):
        if header is not None:
            own_height, own_width = upright(header)
            if own_height * _ENLARGED < height or own_width * _ENLARGED < width:
                small.append((own_height * own_width, place, f"{own_height} x {own_width}"))
    if small:
        _, place, size = min(small)
        share = f"{len(small):,} of {len(population):,} images are"
        if len(small) in {1, len(population)}:
            share = "an image is" if len(small) == 1 else "every image is"
        yield finder.found(
            Code.SMALL_IMAGES,
            f"{share} less than half as high or wide as the {height} x {width} that the network takes; the smallest, "
            f"{population.name(place)}, is {size}",
            "get larger ones, or make model.input smaller",
            images=[population.name(each) for _, each, _ in small],
        )


def check_passed_over(names: Sequence[str], finder: Finder) -> Iterator[ImageFinding]:
    """What is no image of anybody's."""
    if names:
        what = "is" if len(names) == 1 else "are"
        yield finder.found(
            Code.PASSED_OVER,
            f"{some(names)} {what} passed over",
            "file managers and archives leave such files behind; they can be removed",
            images=names,
        )


def headers_of(part: Split, indexes: Indexes) -> list[Header | None]:
    """What the first bytes of each image say, in the order of the split's indices; None for those of arrays."""
    from netspec.data.files.pictures import UnreadableImageError, read_header

    images = part.images
    if not isinstance(images, EncodedImages):
        return [None] * len(part)
    found: list[Header | None] = []
    for index in part.indices.tolist():
        header = None
        if len(images.sizes):
            known = indexes.of(images.root).find(
                images.names[index], int(images.sizes[index]), int(images.mtimes[index])
            )
            header = None if known is None else known.header
        if header is None:
            try:
                header = read_header(images.read(index))
            except (OSError, UnreadableImageError):  # it has changed since it was looked at
                header = None
        found.append(header)
    return found
