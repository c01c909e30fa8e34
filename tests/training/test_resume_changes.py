"""What may change in a run's spec, its data and its place before it goes on, and what may not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from netspec.errors import DataError, UsageError
from tests.training.small_runs import (
    SPEC,
    Heard,
    after_epoch,
    after_step,
    bits,
    interrupted,
    newest,
    record,
    resume,
    train,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def stopped_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    interrupted(write(folder), folder / "run", after_step(2, 1))
    return folder


@pytest.fixture
def stopped(stopped_once: Path, tmp_path: Path) -> Path:
    """A run that was ended in its second epoch, after one of two steps; its spec lies beside it."""
    write(tmp_path)
    return Path(shutil.copytree(stopped_once / "run", tmp_path / "run"))


def edited(run: Path, before: str, after: str) -> Path:
    spec = run.parent / "spec.yaml"
    text = spec.read_text()
    assert before in text
    spec.write_text(text.replace(before, after))
    return spec


def optimizer(run: Path) -> dict[str, float]:
    """The optimizer's numbers that are one number each, by name."""
    with np.load(newest(run)) as file:
        names = json.loads(file["about"].tobytes())["names"]["optimizer"]
        values = [file[f"optimizer/{place}"] for place in range(len(names))]
    return {
        name.split(" ")[0].rpartition("/")[2]: float(value)
        for name, value in zip(names, values, strict=True)
        if not value.shape
    }


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "learning_rate: 0.1",
            "learning_rate: 0.2",
            "compile.optimizer.SGD.learning_rate: 0.1 -> 0.2",
        ),
        ("epochs: 3", "epochs: 2", "training.epochs: 3 -> 2"),
        ("rate: 0.3", "rate: 0.4", "model.layers.3.Dropout.rate: 0.3 -> 0.4"),
        ("seed: 5", "seed: 6", "seed: 5 -> 6"),
        ("epochs: 3,", "epochs: 3, shuffle: false,", "training.shuffle: nothing -> false"),
    ],
)
def test_another_spec_is_refused_with_what_differs(
    stopped: Path, before: str, after: str, told: str
) -> None:
    spec, kept = edited(stopped, before, after), (stopped / "run.json").read_text()

    with pytest.raises(UsageError) as caught:
        train(spec, stopped, resume=True)

    assert str(caught.value) == f"the spec has changed since the run {stopped} began:\n  {told}"
    assert "--force" in (caught.value.hint or "")
    assert caught.value.exit_code == 2
    assert (stopped / "run.json").read_text() == kept


def test_a_resolved_spec_that_was_edited_by_hand_is_noticed(stopped: Path) -> None:
    resolved = stopped / "resolved.yaml"
    resolved.write_text(resolved.read_text().replace("momentum: 0.9", "momentum: 0.8"))

    with pytest.raises(UsageError, match=r"compile.optimizer.SGD.momentum: 0.9 -> 0.8"):
        resume(stopped)


def test_a_run_goes_on_with_more_epochs_and_other_checkpoints(
    stopped: Path, tmp_path: Path
) -> None:
    spec = edited(stopped, "epochs: 3,", "epochs: 4,")
    edited(stopped, "every: 1 steps", "every: 1 h")
    written = spec.read_text()

    train(spec, stopped, resume=True)

    train(spec, tmp_path / "whole")
    assert bits(stopped) == bits(tmp_path / "whole")
    assert (stopped / "spec.yaml").read_text() == written
    assert record(stopped)["epochs"] == 4
    assert record(stopped)["resumed"][0]["changes"] == [
        "training.epochs: 3 -> 4",
        'training.checkpoint.every: "1 steps" -> "1 h"',
    ]

    before = record(stopped)
    edited(stopped, "every: 1 h", "every: 2 h")
    heard = Heard()
    result = train(spec, stopped, resume=True, heard=heard)
    assert (heard.epochs, result.model_epoch) == ([], 4)
    assert record(stopped) == before


STOPPING = """callbacks:
  - EarlyStopping: {monitor: val_loss, patience: 1, min_delta: MIN, restore_best_weights: true}
"""


@pytest.mark.parametrize(
    ("text", "epochs"),
    [
        (
            SPEC.replace("momentum: 0.9", "momentum: 0.9, use_ema: true")
            + STOPPING.replace("MIN", "0.0"),
            [1, 2, 3, 4],
        ),
        (SPEC + STOPPING.replace("MIN", "9.0"), [1, 2]),
    ],
    ids=["not yet stopped", "stopped"],
)
def test_a_finished_run_trains_on_as_if_it_had_had_the_epochs_from_the_beginning(
    tmp_path: Path, text: str, epochs: Sequence[int]
) -> None:
    spec, run, heard = write(tmp_path, text), tmp_path / "run", Heard()
    train(spec, run, heard=heard)
    more = Heard()

    resume(run, "training.epochs=4", heard=more)

    train(spec, tmp_path / "whole", "training.epochs=4")
    assert [*heard.epochs, *more.epochs] == epochs
    assert bits(run) == bits(tmp_path / "whole")
    for key in ("best_epoch", "model_epoch", "metrics", "status", "epochs"):
        assert record(run)[key] == record(tmp_path / "whole")[key]
    assert (run / "spec.yaml").read_text() == text
    assert "epochs: 4" in (run / "resolved.yaml").read_text()


