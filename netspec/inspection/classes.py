"""Classes that have few images, or images that give them away."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from netspec.diagnostics import Code
from netspec.inspection.found import some
from netspec.wording import short, times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from netspec.data.files.header import Header
    from netspec.inspection.found import Finder, ImageFinding
    from netspec.inspection.looks import Looks
    from netspec.inspection.population import Population

# A class with fewer training images is hardly learned, whatever the network.
_FEW = 20
# How many times as many images the largest class may have as the smallest before it is told.
_IMBALANCE = 5
# In a class of fewer images nothing can be said of all of them.
_MANY = 5
_AXES = 2


def check_classes(
    population: Population,
    looks: Looks,
    headers: Sequence[Header | None],
    finder: Finder,
    *,
    weighable: str | None,
) -> Iterator[ImageFinding]:
    """What is found in the classes of each label.

    Args:
        population: The images.
        looks: What they look like.
        headers: What their files say.
        finder: Makes the findings.
        weighable: The label whose classes a spec can weigh; None where it can weigh none.
    """
    train = population.splits["train"]
    for label, facts in population.names.items():
        if facts.kind != "class" or not facts.names:
            continue
        of = population.labels(label)
        called = [f"'{short(name)}'" for name in facts.names]
        counts = np.bincount(of[train], minlength=len(called))
        of_label = f"label '{short(label)}': " if len(population.names) > 1 else ""
        yield from _check_counts(
            counts, called, finder, before=of_label, weighed=label == weighable
        )
        yield from _check_alike(population, of, called, looks, headers, finder)


def _check_counts(
    counts: NDArray[np.int64], called: Sequence[str], finder: Finder, *, before: str, weighed: bool
) -> Iterator[ImageFinding]:
    empty = [name for name, count in zip(called, counts, strict=True) if not count]
    if empty:
        several = (
            f"the classes {some(empty)} have" if len(empty) > 1 else f"the class {empty[0]} has"
        )
        yield finder.found(
            Code.EMPTY_CLASS,
            f"{before}{several} no image to train on",
            "add some, or remove the class",
        )
    few = sorted(
        (int(count), name) for name, count in zip(called, counts, strict=True) if 0 < count < _FEW
    )
    if few:
        told = some([f"{name} ({count})" for count, name in few])
        several = "classes have" if len(few) > 1 else "class has"
        yield finder.found(
            Code.FEW_IMAGES,
            f"{before}{len(few)} {several} fewer than {_FEW} images to train on: {told}",
            "add images; augmentation and a pretrained network help where there are no more",
        )
    filled = counts[counts > 0]
    if len(filled) > 1 and filled.max() >= _IMBALANCE * filled.min():
        largest = int(counts.argmax())
        smallest = int(np.where(counts > 0, counts, counts.max()).argmin())
        yield finder.found(
            Code.IMBALANCE,
            f"{before}{called[largest]} has {counts[largest]:,} training images, {called[smallest]} "
            f"{counts[smallest]:,}: {times(counts[largest], counts[smallest])} as many",
            "training.class_weight: balanced lets the images of small classes count more"
            if weighed
            else "look at each class's recall, and not at accuracy alone",
        )


def _check_alike(  # noqa: PLR0913, PLR0917 - what is known of all images
    population: Population,
    of: NDArray[np.int64],
    called: Sequence[str],
    looks: Looks,
    headers: Sequence[Header | None],
    finder: Finder,
) -> Iterator[ImageFinding]:
    """What every image of a class has and no other image: a network would learn that, and not what is shown."""
    plain_classes = set()
    for number, name in enumerate(called):
        places = np.flatnonzero(of == number)
        if len(places) >= _MANY and looks.plain[places].all():
            plain_classes.add(number)
            yield finder.found(
                Code.SUSPICIOUS_CLASS,
                f"every image of the class {name} has one colour and nothing else",
                "look at them; there is nothing in them to learn",
            )
    plain = [
        place
        for place in np.flatnonzero(looks.plain).tolist()
        if int(of[place]) not in plain_classes
    ]
    if plain:
        names = [population.name(place) for place in plain]
        what = "has" if len(names) == 1 else "have"
        yield finder.found(
            Code.PLAIN_IMAGES,
            f"{some(names)} {what} one colour and nothing else",
            "look at them; there is nothing in them to learn",
            images=names,
        )
    if len(set(headers)) > 1:
        yield from _check_headers(of, called, headers, finder)


def _check_headers(
    of: NDArray[np.int64],
    called: Sequence[str],
    headers: Sequence[Header | None],
    finder: Finder,
) -> Iterator[ImageFinding]:
    for kind in ("size", "format"):
        seen: dict[int, Counter[str]] = {}
        for number, header in zip(of.tolist(), headers, strict=True):
            if header is not None:
                seen.setdefault(number, Counter())[_value(header, kind)] += 1
        for number, values in seen.items():
            if len(values) != 1 or values.total() < _MANY:
                continue
            ((value, _),) = values.items()
            others = [counts for other, counts in seen.items() if other != number]
            enough = sum(counts.total() for counts in others) >= _MANY
            if enough and not any(value in counts for counts in others):
                yield finder.found(
                    Code.SUSPICIOUS_CLASS,
                    f"every image of the class {called[number]} is {value}, and no other image is",
                    "a network may learn that difference instead of what is shown; find out where it comes from",
                )


def _value(header: Header, kind: str) -> str:
    return header.format if kind == "format" else "{} x {}".format(*upright(header))


def upright(header: Header) -> tuple[int, int]:
    """Height and width of a photo as it is seen."""
    turned = header.orientation > 4  # noqa: PLR2004 - 5 to 8 lie on their side
    return (header.width, header.height) if turned else (header.height, header.width)
