"""A run that is ended twice."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from netspec.training import conduct, session
from netspec.training.interruption import Interrupted
from tests.training.small_runs import Heard, after_epoch, record, states, train, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras


def test_who_asks_again_while_the_model_is_written_loses_no_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"

    def again(*_: Any) -> None:
        raise Interrupted("interrupt")

    monkeypatch.setattr(session, "_keep_model", again)

    with pytest.raises(Interrupted) as caught:
        train(write(tmp_path), run, heard=Heard(after_epoch(1)))

    assert caught.value.directory == run
    assert record(run)["status"] == "interrupted"
    assert len(states(run)) == 2


def test_what_was_computed_once_in_earlier_stages_stays_in_the_record_of_a_resumed_run() -> None:
    record = {"features": [{"stage": 1, "found": 5}, {"stage": 2, "reason": "the disk is full"}]}
    job: Any = SimpleNamespace(features={2: {"stage": 2, "found": 7}})
    nothing: Any = None
    end = conduct._End(nothing, record, job, 0.0)
    assert end._features() == {"features": [{"stage": 1, "found": 5}, {"stage": 2, "found": 7}]}
    job.features.clear()
    assert conduct._End(nothing, {}, job, 0.0)._features() == {}
