"""A mistake's picture is what the network saw; what is no picture, or cannot be read, has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from netspec.data.form import ImageForm
from netspec.data.images import ArrayImages, FileImages
from netspec.data.splits import Split
from netspec.evaluation.pictures import pictures_of, shown_size, write_picture
from netspec.things.labels import LABEL
from tests.data.targets import sole_target

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.evaluation.pictures import Picture


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((28, 28), (112, 112)),
        ((32, 32), (96, 96)),
        ((64, 48), (128, 96)),
        ((90, 70), (90, 70)),
        ((160, 100), (160, 100)),
        ((224, 224), (160, 160)),
        ((1000, 3), (160, 1)),
        ((1, 1), (96, 96)),
    ],
)
def test_tiny_pictures_are_enlarged_by_a_whole_factor_and_large_ones_made_smaller(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert shown_size(size) == shown


@pytest.mark.parametrize("channels", [1, 3])
def test_a_tiny_picture_keeps_every_pixel(tmp_path: Path, channels: int) -> None:
    picture = np.random.default_rng(3).integers(0, 256, (20, 24, channels), dtype=np.uint8)

    write_picture(picture, tmp_path / "x.png")

    kept = np.asarray(Image.open(tmp_path / "x.png")).reshape(80, 96, channels)
    assert (kept == picture.repeat(4, axis=0).repeat(4, axis=1)).all()


def found(images: Any, places: set[int], *, channels: int = 3, **form: Any) -> dict[int, Picture]:
    """The pictures of a split of all images but the first."""
    from netspec.data.pipeline import Pipeline

    size = (6, 8)
    pipeline = Pipeline(
        batch_size=2,
        targets=(sole_target(),),
        by_key=False,
        form=ImageForm(size, channels, "stretch", size, **form),
    )
    return pictures_of(Split(images, np.arange(1, len(images))), places, pipeline)


def labelled(count: int) -> dict[str, Any]:
    return {LABEL: np.zeros(count, np.int64)}


@pytest.mark.keras
def test_arrays_are_shown_as_they_are_and_floats_as_the_nearest_whole_numbers() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (5, 6, 8, 3), dtype=np.uint8)
    whole = found(ArrayImages(pixels, labelled(5)), {3, 0, 2})
    assert sorted(whole) == [0, 2, 3]
    assert all((whole[place] == pixels[place + 1]).all() for place in whole)

    floats = pixels.astype(np.float32)
    floats[1, 0, 0] = [10.6, -3, np.nan]
    shown = found(ArrayImages(floats, labelled(5)), {0})[0]
    assert shown[0, 0].tolist() == [11, 0, 0]
    assert (shown[1:] == pixels[1, 1:]).all()


@pytest.mark.keras
def test_what_is_no_picture_has_none() -> None:
    two = ArrayImages(np.zeros((3, 6, 8, 2), np.uint8), labelled(3))
    assert found(two, {0}, channels=2) == {}
    features = ArrayImages(np.zeros((3, 7), np.float32), labelled(3))
    assert found(features, {0}, channels=0, are_images=False) == {}
    assert found(two, set()) == {}


@pytest.mark.keras
def test_one_that_cannot_be_read_has_none_and_the_others_do(tmp_path: Path) -> None:
    names = [f"{number}.png" for number in range(5)]
    for number, name in enumerate(names):
        Image.new("RGB", (8, 6), (number, 0, 0)).save(tmp_path / name)
    (tmp_path / "2.png").write_bytes(b"damaged")
    (tmp_path / "4.png").unlink()

    pictures = found(FileImages(tmp_path, tuple(names), labelled(5)), {0, 1, 2, 3})

    assert {place: int(picture[0, 0, 0]) for place, picture in pictures.items()} == {0: 1, 2: 3}
