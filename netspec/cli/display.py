"""Shows a run as it goes on: live on a terminal, one plain line an epoch elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from netspec.layers.base import spell
from netspec.report.console import aligned, console_for, is_terminal
from netspec.report.escape import printable
from netspec.training.events import (
    EpochDone,
    Evaluated,
    Event,
    Fetching,
    Notice,
    Planned,
    Started,
    StepDone,
)

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from rich.console import Console

    from netspec.training.job import RunResult
    from netspec.training.plan import Plan

_LABEL_FORMS = {
    "integer": "class indices",
    "one_hot": "one-hot",
    "binary": "0 or 1",
}


class Display:
    """A listener of a run's events that draws on a stream."""

    def __init__(self, stream: IO[str]) -> None:
        self.console = console_for(stream)
        self.live = is_terminal(stream)
        self.plan: Plan | None = None
        self.progress: Progress | None = None
        self.task: TaskID | None = None
        self.fetching: TaskID | None = None
        self.directory: Path | None = None

    def __call__(self, event: Event) -> None:
        """Draws one event. Where nobody reads any more, the run goes on in silence."""
        try:
            self._draw(event)
        except BrokenPipeError:
            self.console.quiet = True

    def _draw(self, event: Event) -> None:
        match event:
            case Planned(plan):
                self.plan = plan
                print_plan(self.console, plan)
            case Notice(message):
                self.console.print(Text(printable(message)))
            case Fetching(label, done, total):
                self._fetching(label, done, total)
            case Started(directory):
                self._stop()
                self.directory = directory
            case StepDone(epoch, step, logs):
                self._step(epoch, step, logs)
            case EpochDone(epoch, logs, seconds, best):
                self._epoch(epoch, logs, seconds, best=best)
            case Evaluated():
                self._stop()

    def close(self) -> None:
        """Takes away what is still moving."""
        self._stop()

    def _epochs(self) -> int:
        return self.plan.epochs if self.plan is not None else 0

    def _step(self, epoch: int, step: int, logs: dict[str, float]) -> None:
        if not self.live or self.plan is None:
            return
        if self.progress is None:
            self._start("{task.completed:,.0f}/{task.total:,.0f} steps  {task.fields[logs]}")
        assert self.progress is not None  # noqa: S101 - just started
        label = f"epoch {epoch}/{self._epochs()}"
        if self.task is None:
            self.task = self.progress.add_task(label, total=self.plan.steps, logs="")
        self.progress.update(self.task, completed=step, description=label, logs=_numbers(logs))

    def _epoch(self, epoch: int, logs: dict[str, float], seconds: float, *, best: bool) -> None:
        width = len(str(self._epochs()))
        line = Text(f"epoch {epoch:>{width}}/{self._epochs()}  {seconds:6.1f} s  {_numbers(logs)}")
        if best:
            line.append("  best", style="bold green")
        if self.progress is not None and self.task is not None:
            self.progress.remove_task(self.task)
            self.task = None
        self.console.print(line)

    def _fetching(self, label: str, done: int, total: int | None) -> None:
        if not self.live:
            return
        if self.progress is None:
            self._start("{task.fields[logs]}")
        assert self.progress is not None  # noqa: S101 - just started
        if self.fetching is None:
            self.fetching = self.progress.add_task(printable(label), total=total, logs="")
        shown = f"{done / 2**20:,.1f} MiB"
        self.progress.update(
            self.fetching, completed=done, total=total, description=printable(label), logs=shown
        )

    def _start(self, numbers: str) -> None:
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn(numbers),
            console=self.console,
            transient=True,
        )
        self.progress.start()

    def _stop(self) -> None:
        if self.progress is not None:
            self.progress.stop()
        self.progress = self.task = self.fetching = None

    def print_result(self, result: RunResult) -> None:
        """Prints the closing table."""
        history = {name: values[result.best_epoch - 1] for name, values in result.history.items()}
        rows = [
            ("trained", f"{result.seconds:,.1f} s"),
            ("best epoch", f"{result.best_epoch}  {_numbers(history)}"),
        ]
        if result.metrics:
            rows.append(("test", _numbers(result.metrics)))
        self.console.print()
        self.console.print(aligned(rows))


def print_plan(console: Console, plan: Plan) -> None:
    """Prints what a run will do."""
    counts = plan.counts
    splits = [f"{counts.train:,} train"]
    if counts.validation:
        splits.append(f"{counts.validation:,} validation")
    if counts.test:
        splits.append(f"{counts.test:,} test")
    labels = _LABEL_FORMS[plan.labels.form]
    if plan.positive_class is not None:
        labels += f"; 1 is {printable(plan.positive_class)}"
    epochs = f"{plan.epochs} epoch{'s' * (plan.epochs != 1)} of {plan.steps:,} step{'s' * (plan.steps != 1)}"
    rows = [
        ("data", f"{plan.dataset.title}: {', '.join(splits)}"),
        ("input", f"{spell(plan.input_shape)}, {len(plan.dataset.classes)} classes"),
        ("labels", labels),
        ("parameters", f"{plan.parameters:,} ({plan.trainable_parameters:,} trainable)"),
        ("training", f"{epochs}, batch size {plan.batch_size}, seed {plan.seed}"),
    ]
    console.print(aligned(rows))


def _numbers(logs: dict[str, float]) -> str:
    return "  ".join(f"{printable(name)} {value:.4f}" for name, value in logs.items())
