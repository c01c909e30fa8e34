"""Batches of files: decoded when they are needed, in the order in which arrays would come."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.files.pictures import decode_in_pillow, read_header
from netspec.data.form import ImageForm
from netspec.data.images import ArrayImages, FileImages
from netspec.data.splits import Split
from netspec.things.labels import LABEL
from tests.data.made_pictures import NOISE, bomb, encoded, numbered, write
from tests.data.targets import sole_target

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.images import Images
    from netspec.data.pipeline import Augment, Pipeline

pytestmark = pytest.mark.keras

COUNT = 23
FORM = ImageForm(size=(4, 6), channels=3, resize="stretch", training_size=(4, 6))


def files(root: Path, contents: list[bytes]) -> FileImages:
    """Files whose labels go round three classes."""
    names = tuple(f"{number:03}.png" for number in range(len(contents)))
    write(root, dict(zip(names, contents, strict=True)))
    return FileImages(root, names, {LABEL: np.arange(len(contents), dtype=np.int64) % 3})


def whole(images: Images) -> Split:
    return Split(images, np.arange(len(images), dtype=np.int64))


def checked(images: FileImages, *, channels: int = 3) -> Split:
    """The files as they are after a look at each."""
    headers = [read_header(images.read(index)) for index in range(len(images))]
    in_pillow = np.array([header.in_pillow(channels) for header in headers])
    return whole(replace(images, in_pillow=in_pillow))


def pipeline(form: ImageForm = FORM, *, batch_size: int = 5) -> Pipeline:
    from netspec.data.pipeline import Pipeline

    return Pipeline(batch_size=batch_size, targets=[sole_target()], by_key=False, form=form)


def training(
    split: Split,
    *,
    epochs: int = 2,
    seed: int = 1,
    shuffle: bool = True,
    augment: Augment | None = None,
) -> list[tuple[Any, Any]]:
    batches = pipeline().training(split, epochs=epochs, seed=seed, shuffle=shuffle, augment=augment)
    return [(images.numpy(), labels.numpy()) for images, labels in batches]


def numbers(batches: list[tuple[Any, Any]]) -> list[int]:
    """The number of each picture in the order they came, every pixel of it being that number."""
    for images, labels in batches:
        assert (images == images[:, :1, :1, :1]).all()
        assert labels.ravel().tolist() == [int(image[0, 0, 0]) % 3 for image in images]
    return [int(image[0, 0, 0]) for images, _ in batches for image in images]


@pytest.fixture
def mixed(tmp_path: Path) -> FileImages:
    """Numbered pictures, every other of which Pillow decodes."""
    kinds = ("PNG", "WEBP")
    return files(tmp_path, [numbered(n, kind=kinds[n % 2]) for n in range(COUNT)])


def test_files_come_in_the_order_in_which_an_array_does(mixed: FileImages) -> None:
    pixels = np.stack([np.full((4, 6, 3), number, np.uint8) for number in range(COUNT)])
    split, array = checked(mixed), whole(ArrayImages(pixels, mixed.labels))

    first, other = numbers(training(split)), numbers(training(split, seed=2))

    assert first == numbers(training(split)) == numbers(training(array))
    assert sorted(first[:COUNT]) == sorted(first[COUNT:]) == list(range(COUNT))
    assert first[:COUNT] != first[COUNT:] != other[COUNT:]
    assert numbers(training(split, shuffle=False)) == list(range(COUNT)) * 2


def test_batches_are_whole_pixels_and_the_last_one_of_an_epoch_is_what_is_left(
    mixed: FileImages,
) -> None:
    batches = training(checked(mixed))

    assert [images.shape for images, _ in batches] == ([(5, 4, 6, 3)] * 4 + [(3, 4, 6, 3)]) * 2
    assert {images.dtype for images, _ in batches} == {np.dtype(np.uint8)}


def test_a_split_of_some_files_has_those_alone(mixed: FileImages) -> None:
    split = Split(checked(mixed).images, np.array([1, 2, 20]))

    assert sorted(numbers(training(split, epochs=1))) == [1, 2, 20]
    batches = pipeline().evaluation(split)
    assert [int(i[0, 0, 0]) for images, _ in batches for i in images.numpy()] == [1, 2, 20]


def test_nothing_is_opened_before_batches_are_asked_for(tmp_path: Path) -> None:
    import tensorflow as tf

    images = FileImages(tmp_path, ("gone.png", "gone-too.png"), {LABEL: np.zeros(2, np.int64)})

    batches = pipeline().training(whole(images), epochs=1, seed=1, shuffle=False)

    assert batches.element_spec[0].shape == (None, 4, 6, 3)
    with pytest.raises(tf.errors.NotFoundError):
        next(iter(batches))


def test_files_that_nobody_has_looked_at_are_asked_when_they_are_read(tmp_path: Path) -> None:
    kinds = ("PNG", "WEBP", "JPEG", "BMP")
    contents = [encoded(NOISE[: 9 + n, : 40 - 3 * n], kinds[n % 4]) for n in range(8)]
    images = files(tmp_path, contents)
    assert not len(images.in_pillow)

    for one, other in zip(training(whole(images)), training(checked(images)), strict=True):
        assert np.array_equal(one[0], other[0])


def test_a_picture_beyond_the_limit_is_never_decoded(tmp_path: Path) -> None:
    import tensorflow as tf

    split = whole(files(tmp_path, [bomb(30_000, 30_000)]))
    with pytest.raises(tf.errors.OpError, match="the limit"):
        training(split)


def test_reading_keeps_a_few_batches_ahead_and_not_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from netspec.data.files import decoding

    opened = []

    def counted(data: bytes, *, channels: int) -> Any:
        opened.append(1)
        return decode_in_pillow(data, channels=channels)

    split = checked(files(tmp_path, [numbered(n, kind="WEBP") for n in range(250)]))
    monkeypatch.setattr(decoding, "decode_in_pillow", counted)
    batches = iter(pipeline(batch_size=1).training(split, epochs=9, seed=1, shuffle=True))
    next(batches)
    del batches

    assert 0 < len(opened) < 250


@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("channels", [1, 3])
def test_training_sees_what_a_single_picture_gives(
    resize: str, channels: int, tmp_path: Path
) -> None:
    from netspec.data.files.decoding import read_picture

    kinds = ("PNG", "WEBP", "JPEG", "BMP")
    contents = [encoded(NOISE[: 9 + n, : 40 - 3 * n], kinds[n % 4]) for n in range(8)]
    form = ImageForm(size=(7, 9), channels=channels, resize=resize, training_size=(8, 11))
    split = checked(files(tmp_path, contents), channels=channels)

    (batch,) = pipeline(form, batch_size=8).evaluation(split)
    expected = np.stack([read_picture(data, form) for data in contents])
    assert np.array_equal(batch[0], expected)

    (batch,) = pipeline(form, batch_size=8).training(split, epochs=1, seed=1, shuffle=False)
    assert batch[0].shape == (8, 8, 11, channels)


def test_augmentation_is_given_the_epoch_and_each_image_s_key(mixed: FileImages) -> None:
    import tensorflow as tf

    class Tell:
        mixing = 0

        def augment(self, images: Any, labels: Any, *, epoch: Any, keys: Any, shifts: Any) -> Any:
            assert not shifts
            numbers = tf.cast(images[:, 0, 0, 0], tf.int64)
            return tf.stack([numbers, tf.fill(tf.shape(keys), epoch), keys], axis=1), labels

    rows = np.concatenate([told for told, _ in training(checked(mixed), augment=Tell())])

    assert rows[:, 1].tolist() == [0] * COUNT + [1] * COUNT
    for number, _, key in rows:
        assert key == mixed.keys[number]


def test_a_key_stays_with_a_file_when_others_come_and_when_the_folder_moves(tmp_path: Path) -> None:
    few = FileImages(tmp_path, ("a/1.png", "b/1.png"), {LABEL: np.zeros(2, np.int64)})
    more = FileImages(
        tmp_path / "x", ("a/0.png", "a/1.png", "b/1.png"), {LABEL: np.zeros(3, np.int64)}
    )

    assert few.keys.tolist() == more.keys[1:].tolist()
    assert len(set(more.keys.tolist())) == 3
    assert few.keys.dtype == np.int64


def test_pixels_of_an_array_are_brought_to_another_size_and_colour() -> None:
    import tensorflow as tf

    pixels = np.random.default_rng(3).integers(0, 256, (6, 8, 8, 3), np.uint8)
    split = whole(ArrayImages(pixels, {LABEL: np.arange(6) % 3}))
    large = ImageForm(size=(12, 10), channels=3, resize="stretch", training_size=(12, 10))
    gray = ImageForm(size=(8, 8), channels=1, resize="stretch", training_size=(9, 9))

    ((images, _),) = pipeline(large, batch_size=6).evaluation(split)
    assert np.array_equal(images, np.round(tf.image.resize(pixels, (12, 10))))

    ((images, _),) = pipeline(gray, batch_size=6).evaluation(split)
    assert images.dtype == "uint8"
    assert np.abs(images[..., 0] - pixels @ np.array([0.299, 0.587, 0.114])).max() <= 1

    ((images, _),) = pipeline(gray, batch_size=6).training(split, epochs=1, seed=1, shuffle=False)
    assert images.shape == (6, 9, 9, 1)

    grays = whole(ArrayImages(pixels[..., :1], {LABEL: np.arange(6) % 3}))
    ((images, _),) = pipeline(large, batch_size=6).evaluation(grays)
    assert np.array_equal(images[..., 0], images[..., 2])


def test_a_pipeline_tells_apart_splits_that_come_and_go() -> None:
    """An array that is freed may leave its place in memory to the next one."""
    images = ArrayImages(
        np.arange(50, dtype=np.uint8).reshape(-1, 1, 1, 1), {LABEL: np.zeros(50, np.int64)}
    )
    form = ImageForm(size=(1, 1), channels=1, resize="stretch", training_size=(1, 1))
    batches = pipeline(form, batch_size=1)

    for number in range(50):
        ((pixels, _),) = batches.evaluation(Split(images, np.array([number])))
        assert pixels.numpy().ravel().tolist() == [number]


def test_pillow_decodes_several_files_at_once_in_a_deterministic_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    from netspec.data.files import decoding

    meeting = threading.Barrier(2)

    def meet(data: bytes, *, channels: int) -> Any:
        meeting.wait(timeout=20)
        return np.zeros((4, 6, channels), np.uint8)

    tf.config.experimental.enable_op_determinism()
    split = checked(files(tmp_path, [numbered(n, kind="WEBP") for n in range(6)]))
    monkeypatch.setattr(decoding, "decode_in_pillow", meet)

    batches = pipeline(batch_size=6).training(split, epochs=1, seed=1, shuffle=True)

    assert len(list(batches)) == 1
