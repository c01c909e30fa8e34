"""What a run tells of its epochs' speed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from netspec.training.events import EpochDone

if TYPE_CHECKING:
    from netspec.training.recorder import Recorder

pytestmark = pytest.mark.keras


def recorder(heard: list[Any]) -> Recorder:
    from netspec.training.recorder import Recorder

    plan = SimpleNamespace(counts=SimpleNamespace(train=100), batch_size=32, steps=4)
    directory = SimpleNamespace(write_csv=lambda *_: None, write_json=lambda *_: None)
    job = SimpleNamespace(plan=plan, directory=directory, listener=heard.append)
    best = SimpleNamespace(after=lambda *_: False)
    return Recorder(cast("Any", job), cast("Any", best), cast("Any", SimpleNamespace(seconds=0.0)))


@pytest.mark.parametrize(("done", "images"), [(0, 100), (3, 4), (4, 0)])
def test_the_speed_is_that_of_the_images_that_a_resumed_epoch_had_left(
    done: int, images: int
) -> None:
    heard: list[Any] = []
    told = recorder(heard)
    told.begin_epoch(2, step=done)
    told.all_steps({"loss": 1.0})
    told.end_epoch(cast("Any", None), {"loss": 1.0})
    (epoch,) = [event for event in heard if isinstance(event, EpochDone)]
    assert bool(epoch.images_per_second) == (images > 0)
    assert (told.images_per_second is None) == (images == 0)
