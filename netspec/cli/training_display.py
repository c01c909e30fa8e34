"""What `run` and `resume` share: who is told of a run, how it is ended from outside, and what is said then."""

from __future__ import annotations

import errno
import gc
import os
import shlex
import signal
import sys
from contextlib import contextmanager, suppress
from io import UnsupportedOperation
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from netspec.errors import NetspecError, SpecError, UsageError
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import IO

    from netspec.training.events import Event, Listener
    from netspec.training.interruption import Cause, Interrupted, Interruption
    from netspec.training.job import RunResult

INTERRUPTED = 130
TERMINATED = 143
_INTERNAL_ERROR = 70

# A person's Ctrl-C, a scheduler's end, and a terminal that closes.
_CAUSES: dict[str, Cause] = {
    "SIGINT": "interrupt",
    "SIGTERM": "terminate",
    "SIGHUP": "terminate",
}

Quiet = Annotated[bool, typer.Option("--quiet", help="Print only findings, and the run directory.")]
JsonEvents = Annotated[
    bool,
    typer.Option("--json-lines", help="Print what goes on as JSON instead, one event a line."),
]

Force = Annotated[
    bool,
    typer.Option("--force", help="Resume even though the spec has changed since the run began."),
]


class Reader(Protocol):
    """Who is told of a run.

    Attributes:
        live: Whether it draws on a terminal.
    """

    live: bool

    def __call__(self, event: Event) -> None:
        """Takes one event."""

    def close(self) -> None:
        """Takes away what is still moving."""


class Watched:
    """A run that is watched, on standard output, from its spec to its end.

    Attributes:
        interruption: The wish that it may end.
        reader: Who is told of it.
    """

    def __init__(self, *, quiet: bool, json_lines: bool, kept: bool = True) -> None:
        """Makes the reader.

        Args:
            quiet: Whether nothing is told.
            json_lines: Whether events are told as lines of JSON.
            kept: Whether the reader has a standard output of its own, as the process's becomes the run's log.

        Raises:
            UsageError: Both are asked for.
        """
        from netspec.training.interruption import Interruption

        if quiet and json_lines:
            raise UsageError(
                "--quiet prints nothing of what goes on, and --json-lines all of it",
                hint="say one of the two",
            )
        self.interruption = Interruption()
        self._json_lines, self._quiet = json_lines, quiet
        self.reader = _reader(self.interruption, quiet=quiet, json_lines=json_lines, kept=kept)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tells the reader how what goes on here ends, if it does not end well.

        Raises:
            Exit: It was interrupted, and that has been said.
        """
        try:
            yield
        except KeyboardInterrupt as interrupt:
            raise typer.Exit(self._interrupted(interrupt)) from None
        except typer.Exit:
            raise
        except Exception as error:
            self._failed(error)
            raise

    def train(self, begin: Callable[[Interruption, Listener], RunResult]) -> None:
        """Trains, and prints the run's directory last.

        Args:
            begin: Trains with a wish to end and somebody to tell.
        """
        from netspec.training.events import Finished, Notice, Resumed, Started

        trained = False

        def listener(event: Event) -> None:
            nonlocal trained
            trained = trained or isinstance(event, Started | Resumed)
            self.reader(event)

        gc.enable()
        with _endings_heard(self.interruption, self.reader):
            result = begin(self.interruption, listener)
        if not trained:
            self.reader(Notice("the run is finished already: nothing is left to train"))
        self.reader(Finished(result))
        if not self._json_lines:
            typer.echo(str(result.directory))
        if not self._json_lines and not self._quiet and sys.stderr.isatty():
            typer.echo(_next_steps(result), err=True)

    def _failed(self, error: Exception) -> None:
        from netspec.training.events import Failed, Found

        if isinstance(error, SpecError):
            self.reader(Found(error.findings))
        if isinstance(error, NetspecError):
            self.reader(Failed(error.message, error.hint, error.exit_code))
        elif isinstance(error, OSError) and error.errno == errno.ENOSPC:
            self.reader(Failed(f"cannot write: {error.strerror}", None, UsageError.exit_code))
        else:
            message = f"internal error: {type(error).__name__}: {error}"
            self.reader(Failed(message, None, _INTERNAL_ERROR))

    def _interrupted(self, interrupt: KeyboardInterrupt) -> int:
        """Says where the run was and how to go on; the command's exit status."""
        from netspec.training.events import WasInterrupted
        from netspec.training.interruption import Interrupted

        interrupted = Interrupted.of(interrupt)
        status = TERMINATED if interrupted.cause == "terminate" else INTERRUPTED
        self.reader(
            WasInterrupted(interrupted.cause, interrupted.directory, interrupted.epoch, status)
        )
        with suppress(OSError):  # the terminal may be what closed
            _print_interrupted(interrupted)
        return status


