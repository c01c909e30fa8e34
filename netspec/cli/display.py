"""Shows a run as it goes on: live on a terminal, plain lines elsewhere.

Every epoch leaves one line of a table. On a terminal the epoch in progress, its steps and the whole run stand below.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from rich.text import Text

from netspec.cli.ended_text import result_rows, spoken_ready
from netspec.cli.epoch_table import BEST, GAP, EpochTable
from netspec.cli.listed import listed
from netspec.cli.plan_text import print_plan, spoken_splits, spoken_weights
from netspec.cli.progress import Counting, Drawing, Judging, Training
from netspec.report.console import console_for
from netspec.report.escape import printable
from netspec.report.streams import is_terminal
from netspec.training.events import (
    Checking,
    Computing,
    EpochDone,
    Evaluated,
    Event,
    FeaturesReady,
    Fetching,
    Finished,
    Notice,
    Planned,
    Prepared,
    Resumed,
    Started,
    StepDone,
    Stopped,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from typing import IO

    from rich.console import ConsoleRenderable

    from netspec.runs.plan import Plan
    from netspec.training.interruption import Interruption

STOPPING = "stopping after this step"
STOP_AT_ONCE = f"{STOPPING}; press Ctrl-C again to stop at once"


class Display:
    """A listener of a run's events that draws on a stream.

    Args:
        stream: Where to draw.
        interruption: The live display says so when the run is about to stop.
        quiet: Nothing is drawn.
    """

    def __init__(
        self, stream: IO[str], *, interruption: Interruption | None = None, quiet: bool = False
    ) -> None:
        self.console = console_for(stream)
        self.live = not quiet and is_terminal(stream) and self.console.is_interactive
        self._interruption = interruption
        self._cut = is_terminal(stream)
        self._plan: Plan | None = None
        self._now: Counting | Training | Judging | None = None
        # What goes on once the counting is over that came in between.
        self._aside: Training | Judging | None = None
        self._computed, self._is_resumed = 0.0, False
        self._columns: EpochTable | None = None
        self._drawing: Drawing | None = None
        self.console.quiet = quiet

    def __call__(self, event: Event) -> None:
        """Draws one event. Where nobody reads any more, the run goes on in silence."""
        if self.console.quiet:
            return
        try:
            self._draw(event)
        except OSError:  # a reader that stopped, a terminal that closed, a full disk
            self.console.quiet = True

    def _draw(self, event: Event) -> None:  # noqa: C901, PLR0912 - one case an event
        if self._aside is not None and not isinstance(event, Checking | Computing | Fetching):
            self._now, self._aside = replace(self._aside, begun=time.monotonic()), None
        match event:
            case Planned(plan) | Prepared(plan):
                self._planned(plan)
            case Notice(message):
                self._print(Text(printable(message)))
            case Fetching(label, done, total):
                self._count(printable(label), done, total, in_bytes=True)
            case Checking(done, total):
                self._count("checking images", done, total)
            case Computing(split, done, total):
                self._count(f"computing features of {split} images", done, total, says_rate=True)
            case FeaturesReady():
                self._computed += event.seconds * ("test" not in event.splits)
                self._print(Text(spoken_ready(event)))
            case Started():
                self._print(Text())
                self._begin_training()
            case Resumed():
                self._is_resumed = True
                self._resume(event)
            case StepDone() if isinstance(self._now, Training):
                self._now = self._now.after_step(event)
            case EpochDone():
                self._epoch(event)
            case Stopped(epoch, reason):
                self._print(Text(f"stopped after epoch {epoch}: {printable(reason)}"))
                self._now = self._judging()
            case Evaluated():
                self.close()
            case Finished(result):
                self.close()
                self._print(Text())
                rows = result_rows(result, computing=self._computed, is_resumed=self._is_resumed)
                self._print(listed(rows, width=self._width(), between=GAP))
            case _:
                pass

    def count(self, label: str, done: int, total: int) -> None:
        """Draws how far something has come that is no part of a run."""
        if not self.console.quiet:
            self._count(label, done, total, says_rate=True)

    def _planned(self, plan: Plan) -> None:
        """Prints the plan; once the data has been looked at, how many images there are if that was not planned."""
        before, self._plan = self._plan, plan
        if before is None:
            print_plan(self.console, plan, width=self._width())
            return
        if plan.balanced and plan.class_weights is not None:
            self._print(Text(f"class weights: {spoken_weights(plan, plan.class_weights)}"))
        if (before.counts, before.steps) == (plan.counts, plan.steps):
            return
        steps = f"{plan.steps:,} step{'s' * (plan.steps != 1)} an epoch"
        self._print(Text(f"looked at, there are {', '.join(spoken_splits(plan))}: {steps}"))

    def close(self) -> None:
        """Takes away what is still moving, and gives the cursor back."""
        drawing, self._drawing = self._drawing, None
        if drawing is not None:
            drawing.close()

    def _width(self) -> int | None:
        """The terminal's columns, or None where nothing is cut."""
        if not self._cut:
            return None
        if self.console.is_dumb_terminal:  # for which rich takes 80
            try:
                return os.get_terminal_size(self.console.file.fileno()).columns or 80
            except (OSError, ValueError):
                return 80
        return self.console.width

    def _print(self, text: Text) -> None:
        self.console.print(text, soft_wrap=True)

    def _begin_training(self) -> None:
        if self._plan is None:
            return
        plan = self._plan
        self._now = Training(
            plan.epochs, plan.steps, time.monotonic(), validates=plan.counts.validation > 0
        )
        self._animate()

    def _resume(self, event: Resumed) -> None:
        """Says where training goes on."""
        where = f"in epoch {event.epoch}"
        if event.step:
            where += f" after step {event.step:,}"
            where += f" of {self._plan.steps:,}" if self._plan is not None else ""
        saved = "" if event.saved is None else f", from what was kept at {_moment(event.saved)}"
        self._print(Text(f"resumed {where}{saved}"))
        if isinstance(self._now, Training):
            self._now = self._now.resumed(event)

    def _animate(self) -> None:
        if self.live and self._drawing is None:
            self._drawing = Drawing(self.console, self.lines)

    def _count(
        self,
        label: str,
        done: int,
        total: int | None,
        *,
        in_bytes: bool = False,
        says_rate: bool = False,
    ) -> None:
        before = self._now
        begun = time.monotonic()
        if isinstance(before, Counting) and before.label == label and before.done <= done:
            begun = before.begun
        if isinstance(before, Training | Judging):
            self._aside = before
        self._now = Counting(
            label, done, total, in_bytes=in_bytes, begun=begun, says_rate=says_rate
        )
        self._animate()

    def _judging(self) -> Judging:
        images = self._plan.counts.test if self._plan is not None else 0
        return Judging(images, time.monotonic())

    def _epoch(self, event: EpochDone) -> None:
        training = (
            self._now
            if isinstance(self._now, Training)
            else Training(event.epoch, 0, time.monotonic())
        )
        columns = self._table_for(list(event.logs), training.epochs)
        lines = []
        if columns != self._columns:
            self._columns = columns
            lines.append(_within(columns.header(), self._width()))
        row = columns.row(event.epoch, event.seconds, event.images_per_second, event.logs)
        if event.best:
            row.append(GAP + BEST, style="bold green")
        row.rstrip()
        lines.append(_within(row, self._width()))
        if event.epoch < training.epochs:
            self._now = training.after_epoch(event)
        else:
            self._now = self._judging()
        self._print(Text("\n").join(lines))

    def _table_for(self, names: Sequence[str], epochs: int) -> EpochTable:
        ellipsis = "…" if self.console.encoding.startswith("utf") else "..."
        return EpochTable.fitting(names, epochs, width=self._width(), ellipsis=ellipsis)

    def lines(self, width: int) -> list[list[ConsoleRenderable]]:
        """What stands on the terminal just now, below what stays."""
        now = self._now
        lines: list[list[ConsoleRenderable]] = []
        match now:
            case Counting():
                lines = [[Text(now.label)], [*now.line(width)]]
            case Training():
                lines = [*self._row_in_progress(now), *([*line] for line in now.lines(width))]
            case Judging():
                lines = [[now.line()]]
        requested = self._interruption.requested if self._interruption is not None else None
        if requested is not None:
            note = STOP_AT_ONCE if requested == "interrupt" else STOPPING
            lines.append([Text(note, style="yellow")])
        return lines

    def _row_in_progress(self, now: Training) -> Iterable[list[ConsoleRenderable]]:
        names = list(now.logs)
        if now.validates:
            names += [f"val_{name}" for name in names]
        columns = self._columns
        if columns is None or not set(names) <= set(columns.names):
            if not names:
                return
            columns = self._table_for(names, now.epochs)
        if columns != self._columns:
            yield [columns.header()]
        seconds = time.monotonic() - now.begun
        yield [columns.row(now.epoch, seconds, now.images_per_second, now.logs)]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _within(text: Text, width: int | None) -> Text:
    if width is not None:
        text.truncate(width)
    return text
