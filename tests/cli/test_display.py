"""A run is shown live on a terminal and as plain lines elsewhere; Ctrl-C ends it cleanly in either."""

from __future__ import annotations

import io
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from rich.cells import cell_len

from netspec.cli import progress
from netspec.cli.display import STOP_AT_ONCE, Display
from netspec.cli.epoch_table import spoken_number
from netspec.training.events import (
    Checking,
    EpochDone,
    Evaluated,
    Event,
    Fetching,
    Notice,
    Planned,
    Started,
    StepDone,
    Stopped,
)
from netspec.training.interruption import Interruption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.runs.plan import Plan
    from netspec.training.job import RunResult

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
TOLD = re.compile(r"\x1b\[(?P<number>[0-9;?]*)(?P<code>[A-Za-z])|[\r\n]|[^\x1b\r\n]+")
SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"
EVIL = "\x1b]0;pwned\x07[red]\u202e\n"
TWO_OUTPUTS = (
    "loss",
    "shape_loss",
    "colour_loss",
    "shape_accuracy",
    "shape_sparse_top_k_categorical_accuracy",
    "colour_accuracy",
)


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


class Ascii(Terminal):
    """A terminal of another encoding."""

    encoding = "ascii"


class Closed(Terminal):
    """A terminal that is gone."""

    def write(self, _: str) -> int:
        raise OSError(5, "Input/output error")


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    # The thread that draws would make what is drawn a matter of luck; the tests draw themselves.
    monkeypatch.setattr(progress, "_DRAWN_PER_SECOND", 0.001)


def a_plan(
    *,
    epochs: int = 12,
    title: str = "Clothes",
    positive: str | None = None,
    validation: int = 100,
) -> Plan:
    return cast(
        "Plan",
        SimpleNamespace(
            data=SimpleNamespace(title=title),
            classes=("cat", "dog"),
            own_classes=("cat", "dog"),
            augmentation=(),
            unused={},
            counts=SimpleNamespace(train=640, validation=validation, test=100),
            labels=SimpleNamespace(form="binary" if positive else "integer"),
            positive_class=positive,
            input_shape=(28, 28, 1),
            parameters=1000,
            trainable_parameters=900,
            epochs=epochs,
            batch_size=64,
            steps=10,
            seed=1,
        ),
    )


def epoch_done(epoch: int, names: tuple[str, ...] = ("loss", "accuracy")) -> EpochDone:
    logs = {name: 1 / epoch + number for number, name in enumerate(names)}
    logs |= {f"val_{name}": value for name, value in logs.items()}
    return EpochDone(epoch, logs, 2.5 * epoch, best=epoch != 2, images_per_second=1234.5)


def step_done(epoch: int, step: int, names: tuple[str, ...] = ("loss", "accuracy")) -> StepDone:
    return StepDone(epoch, step, dict.fromkeys(names, 0.5), 1000.0)


def events(names: tuple[str, ...] = ("loss", "accuracy")) -> Iterator[Event]:
    """A run of twelve epochs that ends after three."""
    yield Planned(a_plan())
    yield Notice("fetching Clothes")
    yield Fetching("train.gz", 2**20, 2**22)
    yield Checking(10, 100)
    yield Started(Path("runs/a"))
    for epoch in (1, 2, 3):
        yield step_done(epoch, 1, names)
        yield step_done(epoch, 10, names)
        yield epoch_done(epoch, names)
    yield Stopped(3, "EarlyStopping")
    yield Evaluated(dict.fromkeys(names, 0.5))


def a_result(names: tuple[str, ...] = ("loss", "accuracy")) -> RunResult:
    return cast(
        "RunResult",
        SimpleNamespace(
            history={name: [3.0, 2.0, 1.0] for name in names},
            best_epoch=3,
            best_by="val_loss",
            model_epoch=3,
            seconds=75.0,
            metrics=dict.fromkeys(names, 0.5),
        ),
    )


