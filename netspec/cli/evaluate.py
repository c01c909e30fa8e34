"""`netspec evaluate RUN`."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import (
    Checkpoint,
    DataRoot,
    Format,
    Offline,
    ResultFormat,
    RunArgument,
)

if TYPE_CHECKING:
    from netspec.report.evaluation import EvaluationDocument

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def evaluate(  # noqa: PLR0913 - one a flag
    *,
    run: RunArgument,
    split: Annotated[
        str, typer.Option(metavar="[test|validation|train]", help="Which images judge it.")
    ] = "test",
    checkpoint: Checkpoint = None,
    output: Format = ResultFormat.TABLE,
    data_root: DataRoot = None,
    offline: Offline = False,
) -> None:
    """Judge a run's network: loss, metrics, each output's classes or numbers; kept in the run.

    A run that cannot be written to is judged and printed all the same, and then the exit status is 2.

    Exit status: 0, 1 findings, 2 usage (a run that is none, too), 3 data.
    """
    from netspec.cli.capture import Screen, hushed
    from netspec.cli.display import Display
    from netspec.cli.output import as_long_as_it_is_read, findings_printed
    from netspec.evaluation.evaluate import evaluate_run, keep_judgement
    from netspec.training.events import reports_to

    gc.enable()
    # Standard output is the result's alone, so that JSON can be read from it.
    display = Display(Screen(sys.stderr).stream)
    with findings_printed(), hushed():
        try:
            judgement = evaluate_run(
                run,
                split_name=split,
                checkpoint=checkpoint,
                data_root=data_root,
                offline=offline,
                reports=reports_to(display),
            )
        finally:
            display.close()
    # What was computed is shown first, as the run may be one that can only be read.
    with as_long_as_it_is_read():
        _print(judgement.document, output)
    keep_judgement(judgement, run)


def _print(document: EvaluationDocument, output: ResultFormat) -> None:
    from netspec.report.console import console_for
    from netspec.report.evaluation import evaluation_json, evaluation_text
    from netspec.report.streams import is_terminal

    if output is ResultFormat.JSON:
        typer.echo(evaluation_json(document))
        return
    console = console_for(sys.stdout)
    width = console.width if is_terminal(sys.stdout) else None
    for part in evaluation_text(document, width=width):
        console.print(part)
