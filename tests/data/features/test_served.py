"""Features come in the images' place: in their order, batches and weights, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.features.digests import content_digests
from netspec.data.features.served import Served
from netspec.data.features.store import FeatureStore
from netspec.data.form import ImageForm
from netspec.data.images import ArrayImages
from netspec.data.splits import Split
from netspec.things.labels import LABEL
from tests.data.encoded import CountedImages
from tests.data.targets import sole_target

if TYPE_CHECKING:
    from pathlib import Path

    import tensorflow as tf

    from netspec.data.pipeline import Pipeline

pytestmark = pytest.mark.keras

COUNT = 23
FORM = ImageForm(size=(1, 1), channels=1, resize="stretch", training_size=(1, 1))
ONE = [((1, 1, 1), "uint8")]
INDICES = np.arange(2, COUNT + 2, dtype=np.int64)


def part(*, weighted: bool = False) -> Split:
    """Images whose only pixel is their number, of a split that leaves the first two out."""
    pixels = np.arange(COUNT + 2, dtype=np.uint8).reshape(-1, 1, 1, 1)
    labels = {LABEL: (np.arange(COUNT + 2) % 3).astype(np.int64)}
    weights = (np.arange(COUNT + 2) / 4).astype(np.float32) if weighted else None
    return Split(ArrayImages(pixels, labels, weights), INDICES)


def pipeline(batch_size: int = 5) -> Pipeline:
    from netspec.data.pipeline import Pipeline

    return Pipeline(batch_size=batch_size, targets=[sole_target()], by_key=False, form=FORM)


def served(folder: Path, split: Split) -> Served:
    """The images themselves as their features."""
    assert isinstance(split.images, ArrayImages)
    features = FeatureStore(folder).open({}, ONE)
    digests = content_digests(split.images, split.indices)
    for batch, at in pipeline().to_compute(split, split.indices):
        places = (at.numpy() - 2).tolist()
        features.add([digests[place] for place in places], [batch.numpy()])
    features.flush()
    rows = np.full(len(split.images), -1, np.int64)
    rows[split.indices] = features.rows(digests)
    return Served(features, rows)


def told(batches: tf.data.Dataset) -> list[Any]:
    return [[part.numpy().tolist() for part in batch] for batch in batches]


@pytest.mark.parametrize(
    "how",
    [
        {"shuffle": True},
        {"shuffle": False},
        {"shuffle": True, "first_epoch": 1, "first_step": 3},
        {"shuffle": False, "first_step": 4},
        {"shuffle": True, "first_epoch": 3},
    ],
)
def test_training_takes_features_exactly_as_it_takes_images(
    tmp_path: Path, how: dict[str, Any]
) -> None:
    split = part(weighted=True)
    images = pipeline().training(split, epochs=3, seed=4, **how)
    features = pipeline().training(split, epochs=3, seed=4, features=served(tmp_path, split), **how)
    assert told(features) == told(images)
    assert features.cardinality() == images.cardinality()
    assert features.element_spec == images.element_spec


def test_parts_of_an_epoch_are_the_same_parts(tmp_path: Path) -> None:
    from netspec.data.pipeline import Shard

    split = part()
    for index in range(2):
        how: Any = {"epochs": 2, "seed": 1, "shuffle": True, "shard": Shard(index, 2)}
        features = pipeline().training(split, features=served(tmp_path, split), **how)
        assert told(features) == told(pipeline().training(split, **how))


def test_evaluation_takes_features_as_often_as_it_is_asked(tmp_path: Path) -> None:
    split = part(weighted=True)
    images = pipeline().evaluation(split)
    features = pipeline().evaluation(split, features=served(tmp_path, split))
    assert told(features) == told(features) == told(images)


def test_batches_of_more_than_are_taken_at_once_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from netspec.data import batching

    split = part()
    given = served(tmp_path, split)
    expected = told(pipeline(3).training(split, epochs=2, seed=1, shuffle=True))
    for most in (1, 6, 7, 1000):
        monkeypatch.setattr(batching, "_BYTES_AT_ONCE", most)
        batches = pipeline(3).training(split, epochs=2, seed=1, shuffle=True, features=given)
        assert told(batches) == expected


def test_several_tensors_come_as_a_tuple_in_their_types(tmp_path: Path) -> None:
    import ml_dtypes

    split = part()
    forms = [((2,), "bfloat16"), ((), "float32")]
    features = FeatureStore(tmp_path).open({}, forms)
    digests = content_digests(split.images, INDICES)
    halves = np.stack([INDICES / 2, -INDICES / 2], axis=1).astype(ml_dtypes.bfloat16)
    features.add(digests, [halves, INDICES.astype(np.float32)])
    features.flush()
    rows = np.concatenate([[-1, -1], features.rows(digests)])
    batches = pipeline().evaluation(split, features=Served(features, rows))
    ((first, second), labels) = next(iter(batches))
    assert first.dtype == "bfloat16"
    assert first.numpy().astype(np.float32).tolist() == [[n / 2, -n / 2] for n in range(2, 7)]
    assert second.numpy().tolist() == [2, 3, 4, 5, 6]
    assert labels.numpy().ravel().tolist() == [2, 0, 1, 2, 0]


def test_an_epoch_takes_the_version_of_its_number(tmp_path: Path) -> None:
    split = part()
    features = FeatureStore(tmp_path).open({}, [((), "float32")])
    rows = np.full((2, COUNT + 2), -1, np.int64)
    for version in range(2):
        digests = [bytes([version, number] * 16) for number in INDICES]
        features.add(digests, [(INDICES + 100 * version).astype(np.float32)])
        features.flush()
        rows[version, INDICES] = features.rows(digests)
    batches = pipeline(COUNT).training(
        split, epochs=5, seed=1, shuffle=False, first_epoch=1, features=Served(features, rows)
    )
    assert [batch.numpy()[0] for batch, _ in batches] == [102, 2, 102, 2]


def test_an_image_without_features_is_not_served_another_s(tmp_path: Path) -> None:
    import tensorflow as tf

    split = part()
    given = served(tmp_path, split)
    given.rows[7] = -1
    batches = pipeline().evaluation(split, features=given)
    with pytest.raises(tf.errors.InvalidArgumentError, match="has no features"):
        told(batches)


class Adding:
    """Adds the epoch's number and a 1024th of the key."""

    mixing = 0

    def augment(
        self, images: Any, labels: Any, *, epoch: Any, keys: Any, shifts: Any
    ) -> tuple[Any, Any]:
        import tensorflow as tf

        assert list(shifts) == []
        more = tf.cast(epoch, tf.float32) * 100 + tf.cast(keys, tf.float32) / 1024
        return tf.cast(images, tf.float32) + tf.reshape(more, (-1, 1, 1, 1)), labels


