"""`netspec runs [DIR]`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class RunsFormat(StrEnum):
    """How runs are listed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


@app.command()
def runs(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that holds the runs, or one run.")
    ] = Path("runs"),
    *,
    output: Annotated[
        RunsFormat, typer.Option("--format", help="How they are listed.")
    ] = RunsFormat.TABLE,
) -> None:
    """List runs, the newest last: how each ended, its epochs, its best one, how long it took.

    A run that the system ended is `killed`, one that goes on is `running`; a folder that is no run is `foreign`, one
    whose record cannot be read is `damaged`.

    Exit status: 0, 2 usage (a folder that is not there, too).
    """
    from netspec.report.console import console_for
    from netspec.report.escape import printable
    from netspec.report.runs import runs_csv, runs_json, runs_markdown, runs_text
    from netspec.report.streams import is_terminal
    from netspec.runs.listing import list_runs

    document = list_runs(folder, now=datetime.now(UTC))
    if output is RunsFormat.JSON:
        typer.echo(runs_json(document))
    elif output is RunsFormat.CSV:
        typer.echo(runs_csv(document), nl=False)
    elif output is RunsFormat.MARKDOWN:
        typer.echo(runs_markdown(document), nl=False)
    elif not document["runs"]:
        typer.echo(f"no runs in {printable(str(folder))}", err=True)
    else:
        console = console_for(sys.stdout)
        width = console.width if is_terminal(sys.stdout) else None
        console.print(runs_text(document, width=width), soft_wrap=True)
