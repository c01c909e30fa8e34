"""`netspec export RUN`."""

from __future__ import annotations

import gc
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

from netspec.cli.options import RunArgument  # noqa: TC001 - Typer reads it

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def export(
    *,
    run: RunArgument,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="NAME", help="keras, weights, or what an enabled plugin adds."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder to write; RUN/exports/NAME without."),
    ] = None,
) -> None:
    """Hand on what a run has trained, in a folder of its own; nothing is overwritten.

    Exit status: 0, 2 usage (a run that is none, or has no model, too).
    """
    from netspec.export.formats import export_run

    gc.enable()
    for file in export_run(run, form=form, output=output):
        typer.echo(str(file))
