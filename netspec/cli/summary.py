"""`netspec summary FILE`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from netspec.cli.options import Overrides  # noqa: TC001 - Typer reads it
from netspec.cli.output import TableFormat, print_findings

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def summary(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The spec.")],
    overrides: Overrides = None,
    output: Annotated[
        TableFormat, typer.Option("--format", help="How the summary is written.")
    ] = TableFormat.TABLE,
) -> None:
    """Show layers, shapes, parameters and cost, without TensorFlow.

    Exit status: 0, 1 when the spec has errors, 2 when it cannot be read.
    """
    from netspec.analysis import analyse
    from netspec.report.summary import summarize_graph

    analysis = analyse(file, tuple(overrides or ()))
    print_findings(analysis.findings, to_stderr=True)
    if analysis.failed or analysis.document is None or analysis.graph is None:
        raise typer.Exit(1)
    summary = summarize_graph(analysis.graph, analysis.document)
    if output is TableFormat.JSON:
        typer.echo(summary.to_json())
    elif output is TableFormat.MARKDOWN:
        typer.echo(summary.to_markdown())
    else:
        from netspec.report.console import console_for

        summary.print(console_for(sys.stdout))