def shown(stream: io.StringIO, names: tuple[str, ...] = ("loss", "accuracy")) -> Display:
    display = Display(stream)
    for event in events(names):
        display(event)
        refresh(display)
    display.print_result(a_result(names))
    return display


def screen(told: str) -> list[str]:
    """The lines that a terminal shows which is told this and wide enough."""
    lines, row, column = [""], 0, 0
    for part in TOLD.finditer(told):
        text = part.group()
        if text == "\r":
            column = 0
        elif text == "\n":
            row, column = row + 1, 0
            lines += [""] * (row == len(lines))
        elif part["code"] == "A":
            row -= int(part["number"] or 1)
            assert row >= 0
        elif part["code"] == "K":
            assert part["number"] == "2"
            lines[row] = ""
        elif part["code"] is None:
            lines[row] = lines[row][:column].ljust(column) + text + lines[row][column + len(text) :]
            column += len(text)
    return lines


def refresh(display: Display) -> None:
    if display._drawing is not None:
        display._drawing.refresh()


def drawn(display: Display) -> list[str]:
    """The lines that stand on the terminal just now, below what stays."""
    stream = cast("Terminal", display.console.file)
    before = len(stream.getvalue())
    refresh(display)
    return CODES.sub("", stream.getvalue()[before:]).splitlines()


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


