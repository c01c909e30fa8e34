"""Two stages with a frozen part each come to the same end, also where they are interrupted or the cache fails them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import netspec
from netspec.data.features.kept import Features
from netspec.errors import DataError, TrainingError
from netspec.training.events import Computing, FeaturesReady, Started
from netspec.training.interruption import Interrupted
from tests.training.frozen_runs import HEAD, OFF, SPEC, STAGES, outcome, ready, require_equal
from tests.training.small_runs import Heard, interrupted, record, resume, train, write
from tests.training.test_exact_resume import killed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.keras, pytest.mark.usefixtures("own_cache")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What two stages end in where nothing is kept and nobody interrupts."""
    folder = tmp_path_factory.mktemp("whole")
    train(write(folder, STAGES), folder / "run", OFF)
    return outcome(folder / "run")


def test_two_stages_with_class_weights_and_callbacks_end_in_the_same_bits(
    whole: dict[str, Any], tmp_path: Path
) -> None:
    run, heard = tmp_path / "run", Heard()
    train(write(tmp_path, STAGES), run, heard=heard)
    require_equal(outcome(run), whole)
    assert ready(heard) == [
        (1, ("train", "validation"), 0, 90),
        (2, ("train", "validation"), 0, 90),
        (2, ("test",), 0, 15),
    ]
    assert [each["tensors"] for each in record(run)["features"]] == [[[6]], [[13, 13, 4]]]
    # What is kept is one whole network, which takes images.
    judged = netspec.evaluate(run)
    assert judged["metrics"] == pytest.approx(json.loads(whole["evaluation"])["metrics"], rel=1e-6)


def test_what_was_computed_before_an_interrupt_is_found_by_the_next_run(tmp_path: Path) -> None:
    spec, run = write(tmp_path, SPEC), tmp_path / "run"
    ended = interrupted(spec, run, lambda event: event == Computing("train", 32, 70))
    assert (ended.directory, ended.features) == (None, 32)
    assert not run.exists()
    heard = Heard(lambda event: isinstance(event, FeaturesReady))
    with pytest.raises(Interrupted):
        train(spec, run, heard=heard)
    assert ready(heard) == [(1, ("train", "validation"), 32, 58)]


def test_a_run_that_is_interrupted_while_a_later_stage_computes_goes_on_to_the_same_bits(
    whole: dict[str, Any], tmp_path: Path
) -> None:
    begun = []

    def second_stage(event: Any) -> bool:
        begun.append(isinstance(event, FeaturesReady))
        return any(begun) and event == Computing("train", 32, 70)

    run = tmp_path / "run"
    ended = interrupted(write(tmp_path, STAGES), run, second_stage)
    assert (ended.directory, ended.features) == (run, 32)
    heard = Heard()
    resume(run, heard=heard)
    assert heard.resumed == [(3, 0)]
    assert ready(heard) == [
        (1, ("train", "validation"), 90, 0),
        (2, ("train", "validation"), 32, 58),
        (2, ("test",), 0, 15),
    ]
    assert [each["found"] for each in record(run)["features"]] == [90, 32]
    require_equal(outcome(run), whole)


def test_a_run_that_is_killed_within_its_second_stage_goes_on_to_the_same_bits(
    whole: dict[str, Any], tmp_path: Path
) -> None:
    spec, run = write(tmp_path, STAGES), tmp_path / "run"
    assert killed(spec, run, "save:11")
    heard = Heard()
    resume(run, heard=heard)
    assert heard.resumed == [(3, 4)]
    assert ready(heard) == [(2, ("train", "validation"), 90, 0), (2, ("test",), 0, 15)]
    require_equal(outcome(run), whole)


def test_where_the_cache_fails_in_the_middle_the_run_goes_on_without_it(
    whole: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush, flushed = Features.flush, []

    def fill(features: Features) -> None:
        flushed.append(features)
        if len(flushed) > 2:
            raise DataError("the disk is full")
        flush(features)

    monkeypatch.setattr(Features, "flush", fill)
    heard, run = Heard(), tmp_path / "run"
    train(write(tmp_path, STAGES), run, heard=heard)
    assert heard.notices == "the disk is full; the frozen part is computed in every step"
    assert record(run)["features"][1] == {"stage": 2, "reason": "the disk is full"}
    require_equal(outcome(run), whole)


def test_an_image_that_changes_before_it_is_computed_ends_the_run(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    for name in ("a", "b"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(12):
            pixels = draw.integers(0, 255, (28, 28), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pictures" / name / f"{number}.png")
    text = SPEC.replace("fashion_mnist_sample", "{ImageFolder: {path: pictures}}")
    text = text.replace("validation: 20, limit: 70, test: 15", "validation: 6")
    spec = write(tmp_path, text.replace("units: 10", "units: 2"))
    changed = tmp_path / "pictures" / "a" / "3.png"

    def exchange(event: Any) -> bool:
        if isinstance(event, Started):
            os.utime(changed, (1, 1))  # of the same size, and readable
        return False

    with pytest.raises(DataError, match=r"not what it was .*\n.*a/3\.png: it has changed"):
        train(spec, tmp_path / "run", heard=Heard(exchange))


def test_a_layer_after_the_frozen_part_that_gives_no_number_is_named(tmp_path: Path) -> None:
    wild = HEAD.replace("units: 10", "units: 10, kernel_regularizer: {L2: {l2: 3e38}}")
    with pytest.raises(TrainingError, match="the loss of them is not"):
        train(write(tmp_path, SPEC.replace(HEAD, wild)), tmp_path / "run")
