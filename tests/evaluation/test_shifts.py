"""The shift test, of a network whose answers on moved images can be told by hand."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.form import ImageForm
from netspec.data.images import ArrayImages
from netspec.data.splits import Split
from netspec.errors import UsageError
from netspec.evaluation.class_output import ClassOutput
from netspec.evaluation.numbers_output import NumbersOutput
from netspec.evaluation.shifts import ShiftTest, chosen, moved
from netspec.spec.labels import target
from netspec.things.labels import LabelFacts
from netspec.things.registries import LOSSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.evaluation.output import Output
    from netspec.things.labels import LabelKind

SIZE = 5
FORM = ImageForm((SIZE, SIZE), 1, "stretch", (SIZE, SIZE))


def output(kind: LabelKind = "class", key: str = "side") -> Output:
    fields: dict[str, Any] = {"from_logits": True}
    loss = LOSSES.find("SparseCategoricalCrossentropy")(**fields)
    facts = LabelFacts(kind, ("left", "right"))
    learned = target(key, key, facts, loss=loss, units=2)
    return (ClassOutput if kind == "class" else NumbersOutput)(learned, loss, "linear")


def dots(*columns: int) -> Split:
    """Images with a dot in the middle row, on the left in column 1 or on the right in column 3."""
    pixels = np.zeros((len(columns), SIZE, SIZE, 1), np.uint8)
    for image, column in zip(pixels, columns, strict=True):
        image[2, column] = 255
    labels = {"side": np.array([column > 2 for column in columns], np.int64)}
    return Split.of(ArrayImages(pixels, labels), range(len(columns)))


def shift_test(largest: int, tell: Callable[[int, int], None] = lambda *_: None) -> ShiftTest:
    return ShiftTest(largest, seed=1, progress=tell)


@pytest.mark.keras
def test_a_network_that_knows_places_only_fails_as_one_can_count() -> None:
    import keras

    from netspec.data.pipeline import Pipeline

    traces: list[Any] = []

    @keras.saving.register_keras_serializable("tests")
    class Traced(keras.layers.Layer):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            traces.append(inputs.shape)
            return inputs

    model = keras.Sequential(
        [keras.Input((SIZE, SIZE, 1)), Traced(), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    kernel = np.zeros((SIZE * SIZE, 2), np.float32)
    kernel[2 * SIZE + 1, 0] = kernel[2 * SIZE + 3, 1] = 1
    # Where there is no dot in either place, it says left.
    model.set_weights([kernel, np.array([1, 0], np.float32)])
    part = dots(1, 1, 3)
    outputs = {"side": output()}
    pipeline = Pipeline(
        batch_size=2, targets=[each.target for each in outputs.values()], by_key=False, form=FORM
    )
    told: list[tuple[int, int]] = []
    traces.clear()

    record = shift_test(2, lambda *counts: told.append(counts)).run(
        model, part, pipeline, outputs=outputs
    )

    assert (record["pixels"], record["images"]) == ([-2, -1, 0, 1, 2], 3)
    # Two of three are on the left. Moved by 2 to the right they stand where those on the right did, and these are gone.
    expected = dict.fromkeys(product(record["pixels"], repeat=2), 2 / 3)
    expected |= {(0, 0): 1.0, (0, 2): 0.0}
    found = {
        (down, right): record["accuracy"][row][column]
        for row, down in enumerate(record["pixels"])
        for column, right in enumerate(record["pixels"])
    }
    assert found == expected
    assert told == [(50, 75), (75, 75)]
    # Keras builds it with the first batch, and traces it once for batches of any size; the last one is smaller.
    assert [shape[0] for shape in traces] == [2, None]


def test_what_a_move_uncovers_has_the_pixels_of_the_edge() -> None:
    images = np.random.default_rng(0).integers(0, 255, (3, 6, 5, 2), np.uint8)
    padded = np.pad(images, ((0, 0), (3, 3), (3, 3), (0, 0)), mode="edge")
    for down, right in product(range(-3, 4), repeat=2):
        wanted = padded[:, 3 - down : 9 - down, 3 - right : 8 - right]
        assert (moved(images, down=down, right=right) == wanted).all()


@pytest.mark.parametrize(
    ("largest", "pixels"),
    [
        (1, [-1, 0, 1]),
        (3, [-3, -2, -1, 0, 1, 2, 3]),
        (4, [-4, -3, -1, 0, 1, 3, 4]),
        (30, [-30, -20, -10, 0, 10, 20, 30]),
    ],
)
def test_seven_offsets_at_most_are_tried_each_way(largest: int, pixels: list[int]) -> None:
    assert shift_test(largest).pixels == pixels


def test_of_many_images_some_of_each_class_are_moved_the_same_for_one_seed() -> None:
    split = dots(*[1] * 300, *[3] * 100)
    some = chosen(split, "side", classes=2, seed=1, most=40)

    assert np.bincount(some.labels("side")).tolist() == [30, 10]
    assert (np.diff(some.indices) > 0).all()
    assert (chosen(split, "side", classes=2, seed=1, most=40).indices == some.indices).all()
    assert (chosen(split, "side", classes=2, seed=2, most=40).indices != some.indices).any()
    assert chosen(split, "side", classes=2, seed=1, most=400) is split


@pytest.mark.parametrize(
    ("largest", "kinds", "form", "message"),
    [
        (5, ["class"], FORM, "a number of pixels from 1 to 4, as the network takes 5 x 5, not 5"),
        (0, ["class"], FORM, "from 1 to 4"),
        (-1, ["class"], FORM, "from 1 to 4"),
        (1, ["number", "multi_label"], FORM, "no output of the network names one"),
        (1, ["class"], ImageForm((7,), 0, "crop", (7,), are_images=False), "takes features"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_moved_is_refused(
    largest: int, kinds: list[LabelKind], form: ImageForm, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        shift_test(largest).require_sense([output(kind).target for kind in kinds], form)


def test_one_output_that_names_a_class_is_enough() -> None:
    shift_test(4).require_sense([output("number").target, output().target], FORM)
