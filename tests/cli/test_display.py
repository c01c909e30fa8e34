"""A run is told as plain lines of one table; nothing is cut, and no name speaks to the terminal."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from rich.cells import cell_len

from netspec.cli.display import Display
from netspec.cli.plan_text import print_plan
from netspec.report.console import console_for
from netspec.report.escape import printable
from netspec.report.spoken import clock, spoken_number
from netspec.spec.labels import LabelEncoding, Target
from netspec.training.events import (
    EpochDone,
    Fetching,
    Finished,
    Notice,
    Planned,
    Resumed,
    Started,
    Stopped,
)
from tests.cli.displayed import (
    CODES,
    TWO_OUTPUTS,
    Terminal,
    a_plan,
    a_result,
    drawn,
    epoch_done,
    events,
    refresh,
    screen,
    shown,
    step_done,
)

if TYPE_CHECKING:
    from netspec.spec.labels import LabelForm
    from netspec.things.labels import LabelKind

pytestmark = pytest.mark.usefixtures("terminal_of_80")

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
EVIL = "\x1b]0;pwned\x07[red]\u202e\n"


def test_piped_every_epoch_is_one_line_of_one_table() -> None:
    stream = io.StringIO()
    shown(stream)
    assert stream.getvalue() == (
        "data        Clothes: 640 train, 100 validation, 100 test\n"
        "input       (28, 28, 1)\n"
        "classes     2: cat, dog\n"
        "labels      class indices\n"
        "parameters  1,000 (900 trainable)\n"
        "training    12 epochs of 10 steps, batch size 64, seed 1\n"
        "fetching Clothes\n"
        "\n"
        "epoch  seconds  images/s      loss  accuracy  val_loss  val_accuracy\n"
        " 1/12      2.5     1,234    1.0000    2.0000    1.0000        2.0000  best\n"
        " 2/12      5.0     1,234    0.5000    1.5000    0.5000        1.5000\n"
        " 3/12      7.5     1,234    0.3333    1.3333    0.3333        1.3333  best\n"
        "stopped after epoch 3: EarlyStopping\n"
        "\n"
        "trained     3 epochs in 1:15\n"
        "best epoch  3 by val_loss  loss 1.0000  accuracy 1.0000\n"
        "test        with epoch 3  loss 0.5000  accuracy 0.5000\n"
    )


def test_piped_nothing_is_cut_however_many_metrics_there_are() -> None:
    stream = io.StringIO()
    names = tuple(f"{name}_{'x' * 200}" for name in TWO_OUTPUTS)
    shown(stream, names)
    text = stream.getvalue()
    assert not CONTROL.search(text)
    assert "…" not in text
    header, *rows = [line for line in text.splitlines() if len(line) > 1500][:4]
    assert header.split() == [
        *("epoch", "seconds", "images/s"),
        *names,
        *(f"val_{name}" for name in names),
    ]
    assert len(rows) == 3
    assert {len(row.removesuffix("  best")) for row in rows} == {len(header)}


def test_piped_every_line_is_there_as_soon_as_it_is_known(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with path.open("w") as stream:
        display = Display(stream)
        for event in events():
            display(event)
            if isinstance(event, EpochDone):
                assert f" {event.epoch}/12 " in path.read_text().splitlines()[-1]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_at_the_end_all_numbers_are_told_on_lines_that_fit(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    stream = Terminal()
    Display(stream)(Finished(a_result(("loss", "accuracy", "f1_score", "precision"))))
    lines = screen(stream.getvalue())
    assert all(cell_len(line) <= width for line in lines)
    assert {line[:10].strip() for line in lines} == {"", "trained", "best epoch", "test"}
    assert "".join(lines).count("precision") == 2


def test_quiet_prints_nothing() -> None:
    for stream in (Terminal(), io.StringIO()):
        display = Display(stream, quiet=True)
        for event in events():
            display(event)
        display.close()
        assert stream.getvalue() == ""


def test_what_a_user_named_cannot_speak_to_the_terminal() -> None:
    for stream in (io.StringIO(), Terminal()):
        display = Display(stream)
        display(Planned(a_plan(title=EVIL, names=("cat", EVIL), binary=True)))
        display(Notice(EVIL))
        display(Fetching(EVIL, 1, 2))
        refresh(display)
        display(Started(Path("a")))
        display(step_done(1, 1, ("loss", EVIL)))
        refresh(display)
        display(epoch_done(1, ("loss", EVIL)))
        display(Stopped(1, EVIL))
        display.close()
        display(Finished(replace(a_result(("loss", EVIL)), best_by=EVIL)))
        text = CODES.sub("", stream.getvalue())
        assert not CONTROL.search(text)
        assert "\u202e" not in text
        assert "[red]" in text
        assert "\\u001b]0;pwned\\u0007" in text


@pytest.mark.parametrize(
    ("step", "saved", "told"),
    [
        (0, None, "resumed in epoch 3"),
        (4, None, "resumed in epoch 3 after step 4 of 10"),
        (
            4,
            datetime(2026, 1, 2, 4, 4, 5, tzinfo=timezone(timedelta(hours=1))),
            "resumed in epoch 3 after step 4 of 10, from what was kept at 2026-01-02 03:04:05 UTC",
        ),
    ],
)
def test_it_says_where_a_run_goes_on(step: int, saved: datetime | None, told: str) -> None:
    stream = Terminal()
    display = Display(stream)
    display(Planned(a_plan()))
    display(Started(Path("a")))
    display(Resumed(3, step, saved))
    assert told in [line.strip() for line in screen(stream.getvalue())]
    steps, epochs = drawn(display)[-2:]
    assert f" {step}/10" in steps
    assert " 2/12" in epochs
    display.close()


def test_new_metrics_and_a_new_width_bring_a_new_header() -> None:
    stream = io.StringIO()
    display = Display(stream)
    display(Planned(a_plan()))
    display(Started(Path("a")))
    display(epoch_done(1))
    display(epoch_done(2))
    display(epoch_done(3, ("loss", "accuracy", "learning_rate")))
    headers = [line for line in stream.getvalue().splitlines() if line.startswith("epoch")]
    assert len(headers) == 2
    assert "learning_rate" in headers[1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0000"),
        (0.12345, "0.1235"),
        (0.0001, "1.00e-04"),
        (-0.0001, "-1.0e-04"),
        (1234.5, "1234.5"),
        (1e12, "1.00e+12"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
    ],
)
def test_numbers_fit_their_column(value: float, text: str) -> None:
    assert spoken_number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.6, "0:05"), (59.7, "1:00"), (754, "12:34"), (3723, "1:02:03")]
)
def test_time_is_written_as_on_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def learning(kind: LabelKind, names: tuple[str, ...], output: str, label: str = "label") -> Target:
    form: dict[LabelKind, LabelForm] = {"class": "integer", "number": "numbers"}
    encoding = LabelEncoding(form.get(kind, "flags"), len(names))
    return Target(output, label, kind, names, names, encoding)


def planned(*targets: Target, width: int | None = None) -> list[str]:
    """The rows of a plan that say what outputs learn."""
    console = console_for(io.StringIO())
    print_plan(console, replace(a_plan(), targets=targets, weighted=True), width=width)
    lines = cast("io.StringIO", console.file).getvalue().splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("input")) + 1
    end = next(number for number, line in enumerate(lines) if line.startswith("parameters"))
    assert lines[0].endswith("100 test; each image has a weight of its own") == (width is None)
    return lines[begin:end]


def test_of_several_outputs_a_plan_says_what_each_learns() -> None:
    assert planned(
        learning("class", tuple(map(str, range(14))), "digit", "digit"),
        learning("multi_label", ("red", EVIL), "tags", "colours"),
        learning("number", ("width", "height"), "size", "size"),
        learning("number", ("price",), "price", "price"),
    ) == [
        "outputs     digit: one of 14: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … 2 more; class indices",
        f"            tags (colours): 0 or 1 for each of 2: red, {printable(EVIL)}",
        "            size: 2 numbers: width, height",
        "            price: a number",
    ]


def test_of_one_output_that_is_no_class_a_plan_says_what_it_learns() -> None:
    assert planned(learning("multi_label", ("red", "blue"), "head")) == [
        "labels      0 or 1 for each of 2: red, blue"
    ]
    assert planned(learning("number", ("x",), "head")) == ["labels      1 number: x"]


def test_a_plan_of_several_outputs_fits_a_narrow_terminal() -> None:
    lines = planned(
        learning("class", tuple(map(str, range(14))), "digit", "digit"),
        learning("number", ("width", "height"), "size", "size"),
        width=40,
    )
    assert all(cell_len(line) <= 40 for line in lines)
    assert [line[:12].strip() for line in lines if line[:7].strip()] == ["outputs"]


def test_of_several_outputs_metrics_are_shown_before_the_outputs_own_losses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    shown(stream, ("loss", "a_loss", "b_loss", "a_accuracy", "b_accuracy"))
    header = next(line for line in screen(stream.getvalue()) if line.startswith("epoch"))
    assert header.split() == [
        *("epoch", "loss", "a_accuracy", "b_accuracy", "val_loss", "val_a_accuracy", "…")
    ]
