"""`netspec predict RUN IMAGE…`."""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer

from netspec.cli.options import (
    Checkpoint,
    Format,
    ResultFormat,
    RunArgument,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def predict(
    *,
    run: RunArgument,
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE…", help="JPEG, PNG, BMP, GIF or WebP files.")
    ],
    top: Annotated[
        int, typer.Option(min=1, help="How many classes to show, where an image has one.")
    ] = 5,
    checkpoint: Checkpoint = None,
    output: Format = ResultFormat.TABLE,
) -> None:
    """Say what is on pictures: the likeliest classes with their probabilities, or each output's labels or numbers.

    A picture that cannot be read is reported, and the rest is done.

    Exit status: 0, 2 usage (a run that is none, too), 3 a picture could not be read.
    """
    from netspec.cli.capture import hushed
    from netspec.cli.output import print_error
    from netspec.errors import DataError
    from netspec.evaluation.predict import cannot_read, predict_images
    from netspec.report.console import console_for
    from netspec.report.predictions import predictions_json, predictions_text
    from netspec.report.streams import is_terminal

    gc.enable()
    left_out: list[tuple[str, str]] = []
    with hushed():
        records = list(
            predict_images(
                run,
                images,
                unreadable=lambda name, reason: left_out.append((name, reason)),
                top=top,
                checkpoint=checkpoint,
            )
        )
    if output is ResultFormat.JSON:
        typer.echo(predictions_json(records))
    elif records:
        bars = is_terminal(sys.stdout)
        console_for(sys.stdout).print(predictions_text(records, bars=bars))
    for name, reason in left_out:
        print_error(cannot_read(name, reason))
    if left_out:
        raise typer.Exit(DataError.exit_code)
