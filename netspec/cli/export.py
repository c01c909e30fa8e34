"""`netspec export RUN`."""

from __future__ import annotations

import gc
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

from netspec.cli.options import Checkpoint, RunArgument  # noqa: TC001 - Typer reads it
from netspec.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def export(
    *,
    run: RunArgument,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Needed; keras, savedmodel, onnx, litert, openvino, weights, structure, or what a plugin adds.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder to write; RUN/exports/NAME without."),
    ] = None,
    checkpoint: Checkpoint = None,
) -> None:
    """Hand on what a run has trained, in a folder of its own.

    Nothing is overwritten. What is written is opened again by what the format is for, and must say what the network
    says of some pictures. Beside it lie predict.py, which says what is on pictures without netspec, and MODEL_CARD.md,
    which says what the run knows of the network, with metadata for Hugging Face's Hub.

    Exit status: 0, 2 usage (a run that is none, has no model, or a network that the format cannot hold, too).
    """
    from netspec.cli.capture import hushed
    from netspec.exporting.formats import export_run, formats

    if form is None:
        raise UsageError(
            "--format is missing, which says what a run is handed on as",
            hint=f"name one of {', '.join(formats())}, as in --format keras",
        )
    gc.enable()
    with hushed():
        files = export_run(run, form=form, output=output, checkpoint=checkpoint)
    for file in files:
        typer.echo(str(file))
