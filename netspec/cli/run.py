"""`netspec run FILE`."""

from __future__ import annotations

import gc
import signal
import sys
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

from netspec.cli.output import print_findings

app = typer.Typer(add_completion=False, rich_markup_mode=None)

INTERRUPTED = 130
TERMINATED = 143


@app.command()
def run(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The spec.")],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Replace one value of the spec."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The run directory; runs/NAME-DATE-TIME without."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and stop.")] = False,  # noqa: FBT002
    offline: Annotated[bool, typer.Option("--offline", help="Fetch nothing.")] = False,  # noqa: FBT002
) -> None:
    """Train a spec and leave a run directory, whose path is printed last.

    Exit status: 0, 1 findings, 2 usage, 3 data, 4 training failed, 130 and 143 interrupted.
    """
    from netspec.analysis import analyse
    from netspec.cli.display import Display
    from netspec.errors import SpecError
    from netspec.training.events import Planned
    from netspec.training.plan import make_plan

    analysis = analyse(file, tuple(overrides or ()))
    print_findings(analysis.findings, to_stderr=True)
    if analysis.failed:
        raise typer.Exit(1)
    try:
        if dry_run:
            Display(sys.stdout)(Planned(make_plan(*analysis.require())))
            return
        _run(analysis, output, offline=offline)
    except SpecError as error:
        print_findings(error.findings, to_stderr=True)
        raise typer.Exit(error.exit_code) from None


def _run(analysis: object, output: Path | None, *, offline: bool) -> None:
    from netspec.analysis import Analysis
    from netspec.cli.capture import Screen, captured
    from netspec.cli.display import Display
    from netspec.training.run import run_analysis

    assert isinstance(analysis, Analysis)  # noqa: S101 - typed loosely to keep this module light
    gc.enable()
    for number in _ENDINGS:
        signal.signal(number, _terminate)
    display = Display(Screen().stream)
    try:
        result = run_analysis(
            analysis,
            output=output,
            offline=offline,
            listener=display,
            capture=captured,
            command=["netspec", *sys.argv[1:]],
        )
    except KeyboardInterrupt as interrupt:
        display.close()
        kept = f"; the run so far is in {display.directory}" if display.directory else ""
        typer.echo(f"interrupted{kept}", err=True)
        terminated = isinstance(interrupt, _Terminated)
        raise typer.Exit(TERMINATED if terminated else INTERRUPTED) from None
    finally:
        display.close()
    display.print_result(result)
    typer.echo(str(result.directory))


# What ends a run from outside: a scheduler's signal, and a terminal that closes.
_ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class _Terminated(KeyboardInterrupt):
    """The run is ended from outside: it ends as it does on Ctrl-C."""


def _terminate(number: int, frame: object) -> None:
    del number, frame
    raise _Terminated
