"""On a terminal the epoch in progress moves below those that stay, within the terminal's width and height."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import pytest
from rich.cells import cell_len

from netspec.cli.display import STOP_AT_ONCE, Display
from netspec.training.events import Planned, Started
from netspec.training.interruption import Interruption
from tests.cli.displayed import (
    HIDE_CURSOR,
    SHOW_CURSOR,
    TWO_OUTPUTS,
    Terminal,
    a_plan,
    drawn,
    epoch_done,
    events,
    refresh,
    screen,
    shown,
    step_done,
)

pytestmark = pytest.mark.usefixtures("terminal_of_80")


class Ascii(Terminal):
    """A terminal of another encoding."""

    encoding = "ascii"


class Closed(Terminal):
    """A terminal that is gone."""

    def write(self, _: str) -> int:
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("names", [("loss", "accuracy"), TWO_OUTPUTS], ids=["one", "two"])
@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_on_a_terminal_no_line_is_wider_than_it(
    monkeypatch: pytest.MonkeyPatch, width: int, names: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    stream = Terminal()
    display = Display(stream)
    *running, _ = events(names)  # in the end a number stands beside its name, however long that is
    for event in running:
        display(event)
        assert all(cell_len(line) <= width for line in screen(stream.getvalue()))
        refresh(display)
        assert all(cell_len(line) <= width for line in screen(stream.getvalue()))
    lines = screen(stream.getvalue())
    assert [line.endswith("  best") for line in lines if re.match(r" \d/12 ", line)] == [
        *(True, False, True)
    ]


def test_on_a_terminal_the_finished_epochs_stay_and_the_best_is_marked() -> None:
    stream = Terminal()
    shown(stream)
    lines = screen(stream.getvalue())
    begin = lines.index("epoch  seconds  images/s      loss  accuracy  val_loss  val_accuracy")
    assert lines[begin + 1 :] == [
        " 1/12      2.5     1,234    1.0000    2.0000    1.0000        2.0000  best",
        " 2/12      5.0     1,234    0.5000    1.5000    0.5000        1.5000",
        " 3/12      7.5     1,234    0.3333    1.3333    0.3333        1.3333  best",
        "stopped after epoch 3: EarlyStopping",
        "",
        "trained     3 epochs in 1:15",
        "best epoch  3 by val_loss  loss 1.0000  accuracy 1.0000",
        "test        with epoch 3  loss 0.5000  accuracy 0.5000",
        "",
    ]
    assert stream.getvalue().count(HIDE_CURSOR) == 1
    assert stream.getvalue().rindex(SHOW_CURSOR) > stream.getvalue().rindex(HIDE_CURSOR)


def test_columns_that_do_not_fit_are_left_out_the_least_telling_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    headers = []
    for width in (100, 70, 60, 40):
        monkeypatch.setenv("COLUMNS", str(width))
        stream = Terminal()
        shown(stream)
        lines = screen(stream.getvalue())
        headers.append(next(line for line in lines if line.startswith("epoch  ")))
    assert [header.split() for header in headers] == [
        ["epoch", "seconds", "images/s", "loss", "accuracy", "val_loss", "val_accuracy"],
        ["epoch", "seconds", "loss", "accuracy", "val_loss", "val_accuracy", "…"],
        ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "…"],
        ["epoch", "loss", "val_loss", "…"],
    ]


def test_in_another_encoding_bars_and_dots_are_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stream = Ascii()
    shown(stream)
    assert stream.getvalue().isascii()
    assert "val_accuracy  ..." in stream.getvalue()


@pytest.mark.parametrize(
    ("name", "value"), [("TERM", "dumb"), ("TTY_INTERACTIVE", "0")], ids=["dumb", "not-interactive"]
)
def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    stream = Terminal()
    shown(stream)
    assert not re.search(r"\r|\x1b\[[0-9;?]*[A-Zhl]", stream.getvalue())
    assert " 3/12 " in stream.getvalue()


def test_without_colours_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    shown(stream)
    assert not re.search(r"\x1b\[[0-9;]*(3[0-9]|38|48)[;m]", stream.getvalue())


def test_a_terminal_that_closes_does_not_end_the_run() -> None:
    shown(Closed())


def test_the_epoch_in_progress_stands_below_with_its_steps_and_what_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("netspec.cli.display.time.monotonic", lambda: now)
    display = Display(Terminal())
    display(Planned(a_plan()))
    display(Started(Path("a")))
    now += 5
    assert [line.split("━")[-1] for line in drawn(display)] == [
        "  0/10  preparing  0:05",
        "  0/12",
    ]
    display(step_done(1, 1))
    now += 8
    display(step_done(1, 5))
    header, row, steps, epochs = drawn(display)
    assert header.split()[-2:] == ["val_loss", "val_accuracy"]
    assert row.split() == ["1/12", "13.0", "1,000", "0.5000", "0.5000"]
    # Two seconds a step: five steps are left, and eleven epochs of ten steps.
    assert steps.endswith("  5/10  0:10 left")
    assert epochs.endswith("  0/12  3:50 left")
    now += 10
    display(step_done(1, 10))
    assert drawn(display)[2].endswith("  10/10  validating")
    now += 4
    display(epoch_done(1))
    row, steps, epochs = drawn(display)
    assert row.split() == ["2/12", "0.0", "-"]
    assert steps.endswith("  0/10  0:24 left")
    assert epochs.endswith("  1/12  4:24 left")
    display.close()


def test_on_a_terminal_of_two_lines_the_moving_part_has_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LINES", "2")
    display = Display(Terminal())
    for event in (Planned(a_plan()), Started(Path("a")), step_done(1, 1)):
        display(event)
    assert len(drawn(display)) == 2
    display.close()


def test_without_validation_it_never_says_that_it_validates() -> None:
    display = Display(Terminal())
    display(Planned(a_plan(validation=0)))
    display(Started(Path("a")))
    display(step_done(1, 10))
    header, _, steps, _ = drawn(display)
    assert "val_" not in header
    assert steps.endswith(" 10/10")
    display.close()


def test_after_the_last_epoch_it_says_that_it_tests() -> None:
    display = Display(Terminal())
    display(Planned(a_plan(epochs=1)))
    display(Started(Path("a")))
    display(epoch_done(1))
    assert drawn(display) == ["testing on 100 images  0:00"]
    display.close()


def test_a_terminal_that_becomes_narrower_has_what_stood_there_taken_away_whole() -> None:
    display = Display(Terminal())
    stream = cast("Terminal", display.console.file)
    for event in (Planned(a_plan()), Started(Path("a")), step_done(1, 1)):
        display(event)
    wide = drawn(display)
    display.console.width = 30
    before = len(stream.getvalue())
    refresh(display)
    ups = stream.getvalue()[before:].count("\x1b[1A")
    assert ups == sum(-(-len(line) // 30) for line in wide) - 1
    display.close()


def test_a_request_to_stop_is_shown_at_the_next_drawing() -> None:
    wish = Interruption()
    display = Display(Terminal(), interruption=wish)
    for event in (Planned(a_plan()), Started(Path("a")), step_done(1, 1)):
        display(event)
    assert STOP_AT_ONCE not in drawn(display)
    wish.requested = "interrupt"
    assert drawn(display)[-1] == STOP_AT_ONCE
    display.close()
