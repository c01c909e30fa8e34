"""`netspec explain [CODE…]`."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

from netspec.cli.output import TableFormat

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def explain(
    codes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CODE]…",
            help="The codes to show, such as NS402; without one, all are listed.",
        ),
    ] = None,
    output: Annotated[
        TableFormat, typer.Option("--format", help="How it is written.")
    ] = TableFormat.TABLE,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the pages of all codes into a Markdown file."),
    ] = None,
) -> None:
    """List the codes of findings, or explain one.

    Of one it shows what it means, why, and specs that fail and pass.

    Exit status: 0, 2 when there is no such code.
    """
    from netspec.errors import UsageError
    from netspec.pages import page_of, pages
    from netspec.report import code_pages

    if write is not None:
        if codes:
            message = "--write writes the pages of all codes, and some are named"
            raise UsageError(message, hint="`--format markdown` prints the pages of some")
        try:
            write.write_text(code_pages.whole_markdown(pages()), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {write}: {error.strerror}") from None
        return
    # Each once, in the order in which they are named.
    found = list({page.code: page for page in map(page_of, codes or ())}.values())
    if output is TableFormat.JSON:
        typer.echo(code_pages.codes_json(found or pages()))
    elif output is TableFormat.MARKDOWN:
        texts = map(code_pages.page_markdown, found)
        text = "\n".join(texts) if found else code_pages.codes_markdown(pages())
        typer.echo(text.rstrip("\n"))
    else:
        from netspec.report.console import console_for

        console = console_for(sys.stdout)
        if not found:
            console.print(code_pages.codes_text(pages(), console.width), soft_wrap=True)
        for number, page in enumerate(found):
            above = "\n\n" if number else ""
            shown = code_pages.page_text(page, console.width)
            console.print(above, shown, sep="", soft_wrap=True)
