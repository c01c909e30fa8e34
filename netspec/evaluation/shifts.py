"""The shift test: how a network fares where its images are moved by some pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.data.quotas import count_quotas
from netspec.data.splits import Split
from netspec.errors import UsageError
from netspec.evaluation.class_output import ClassOutput
from netspec.evaluation.outputs import values_by_output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import keras
    from numpy.typing import NDArray

    from netspec.data.form import ImageForm
    from netspec.data.pipeline import Pipeline
    from netspec.evaluation.judge import Judgement
    from netspec.evaluation.output import Output
    from netspec.report.evaluation import ShiftsRecord
    from netspec.spec.labels import Target

MOST_IMAGES = 1000
# Of the offsets to one side, each of which is tried with each other.
_MOST_A_SIDE = 3


@dataclass(frozen=True)
class ShiftTest:
    """What is tried.

    Attributes:
        largest: By how many pixels of the network's input images are moved at most.
        seed: What the choice of the images follows from.
        progress: Is told how many moved images have been judged, and how many will be.
    """

    largest: int
    seed: int
    progress: Callable[[int, int], None]

    @property
    def pixels(self) -> list[int]:
        """By how many pixels images are moved each way: from -largest to largest, 7 evenly spaced ones at most."""
        side = min(self.largest, _MOST_A_SIDE)
        return [round(self.largest * step / side) for step in range(-side, side + 1)]

    def require_sense(self, targets: Sequence[Target], form: ImageForm) -> None:
        """Makes sure that a network can be tried so.

        Raises:
            UsageError: It names no class, takes no pictures, or pictures that are smaller than what they are moved by.
        """
        if not form.are_images:
            raise UsageError(
                "--shifts moves pictures, and the network takes features", hint="leave it out"
            )
        if all(target.kind != "class" for target in targets):
            raise UsageError(
                "--shifts counts how often the right class is named, and no output of the network names one",
                hint="leave it out",
            )
        smaller = min(form.size)
        if not 1 <= self.largest < smaller:
            raise UsageError(
                f"--shifts takes a number of pixels from 1 to {smaller - 1}, as the network takes "
                f"{form.size[0]} x {form.size[1]}, not {self.largest}",
                hint=f"say --shifts {min(4, smaller - 1)}" if smaller > 1 else "leave it out",
            )

    def run(
        self,
        model: keras.Model,
        split: Split,
        pipeline: Pipeline,
        *,
        outputs: Mapping[str, Output],
    ) -> ShiftsRecord:
        """Judges the first output that names a class on moved images.

        What a move uncovers is filled with the pixels of the edge. Of a large split 1,000 images are moved, of each
        class its share.

        Args:
            model: The network.
            split: The images.
            pipeline: What the network gets its images from.
            outputs: The network's outputs by their keys.
        """
        key, output = next(
            (key, each) for key, each in outputs.items() if isinstance(each, ClassOutput)
        )
        part = chosen(split, output.target.label, classes=len(output.target.names), seed=self.seed)
        labels = part.labels(output.target.label)
        pixels = self.pixels
        right = np.zeros(len(pixels) ** 2, np.int64)
        done = 0
        for images, *_ in pipeline.evaluation(part):
            batch = images.numpy()
            given = model.predict(_moved_batches(batch, pixels), verbose=0)
            values = values_by_output(given, outputs)[key]
            true = labels[done : done + len(batch)]
            answers = output.compared(values, np.tile(true, len(right)))
            right += answers.right.reshape(len(right), len(batch)).sum(axis=1)
            done += len(batch)
            self.progress(done * len(right), len(part) * len(right))
        accuracy = (right / len(part)).reshape(len(pixels), len(pixels))
        record: ShiftsRecord = {
            "pixels": pixels,
            "images": len(part),
            "accuracy": accuracy.tolist(),
        }
        return record if len(outputs) == 1 else {**record, "output": key}


def with_shifts(
    judgement: Judgement,
    test: ShiftTest | None,
    model: keras.Model,
    pipeline: Pipeline,
    *,
    outputs: Mapping[str, Output],
) -> Judgement:
    """A judgement with what the test finds on its images; the same where there is none.

    Args:
        judgement: What the network made of a split.
        test: The test.
        model: The network.
        pipeline: What the network gets its images from.
        outputs: The network's outputs by their keys.
    """
    if test is None:
        return judgement
    found = test.run(model, judgement.split, pipeline, outputs=outputs)
    return replace(judgement, document={**judgement.document, "shifts": found})


def chosen(split: Split, label: str, *, classes: int, seed: int, most: int = MOST_IMAGES) -> Split:
    """So many of a split's images, of each class its share, by chance that follows from a seed; all where it has fewer.

    Args:
        split: The images.
        label: Which of their labels is the class.
        classes: How many classes there are.
        seed: The seed.
        most: How many, at most.
    """
    if len(split) <= most:
        return split
    own = split.labels(label)
    sizes = np.bincount(own, minlength=classes).astype(np.int64)
    quotas = count_quotas(most, sizes, sizes)
    order = np.random.default_rng(seed).permutation(len(split))
    places = [
        place
        for number, quota in enumerate(quotas.tolist())
        for place in order[own[order] == number][:quota].tolist()
    ]
    return Split(split.images, split.indices[np.sort(places)])


def moved(images: NDArray[Any], *, down: int, right: int) -> NDArray[Any]:
    """Images moved by whole pixels; what they uncover has the edge's pixels.

    Args:
        images: `(images, height, width, channels)`.
        down: By how many pixels, up where it is negative.
        right: The same, to the left.
    """
    height, width = images.shape[1:3]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)
    return images[:, rows[:, None], columns]


def _moved_batches(batch: NDArray[Any], pixels: Sequence[int]) -> Any:
    """A dataset of a batch moved in every way, row by row of the offsets down."""
    import tensorflow as tf

    def each() -> Iterator[NDArray[Any]]:
        for down in pixels:
            for right in pixels:
                yield moved(batch, down=down, right=right)

    # The last batch is smaller; with a size that is open, the network is traced once for all.
    form = tf.TensorSpec((None, *batch.shape[1:]), batch.dtype)
    dataset = tf.data.Dataset.from_generator(each, output_signature=form)
    return dataset.apply(tf.data.experimental.assert_cardinality(len(pixels) ** 2))
