"""Classes of other data are found among those that a network has learned, by what they are called."""

from __future__ import annotations

import pytest

from netspec.errors import DataError
from netspec.evaluation.other.matching import match

CLOTHES = ("T-shirt/top", "Trouser", "Ankle boot")


@pytest.mark.parametrize(
    ("names", "learned", "learned_from", "numbers"),
    [
        # Another order, and some of them.
        (("b", "a"), ("a", "b", "c"), ("a", "b", "c"), (1, 0)),
        # As they are shown, and as the run's own data calls them.
        (("Tench", "Goldfish"), ("Goldfish", "Tench"), ("n1", "n2"), (1, 0)),
        (("n2", "n1"), ("Goldfish", "Tench"), ("n1", "n2"), (1, 0)),
        # What is shown counts first where data calls another class so.
        (("cat", "dog"), ("cat", "dog"), ("dog", "cat"), (0, 1)),
        (("2", "10"), ("10", "2"), ("10", "2"), (1, 0)),
    ],
)
def test_classes_are_found_by_name_in_any_order(
    names: tuple[str, ...],
    learned: tuple[str, ...],
    learned_from: tuple[str, ...],
    numbers: tuple[int, ...],
) -> None:
    assert match(names, learned, learned_from, where="photos") == (numbers, None)


def test_case_spaces_and_signs_may_differ_and_it_is_told() -> None:
    found = match(("ankle_boot", "t-shirt_top", "Trouser"), CLOTHES, CLOTHES, where="photos")

    assert found.numbers == (2, 0, 1)
    assert found.notice == (
        "classes of photos are taken for the network's: ankle_boot is Ankle boot, t-shirt_top is T-shirt/top"
    )


def test_of_capitals_nothing_is_told() -> None:
    assert match(("TROUSER", "ankle boot"), CLOTHES, CLOTHES, where="photos") == ((1, 2), None)


def test_numbers_count_the_network_s_classes_where_none_is_called_so() -> None:
    found = match(("2", "0"), CLOTHES, CLOTHES, where="arrays.npz")

    assert found.numbers == (2, 0)
    assert found.notice is not None
    assert "2 is Ankle boot, 0 is T-shirt/top" in found.notice


@pytest.mark.parametrize(
    ("names", "learned", "unknown"),
    [
        (("Trouser", "unicorn", "hat"), CLOTHES, "unicorn, hat"),
        (("0", "3"), CLOTHES, "3"),
        # The network's own classes are numbers, and mean themselves.
        (("0", "1"), ("1", "2"), "0"),
        # Which of two is meant is not known.
        (("a b", "c"), ("A-b", "a_B", "c"), "a b"),
        # Two would be one class.
        (("AB", "a-b"), ("ab", "c"), "AB, a-b"),
        # Single letters and numbers are not alike.
        (("A", "-1"), ("a", "1"), "A, -1"),
    ],
)
def test_what_was_not_learned_is_named_with_what_was(
    names: tuple[str, ...], learned: tuple[str, ...], unknown: str
) -> None:
    with pytest.raises(DataError) as caught:
        match(names, learned, learned, where="photos")

    told = f"photos has classes that the network has not learned: {unknown}"
    assert caught.value.message == told
    assert f"it has learned {', '.join(learned)}" in (caught.value.hint or "")


def test_all_of_some_classes_are_told_and_what_a_folder_is_called_of_one() -> None:
    learned = (*CLOTHES, *(f"class {letter}" for letter in "abcdefgh"))
    with pytest.raises(DataError) as caught:
        match(("t-shirt", "Trouser"), learned, learned, where="photos")

    hint = caught.value.hint or ""
    assert f"it has learned {', '.join(learned)}" in hint
    assert "did you mean" not in hint
    assert hint.endswith("call a folder T-shirt_top for T-shirt/top")
    assert match(("T-shirt_top",), learned, learned, where="photos").numbers == (0,)


def test_a_class_that_is_misspelt_is_hinted_at() -> None:
    with pytest.raises(DataError) as caught:
        match(("Trouser", "Ankel boot"), CLOTHES, CLOTHES, where="photos")

    assert "did you mean Ankle boot?" in (caught.value.hint or "")
