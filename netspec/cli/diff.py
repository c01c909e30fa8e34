"""`netspec diff A B`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import SpecRoot  # noqa: TC001 - Typer reads it
from netspec.cli.output import findings_printed, print_findings, print_page, require_no_terminal

if TYPE_CHECKING:
    from netspec.analysis import Analysis

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class DiffFormat(StrEnum):
    """How differences are written."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"
    HTML = "html"


@app.command()
def diff(  # noqa: PLR0913 - a command's options
    *,
    a: Annotated[str, typer.Argument(metavar="A", help="The spec as it was.")],
    b: Annotated[
        str | None, typer.Argument(metavar="B", help="The spec as it is; not with --git.")
    ] = None,
    git: Annotated[
        str | None,
        typer.Option(
            "--git",
            metavar="REV",
            help="Compare A with what it was in this revision of its git repository, bases included.",
        ),
    ] = None,
    root: SpecRoot = None,
    output: Annotated[
        DiffFormat,
        typer.Option("--format", help="How the differences are written; html into a file, with >."),
    ] = DiffFormat.TABLE,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="List every layer by itself, those too that only follow from others."
        ),
    ] = False,
) -> None:
    """Show what differs between two specs, layer by layer.

    It needs no TensorFlow. Layers are found again by name and structure: one that is put in, renamed or moved into a
    block changes no other. As html it is a page for a browser, which needs no network: both graphs side by side.

    Exit status: 0 whether anything differs or not, 1 when a spec has errors, 2 when one cannot be read.
    """
    from netspec.report.diff import compare

    if output is DiffFormat.HTML:
        require_no_terminal("diff A B")
    before, after = _analyses(a, b, git, root)
    found = dict.fromkeys((*before.findings, *after.findings))
    print_findings(tuple(found), to_stderr=True)
    if before.failed or after.failed:
        raise typer.Exit(1)
    with findings_printed():
        sides = before.require(), after.require()
    compared = compare(*sides, files=(before.path, after.path))
    if output is DiffFormat.JSON:
        typer.echo(compared.to_json())
    elif output is DiffFormat.MARKDOWN:
        typer.echo(compared.to_markdown(everything=everything))
    elif output is DiffFormat.HTML:
        from netspec.report.html.diff_page import diff_page

        print_page(diff_page(*sides, compared, everything=everything))
    else:
        from netspec.report.console import console_for

        compared.print(console_for(sys.stdout), everything=everything)


def _analyses(
    a: str, b: str | None, git: str | None, root: Path | None
) -> tuple[Analysis, Analysis]:
    """Both specs.

    Raises:
        UsageError: One cannot be read, or the files do not go with `--git`.
    """
    from netspec.analysis import analyse, analyse_revision
    from netspec.errors import UsageError

    if git is not None:
        if b is not None:
            message = "--git compares one file with what it was, and two are named"
            raise UsageError(message, hint="leave one of them out, or --git")
        after = analyse(a, root=root)
        return analyse_revision(Path(a), git, root=root), after
    if b is None:
        message = "two files are compared, and one is named"
        raise UsageError(message, hint="`--git REV` compares it with what it was in a revision")
    return analyse(a, root=root), analyse(b, root=root)
