"""What is computed once is said before a run, moves while it is computed, and leaves a line."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from netspec.applications.table import Download
from netspec.cli.display import Display
from netspec.cli.plan_text import print_plan
from netspec.cli.training_display import Watched
from netspec.report.console import console_for
from netspec.runs.features import FeaturePlan
from netspec.runs.plan import StagePlan
from netspec.runs.starts import StartPlan
from netspec.training.events import (
    Computing,
    FeaturesReady,
    Finished,
    Notice,
    Planned,
    Resumed,
    Started,
)
from netspec.training.interruption import Interrupted, Interruption
from tests.cli.displayed import Terminal, a_plan, a_result, drawn, epoch_done, step_done

if TYPE_CHECKING:
    from netspec.runs.plan import Plan

pytestmark = pytest.mark.usefixtures("terminal_of_80")

PART = cast("Any", SimpleNamespace(nodes=(SimpleNamespace(name="backbone.a"),), numbers=1))
KEPT = FeaturePlan(PART, size=4, splits=("train",))
NONE = FeaturePlan(None, reason="everything trains")
TRAIN = ("train", "validation")


def rows(plan: Plan) -> list[str]:
    stream = io.StringIO()
    print_plan(console_for(stream), plan)
    return stream.getvalue().splitlines()


def test_the_plan_has_a_row_for_each_stage_unless_all_do_alike() -> None:
    stages = tuple(StagePlan(name, 1, 0.1, None, ("*",), 1) for name in ("head", "all"))
    plan = replace(a_plan(), stages=stages, features=(KEPT, NONE))
    once = "1 frozen layer (backbone) computed once for each image: 1 number, 4 B in the cache"
    assert rows(plan)[-2:] == [
        f"features    head: {once}",
        "            all: not cached: everything trains",
    ]
    assert rows(replace(plan, features=(KEPT, KEPT)))[-1] == f"features    {once}"
    silent = replace(NONE, is_told=False)
    assert rows(replace(plan, features=(KEPT, silent)))[-1] == f"features    head: {once}"
    assert "features" not in str(rows(replace(plan, features=(silent, silent))))


def test_the_plan_says_which_weights_the_network_begins_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    file = Download("vgg.h5", "https://x", None, include_top=False, alpha=None, size=None)
    own = StartPlan("MobileNet", (), (), Path("a.h5"), record={"name": "my\n.h5"})
    plan = replace(a_plan(), starts=(StartPlan("VGG16", (), (), download=file), own))
    assert rows(plan)[-2:] == [
        "weights     VGG16: imagenet, vgg.h5, which is to be fetched",
        r"            MobileNet: my\u000a.h5",
    ]
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "vgg.h5").touch()
    assert rows(plan)[-2] == "weights     VGG16: imagenet, vgg.h5"


def test_while_features_are_computed_a_bar_moves_and_training_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("netspec.cli.display.time.monotonic", lambda: now)
    display = Display(Terminal())
    display(Planned(a_plan()))
    display(Started(Path("a")))
    display(Resumed(3, 4))
    display(Computing("train", 64, 640))
    now += 4
    display(Computing("train", 160, 640))
    label, bar = drawn(display)
    assert label == "computing features of train images"
    assert bar.endswith("  160 of 640  40 images/s  0:12 left")
    display(FeaturesReady(1, TRAIN, 0, 740, 18.5))
    assert [line.split("━")[-1] for line in drawn(display)] == [
        "  4/10  preparing  0:00",
        "  2/12",
    ]
    display(step_done(3, 5))
    display(epoch_done(3))
    display(Computing("train", 64, 640))
    display(Notice("the disk is full; the frozen part is computed in every step"))
    display(step_done(4, 1))
    assert " 4/12 " in "\n".join(drawn(display))
    display.close()


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            FeaturesReady(1, TRAIN, 0, 3781, 95.4),
            "features computed for 3,781 train and validation images in 1:35",
        ),
        (FeaturesReady(1, ("test",), 372, 0, 0.1), "features found for all 372 test images"),
        (
            FeaturesReady(2, ("train",), 300, 81, 2.5),
            "features found for 300, computed for 81 train images in 2.5 s",
        ),
    ],
)
def test_elsewhere_it_leaves_one_line(event: FeaturesReady, line: str) -> None:
    stream = io.StringIO()
    display = Display(stream)
    display(Planned(a_plan()))
    begun = len(stream.getvalue())
    for told in (Started(Path("a")), Computing("train", 1, 9), Computing("train", 9, 9), event):
        display(told)
    assert stream.getvalue()[begun:] == f"\n{line}\n"


def test_in_the_end_it_is_said_how_much_of_the_time_it_took() -> None:
    stream = io.StringIO()
    display = Display(stream)
    for event in (
        FeaturesReady(1, TRAIN, 0, 740, 18.5),
        FeaturesReady(1, ("test",), 0, 99, 9.0),
        Finished(a_result()),
    ):
        display(event)
    assert "trained     3 epochs in 1:15, 18.5 s of it for features\n" in stream.getvalue()


def test_of_a_run_that_was_resumed_it_says_since_when_that_is_counted() -> None:
    stream = io.StringIO()
    display = Display(stream)
    for event in (Resumed(2, 0), FeaturesReady(1, TRAIN, 0, 740, 18.5), Finished(a_result())):
        display(event)
    told = "trained     3 epochs in 1:15, 18.5 s of it for features since it was resumed\n"
    assert told in stream.getvalue()


def test_who_interrupts_it_hears_that_the_features_stay(
    capsys: pytest.CaptureFixture[str],
) -> None:
    watched = Watched(quiet=True, json_lines=False)

    def begin(interruption: Interruption, listener: Any) -> Any:
        raise Interrupted(epoch=1, features=1200)

    with pytest.raises(Exception, match="130"), watched.told():
        watched.train(begin)
    assert capsys.readouterr().err == (
        "interrupted in epoch 1, before the first step; the features of 1,200 images are kept for the next run\n"
    )
