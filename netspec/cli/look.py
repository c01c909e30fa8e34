"""`netspec look RUN IMAGE…`."""

from __future__ import annotations

import gc
import sys
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

from netspec.cli.options import Checkpoint, Format, ResultFormat, RunArgument

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def look(  # noqa: PLR0913 - one a flag
    *,
    run: RunArgument,
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE…", help="JPEG, PNG, BMP, GIF or WebP files.")
    ],
    layers: Annotated[
        list[str] | None,
        typer.Option(
            "--layer",
            metavar="NAME",
            help="Draw this layer, or those that fit a pattern with * and ?; may be given several times. "
            "Up to four telling ones without.",
        ),
    ] = None,
    asked: Annotated[
        str | None,
        typer.Option(
            "--class",
            metavar="NAME",
            help="Show what speaks for this class, or number; for what the network says without.",
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            "--of",
            metavar="OUTPUT",
            help="The output whose class is meant; the first that names one without.",
        ),
    ] = None,
    checkpoint: Checkpoint = None,
    folder: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="Where to keep it; RUN/look without."),
    ] = None,
    output: Format = ResultFormat.TABLE,
) -> None:
    """Look inside a run's network.

    It draws the first filters, what layers make of pictures, and what the answer hangs on.

    Each picture gets a folder with the picture as the network sees it, a sheet of feature maps for each layer, and a
    Grad-CAM overlay: the brighter, the more that part speaks for the class. The same picture's folder is replaced.

    A picture that cannot be read is reported, and the rest is done.

    Exit status: 0, 2 usage (a run that is none, no such layer or class, too), 3 a picture could not be read.
    """
    from netspec.cli.capture import hushed
    from netspec.cli.output import print_error
    from netspec.errors import DataError
    from netspec.evaluation.looking.look import look as look_into
    from netspec.evaluation.predict import cannot_read
    from netspec.report.console import console_for
    from netspec.report.look import look_json, look_text
    from netspec.report.streams import is_terminal

    gc.enable()
    left_out: list[tuple[str, str]] = []
    with hushed():
        document = look_into(
            run,
            images,
            unreadable=lambda name, reason: left_out.append((name, reason)),
            layers=layers or (),
            asked=asked,
            output_key=of,
            checkpoint=checkpoint,
            output=folder,
        )
    if output is ResultFormat.JSON:
        typer.echo(look_json(document))
    else:
        console, is_seen = console_for(sys.stdout), is_terminal(sys.stdout)
        told = look_text(document, bars=is_seen, width=console.width if is_seen else None)
        console.print(told, soft_wrap=True)  # paths stay whole, so that they can be copied
    for name, reason in left_out:
        print_error(cannot_read(name, reason))
    if left_out:
        raise typer.Exit(DataError.exit_code)
