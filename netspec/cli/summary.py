"""`netspec summary FILE`."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import Overrides, SpecRoot  # noqa: TC001 - Typer reads it
from netspec.cli.output import (
    findings_printed,
    print_findings,
    print_notes,
    print_page,
    require_no_terminal,
)

if TYPE_CHECKING:
    from netspec.report.summary import SortKey

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class SummaryFormat(StrEnum):
    """How a summary is written."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"
    MERMAID = "mermaid"
    HTML = "html"


class Sort(StrEnum):
    """What the layers are sorted by."""

    PARAMETERS = "parameters"
    MACS = "macs"
    MEMORY = "memory"
    NAME = "name"


@app.command()
def summary(  # noqa: PLR0913, PLR0917 - the command's options
    file: Annotated[str, typer.Argument(metavar="FILE", help="The spec.")],
    overrides: Overrides = None,
    root: SpecRoot = None,
    output: Annotated[
        SummaryFormat,
        typer.Option("--format", help="How the summary is written; html into a file, with >."),
    ] = SummaryFormat.TABLE,
    depth: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Fold what lies deeper than N names of a layer's path."
        ),
    ] = None,
    sort: Annotated[
        Sort | None,
        typer.Option(help="What the layers are sorted by, and the share is of; not for mermaid."),
    ] = None,
) -> None:
    """Show layers, shapes, parameters and cost, without TensorFlow.

    Blocks are folded by --depth: 1 shows each use of a block among the model's layers as one row. The receptive field
    is how much of the input a position comes from, the stride how far apart two neighbours look. As html it is a page
    for a browser, which needs no network: with a graph that folds, findings, notes and the spec.

    Exit status: 0, 1 when the spec has errors, 2 when it cannot be read.
    """
    from netspec.analysis import analyse
    from netspec.report.streams import is_terminal
    from netspec.report.summary import summarize_graph

    _require_possible(output, sort)
    analysis = analyse(file, tuple(overrides or ()), root=root)
    print_findings(analysis.findings, to_stderr=True)
    if analysis.failed:
        raise typer.Exit(1)
    with findings_printed():
        document, graph = analysis.require()
    if output is SummaryFormat.MERMAID:
        from netspec.report.mermaid import chart_of

        typer.echo(chart_of(graph, document, depth=depth))
        return
    if output is SummaryFormat.HTML:
        from netspec.report.html.summary_page import summary_page

        key: SortKey | None = None if sort is None else sort.value
        print_page(summary_page(graph, document, analysis.findings, depth=depth, sort=key))
        return
    summary = summarize_graph(graph, document, depth=depth)
    if sort is not None:
        summary = summary.sorted(sort.value)
    if output is SummaryFormat.JSON:
        typer.echo(summary.to_json())
    elif output is SummaryFormat.MARKDOWN:
        typer.echo(summary.to_markdown())
    elif is_terminal(sys.stdout):
        from netspec.report.console import console_for

        summary.print(console_for(sys.stdout))
    else:
        typer.echo(summary.to_text(encoding=sys.stdout.encoding))
    if output is SummaryFormat.TABLE:
        print_notes(analysis.findings)


def _require_possible(output: SummaryFormat, sort: Sort | None) -> None:
    """Makes sure that a summary can be written as is asked.

    Raises:
        UsageError: A flowchart is to be sorted, or a page to be printed on a terminal.
    """
    from netspec.errors import UsageError

    if sort is not None and output is SummaryFormat.MERMAID:
        raise UsageError("a flowchart has its own order", hint="leave --sort out")
    if output is SummaryFormat.HTML:
        require_no_terminal("summary FILE")
