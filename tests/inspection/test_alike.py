"""Near-duplicates are found whatever their size or compression, and images of one kind are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from netspec.inspection.alike import near_duplicates
from netspec.inspection.looks import Looks, Spread
from tests.inspection.damaged import picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]


def looks_of(pictures: Sequence[Picture]) -> Looks:
    looks = Looks.room(len(pictures))
    for place, each in enumerate(pictures):
        looks.put(place, each)
    return looks


def groups(pictures: Sequence[Picture]) -> list[list[int]]:
    return near_duplicates(looks_of(pictures), np.arange(len(pictures)))


@pytest.mark.parametrize("what", ["smaller", "larger", "brighter", "paler", "noisy"])
def test_a_copy_is_found_that_is(what: str) -> None:
    image = Image.fromarray(picture(7, size=96))
    noise = np.random.default_rng(0).normal(0, 4, (96, 96, 3))
    copies = {
        "smaller": image.resize((48, 48), Image.Resampling.BILINEAR),
        "larger": image.resize((200, 200), Image.Resampling.BICUBIC),
        "brighter": ImageEnhance.Brightness(image).enhance(0.8),
        "paler": ImageEnhance.Contrast(image).enhance(0.7),
        "noisy": Image.fromarray(np.clip(picture(7, size=96) + noise, 0, 255).astype(np.uint8)),
    }
    others = [picture(number) for number in range(100, 130)]
    assert groups([np.asarray(copies[what]), *others, np.asarray(image)]) == [[0, 31]]


def test_different_pictures_are_not_alike() -> None:
    assert groups([picture(number) for number in range(400)]) == []


def test_what_two_are_called_copies_for_is_common_among_many_of_one_kind() -> None:
    """As handwritten digits are: the same hash, and thumbnails that correlate by 0.99."""
    random = np.random.default_rng(0)
    noise = random.normal(0, 7, (60, 16, 16))
    thumbnails = np.clip(random.integers(20, 236, (16, 16)) + noise, 0, 255).astype(np.uint8)
    looks = Looks(np.full(60, 7, np.uint64), thumbnails, np.zeros(60, np.bool_))
    assert near_duplicates(looks, np.arange(2)) == [[0, 1]]
    assert near_duplicates(looks, np.arange(60)) == []


def test_images_of_one_colour_are_not_compared() -> None:
    shades = [np.full((20, 20, 3), shade, np.uint8) for shade in (0, 3, 250, 250)]
    looks = looks_of(shades)
    assert looks.plain.all()
    assert near_duplicates(looks, np.arange(4)) == []


def test_three_of_a_burst_are_one_group_and_only_what_is_asked_for_is_compared() -> None:
    image = Image.fromarray(picture(7, size=96))
    burst = [np.asarray(image.resize((side, side))) for side in (96, 80, 64)]
    looks = looks_of([*burst, picture(8)])
    assert near_duplicates(looks, np.arange(4)) == [[0, 1, 2]]
    assert near_duplicates(looks, np.array([1, 3])) == []


def test_a_flood_of_copies_takes_no_more_than_its_own_time() -> None:
    looks = looks_of([picture(number % 4) for number in range(40)])
    many = Looks(*(np.repeat(each, 50, axis=0) for each in vars(looks).values()))
    assert len(near_duplicates(many, np.arange(2_000))) >= 4


def test_mean_and_variance_are_those_of_all_pixels() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (50, 7, 9, 3), np.uint8)
    spread = Spread(3)
    for start in range(0, 50, 8):
        spread.add(pixels[start : start + 8])
    np.testing.assert_allclose(spread.mean, pixels.mean(axis=(0, 1, 2)))
    np.testing.assert_allclose(spread.variance, pixels.astype(float).var(axis=(0, 1, 2)))
    assert spread.images == 50
