"""`netspec run FILE`."""

from __future__ import annotations

import gc
import json
import os
import shlex
import signal
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import DataRoot, Offline, Overrides, SpecRoot  # noqa: TC001 - Typer reads them
from netspec.cli.output import findings_printed, print_findings
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.analysis import Analysis
    from netspec.cli.display import Display
    from netspec.training.interruption import Cause, Interrupted, Interruption

app = typer.Typer(add_completion=False, rich_markup_mode=None)

INTERRUPTED = 130
TERMINATED = 143

# A person's Ctrl-C, a scheduler's end, and a terminal that closes.
_CAUSES: dict[str, Cause] = {
    "SIGINT": "interrupt",
    "SIGTERM": "terminate",
    "SIGHUP": "terminate",
}


@app.command()
def run(  # noqa: PLR0913 - one a flag
    file: Annotated[str, typer.Argument(metavar="FILE", help="The spec.")],
    *,
    overrides: Overrides = None,
    root: SpecRoot = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The run directory; runs/NAME-DATE-TIME without."),
    ] = None,
    data_root: DataRoot = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and stop.")] = False,
    offline: Offline = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print only findings, and the run directory.")
    ] = False,
) -> None:
    """Train a spec and leave a run directory, whose path is printed last.

    Ctrl-C stops after the step in progress and keeps what there is; again, it stops at once.

    Exit status: 0, 1 findings, 2 usage, 3 data, 4 training failed, 130 and 143 interrupted.
    """
    from netspec.analysis import analyse
    from netspec.cli.display import Display
    from netspec.runs.directory import RunDirectory
    from netspec.runs.plan import make_plan
    from netspec.training.events import Planned

    analysis = analyse(file, tuple(overrides or ()), root=root)
    print_findings(analysis.findings, to_stderr=True)
    if analysis.failed:
        raise typer.Exit(1)
    with findings_printed():
        if dry_run:
            RunDirectory.require_makeable(output)
            Display(sys.stdout, quiet=quiet)(Planned(make_plan(analysis, data_root=data_root)))
            return
        _run(analysis, output, data_root=data_root, offline=offline, quiet=quiet)


def _run(
    analysis: Analysis,
    output: Path | None,
    *,
    data_root: Path | None,
    offline: bool,
    quiet: bool,
) -> None:
    from netspec.cli.capture import Screen, captured
    from netspec.cli.display import Display
    from netspec.training.interruption import Interrupted, Interruption
    from netspec.training.run import run_analysis

    gc.enable()
    interruption = Interruption()
    display = Display(Screen().stream, interruption=interruption, quiet=quiet)
    try:
        with _endings_heard(interruption, display):
            result = run_analysis(
                analysis,
                output=output,
                data_root=data_root,
                interruption=interruption,
                offline=offline,
                listener=display,
                capture=captured,
                command=["netspec", *sys.argv[1:]],
            )
    except KeyboardInterrupt as interrupt:
        interrupted = Interrupted.of(interrupt)
        with suppress(OSError):  # the terminal may be what closed
            _print_interrupted(interrupted)
        raise typer.Exit(TERMINATED if interrupted.cause == "terminate" else INTERRUPTED) from None
    display.print_result(result)
    typer.echo(str(result.directory))


@contextmanager
def _endings_heard(interruption: Interruption, display: Display) -> Iterator[None]:
    """Passes the signals that end a process on to the run, and closes the display at the end."""
    errors = _terminal_of_errors()

    def heard(number: int, frame: object) -> None:
        del frame
        cause = _CAUSES[signal.Signals(number).name]
        # A live display says it by itself, and a line between its own would break it.
        if (
            interruption.request(cause)
            and cause == "interrupt"
            and errors is not None
            and not display.live
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
        display.close()
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
        typer.echo(f"interrupted{epoch}", err=True)
        return
    lines = [f"interrupted{epoch}; the run so far is in {printable(str(directory))}"]
    again = f"`{_again(directory)}` starts again"
    if (directory / MODEL).exists():
        lines += [
            f" hint: `netspec predict {_quoted(directory)} IMAGE` uses the network as it is;",
            f"       {again}",
        ]
    else:
        lines.append(f" hint: {again}")
    typer.echo("\n".join(lines), err=True)


def _again(directory: Path) -> str:
    """The command that repeats a run."""
    from netspec.runs.saved import plugins_of

    command = f"netspec run {_quoted(directory / 'resolved.yaml')}"
    with suppress(OSError, ValueError, LookupError, TypeError):
        record = json.loads((directory / "run.json").read_text(encoding="utf-8"))
        names = map(shlex.quote, plugins_of(record))
        command += "".join(f" --plugin {printable(name)}" for name in names)
        command += f" --data-root {_quoted(Path(record['data']['root']))}"
    return command


def _quoted(path: Path) -> str:
    return printable(shlex.quote(str(path)))
