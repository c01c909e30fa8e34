"""`netspec layers [NAME]`."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

from netspec.cli.output import TableFormat

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def layers(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="The layer to show; without it, all are listed."),
    ] = None,
    output: Annotated[
        TableFormat, typer.Option("--format", help="How it is written.")
    ] = TableFormat.TABLE,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the pages of all layers into a Markdown file."),
    ] = None,
) -> None:
    """List the layers by family, or show one.

    Of one it shows the fields, what they take, and an example.

    Exit status: 0, 2 when there is no such layer, or it is refused.
    """
    from netspec.errors import UsageError
    from netspec.report import catalogue_text
    from netspec.report.catalogue import catalogue, page, pages

    if write is not None:
        if name is not None:
            message = "--write writes the pages of all layers, and one is named"
            raise UsageError(message, hint="`--format markdown` prints the page of one")
        try:
            text = catalogue_text.whole_markdown(catalogue(), pages())
            write.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {write}: {error.strerror}") from None
        return
    found = catalogue() if name is None else page(name)
    if output is TableFormat.JSON:
        from netspec.report.escape import json_text

        typer.echo(json_text(found.record()))
        return
    from netspec.report.console import console_for
    from netspec.report.layer_page import Page

    if output is TableFormat.MARKDOWN:
        text = (
            catalogue_text.page_markdown(found)
            if isinstance(found, Page)
            else catalogue_text.catalogue_markdown(found)
        )
        typer.echo(text.rstrip("\n"))
        return
    console = console_for(sys.stdout)
    console.print(
        catalogue_text.page_text(found, console.width)
        if isinstance(found, Page)
        else catalogue_text.catalogue_text(found, console.width)
    )
