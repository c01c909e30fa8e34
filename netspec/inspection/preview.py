"""Training images as the network gets them, and what augmentation makes of the same ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.data.counts import splitting
from netspec.data.files.looking import plan_look
from netspec.data.preparing import prepare
from netspec.data.splits import Split
from netspec.errors import UsageError
from netspec.inspection.looks import as_bytes, batches_of
from netspec.inspection.population import words
from netspec.inspection.subject import open_subject
from netspec.things.labels import LABEL
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.analysis import Analysis
    from netspec.data.form import ImageForm
    from netspec.data.source import Reports
    from netspec.inspection.subject import Subject
    from netspec.things.labels import LabelFacts

    Picture = NDArray[np.uint8]

MOST_CLASSES = 20
# Rows of images that have no class.
_ROWS = 6
_LEAST_SHARE = 0.01


@dataclass(frozen=True, eq=False)
class Row:
    """Some images of one class.

    Attributes:
        name: What stands before them.
        before: As the network gets them where it is judged, uint8 `(height, width, channels)`.
        after: The same, augmented; empty where nothing is.
        captions: What is told below each of `before`, line by line; empty where all is told by the class.
        told: Of which classes an augmented image is mixed, the largest share first; empty where nothing is mixed.
    """

    name: str
    before: tuple[Picture, ...]
    after: tuple[Picture, ...]
    told: tuple[tuple[str, ...], ...]
    captions: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Preview:
    """What a contact sheet shows.

    Attributes:
        title: What the data is called.
        rows: A class each.
        form: How the network takes images.
        augmentation: The kinds of augmentation, in order.
        epoch: The epoch whose augmentation it is, counted from 1.
        classes: How many classes there are in all.
        resized: Whether images were brought to their size.
        captioned: What the captions tell, in their order.
    """

    title: str
    rows: tuple[Row, ...]
    form: ImageForm
    augmentation: tuple[str, ...]
    epoch: int
    classes: int
    resized: bool
    captioned: tuple[str, ...] = ()


def preview(  # noqa: PLR0913 - each has a name
    analysis: Analysis,
    *,
    reports: Reports,
    images: int = 8,
    seed: int | None = None,
    epoch: int = 1,
    classes: Sequence[str] = (),
    data_root: Path | None = None,
    offline: bool = False,
) -> Preview:
    """Chooses training images of each class, and shows what a run makes of them.

    Args:
        analysis: What is known of the spec; `compile` and `training` may be missing.
        reports: Is told what goes on.
        images: How many of each class, or in each of 6 rows where there are no classes.
        seed: What the choice of images follows from; the spec's seed without. It changes no augmentation.
        epoch: The epoch whose augmentation is shown, counted from 1.
        classes: The classes that are shown; the first 20 without.
        data_root: The folder that paths are relative to, if not the spec's own.
        offline: Whether nothing may be fetched.

    Raises:
        SpecError: The spec has errors, or names no data.
        DataError: The data cannot be had.
        UsageError: There is no such class.
    """
    subject = open_subject(analysis, data_root=data_root, tolerant=False)
    facts = None if subject.stratum is None else subject.labels[subject.stratum]
    shown = _shown(facts, classes)
    train = _training_images(subject, reports, offline=offline)
    draw = subject.seed if seed is None else seed
    chosen = _chosen(train, subject.stratum, shown, images, seed=draw)
    every = np.unique(np.concatenate([np.zeros(0, np.int64), *chosen]))
    before = _read(train, every, subject.form, size=subject.form.size)
    after, told = _augmented(subject, train, every, facts, epoch=epoch)
    names = facts.names or () if facts else ()
    captions = _captions(subject, train)
    rows = tuple(
        Row(
            names[number] if facts else "",
            tuple(as_bytes(before[index]) for index in places.tolist()),
            tuple(as_bytes(after[index]) for index in places.tolist() if index in after),
            tuple(told[index] for index in places.tolist() if index in told),
            tuple(
                tuple(told_of(index) for told_of in captions.values())
                for index in places.tolist()
                if captions
            ),
        )
        for number, places in zip(shown, chosen, strict=False)
        if len(places)
    )
    return Preview(
        subject.source.title,
        rows,
        subject.form,
        tuple(thing.kind() for thing in subject.document.augmentation or ()),
        epoch,
        len(names),
        (subject.source.facts.image_shape or ())[:2] != subject.form.size,
        tuple(captions),
    )


def _captions(subject: Subject, train: Split) -> dict[str, Callable[[int], str]]:
    """What tells an image's labels that no row tells, by its index; by what each label is called."""
    known = subject.labels
    labels = [
        name
        for name in dict.fromkeys(subject.learned.values())
        if name is not None and name != subject.stratum
    ]
    several = len(labels) > 1

    def teller(label: str) -> Callable[[int], str]:
        values = train.images.labels[label]
        before = f"{label}: " if several else ""
        return lambda index: before + words(known[label], values[index : index + 1], "")[0]

    return {_called(label, known[label]): teller(label) for label in labels}


def _called(label: str, facts: LabelFacts) -> str:
    """What a note calls a label; one without a name by what it is of."""
    if label != LABEL:
        return label
    return ", ".join(facts.names or ()) if facts.kind == "number" else "its classes"


