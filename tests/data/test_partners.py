"""Who is read along with a batch: the images' partners, wherever batches begin and end."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.keras

SEVEN = [4, 1, 6, 0, 3, 5, 2]


def batches(steps: int, size: int, *, in_circle: bool, circle: Any = SEVEN) -> list[list[int]]:
    from netspec.data.partners import Partners

    partners = Partners(steps, size, in_circle=in_circle)
    order = partners.order(tf.constant(circle, tf.int64)).numpy().tolist()
    return [order[at : at + partners.rows] for at in range(0, len(order), partners.rows)]


def made_of(steps: int, size: int, *, in_circle: bool, circle: Any = SEVEN) -> list[list[Any]]:
    """What each image is made of after all steps: at first itself, then pairs, then pairs of pairs."""
    from netspec.data.partners import Partners

    partners = Partners(steps, size, in_circle=in_circle)
    result: list[list[Any]] = []
    for images in batches(steps, size, in_circle=in_circle, circle=circle):
        rows: list[Any] = images
        for shift in partners.shifts(tf.constant(len(rows))):
            rows = [[one, rows[at + int(shift)]] for at, one in enumerate(rows[: -int(shift)])]
        result.append(rows)
    return result


def after(image: int, places: int) -> int:
    return SEVEN[(SEVEN.index(image) + places) % 7]


def first(made: Any) -> int:
    return made if isinstance(made, int) else first(made[0])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_without_a_mixing_step_nobody_comes_along(size: int) -> None:
    assert list(chain(*batches(0, size, in_circle=True))) == SEVEN
    assert list(chain(*batches(0, size, in_circle=False))) == sorted(SEVEN)


@pytest.mark.parametrize("in_circle", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 7, 10])
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_partners_are_the_next_in_the_circle_however_it_is_walked(
    steps: int, size: int, in_circle: bool
) -> None:
    def expected(image: int, step: int) -> Any:
        return (
            [expected(image, step - 1), expected(after(image, step), step - 1)] if step else image
        )

    result = made_of(steps, size, in_circle=in_circle)

    order = SEVEN if in_circle else sorted(SEVEN)
    assert [[first(made) for made in batch] for batch in result] == [
        order[at : at + size] for at in range(0, 7, size)
    ]
    for made in chain(*result):
        assert made == expected(first(made), steps)


def test_in_the_circle_s_order_few_more_images_are_read_and_otherwise_twice_as_many() -> None:
    assert batches(1, 3, in_circle=True) == [[4, 1, 6, 0], [0, 3, 5, 2], [2, 4]]
    assert [len(batch) for batch in batches(2, 3, in_circle=True)] == [6, 6, 4]
    assert [len(batch) for batch in batches(2, 3, in_circle=False)] == [12, 12, 4]


@pytest.mark.parametrize("in_circle", [True, False])
def test_an_image_that_is_alone_is_its_own_partner(in_circle: bool) -> None:
    assert made_of(2, 4, in_circle=in_circle, circle=[0]) == [[[[0, 0], [0, 0]]]]


def test_every_image_is_the_partner_of_one() -> None:
    circle = np.random.default_rng(0).permutation(101)
    pairs = list(chain(*made_of(1, 8, in_circle=False, circle=circle)))
    assert sorted(partner for _, partner in pairs) == list(range(101))
    assert all(image != partner for image, partner in pairs)


@pytest.mark.parametrize("in_circle", [True, False])
@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_part_of_an_epoch_is_read_with_the_partners_it_has_in_the_whole(
    steps: int, in_circle: bool
) -> None:
    from netspec.data.partners import Partners

    partners = Partners(steps, 2, in_circle=in_circle)
    circle = tf.constant(SEVEN, tf.int64)
    whole, own = partners.order(circle).numpy().tolist(), []
    for begin, end in ((0, 4), (4, 4), (4, 7)):
        own += partners.order(circle, begin=begin, end=end).numpy().tolist()
    assert own == whole
