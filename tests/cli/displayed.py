"""A run's events without a run, and what a terminal shows that is told what the display tells it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from netspec.cli.display import Display
from netspec.runs.plan import Plan
from netspec.spec.labels import LabelEncoding, Target
from netspec.training.events import (
    Checking,
    EpochDone,
    Evaluated,
    Event,
    Fetching,
    Finished,
    Notice,
    Planned,
    Started,
    StepDone,
    Stopped,
)
from netspec.training.job import RunResult

if TYPE_CHECKING:
    from collections.abc import Iterator


CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
TOLD = re.compile(r"\x1b\[(?P<number>[0-9;?]*)(?P<code>[A-Za-z])|[\r\n]|[^\x1b\r\n]+")
SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"
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


def a_plan(
    *,
    epochs: int = 12,
    title: str = "Clothes",
    names: tuple[str, ...] = ("cat", "dog"),
    binary: bool = False,
    validation: int = 100,
) -> Plan:
    anything: Any = None
    return Plan(
        data=cast("Any", SimpleNamespace(title=title)),
        targets=(
            Target(
                "head",
                "label",
                "class",
                names,
                ("cat", "dog"),
                LabelEncoding("binary" if binary else "integer", 2),
            ),
        ),
        by_key=False,
        splitting=anything,
        counts=cast("Any", SimpleNamespace(train=640, validation=validation, test=100)),
        stratum=None,
        unused={},
        form=anything,
        augmentation=(),
        input_shape=(28, 28, 1),
        parameters=1000,
        trainable_parameters=900,
        epochs=epochs,
        batch_size=64,
        steps=10,
        seed=1,
    )


def epoch_done(epoch: int, names: tuple[str, ...] = ("loss", "accuracy")) -> EpochDone:
    logs = {name: 1 / epoch + number for number, name in enumerate(names)}
    logs |= {f"val_{name}": value for name, value in logs.items()}
    return EpochDone(epoch, logs, 2.5 * epoch, best=epoch != 2, images_per_second=1234.5)


def step_done(epoch: int, step: int, names: tuple[str, ...] = ("loss", "accuracy")) -> StepDone:
    return StepDone(epoch, step, dict.fromkeys(names, 0.5), 1000.0)


def a_result(names: tuple[str, ...] = ("loss", "accuracy")) -> RunResult:
    return RunResult(
        directory=Path("runs/a"),
        history={name: [3.0, 2.0, 1.0] for name in names},
        metrics=dict.fromkeys(names, 0.5),
        best_epoch=3,
        best_by="val_loss",
        model_epoch=3,
        seconds=75.0,
    )


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
    yield Finished(a_result(names))


def shown(stream: io.StringIO, names: tuple[str, ...] = ("loss", "accuracy")) -> Display:
    display = Display(stream)
    for event in events(names):
        display(event)
        refresh(display)
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
