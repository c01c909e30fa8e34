"""What is held out follows from the seed and the images' contents; a file more or fewer moves one other at most."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netspec.data.counts import Amount, SplitCounts, Splitting
from netspec.data.images import ArrayImages, FileImages
from netspec.data.splits import Split, split
from netspec.errors import DataError
from netspec.spec.data import PerClass

if TYPE_CHECKING:
    from collections.abc import Collection

QUICK = settings(max_examples=40, deadline=None)
SIDES = ("train", "validation", "test")

# An image is its name, its content and its class.
Row = tuple[str, bytes, int]


def rows(*sizes: int) -> list[Row]:
    """So many images of each class, no two alike."""
    return [
        (f"{number}/{index}.jpg", f"{number} {index}".encode(), number)
        for number, size in enumerate(sizes)
        for index in range(size)
    ]


def images(listed: Collection[Row]) -> FileImages:
    names, contents, labels = zip(*listed, strict=True)
    return FileImages(
        Path("pets"), names, {"label": np.array(labels, dtype=np.int64)}, contents=contents
    )


def sides(listed: Collection[Row], rule: Splitting, seed: int = 3) -> dict[str, set[str]]:
    """The names in each split."""
    parts = split({"train": images(listed)}, rule, seed=seed, stratum="label")
    return {name: names_of(part) for name, part in parts.items()}


def names_of(part: Split) -> set[str]:
    return {part.images.name(index) for index in part.indices.tolist()}


def classes_of(names: Collection[str]) -> Counter[str]:
    return Counter(name.split("/")[0] for name in names)


SEEDS = st.integers(0, 2**31 - 1)
SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=6)
FRACTIONS = st.floats(0.05, 0.45)
AMOUNTS: st.SearchStrategy[Amount] = st.one_of(
    FRACTIONS, st.integers(1, 8), st.integers(1, 3).map(PerClass)
)


@QUICK
@given(sizes=SIZES, validation=FRACTIONS, test=FRACTIONS, seed=SEEDS)
def test_a_fraction_is_of_every_class_and_each_image_has_one_side(
    sizes: list[int], validation: float, test: float, seed: int
) -> None:
    listed = rows(*sizes, 5)

    found = sides(listed, Splitting(validation, test), seed)

    assert sum(len(found[side]) for side in SIDES) == len(listed)
    assert set().union(*found.values()) == {name for name, _, _ in listed}
    for side, fraction in (("validation", validation), ("test", test)):
        shares = classes_of(found[side])
        assert shares.total()
        for number, size in enumerate([*sizes, 5]):
            # One image of each class is left to learn from, whatever its share.
            spared = classes_of(found["train"])[str(number)] == 1
            assert spared or abs(shares[str(number)] - fraction * size) < 1


@QUICK
@given(sizes=SIZES, count=st.integers(1, 30), seed=SEEDS)
def test_a_number_is_met_and_shared_out_in_proportion(
    sizes: list[int], count: int, seed: int
) -> None:
    sizes = [*sizes, 31]

    found = sides(rows(*sizes), Splitting(validation=count), seed)

    assert len(found["validation"]) == count
    shares = classes_of(found["validation"])
    expected = [size * count / sum(sizes) for size in sizes]
    if len(sizes) == 2:
        assert all(abs(shares[str(number)] - share) < 1 for number, share in enumerate(expected))
    assert all(shares[str(number)] <= share + 1.5 for number, share in enumerate(expected))


def test_so_many_of_each_class_as_the_book_has_them() -> None:
    rule = Splitting(validation=PerClass(5), test=PerClass(6), train=PerClass(10))

    found = sides(rows(40, 30, 21), rule)

    assert classes_of(found["train"]) == {"0": 10, "1": 10, "2": 10}
    assert classes_of(found["validation"]) == {"0": 5, "1": 5, "2": 5}
    assert classes_of(found["test"]) == {"0": 6, "1": 6, "2": 6}


@QUICK
@given(sizes=SIZES, data=st.data(), seed=SEEDS)
def test_a_file_more_or_fewer_moves_one_other_into_or_out_of_a_split(
    sizes: list[int], data: st.DataObject, seed: int
) -> None:
    listed = rows(*(size + 25 for size in sizes))
    rule = Splitting(data.draw(AMOUNTS), data.draw(AMOUNTS))
    gone = data.draw(st.sampled_from(listed))

    before = sides(listed, rule, seed)
    after = sides([row for row in listed if row != gone], rule, seed)

    for side, amount in (("validation", rule.validation), ("test", rule.test)):
        entered = after[side] - before[side]
        left = before[side] - after[side] - {gone[0]}
        # A number in all is shared out anew: one class can give a place to another.
        swapped = 1 if isinstance(amount, int) else 0
        assert len(entered) + len(left) <= 1 + swapped, (entered, left)
        assert max(len(entered), len(left)) <= 1


@pytest.mark.parametrize("rule", [Splitting(0.2, 0.25), Splitting(PerClass(5), PerClass(4))])
def test_each_file_that_goes_moves_one_other_at_most(rule: Splitting) -> None:
    listed = rows(30, 17)
    before = sides(listed, rule)

    for gone in listed:
        after = sides([row for row in listed if row != gone], rule)
        for side in ("validation", "test"):
            assert len((before[side] ^ after[side]) - {gone[0]}) <= 1


@QUICK
@given(sizes=SIZES, seed=SEEDS, amount=AMOUNTS)
def test_names_and_the_order_of_files_do_not_matter(
    sizes: list[int], seed: int, amount: Amount
) -> None:
    listed = rows(*(size + 9 for size in sizes))
    renamed = [(f"{number}/{len(name) * 7}-{at}.png", content, number)
               for at, (name, content, number) in enumerate(reversed(listed))]  # fmt: skip
    contents = {name: content for name, content, _ in [*listed, *renamed]}
    rule = Splitting(amount, train=0.5, limit=20)

    found, again = sides(listed, rule, seed), sides(renamed, rule, seed)

    for side in ("train", "validation"):
        assert {contents[name] for name in found[side]} == {contents[name] for name in again[side]}


def test_the_same_seed_holds_out_the_same_and_another_seed_others() -> None:
    first, same, other = (sides(rows(50, 50), Splitting(0.2), seed) for seed in (1, 1, 2))

    assert first == same != other


@QUICK
@given(
    sizes=SIZES,
    copies=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=12),
    amount=AMOUNTS,
    seed=SEEDS,
)
def test_copies_stay_together_also_under_two_labels(
    sizes: list[int], copies: list[tuple[int, int]], amount: Amount, seed: int
) -> None:
    listed = rows(*(size + 25 for size in sizes))
    listed += [
        (f"{number % len(sizes)}/copy{at}.jpg", listed[of % len(listed)][1], number % len(sizes))
        for at, (of, number) in enumerate(copies)
    ]
    contents = {name: content for name, content, _ in listed}

    found = sides(listed, Splitting(amount, amount), seed)

    seen = [{contents[name] for name in found[side]} for side in SIDES]
    assert sum(map(len, seen)) == len(set().union(*seen))


@QUICK
@given(groups=st.lists(st.integers(0, 9), min_size=12, max_size=60), seed=SEEDS)
def test_images_of_a_group_and_their_copies_stay_together(groups: list[int], seed: int) -> None:
    groups = [*groups, *range(10, 20)]
    listed = [
        (f"{at % 2}/p{group}_{at}.jpg", f"{at}".encode(), at % 2) for at, group in enumerate(groups)
    ]
    listed.append(("0/p200_copy.jpg", listed[0][1], 0))

    found = sides(listed, Splitting(0.2, 0.2, group=r"p(\d+)_"), seed)

    patients = [{name.split("_")[0].split("/")[1] for name in found[side]} for side in SIDES]
    assert sum(map(len, patients)) == len(set().union(*patients))
    assert any(f"p{groups[0]}" in side and "p200" in side for side in patients)
    assert all(found.values())


def test_a_group_more_goes_where_the_numbers_come_nearest() -> None:
    listed = [(f"0/p{at // 10}_{at}.jpg", f"{at}".encode(), 0) for at in range(100)]

    found = sides(listed, Splitting(0.2, PerClass(28), group=r"p\d+"))

    assert {side: len(names) for side, names in found.items()} == {
        "train": 50,
        "validation": 20,
        "test": 30,
    }


def test_a_group_is_found_in_every_name_or_the_names_are_told() -> None:
    listed = [*rows(4, 4), ("1/p\udcff.jpg", b"x", 1)]

    with pytest.raises(DataError, match=r"finds nothing in 8 of 9 names: 0/0\.jpg, 0/1\.jpg"):
        sides(listed, Splitting(0.2, group="/p(.)"))


def test_images_of_an_array_have_no_groups() -> None:
    arrays = ArrayImages(np.zeros((9, 2, 2, 1), np.uint8), {"label": np.arange(9) % 3})

    with pytest.raises(DataError, match="the images of an array have none"):
        split({"train": arrays}, Splitting(0.3, group="p"), seed=0, stratum="label")


def test_equal_arrays_stay_together() -> None:
    pixels = np.arange(20, dtype=np.uint8).repeat(4).reshape(-1, 2, 2, 1) // 8
    arrays = ArrayImages(pixels, {"label": np.zeros(len(pixels), np.int64)})

    parts = split({"train": arrays}, Splitting(0.4), seed=0, stratum="label")

    values = [set(pixels[part.indices, 0, 0, 0].tolist()) for part in parts.values()]
    assert values[0].isdisjoint(values[1])
    assert all(values)


def test_labels_that_are_no_classes_are_one_stratum() -> None:
    labels = {"age": np.linspace(0, 1, 50, dtype=np.float32)[:, None]}
    pixels = np.arange(200, dtype=np.uint8).reshape(50, 2, 2, 1)
    given_images = {"train": ArrayImages(pixels, labels)}

    parts = split(given_images, Splitting(0.1, 7), seed=0, stratum=None)

    assert {name: len(part) for name, part in parts.items()} == {
        "train": 38,
        "validation": 5,
        "test": 7,
    }
    with pytest.raises(DataError, match="the images have no classes"):
        split(given_images, Splitting(PerClass(3)), seed=0, stratum=None)


def test_a_class_with_too_few_images_is_named() -> None:
    with pytest.raises(DataError, match=r"5 images of each class .* 4 of 'dog', 3 of 'rat' left"):
        split(
            {"train": images(rows(30, 9, 8))},
            Splitting(PerClass(5), PerClass(5)),
            seed=0,
            stratum="label",
            classes=("cat", "dog", "rat"),
        )


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (Splitting(30), "none is left to train on"),
        (Splitting(20, 11), "validation: 20 images are asked for, and 19 are left"),
        (Splitting(20, train=11), "train: 11 images are asked for, and 10 are left"),
        (Splitting(0.5, group="jpg"), "none is left to train on"),
    ],
)
def test_more_than_there_is_is_told(rule: Splitting, message: str) -> None:
    with pytest.raises(DataError, match=message):
        sides(rows(20, 10), rule)


def test_a_class_of_one_image_is_learned_from() -> None:
    found = sides(rows(1, 1, 1, 1, 200), Splitting(0.4, 0.4))

    assert classes_of(found["train"]) == {"0": 1, "1": 1, "2": 1, "3": 1, "4": 40}


def test_fractions_of_many_small_classes_add_up() -> None:
    found = sides(rows(*[2] * 100), Splitting(0.25, 0.25))

    assert len(found["validation"]) == pytest.approx(50, abs=3)
    assert len(found["test"]) == pytest.approx(50, abs=3)


def test_the_given_test_split_serves_validation_and_test_alike() -> None:
    given_images = {"train": images(rows(10, 10)), "test": images(rows(4, 4))}
    rule = Splitting(validation_from="test", test_from="test")

    parts = split(given_images, rule, seed=3, stratum="label")

    assert parts["validation"].images is parts["test"].images is given_images["test"]
    assert SplitCounts(0, 0, 0, test_from="test").made(parts) == SplitCounts(
        20, 8, 8, test_from="test"
    )


def test_a_limited_run_has_some_of_the_images_that_the_whole_run_has() -> None:
    listed = rows(40, 20)
    whole, limited = sides(listed, Splitting(0.3)), sides(listed, Splitting(0.3, limit=9))

    assert all(limited[side] < whole[side] for side in ("train", "validation"))
    assert classes_of(limited["train"]) == {"0": 6, "1": 3}


def test_of_what_is_left_a_share_is_trained_on() -> None:
    found = sides(rows(40, 20), Splitting(PerClass(10), train=0.5))

    assert classes_of(found["train"]) == {"0": 15, "1": 5}
