"""Where decoded images are kept, and that what is kept is what was read."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data import room
from netspec.data.counts import SplitCounts
from netspec.data.decoded import CachePlace, CachePlan, DecodedImages, plan_cache
from netspec.data.form import ImageForm
from netspec.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = (4, 6, 3)
BOTH = pytest.mark.parametrize("place", ["memory", "disk"])
# 200 images of 300 bytes each, and 100 of 192.
COUNTS = SplitCounts(200, 100, 7)
FORM = ImageForm(size=(8, 8), channels=3, resize="stretch", training_size=(10, 10))
NEEDED = 200 * 300 + 100 * 192


def images(indices: Any) -> Any:
    """Images whose every pixel is their number."""
    return np.broadcast_to(np.array(indices, np.uint8)[:, None, None, None], (len(indices), *SHAPE))


def free(monkeypatch: pytest.MonkeyPatch, *, memory: int, disk: int) -> None:
    monkeypatch.setattr(room, "free_memory", lambda: memory)
    monkeypatch.setattr(room, "free_disk", lambda _: disk)


def plan(written: str, *, epochs: int = 2) -> CachePlan:
    return plan_cache(written, counts=COUNTS, form=FORM, epochs=epochs)


@pytest.mark.parametrize(
    ("memory", "disk", "place"),
    [
        (2 * NEEDED, 0, "memory"),
        (2 * NEEDED - 1, 2 * NEEDED, "disk"),
        (2 * NEEDED - 1, 2 * NEEDED - 1, "off"),
    ],
)
def test_half_of_what_is_free_may_be_taken_of_memory_first(
    memory: int, disk: int, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, memory=memory, disk=disk)
    planned = plan("auto")
    assert (planned.place, planned.size) == (place, NEEDED)
    assert bool(planned.reason) == (place == "off")


def test_a_place_that_is_asked_for_may_be_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, memory=NEEDED, disk=NEEDED)
    assert plan("memory") == CachePlan("memory", NEEDED)
    assert plan("disk") == CachePlan("disk", NEEDED)
    assert plan("off") == CachePlan("off", NEEDED)


def test_a_place_that_is_too_small_is_told_and_another_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free(monkeypatch, memory=NEEDED - 1, disk=2 * NEEDED)
    planned = plan("memory")
    assert planned.place == "disk"
    assert str(planned) == "disk, 77.3 KiB: the memory has 77.3 KiB free, and 77.3 KiB are needed"
    free(monkeypatch, memory=0, disk=NEEDED - 1)
    assert plan("disk").place == plan("memory").place == "off"


def test_one_epoch_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, memory=2 * NEEDED, disk=2 * NEEDED)
    for written in ("auto", "memory", "disk"):
        assert str(plan(written, epochs=1)) == "off: one epoch reads every image once"


@BOTH
def test_what_is_kept_comes_back(place: CachePlace) -> None:
    kept = DecodedImages(place, np.array([2, 3, 5, 9]), images=11, shape=SHAPE)

    assert not kept.holds(np.array([2, 3, 5, 9])).any()
    at = np.array([9, 3])
    assert kept.keep(at, images([9, 3])) is at

    assert kept.holds(np.array([2, 3, 5, 9])).tolist() == [False, True, False, True]
    taken = kept.take(np.array([3, 9, 3]))
    assert taken.dtype == np.uint8
    assert np.array_equal(taken, images([3, 9, 3]))


def test_the_disk_s_file_has_no_name_that_could_be_left_behind(tmp_path: Path) -> None:
    kept = DecodedImages("disk", np.arange(4), images=4, shape=SHAPE)
    kept.keep(np.arange(4), images(range(4)))

    assert room.cache_folder().is_relative_to(tmp_path)
    assert list(room.cache_folder().iterdir()) == []


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = DecodedImages("disk", np.arange(4), images=4, shape=SHAPE)

    class Full:
        def seek(self, _: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(kept, "_file", Full())
    with pytest.raises(DataError, match=r"cannot keep decoded images in .*: No space left"):
        kept.keep(np.arange(4), images(range(4)))
    assert kept.failure is not None
    assert not kept.holds(np.arange(4)).any()


def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(room, "cache_folder", lambda: tmp_path / "file" / "netspec")
    with pytest.raises(DataError, match="cannot keep decoded images"):
        DecodedImages("disk", np.arange(4), images=4, shape=SHAPE)