def test_with_force_another_learning_rate_applies_and_stays(stopped: Path) -> None:
    rate = "compile.optimizer.SGD.learning_rate=0.025"
    assert optimizer(stopped)["learning_rate"] == pytest.approx(0.1)

    with pytest.raises(KeyboardInterrupt):
        resume(stopped, rate, force=True, heard=Heard(after_step(2, 1)))
    assert optimizer(stopped)["learning_rate"] == pytest.approx(0.025)

    heard = Heard()
    resume(stopped, heard=heard)  # it is that spec's run now
    assert optimizer(stopped) == {"iteration": 7.0, "learning_rate": pytest.approx(0.025)}
    assert heard.epochs == [2, 3]
    assert record(stopped)["resumed"][0]["changes"] == [
        "compile.optimizer.SGD.learning_rate: 0.1 -> 0.025"
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("pool_size: 4", "pool_size: 2", r"another network: head/kernel \(49, 10\) float32 then, "),
        (
            "SGD: {learning_rate: 0.1, momentum: 0.9}",
            "Adam: {learning_rate: 0.1}",
            "another optimizer",
        ),
        (
            "training:",
            "callbacks: [TerminateOnNaN]\ntraining:",
            "the kept state has 0 callbacks, and the spec has 1",
        ),
    ],
    ids=["network", "optimizer", "callbacks"],
)
def test_even_with_force_what_does_not_fit_is_refused(
    stopped: Path, before: str, after: str, told: str
) -> None:
    names = ("run.json", "resolved.yaml", "spec.yaml", f"state/{newest(stopped).name}")
    kept = [(stopped / name).read_bytes() for name in names]

    with pytest.raises(UsageError, match=told):
        train(edited(stopped, before, after), stopped, resume=True, force=True)

    assert [(stopped / name).read_bytes() for name in names] == kept


def test_a_finished_run_without_its_state_is_not_trained_anew(stopped: Path) -> None:
    resume(stopped)
    shutil.rmtree(stopped / "state")
    before = (stopped / "metrics.csv").read_text()

    assert resume(stopped).model_epoch == 3
    with pytest.raises(UsageError, match="is finished, and its state is gone"):
        resume(stopped, "training.epochs=4")

    assert (stopped / "metrics.csv").read_text() == before


PICTURES = (
    SPEC.replace(
        "data: {source: fashion_mnist_sample, validation: 32, limit: 64, test: null}",
        "data: {source: {ImageFolder: {path: pictures}}, validation: 16, test: null}",
    )
    .replace("[28, 28, 1]", "[8, 8, 1]")
    .replace("units: 10", "units: 2")
)


def draw(folder: Path, *, brightness: int = 5) -> None:
    for name, start in (("dark", 0), ("light", 128)):
        (folder / "pictures" / name).mkdir(parents=True)
        for number in range(40):
            pixels = np.full((8, 8), start + number + brightness, np.uint8)
            Image.fromarray(pixels).save(folder / "pictures" / name / f"{number:02}.png")


def test_images_may_have_moved_but_not_have_changed(tmp_path: Path) -> None:
    draw(tmp_path / "first")
    shutil.copytree(tmp_path / "first", tmp_path / "second")
    draw(tmp_path / "third", brightness=6)
    spec = write(tmp_path / "first", PICTURES)
    train(spec, tmp_path / "whole")
    interrupted(spec, tmp_path / "run", after_epoch(1))
    run = Path(shutil.move(tmp_path / "run", tmp_path / "moved"))
    shutil.rmtree(tmp_path / "first" / "pictures")

    with pytest.raises(DataError):
        resume(run)
    with pytest.raises(DataError, match="images are not those of the run"):
        resume(run, data_root=tmp_path / "third")
    resume(run, data_root=tmp_path / "second")

    assert bits(run) == bits(tmp_path / "whole")
    assert record(run)["data"]["root"] == str(tmp_path / "second")


def test_a_finished_run_with_fewer_epochs_or_another_rate_has_nothing_left_to_train(
    stopped: Path,
) -> None:
    resume(stopped)
    before = {path: path.read_bytes() for path in stopped.rglob("*") if path.is_file()}
    spec = edited(stopped, "epochs: 3", "epochs: 2")

    assert train(spec, stopped, resume=True).best_epoch
    with pytest.raises(UsageError, match="nothing is left to train"):
        resume(stopped, "compile.optimizer.SGD.learning_rate=0.2", force=True)

    assert {path: path.read_bytes() for path in before} == before


def test_a_killed_run_that_cannot_go_on_is_a_killed_run_still(stopped: Path) -> None:
    from netspec.runs.lock import held

    told = json.loads((stopped / "run.json").read_text())
    (stopped / "run.json").write_text(json.dumps({**told, "status": "running"}))

    with pytest.raises(UsageError, match="has changed"):
        resume(stopped, "seed=6")
    assert held(stopped) is False

    resume(stopped)
    assert held(stopped) is None


def test_an_output_of_another_name_is_told_as_one(stopped: Path) -> None:
    with pytest.raises(DataError, match="the network has the output top, and the run's had head"):
        resume(stopped, "model.layers.head.name=top", force=True)