@pytest.mark.parametrize("names", [("loss", "accuracy"), TWO_OUTPUTS], ids=["one", "two"])
@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_on_a_terminal_no_line_is_wider_than_it(
    monkeypatch: pytest.MonkeyPatch, width: int, names: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    stream = Terminal()
    display = Display(stream)
    for event in events(names):
        display(event)
        assert all(cell_len(line) <= width for line in screen(stream.getvalue()))
        refresh(display)
        assert all(cell_len(line) <= width for line in screen(stream.getvalue()))
    lines = screen(stream.getvalue())
    assert [line.endswith("  best") for line in lines if re.match(r" \d/12 ", line)] == [
        *(True, False, True)
    ]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_at_the_end_all_numbers_are_told_on_lines_that_fit(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    stream = Terminal()
    Display(stream).print_result(a_result(("loss", "accuracy", "f1_score", "precision")))
    lines = screen(stream.getvalue())
    assert all(cell_len(line) <= width for line in lines)
    assert {line[:10].strip() for line in lines} == {"", "trained", "best epoch", "test"}
    assert "".join(lines).count("precision") == 2


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


def test_quiet_prints_nothing() -> None:
    for stream in (Terminal(), io.StringIO()):
        display = Display(stream, quiet=True)
        for event in events():
            display(event)
        display.print_result(a_result())
        display.close()
        assert stream.getvalue() == ""


def test_what_a_user_named_cannot_speak_to_the_terminal() -> None:
    for stream in (io.StringIO(), Terminal()):
        display = Display(stream)
        display(Planned(a_plan(title=EVIL, positive=EVIL)))
        display(Notice(EVIL))
        display(Fetching(EVIL, 1, 2))
        refresh(display)
        display(Started(Path("a")))
        display(step_done(1, 1, ("loss", EVIL)))
        refresh(display)
        display(epoch_done(1, ("loss", EVIL)))
        display(Stopped(1, EVIL))
        display.close()
        display.print_result(a_result(("loss", EVIL)))
        text = CODES.sub("", stream.getvalue())
        assert not CONTROL.search(text)
        assert "\u202e" not in text
        assert "[red]" in text
        assert "\\u001b]0;pwned\\u0007" in text


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


def test_a_request_to_stop_is_shown_at_the_next_drawing() -> None:
    wish = Interruption()
    display = Display(Terminal(), interruption=wish)
    for event in (Planned(a_plan()), Started(Path("a")), step_done(1, 1)):
        display(event)
    assert STOP_AT_ONCE not in drawn(display)
    wish.requested = "interrupt"
    assert drawn(display)[-1] == STOP_AT_ONCE
    display.close()


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
    assert progress.clock(seconds) == text


RUN = """
import sys, time
from pathlib import Path
from netspec.training import run as training
from netspec.training.interruption import Interrupted, Interruption
from netspec.training.events import Planned, Started
from tests.cli.test_display import a_plan, step_done

wish = None
class Known(Interruption):
    def __init__(self):
        super().__init__()
        global wish
        wish = self
import netspec.training.interruption as module
module.Interruption = Known

def train(analysis, *, listener, **_):
    directory = Path(sys.argv[1])
    if sys.argv[2] == "before":
        print("ready", file=sys.stderr, flush=True)
        time.sleep(60)
    listener(Planned(a_plan()))
    listener(Started(directory))
    step = 0
    try:
        with wish.deferred():
            while True:
                step += 1
                listener(step_done(2, step))
                if step == (1 if sys.argv[2] == "long" else 2):
                    print("ready", file=sys.stderr, flush=True)
                end = time.monotonic() + (60 if sys.argv[2] == "long" else 0.3)
                while time.monotonic() < end:
                    time.sleep(0.02)
                (directory / "step.txt").write_text(str(step))
                wish.check()
    except KeyboardInterrupt as interrupt:
        raise Interrupted.of(interrupt, directory=directory, epoch=2) from None
training.run_analysis = train
from netspec.cli import main
sys.exit(main(["run", "specs/quickstart.yaml", *sys.argv[3:]]))
"""


def started(
    directory: Path, kind: str, *arguments: str, stdout: int = subprocess.PIPE, **more: Any
) -> subprocess.Popen[bytes]:
    """The command over a run that only waits, once it is there."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(directory), kind, *arguments],
        cwd=Path(__file__).parents[2],
        stdout=stdout,
        stderr=subprocess.PIPE,
        **more,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"ready\n"
    return process


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 143)])
def test_a_signal_ends_the_run_after_its_step(tmp_path: Path, name: str, status: int) -> None:
    process = started(tmp_path, "short")
    process.send_signal(getattr(signal, name))
    _, errors = process.communicate(timeout=30)
    assert process.returncode == status
    assert errors.decode() == (
        f"interrupted in epoch 2; the run so far is in {tmp_path}\n"
        f" hint: `netspec run {tmp_path}/resolved.yaml` starts again\n"
    )
    assert int((tmp_path / "step.txt").read_text()) == 2


def test_where_there_is_a_network_it_says_how_to_use_it(tmp_path: Path) -> None:
    directory = tmp_path / "a b"
    directory.mkdir()
    (directory / "model.keras").touch()
    process = started(directory, "short")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert f"`netspec predict '{directory}' IMAGE` uses the network as it is" in errors.decode()


def test_a_second_ctrl_c_ends_the_run_at_once(tmp_path: Path) -> None:
    process = started(tmp_path, "long")
    process.send_signal(signal.SIGINT)
    time.sleep(0.8)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert errors.startswith(b"interrupted in epoch 2; ")


def test_before_training_it_ends_at_once_and_there_is_no_directory(tmp_path: Path) -> None:
    process = started(tmp_path, "before")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (143, b"interrupted\n")


def test_a_signal_that_was_ignored_stays_so(tmp_path: Path) -> None:
    process = started(
        tmp_path, "short", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
    )
    process.send_signal(signal.SIGHUP)
    time.sleep(0.7)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130


def test_on_a_terminal_ctrl_c_gives_the_cursor_back(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = started(tmp_path, "short", stdout=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    process.send_signal(signal.SIGINT)
    text = until_closed(ours)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert STOP_AT_ONCE in text
    assert text.count(HIDE_CURSOR) == 1
    assert text.rindex(SHOW_CURSOR) > text.rindex(HIDE_CURSOR)


def test_a_terminal_that_is_gone_does_not_keep_the_run_from_ending(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = started(tmp_path, "short", stdout=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 143
    assert b"Traceback" not in errors


def until_closed(descriptor: int) -> str:
    """All that a terminal is told until nobody has it open."""
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:
        pass
    finally:
        os.close(descriptor)
    return b"".join(parts).decode()