def _reader(interruption: Interruption, *, quiet: bool, json_lines: bool, kept: bool) -> Reader:
    from netspec.cli.capture import Screen
    from netspec.cli.display import Display
    from netspec.cli.json_lines import JsonLines

    stream: IO[str]
    try:
        if json_lines:
            # Without a buffer, nothing of a line is left for the end of the process.
            return JsonLines(os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0))
        stream = Screen().stream if kept else sys.stdout
    except UnsupportedOperation:  # it is no file, as when a program calls the command
        stream = sys.stdout
    if json_lines:
        return JsonLines(sys.stdout.buffer)
    return Display(stream, interruption=interruption, quiet=quiet)


@contextmanager
def _endings_heard(interruption: Interruption, reader: Reader) -> Iterator[None]:
    """Passes the signals that end a process on to the run, and closes the reader at the end."""
    errors = _terminal_of_errors()

    def heard(number: int, frame: object) -> None:
        del frame
        cause = _CAUSES[signal.Signals(number).name]
        # A live display says it by itself, and a line between its own would break it.
        if (
            interruption.request(cause)
            and cause == "interrupt"
            and errors is not None
            and not reader.live
        ):
            _say_stopping(errors)

    before = {}
    for name in _CAUSES:
        number = getattr(signal, name, None)
        # What is ignored stays so: `nohup`, and a shell's job in the background.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, heard)
    try:
        yield
    finally:
        # Interrupted here, it would leave the terminal without its cursor.
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        reader.close()
        for number, handler in before.items():
            signal.signal(number, handler)
        if errors is not None:
            os.close(errors)


def _terminal_of_errors() -> int | None:
    """A descriptor of the terminal that shows standard error, which is the run's log while it trains."""
    try:
        return os.dup(sys.stderr.fileno()) if sys.stderr.isatty() else None
    except (OSError, ValueError):
        return None


def _say_stopping(errors: int) -> None:
    from netspec.cli.display import STOP_AT_ONCE

    with suppress(OSError):
        # A handler may run inside a write to a stream; a descriptor has no state to disturb.
        os.write(errors, f"{STOP_AT_ONCE}\n".encode("ascii"))


def _print_interrupted(interrupted: Interrupted) -> None:
    """Says where the run was and how to go on."""
    from netspec.runs.saved import MODEL

    directory = interrupted.directory
    epoch = f" in epoch {interrupted.epoch}" if interrupted.epoch is not None else ""
    if directory is None:
        kept = ": nothing is kept"
        if interrupted.features:
            kept = f"; the features of {interrupted.features:,} images are kept for the next run"
        typer.echo(f"interrupted{epoch}, before the first step{kept}", err=True)
        return
    lines = [
        f"interrupted{epoch}; the run so far is in {printable(str(directory))}",
        f" hint: `{_continued(directory)}` continues",
    ]
    if (directory / MODEL).exists():
        lines[-1] += ";"
        lines.append(
            f"       `netspec predict {_quoted(directory)} IMAGE` uses the network as it is"
        )
    typer.echo("\n".join(lines), err=True)


def _next_steps(result: RunResult) -> str:
    """What can be done with a run that has ended, a line each."""
    run = _quoted(result.directory)
    return (
        f" hint: `{_with_plugins(f'netspec evaluate {run}')}` judges it class by class;\n"
        f"       `{_with_plugins(f'netspec report {run}')}` makes a page of it"
    )


def _continued(directory: Path) -> str:
    """The command that continues a run."""
    return _with_plugins(f"netspec resume {_quoted(directory)}")


def _with_plugins(command: str) -> str:
    """A command with the plugins that are enabled here."""
    from netspec.extension import enabled

    names = (shlex.quote(plugin.name) for plugin in enabled().each)
    return command + "".join(f" --plugin {printable(name)}" for name in names)


def _quoted(path: Path) -> str:
    return printable(shlex.quote(str(path)))