def test_epochs_see_the_augmentation_of_their_number_modulo_the_versions() -> None:
    def seen(**how: Any) -> list[Any]:
        batches = pipeline(COUNT).training(
            part(), epochs=5, seed=3, shuffle=True, augment=Adding(), **how
        )
        return [batch.numpy().ravel() for batch, _ in batches]

    every, two = seen(), seen(versions=2)
    for epoch in range(5):
        assert (every[epoch] - two[epoch] == 100 * (epoch - epoch % 2)).all()
    # The order is each epoch's own.
    assert (two[0] % 100).tolist() != (two[2] % 100).tolist()


@pytest.mark.parametrize("epoch", [0, 3])
def test_what_is_computed_is_formed_as_the_epoch_forms_it(epoch: int) -> None:
    trained = pipeline().training(
        part(), epochs=epoch + 1, first_epoch=epoch, seed=1, shuffle=False, augment=Adding()
    )
    expected = {
        int(value % 100): value for batch, _ in trained for value in batch.numpy().ravel().tolist()
    }
    wanted = INDICES[[5, 1, 9, 7]]
    batches = pipeline().to_compute(part(), wanted, epoch=epoch, augment=Adding(), batch_size=3)
    found = [(images.numpy().ravel().tolist(), at.numpy().tolist()) for images, at in batches]
    assert [len(at) for _, at in found] == [3, 1]
    assert [number for _, at in found for number in at] == wanted.tolist()
    assert [value for values, _ in found for value in values] == [
        expected[number] for number in wanted.tolist()
    ]


def test_files_are_read_once_for_their_features() -> None:
    images = CountedImages(COUNT)
    from netspec.data.pipeline import Pipeline

    form = ImageForm(size=(4, 6), channels=3, resize="stretch", training_size=(4, 6))
    made = Pipeline(batch_size=5, targets=[sole_target()], by_key=False, form=form)
    batches = made.to_compute(Split(images, np.arange(COUNT)), np.array([3, 1, 20]))
    ((pixels, at),) = batches
    assert pixels.numpy()[:, 0, 0, 0].tolist() == at.numpy().tolist() == [3, 1, 20]
    assert dict(images.reads) == {3: 1, 1: 1, 20: 1}
