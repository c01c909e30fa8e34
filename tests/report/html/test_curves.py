"""The curves of a training: what is drawn, what is told of them, and how very long ones are cut."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from netspec.report.html.curves import curves, thinned
from netspec.report.html.document import Absent, Stage, Training
from netspec.report.html.sentences import sentences
from netspec.report.overfitting import seems_to_begin

if TYPE_CHECKING:
    from collections.abc import Sequence

FALLING = [2.0 * math.exp(-at / 4) + 0.1 for at in range(16)]


def training(val_loss: Sequence[float | None] | None = None, **changes: Any) -> Training:
    metrics: dict[str, tuple[float | None, ...]] = {"loss": tuple(FALLING)}
    if val_loss is not None:
        metrics["val_loss"] = tuple(val_loss)
    parts: dict[str, Any] = {
        "epochs": tuple(range(1, len(FALLING) + 1)),
        "metrics": metrics,
        "better": {},
        "learning_rate": None,
        "seconds": None,
        "planned": 16,
        "best": None,
        "model_epoch": None,
        "stages": (),
        **changes,
    }
    return Training(**parts)


@pytest.mark.parametrize(
    ("val_loss", "told"),
    [
        (None, "Without validation images"),
        ([*FALLING[:4], *[0.4 + 0.05 * at for at in range(12)]], "It overfits: after epoch"),
        (FALLING[:10] + [0.3 - at / 50 for at in range(6)], "was still falling at the end"),
        ([*FALLING[:8], *[0.35] * 8], "came to rest while the training loss still fell"),
        ([*FALLING[:8], *[0.35] * 7, 0.349], "at its lowest at the end (0.3490 after epoch 16)"),
        ([*FALLING[:8], *[0.35] * 4, 0.34, *[0.35] * 3], "only 3 epochs came after it"),
        ([*FALLING[:6], 0.1, *[0.62 - at / 50 for at in range(9)]], "but was lower before"),
        ([None] * 13 + [0.1] * 3, "too few epochs"),
    ],
)
def test_words_say_where_training_was_going(val_loss: list[float | None] | None, told: str) -> None:
    assert told in " ".join(sentences(training(val_loss)))


def test_of_few_epochs_of_which_the_last_is_the_best_more_are_advised() -> None:
    loss = [0.9, 0.6, 0.5, 0.45, 0.42, 0.4, 0.38, 0.37]
    val_loss = [0.7, 0.5, 0.45, 0.42, 0.39, 0.37, 0.3808, 0.3597]
    metrics = {"loss": tuple(loss), "val_loss": tuple(val_loss)}
    told = " ".join(
        sentences(
            training(
                metrics=metrics,
                epochs=tuple(range(1, 9)),
                planned=8,
                more="netspec resume runs/a --set training.epochs=16",
            )
        )
    )
    assert "at the end (0.3597 after epoch 8): more epochs may bring more" in told
    assert "(`netspec resume runs/a --set training.epochs=16`)" in told
    assert "rest" not in told


def test_of_a_run_that_was_killed_the_epochs_that_were_planned_come_first() -> None:
    falling = FALLING[:10] + [0.3 - at / 50 for at in range(6)]
    more = "netspec resume runs/a"
    told = " ".join(sentences(training(falling, planned=200, has_ended=False, more=more)))
    assert told.endswith("184 more were planned (`netspec resume runs/a`).")
    assert "may bring" not in told


def test_no_command_is_told_where_the_spec_is_not_known() -> None:
    told = " ".join(sentences(training(FALLING[:10] + [0.3 - at / 50 for at in range(6)])))
    assert told.endswith("more epochs may bring more.")


def test_no_more_epochs_are_advised_where_it_seems_to_begin_to_overfit() -> None:
    loss = [0.6, 0.42, 0.31, 0.25, 0.2, 0.17, 0.14, 0.12, 0.096, 0.081, 0.066, 0.052, 0.041]
    val_loss = [0.5, 0.36, 0.28, 0.22, 0.19, 0.16, 0.15, 0.14, 0.119, 0.145, 0.128, 0.143, 0.171]
    metrics = {"loss": tuple(loss), "val_loss": tuple(val_loss)}
    told = " ".join(sentences(training(metrics=metrics, epochs=tuple(range(1, 14)), planned=13)))
    assert "It seems to begin to overfit" in told
    assert "0.1190 after epoch 9" in told
    assert "(0.1710 at the end), while the training loss went on falling (0.0960 to 0.0410)" in told
    assert "may bring more" not in told


@pytest.mark.parametrize(
    ("loss", "val_loss"),
    [
        ([0.4, 0.3, 0.2, 0.2, 0.2, 0.2], [0.5, 0.3, 0.2, 0.22, 0.24, 0.26]),  # nothing learned
        ([0.4, 0.3, 0.2, 0.1, 0.1, 0.1], [0.5, 0.3, 0.2, 0.201, 0.24, 0.26]),  # one is as low
        ([0.4, 0.3, 0.2, 0.1, 0.1, 0.1], [0.5, 0.3, 0.2, 0.26, 0.24, 0.22]),  # falls again
        ([0.4, 0.3, 0.2, 0.1, 0.1], [0.5, 0.3, 0.2, 0.24, 0.26]),  # two epochs
    ],
)
def test_it_does_not_seem_to_begin(loss: list[float], val_loss: list[float]) -> None:
    assert not seems_to_begin(loss, val_loss)
    assert seems_to_begin([0.4, 0.3, 0.2, 0.1, 0.1, 0.1], [0.5, 0.3, 0.2, 0.22, 0.24, 0.26])


def test_words_say_what_the_model_holds_and_what_is_no_number() -> None:
    best = {"epoch": 3, "by": "val_loss", "value": 0.5, "metrics": {}}
    val_loss = [0.5, None, *[0.6] * 14]
    told = " ".join(
        sentences(
            training(
                val_loss,
                best=best,
                model_epoch=16,
                planned=20,
                stages=(Stage("head", 1), Stage("all", 9)),
            )
        )
    )
    for each in (
        "16 epochs of 20 that were planned.",
        "The best epoch is 3, with a val_loss of 0.5000.",
        "those of the best are in state/best.keras",
        "In 1 epoch a loss is no number.",
        "Stages: head from epoch 1, all from epoch 9.",
    ):
        assert each in told


def test_each_metric_has_a_chart_and_the_learning_rate_one_of_its_own() -> None:
    part = curves(
        training(FALLING, learning_rate=(0.1,) * 16, stages=(Stage("head", 1), Stage("all", 9)))
    )
    blocks: Any = part.data
    assert [each["name"] for each in blocks.values()] == ["loss", "learning rate"]
    assert blocks["curve-1-data"]["log"] is True
    assert blocks["curve-1-data"]["stages"] == [
        {"name": "head", "first": 1},
        {"name": "all", "first": 9},
    ]


def test_a_loss_below_0_has_no_logarithm() -> None:
    blocks: Any = curves(training([-1.0] * 16)).data
    assert blocks["curve-1-data"]["log"] is False


def test_one_epoch_makes_a_table_and_no_chart() -> None:
    part = curves(training(epochs=(1,), metrics={"loss": (0.5,), "val_loss": (None,)}))
    assert part.data == {}
    assert "0.5000" in part.body


def test_without_epochs_it_says_why() -> None:
    assert "no epoch has ended" in curves(Absent("no epoch has ended")).body


def test_very_many_epochs_are_thinned_and_the_best_stays() -> None:
    count = 30_000
    best = {"epoch": 12_345, "by": "loss", "value": 0.5, "metrics": {}}
    part = curves(
        training(
            epochs=tuple(range(1, count + 1)),
            metrics={"loss": (0.5,) * count},
            best=best,
        )
    )
    blocks: Any = part.data
    assert len(blocks["curve-1-data"]["epochs"]) == 2000
    assert "<b>12345 (best)</b>" in part.body
    assert part.body.count("<tr>") < 500


def test_thinned_places_hold_both_ends() -> None:
    assert thinned(range(5), 10) == [0, 1, 2, 3, 4]
    places = thinned(range(1000), 10)
    assert (len(places), places[0], places[-1]) == (10, 0, 999)
