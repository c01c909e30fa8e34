"""`netspec predict RUN IMAGE…`."""

from __future__ import annotations

import gc
import sys
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class PredictionFormat(StrEnum):
    """How predictions are written."""

    TABLE = "table"
    JSON = "json"


@app.command()
def predict(
    *,
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run directory.")],
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE…", help="JPEG, PNG, BMP, GIF or WebP files.")
    ],
    top: Annotated[int, typer.Option(min=1, help="How many classes to show for each.")] = 5,
    checkpoint: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Another file of the run than its model.keras."),
    ] = None,
    output: Annotated[
        PredictionFormat, typer.Option("--format", help="How they are written.")
    ] = PredictionFormat.TABLE,
) -> None:
    """Name the likeliest classes of pictures, with their probabilities.

    A picture that cannot be read is reported, and the rest is done.

    Exit status: 0, 2 usage (a run that is none, too), 3 a picture could not be read.
    """
    from netspec.cli.capture import hushed
    from netspec.cli.output import print_error
    from netspec.errors import DataError
    from netspec.evaluation.predict import predict_images
    from netspec.report.console import console_for, is_terminal
    from netspec.report.predictions import prediction_text, predictions_json

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
    if output is PredictionFormat.JSON:
        typer.echo(predictions_json(records))
    else:
        console = console_for(sys.stdout)
        for record in records:
            console.print(prediction_text(record, bars=is_terminal(sys.stdout)))
    for name, reason in left_out:
        print_error(DataError(f"cannot read {name}: {reason}"))
    if left_out:
        raise typer.Exit(DataError.exit_code)
