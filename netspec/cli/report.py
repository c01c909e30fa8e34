"""`netspec report RUN…`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def report(
    *,
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN…", help="A run directory, or several to compare.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The page; RUN/report.html without, and comparison-A-B.html of the runs A and B.",
        ),
    ] = None,
) -> None:
    """Show a run, or several side by side, in one HTML page.

    The page needs no network. Runs that are unfinished, damaged or made by another version are shown with what they
    have. Nothing is trained or computed: `netspec evaluate` and `netspec look` add to what there is to show.

    Exit status: 0, 2 usage (a run that is not there, too).
    """
    from netspec.report.escape import printable
    from netspec.runs.reporting import write_report

    page = write_report(runs, output=output, tell=lambda line: typer.echo(line, err=True))
    typer.echo(printable(str(page)))
