"""`netspec run FILE`."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import DataRoot, Offline, Overrides, SpecRoot  # noqa: TC001 - Typer reads them
from netspec.cli.output import findings_printed, print_findings
from netspec.cli.training_display import (
    Force,
    JsonEvents,
    Quiet,
    Watched,
)
from netspec.errors import SpecError, UsageError

if TYPE_CHECKING:
    from netspec.training.events import Listener
    from netspec.training.interruption import Interruption
    from netspec.training.job import RunResult

app = typer.Typer(add_completion=False, rich_markup_mode=None)


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
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Continue the run in --output DIR, or start it where there is none."
        ),
    ] = False,
    force: Force = False,
    data_root: DataRoot = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and stop.")] = False,
    offline: Offline = False,
    quiet: Quiet = False,
    json_lines: JsonEvents = False,
) -> None:
    """Train a spec and leave a run directory.

    Its path is printed last. Ctrl-C stops after the step in progress and keeps what there is; again, it stops at once.
    `netspec resume` continues.

    Exit status: 0, 1 findings, 2 usage, 3 data, 4 training failed, 130 and 143 interrupted.
    """
    from netspec.analysis import analyse
    from netspec.report.escape import printable
    from netspec.runs.directory import RunDirectory
    from netspec.runs.lacking import require_all_here, to_be_fetched
    from netspec.runs.plan import make_plan
    from netspec.runs.saved import RECORD
    from netspec.training.events import Found, Notice, Planned

    watched = Watched(quiet=quiet, json_lines=json_lines, kept=not dry_run)
    with findings_printed(), watched.told():
        _require_sense(output, resume=resume, force=force)
        analysis = analyse(file, tuple(overrides or ()), root=root)
        if analysis.failed:
            raise SpecError(analysis.findings)
        print_findings(analysis.findings, to_stderr=True)
        watched.reader(Found(analysis.findings))
        if dry_run:
            if not resume:
                RunDirectory.require_makeable(output)
            plan = make_plan(analysis, data_root=data_root)
            watched.reader(Planned(plan))
            begins = not (resume and output is not None and (output / RECORD).exists())
            if offline:
                require_all_here(plan, begins=begins)
            for line in to_be_fetched(plan, begins=begins):
                if json_lines:
                    watched.reader(Notice(line))
                elif not quiet:
                    # Beside the plan, which is the same on every machine.
                    typer.echo(printable(line), err=True)
            return

        def begin(interruption: Interruption, listener: Listener) -> RunResult:
            from netspec.cli.capture import captured
            from netspec.training.run import run_analysis

            return run_analysis(
                analysis,
                output=output,
                resume=resume,
                force=force,
                data_root=data_root,
                interruption=interruption,
                offline=offline,
                listener=listener,
                capture=captured,
                command=["netspec", *sys.argv[1:]],
            )

        watched.train(begin)


def _require_sense(output: Path | None, *, resume: bool, force: bool) -> None:
    """Makes sure that the options go together.

    Raises:
        UsageError: They do not.
    """
    if resume and output is None:
        raise UsageError(
            "--resume continues the run in a directory, and none is named",
            hint="name it with --output",
        )
    if force and not resume:
        raise UsageError(
            "--force lets a run go on with another spec, and nothing is to be resumed",
            hint="say --resume too; `netspec run` never writes over a run",
        )