def _shown(facts: LabelFacts | None, classes: Sequence[str]) -> list[int]:
    """The numbers of the classes that are shown, or of rows where there are no classes."""
    if facts is None:
        if classes:
            raise UsageError("the images have no classes to choose from", hint="leave --class out")
        return list(range(_ROWS))
    names = list(facts.names or ())
    for name in classes:
        if name not in names:
            hint = nearest(name, names) or f"there are {', '.join(map(short, names[:10]))}"
            raise UsageError(f"there is no class '{short(name)}'", hint=hint)
    return [names.index(name) for name in classes] or list(range(min(len(names), MOST_CLASSES)))


def _training_images(subject: Subject, reports: Reports, *, offline: bool) -> Split:
    """The images that a run would train on."""
    data, source = subject.data, subject.source
    numbers = source.facts.splits or {}
    rule = splitting(data, numbers)
    used = {"train", rule.validation_from, rule.test_from}
    look = plan_look(
        [files for name, files in source.files.items() if name in used],
        verify=data.verify,
        limit=data.limit,
        channels=subject.form.channels,
    )
    wanted = subject.wanted(numbers, look=look)
    return prepare(source, wanted, reports, offline=offline).splits["train"]


def _chosen(
    train: Split,
    stratum: str | None,
    shown: Sequence[int],
    images: int,
    *,
    seed: int,
) -> list[NDArray[np.int64]]:
    """For each row the indices of its images, ascending."""
    if stratum is None:
        some = np.sort(
            np.random.default_rng(seed).permutation(train.indices)[: images * len(shown)]
        )
        return [some[at : at + images] for at in range(0, len(some), images)]
    labels = train.labels(stratum)
    # Of each class by itself, so that it is shown by the same ones whatever else is.
    return [
        np.sort(
            np.random.default_rng([seed, number]).permutation(train.indices[labels == number])[
                :images
            ]
        )
        for number in shown
    ]


def _read(
    train: Split, indices: NDArray[np.int64], form: ImageForm, *, size: tuple[int, int]
) -> dict[int, NDArray[Any]]:
    """Images by their index, brought to a size."""
    if not len(indices):
        return {}
    batches = batches_of(Split(train.images, indices), replace(form, size=size))
    pictures = (image for batch in batches for image in batch)
    return dict(zip(indices.tolist(), pictures, strict=True))


def _augmented(
    subject: Subject,
    train: Split,
    indices: NDArray[np.int64],
    facts: LabelFacts | None,
    *,
    epoch: int,
) -> tuple[dict[int, NDArray[Any]], dict[int, tuple[str, ...]]]:
    """What training sees of some images in an epoch, by their index; and of what it is mixed, where it is."""
    things = subject.document.augmentation or ()
    if not things or not len(indices):
        return {}, {}
    import tensorflow as tf

    from netspec.data.partners import Partners
    from netspec.data.pipeline import Pipeline
    from netspec.lowering.augmentation import Augmentation

    augmentation = Augmentation(things, seed=subject.seed)
    number = tf.constant(epoch - 1, tf.int64)
    keys = train.images.keys
    size = subject.form.training_size
    # As one graph, which training has too: by itself every operation would be a call.
    partners = Partners(augmentation.mixing, 1, in_circle=True)
    shifts = list(partners.shifts(tf.constant(partners.rows)))
    augment = tf.function(
        lambda images, labels, keys: augmentation.augment(
            images, labels, epoch=number, keys=keys, shifts=shifts
        ),
        autograph=False,
    )
    if not augmentation.mixing:
        images = _read(train, indices, subject.form, size=size)
        result, _ = augment(
            tf.stack([images[index] for index in indices.tolist()]), {}, tf.constant(keys[indices])
        )
        return dict(zip(indices.tolist(), result.numpy(), strict=True)), {}
    # One image a batch: what it is mixed with follows it in the circle.
    pipeline = Pipeline(batch_size=1, targets=(), by_key=True, form=subject.form)
    circle = pipeline.order(train, epoch=epoch - 1, seed=subject.seed, shuffle=True)
    place = {int(index): at for at, index in enumerate(circle.tolist())}
    rows = {
        index: circle[(place[index] + np.arange(partners.rows)) % len(circle)]
        for index in indices.tolist()
    }
    images = _read(train, np.unique(np.concatenate([*rows.values()])), subject.form, size=size)
    classes = len(facts.names or ()) if facts else 1
    labels = (
        train.images.labels[subject.stratum]
        if subject.stratum
        else np.zeros(len(train.images), int)
    )
    after, told = {}, {}
    for index, members in rows.items():
        result, shares = augment(
            tf.stack([images[member] for member in members.tolist()]),
            {"": tf.one_hot(labels[members], classes)},
            tf.constant(keys[members]),
        )
        after[index] = result.numpy()[0]
        if facts:
            told[index] = _shares(shares[""].numpy()[0], facts.names or ())
    return after, told


def _shares(shares: NDArray[np.float32], names: Sequence[str]) -> tuple[str, ...]:
    """Of which classes an image is, the largest share first."""
    found = sorted(zip(shares.tolist(), names, strict=True), reverse=True)
    return tuple(f"{share:.0%} {name}" for share, name in found if share >= _LEAST_SHARE)
