"""`netspec runs compare A B …`."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

from netspec.cli.runs import RunsFormat

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def compare(
    paths: Annotated[
        list[Path], typer.Argument(metavar="RUN", help="The run directories, two or more.")
    ],
    *,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            metavar="NAME",
            help="Whose curves are drawn, as in val_loss; may be repeated. Those that say most without.",
        ),
    ] = None,
    output: Annotated[
        RunsFormat, typer.Option("--format", help="How they are compared.")
    ] = RunsFormat.TABLE,
) -> None:
    """Lay runs side by side.

    It tells how good, large and long each was, how their specs differ, and draws their curves. The best of each metric
    is marked, of test accuracies only where no interval of another run overlaps its own. A run that is unfinished or
    damaged is shown with what it has. JSON has all, with every epoch; CSV has a row a run, Markdown tables and charts
    that GitHub draws.

    Exit status: 0, 2 usage (fewer than two runs, or one that is not there, too).
    """
    from netspec.report.comparison.rows import require_metrics
    from netspec.runs.comparing.named import compare_named

    document = compare_named(paths, tell=lambda line: typer.echo(line, err=True))
    metrics = require_metrics(document, metric or ())
    if output is RunsFormat.JSON:
        from netspec.report.comparison.document import comparison_json

        typer.echo(comparison_json(document))
    elif output is RunsFormat.CSV:
        from netspec.report.comparison.document import comparison_csv

        typer.echo(comparison_csv(document), nl=False)
    elif output is RunsFormat.MARKDOWN:
        from netspec.report.comparison.markdown import comparison_markdown

        typer.echo(comparison_markdown(document, metrics=metrics), nl=False)
    else:
        from netspec.report.comparison.text import comparison_text
        from netspec.report.console import console_for
        from netspec.report.streams import is_terminal

        console = console_for(sys.stdout)
        text = comparison_text(
            document,
            metrics=metrics,
            width=console.width if is_terminal(sys.stdout) else None,
            encoding=console.encoding,
        )
        console.print(text, soft_wrap=True)
