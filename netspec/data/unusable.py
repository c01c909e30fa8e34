"""Images that cannot be used: refused, or left out and told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.images import EncodedImages
from netspec.errors import DataError
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.data.images import Images

_SHOWN = 10


@dataclass(frozen=True)
class Skipped:
    """An image that is left out.

    Attributes:
        name: What a list calls it.
        reason: What is wrong with it.
    """

    name: str
    reason: str


def refused(
    bad: list[str],
    *,
    use: str = "trained on",
    hint: str = "correct, replace or remove what is named, or leave it out with --set data.on_error=skip",
) -> DataError:
    """The error for images that cannot be used.

    Args:
        bad: Each with what is wrong with it, in a line.
        use: What they cannot be.
        hint: What to do about it.
    """
    more = [f"and {len(bad) - _SHOWN:,} more"] if len(bad) > _SHOWN else []
    count = "an image" if len(bad) == 1 else f"{len(bad):,} images"
    return DataError("\n".join([f"{count} cannot be {use}", *bad[:_SHOWN], *more]), hint=hint)


def spoken_problems(images: Images) -> list[str]:
    """What is wrong with each image that cannot be used, in a line."""
    return [
        f"{place_of(images, index)}: {printable(images.problems[index])}"
        for index in sorted(images.problems)
    ]


def place_of(images: Images, index: int) -> str:
    """Where an image lies, or what it is called."""
    where = images.location(index) if isinstance(images, EncodedImages) else images.name(index)
    return printable(where)


def skipped_of(given: Mapping[str, Images]) -> tuple[Skipped, ...]:
    """The images that cannot be used."""
    return tuple(
        Skipped(printable(images.name(index)), printable(images.problems[index]))
        for images in given.values()
        for index in sorted(images.problems)
    )


def left_out(skipped: tuple[Skipped, ...]) -> str:
    """What is told of images that are left out."""
    first = f"{skipped[0].name}: {skipped[0].reason}"
    if len(skipped) == 1:
        return f"1 image cannot be used and is left out: {first}"
    return f"{len(skipped):,} images cannot be used and are left out, the first is {first}"
