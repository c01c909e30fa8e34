"""Features are found again by image and by what made them, and never those of another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest

from netspec.data.features import entries, kept
from netspec.data.features.store import FeatureStore
from tests.data.features.made import FORMS, KEY, arrays, digests, keep, numbers_of

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_added_is_there_for_the_next_who_opens_it(tmp_path: Path) -> None:
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        assert features.missing(digests([7, 8])).tolist() == [0, 1]
        features.add(digests([7, 8]), arrays([7, 8]))
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        assert features.missing(digests([9, 8, 6, 7])).tolist() == [0, 2]
        assert features.rows(digests([9]))[0] == -1
        assert numbers_of(features, [8, 7, 8]) == [8, 7, 8]


def test_what_is_flushed_is_there_at_once(tmp_path: Path) -> None:
    features = FeatureStore(tmp_path).open(KEY, FORMS)
    features.add(digests([1]), arrays([1]))
    assert features.missing(digests([1])).tolist() == [0]
    features.flush()
    assert features.missing(digests([1])).tolist() == []
    assert numbers_of(features, [1]) == [1]


def test_rows_of_many_segments_come_in_the_order_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SEGMENT_BYTES", 100)
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        for first in range(0, 40, 4):
            features.add(digests(range(first, first + 4)), arrays(range(first, first + 4)))
        order = np.random.default_rng(0).permutation(40).tolist()
        assert numbers_of(features, order) == order
    assert len(list(features.path.glob("*.segment"))) == 10


def test_an_image_has_one_row_however_often_it_is_added(tmp_path: Path) -> None:
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        features.add(digests([1, 2, 1]), arrays([1, 2, 1]))
        features.add(digests([2, 3]), arrays([2, 3]))
        features.flush()
        keep(features, [3, 4])
        assert len(features) == 4
        assert numbers_of(features, [4, 3, 2, 1]) == [4, 3, 2, 1]
    assert [entry.images() for entry in entries.entries(tmp_path)] == [4]


@pytest.mark.parametrize(
    ("key", "forms"),
    [
        ({**KEY, "weights": "abd"}, FORMS),
        ({**KEY, "more": None}, FORMS),
        (KEY, [FORMS[0], ((5,), "bfloat16")]),
        (KEY, FORMS[:1]),
        (KEY, [((2, 3), "float32"), FORMS[1]]),
    ],
)
def test_nothing_of_another_key_or_form_is_served(tmp_path: Path, key: Any, forms: Any) -> None:
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        keep(features, [1])
    with FeatureStore(tmp_path).open(key, forms) as features:
        assert features.missing(digests([1])).tolist() == [0]


def test_the_order_in_which_a_key_is_written_does_not_matter(tmp_path: Path) -> None:
    with FeatureStore(tmp_path).open({"a": 1, "b": (2, 3)}, FORMS) as features:
        keep(features, [1])
    with FeatureStore(tmp_path).open({"b": [2, 3], "a": 1}, FORMS) as features:
        assert numbers_of(features, [1]) == [1]


def test_an_entry_that_says_it_is_another_s_is_left_to_that(tmp_path: Path) -> None:
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        keep(features, [1])
    said = (features.path / "key.json").read_text()
    (features.path / "key.json").write_text(said.replace("abc", "xyz"))
    with FeatureStore(tmp_path).open(KEY, FORMS) as other:
        assert other.missing(digests([1])).tolist() == [0]
        keep(other, [1, 2])
    with FeatureStore(tmp_path).open(KEY, FORMS) as other:
        assert numbers_of(other, [1, 2]) == [1, 2]
    assert (features.path / "key.json").read_text() == said.replace("abc", "xyz")


def test_a_key_that_cannot_be_read_is_written_anew(tmp_path: Path) -> None:
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        keep(features, [1])
    said = (features.path / "key.json").read_text()
    (features.path / "key.json").write_text(said[:20])
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        assert numbers_of(features, [1]) == [1]
    assert (features.path / "key.json").read_text() == said


def test_bfloat16_is_kept_bit_by_bit(tmp_path: Path) -> None:
    numbers = np.array([[1.5, -3.0, np.inf]]).astype(ml_dtypes.bfloat16)
    with FeatureStore(tmp_path).open(KEY, [((3,), "bfloat16")]) as features:
        features.add(digests([1, 2]), [np.repeat(numbers, 2, axis=0)])
        features.add(digests([3]), [numbers.view(np.uint16)])
        features.flush()
        (taken,) = features.take(features.rows(digests([1, 3])))
    assert taken.dtype == np.uint16
    assert taken.tolist() == np.repeat(numbers, 2, axis=0).view(np.uint16).tolist()


def test_features_of_another_form_are_refused(tmp_path: Path) -> None:
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:
        first, second = arrays([1])
        for wrong in ([first], [first[:, :2], second], [first, second.astype(np.float32)]):
            with pytest.raises(ValueError, match=r"features|tensors"):
                features.add(digests([1]), wrong)
        with pytest.raises(ValueError, match="32 bytes"):
            features.add([b"short"], [first, second])
        with pytest.raises(ValueError, match="no features"):
            features.take(features.rows(digests([1])))


def test_threads_add_and_take_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SEGMENT_BYTES", 400)
    with FeatureStore(tmp_path).open(KEY, FORMS) as features:

        def added(start: int) -> list[float]:
            for number in range(start, 200, 2):
                features.add(digests([number, number + 1]), arrays([number, number + 1]))
            features.flush()
            return numbers_of(features, range(start, 200, 2))

        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(added, [0, 1, 2] * 2))
        assert found == [list(range(start, 200, 2)) for start in [0, 1, 2] * 2]
        assert len(features) == 201
