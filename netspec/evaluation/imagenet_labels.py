"""Data whose classes are some of ImageNet's, for a network that tells all thousand of them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from netspec.data.sources.classes import some
from netspec.errors import DataError
from netspec.evaluation.other.renumbered import RenumberedSource
from netspec.report.escape import printable
from netspec.spec.application import IMAGENET
from netspec.weights.imagenet import class_index

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netspec.data.source import ImageSource
    from netspec.graph.graph import Graph
    from netspec.spec.data import DataSection
    from netspec.weights.imagenet import ImagenetClass

CLASSES = 1000


def ends_with_imagenet(graph: Graph) -> bool:
    """Whether a network's one output is the classifier of an application with ImageNet's weights."""
    outputs = set(graph.outputs.values())
    return len(outputs) == 1 and any(
        use.fields.include_top and use.fields.weights == IMAGENET and use.layers[-1][0] in outputs
        for use in graph.applications.values()
    )


def with_imagenet_labels(
    source: ImageSource,
    data: DataSection,
    graph: Graph,
    *,
    offline: bool,
    notify: Callable[[str], None],
) -> ImageSource:
    """The source with ImageNet's classes for its own.

    A class of its own is one of ImageNet's by its number from 0 to 999, its WordNet number (`n02108422`), or its name
    as Keras's `decode_predictions` gives it. Where Keras's list of them cannot be had and all are numbers, these are
    what the classes are called.

    Args:
        source: Where the images come from, opened.
        data: The section.
        graph: The network.
        offline: Whether nothing may be fetched.
        notify: Is given a line where the list is fetched, or cannot be.

    Raises:
        DataError: Classes are none of ImageNet's, or the list of these is needed and cannot be had.
    """
    label = source.facts.stratum(data, graph.output_shapes())
    own = source.facts.labels[label].names if label is not None else None
    if label is None or own is None:
        return source  # of the loss and such labels, rules tell
    numbers: Sequence[int | None] = [_number(name) for name in own]
    names: tuple[str, ...] = tuple(map(str, range(CLASSES)))
    try:
        classes = class_index(offline=offline, notify=notify)
    except DataError as error:
        if None in numbers:
            raise
        notify(f"classes are called by their numbers: {error}")
    else:
        names = tuple(each.name for each in classes)
        numbers = _found(own, classes)
    unknown = [name for name, number in zip(own, numbers, strict=True) if number is None]
    if unknown:
        raise DataError(
            f"{printable(source.facts.name)} has classes that are none of ImageNet's: {some(unknown)}",
            hint="call each by its number from 0 to 999, its WordNet number such as n02108422, or Keras's name of it",
        )
    return RenumberedSource(source, label, names, cast("list[int]", list(numbers)))


def _number(name: str) -> int | None:
    return int(name) if name.isdecimal() and name.isascii() and int(name) < CLASSES else None


def _found(own: Sequence[str], classes: Sequence[ImagenetClass]) -> list[int | None]:
    """The number of each class; None of one that is none, or whose name two of ImageNet's have."""
    known: dict[str, int | None] = {}
    for number, each in enumerate(classes):
        known[each.name] = None if each.name in known else number
    known |= {each.wordnet: number for number, each in enumerate(classes)}
    return [known.get(name) if (given := _number(name)) is None else given for name in own]
