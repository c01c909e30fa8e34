"""What moves while a run goes on: files that are counted, an epoch in progress, and the live lines they make."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.control import Control
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.segment import ControlType, Segment
from rich.text import Text

from netspec.cli.epoch_table import GAP
from netspec.report.spoken import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderResult

    from netspec.training.events import EpochDone, Resumed, StepDone

_DRAWN_PER_SECOND = 5
_EPOCHS_AVERAGED = 5
_WIDEST_BAR, _NARROWEST_BAR = 40, 5


@dataclass(frozen=True)
class Counting:
    """Files are fetched, or images looked at or computed."""

    label: str
    done: int
    total: int | None
    in_bytes: bool
    begun: float
    says_rate: bool = False

    def line(self, width: int) -> Iterable[ConsoleRenderable]:
        """How far it is."""
        done, total = (
            _mebibytes(count) if self.in_bytes else f"{count:,}"
            for count in (self.done, self.total or 0)
        )
        said = f"{done} of {total}" if self.total else done
        said += " MiB" if self.in_bytes else ""
        seconds = time.monotonic() - self.begun
        if self.says_rate and seconds > 1:
            said += f"{GAP}{self.done / seconds:,.0f} images/s"
        if self.total and 0 < self.done < self.total and seconds > 1:
            said += f"{GAP}{clock((self.total - self.done) * seconds / self.done)} left"
        return _bar(self.done, self.total, f"{GAP}{said}", width=width)


@dataclass(frozen=True)
class Judging:
    """Training is over; the test split is next, if there is one."""

    images: int
    begun: float

    def line(self) -> Text:
        """What goes on, and for how long."""
        what = f"testing on {self.images:,} images" if self.images else "writing the network"
        return Text(f"{what}{GAP}{clock(time.monotonic() - self.begun)}")


@dataclass(frozen=True)
class Training:
    """An epoch in progress. It is replaced whole, because another thread draws it.

    Attributes:
        first: Step and time of the first news of this epoch: before it lies what only the first step takes.
        last: Step and time of the latest news.
        lasted: Seconds of the epochs before, validation included.
        validation: Seconds from the last step of the epoch before to its end.
    """

    epochs: int
    steps: int
    begun: float
    epoch: int = 1
    logs: dict[str, float] = field(default_factory=dict)
    images_per_second: float | None = None
    first: tuple[int, float] | None = None
    last: tuple[int, float] = (0, 0.0)
    step_seconds: float | None = None
    lasted: tuple[float, ...] = ()
    validation: float = 0.0
    validates: bool = True

    def resumed(self, event: Resumed) -> Training:
        """Where a run goes on."""
        return replace(self, epoch=event.epoch, last=(event.step, time.monotonic()))

    def after_step(self, event: StepDone) -> Training:
        """With what one step told."""
        now = (event.step, time.monotonic())
        if self.first is None or event.epoch != self.epoch:
            first, step_seconds = now, self.step_seconds
        else:
            first = self.first
            steps = event.step - first[0]
            step_seconds = (now[1] - first[1]) / steps if steps > 0 else self.step_seconds
        return replace(
            self,
            epoch=event.epoch,
            logs=event.logs,
            images_per_second=event.images_per_second,
            first=first,
            last=now,
            step_seconds=step_seconds,
        )

    def after_epoch(self, event: EpochDone) -> Training:
        """The epoch that follows."""
        now = time.monotonic()
        return Training(
            self.epochs,
            self.steps,
            now,
            epoch=event.epoch + 1,
            step_seconds=self.step_seconds,
            lasted=(*self.lasted, event.seconds),
            validation=now - self.last[1] if self.first is not None else 0.0,
            validates=self.validates,
        )

    def epoch_left(self) -> float | None:
        """Seconds to the end of this epoch, as far as can be told."""
        if self.step_seconds is None:
            return None
        step, since = self.last if self.first is not None else (0, self.begun)
        left = (self.steps - step) * self.step_seconds + self.validation
        return max(0.0, left - (time.monotonic() - since))

    def run_left(self) -> float | None:
        """Seconds to the end of the last epoch."""
        left = self.epoch_left()
        if left is None or self.step_seconds is None:
            return None
        # What the first epoch took to start is left out as soon as another can speak.
        lasted = self.lasted[1:][-_EPOCHS_AVERAGED:]
        steady = self.steps * self.step_seconds + self.validation
        typical = sum(lasted) / len(lasted) if lasted else steady
        return left + (self.epochs - self.epoch) * typical

    def lines(self, width: int) -> Iterable[Iterable[ConsoleRenderable]]:
        """How far the epoch and the run are."""
        step = self.last[0]
        if self.first is None and self.epoch_left() is None:
            doing = f"preparing  {clock(time.monotonic() - self.begun)}"
        elif step >= self.steps:
            doing = "validating" if self.validates else ""
        else:
            doing = _left(self.epoch_left())
        counts = [f"{step:,}/{self.steps:,}", f"{self.epoch - 1:,}/{self.epochs:,}"]
        across = max(map(len, counts))
        said = [
            f"{GAP}{count:>{across}}{GAP}{text}".rstrip()
            for count, text in zip(counts, (doing, _left(self.run_left())), strict=True)
        ]
        # One length for both bars, and always the same, so that they do not jump with the words.
        room = width - len("epochs  ") - len(GAP) - across - len(f"{GAP}00:00:00 left")
        progress = self.epoch - 1 + min(step / max(self.steps, 1), 1)
        yield [Text("steps   "), *_bar(step, self.steps, said[0], room=room)]
        yield [Text("epochs  "), *_bar(progress, self.epochs, said[1], room=room)]


class Drawing(Live):
    """The moving part. Its own thread draws it a few times a second, so that a step pays nothing for it."""

    def __init__(
        self, console: Console, lines: Callable[[int], list[list[ConsoleRenderable]]]
    ) -> None:
        self._lines = lines
        self._widths: list[int] = []
        # Standard output and error are the run's log by now; rich would bring them back.
        super().__init__(
            self,
            console=console,
            refresh_per_second=_DRAWN_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )
        self.start(refresh=True)

    def close(self) -> None:
        """Takes it away."""
        try:
            self.stop()
        except OSError:
            self.console.quiet = True

    def refresh(self) -> None:
        """Draws it."""
        try:
            super().refresh()
        except OSError:
            self.console.quiet = True

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Puts it below what is printed.

        On a terminal that became narrower, lines drawn before take more rows than rich takes away.
        """
        width = max(self.console.width, 1)
        folded = sum(max(0, math.ceil(drawn / width) - 1) for drawn in self._widths)
        reset, *others = super().process_renderables(renderables)
        up = ((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2))
        return [reset, Control(*up * folded), *others]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        lines = []
        for parts in self._lines(width):
            within = options.update(no_wrap=True, overflow="crop", height=None)
            rendered = (segment for part in parts for segment in console.render(part, within))
            line = [segment for segment in rendered if segment.text != "\n"]
            lines.append(Segment.adjust_line_length(line, width, pad=False))
        self._widths = [Segment.get_line_length(line) for line in lines]
        for number, line in enumerate(lines):
            if number:
                yield Segment.line()
            yield from line


def _bar(
    done: float, total: float | None, said: str, *, width: int = 0, room: int | None = None
) -> list[ConsoleRenderable]:
    """A bar and what is said of it; where there is no room for a bar, that alone."""
    room = min(width - cell_len(said) if room is None else room, _WIDEST_BAR)
    if room < _NARROWEST_BAR:
        return [Text(said.lstrip())]
    return [ProgressBar(total=total, completed=done, width=room), Text(said)]


def _left(seconds: float | None) -> str:
    return f"{clock(seconds)} left" if seconds is not None else ""


def _mebibytes(count: int) -> str:
    return f"{count / 2**20:,.1f}"
