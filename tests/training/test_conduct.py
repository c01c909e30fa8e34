"""A run that is ended twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from netspec.training import session
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
