r"""What is watched or judges is not there, or leaves nothing to train on.

Validation and test images given as a number or a fraction, or as a number of each class, are taken from the training
images, and some must be left; `train` takes its number of what is left. A number of each class is for labels that are
classes.

A split that is named must be one that the source has; which ones an image folder has is known when it is looked at.

`group` is searched in images' names, so that it is for images in files: those of a named data set, or of arrays, have
none.

Failing:

    netspec: 1
    data: {source: mnist, validation: 60000}  # NS508
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Failing, as MNIST has no split of this name:

    netspec: 1
    data: {source: mnist, validation: val}  # NS508
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Failing, as 40,000 are left:

    netspec: 1
    data: {source: mnist, validation: {per_class: 2000}, train: 50000}  # NS508
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing, with the images of one patient in one split:

    netspec: 1
    data: {source: {ImageFolder: {path: scans}}, validation: 0.2, test: 0.2, group: 'patient_(\d+)'}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.spec.data import PerClass
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.data import DataSection
    from netspec.spec.document import Document
    from netspec.spec.facts import DataFacts

CODE = Code.SPLIT

_FIELDS = ("validation", "test")
_ROUNDING = 1e-9  # of a sum of decimal fractions


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds what the splits name and take against what the source has."""
    data, facts = document.data, document.facts
    if data is None or facts is None:
        return
    if data.group is not None and not getattr(data.source, "names_images", False):
        yield Finding(
            CODE,
            f"group is searched in images' names, and those of {facts.name} have none",
            document.place("data", "group"),
            "take it out",
        )
    for field in _FIELDS:
        name = data.split_named(field, facts.splits or {})
        unknown = facts.splits is not None and name not in facts.splits
        if name == "train" or (name is not None and unknown):
            yield Finding(
                CODE, _unfit(name, facts), document.place("data", field), _hint(name, facts)
            )
    stratum = facts.stratum(data, graph.outputs)
    without = None if stratum else _field_per_class(data)
    if without is not None and all(facts.label_names(data, graph.outputs).values()):
        yield Finding(
            CODE,
            f"{without} counts the images of each class, and no output learns classes",
            document.place("data", without),
            "write a fraction, or a number of images in all",
        )
    elif facts.splits is not None:
        classes = facts.labels[stratum].count if stratum else None
        yield from _check_counts(document, data, facts, classes)
    elif _shares(data) >= 1 - _ROUNDING:
        yield Finding(
            CODE,
            "validation and test hold out all images, and none is left to train on",
            document.place("data", "validation"),
            "hold out less",
        )


def _check_counts(
    document: Document, data: DataSection, facts: DataFacts, classes: int | None
) -> Iterator[Finding]:
    assert facts.splits is not None  # noqa: S101 - known by now
    images = facts.splits["train"]
    taken = {field: data.held_out(field, images, classes) for field in _FIELDS}
    if sum(taken.values()) >= images:
        most = max(taken, key=taken.__getitem__)
        yield Finding(
            CODE,
            f"{sum(taken.values()):,} of the {images:,} training images of {facts.name} "
            "are held out, and none is left to train on",
            document.place("data", most),
            "hold out fewer",
        )
        return
    left = images - sum(taken.values())
    wanted = (
        data.train.per_class * (classes or 1) if isinstance(data.train, PerClass) else data.train
    )
    if wanted is not None and wanted > left:
        yield Finding(
            CODE,
            f"{wanted:,} images are to be trained on, and {left:,} of the {images:,} training images of "
            f"{facts.name} are left",
            document.place("data", "train"),
            "train on fewer, or hold out fewer; without `train`, on all that are left",
        )


def _field_per_class(data: DataSection) -> str | None:
    """A field that counts the images of each class, None where none does."""
    fields = (*_FIELDS, "train")
    return next((field for field in fields if isinstance(getattr(data, field), PerClass)), None)


def _shares(data: DataSection) -> float:
    """How much of the training images is held out, as far as it is a share."""
    wishes = [getattr(data, field) for field in _FIELDS]
    return sum(wish for wish in wishes if isinstance(wish, float))


def _unfit(name: str, facts: DataFacts) -> str:
    if name == "train":
        return "the network learns from the split 'train', so that it cannot judge it"
    return f"{facts.name} has no split '{name}'"


def _hint(name: str, facts: DataFacts) -> str:
    others = [split for split in facts.splits or () if split != "train"]
    fraction = "a fraction such as 0.1 holds some training images out"
    if not others:
        return fraction
    return nearest(name, others) or f"it has {', '.join(others)}; {fraction}"
