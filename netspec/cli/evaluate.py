"""`netspec evaluate RUN`, and of a spec whose network begins with all its weights."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import (
    Checkpoint,
    DataRoot,
    Format,
    Offline,
    Overrides,
    ResultFormat,
    SpecRoot,
)
from netspec.errors import SpecError, UsageError

if TYPE_CHECKING:
    from netspec.analysis import Analysis
    from netspec.report.evaluation import EvaluationDocument

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def evaluate(  # noqa: PLR0913 - one a flag
    *,
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run directory, or a spec.")],
    split: Annotated[
        str | None,
        typer.Option(
            metavar="[test|validation|train]",
            help="Which images judge it; test without, and train for a spec or other data without test images.",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="Other data to judge a run by: a data set's name, a folder, an .npz or .csv file, or a source as a "
            "spec writes it.",
        ),
    ] = None,
    shifts: Annotated[
        int | None,
        typer.Option(
            metavar="PIXELS",
            help="Also judge images that are moved by up to so many pixels each way, such as 4.",
        ),
    ] = None,
    checkpoint: Checkpoint = None,
    output: Format = ResultFormat.TABLE,
    data_root: DataRoot = None,
    offline: Offline = False,
    overrides: Overrides = None,
    root: SpecRoot = None,
) -> None:
    """Judge a run's network on images.

    It tells loss and metrics, and how each output's classes or numbers fare; this is kept in the run. A run that cannot
    be written to is judged and printed all the same, and then the exit status is 2.

    Other data, as in `--data cifar10` or `--data photos`, has classes of the run, by name and in any order, and need
    not have all of them. Its judgement is kept beside the run's own, as `evaluation-DATA.json`.

    A spec is judged without training where its whole network begins with trained weights: ImageNet's of an
    `Application`, or those of `model.weights`. Of ImageNet's classifier the data's classes are ImageNet's, by number,
    WordNet number or name. Nothing is kept.

    Exit status: 0, 1 findings, 2 usage (a run that is none, too), 3 data.
    """
    from netspec.cli.capture import Screen, hushed
    from netspec.cli.display import Display
    from netspec.cli.output import as_long_as_it_is_read, findings_printed
    from netspec.evaluation.evaluate import evaluate_run, keep_judgement, require_split
    from netspec.evaluation.spec import evaluate_spec
    from netspec.training.events import reports_to

    gc.enable()
    is_spec = run.is_file() and run.suffix.lower() in {".yaml", ".yml"}
    with findings_printed():
        _require_sense(
            is_spec=is_spec, checkpoint=checkpoint, overrides=overrides, root=root, data=data
        )
        if split is not None and data is None:
            require_split(split)
        analysis = _analysed(run, overrides, root) if is_spec else None
        # Standard output is the result's alone, so that JSON can be read from it.
        display = Display(Screen(sys.stderr).stream)
        reports = replace(
            reports_to(display),
            moving=lambda done, total: display.count("judging moved images", done, total),
        )
        with hushed():
            try:
                if analysis is not None:
                    judgement = evaluate_spec(
                        analysis,
                        split_name=split,
                        shifts=shifts,
                        data_root=data_root,
                        offline=offline,
                        reports=reports,
                    )
                else:
                    judgement = evaluate_run(
                        run,
                        split_name=split,
                        checkpoint=checkpoint,
                        data=data,
                        shifts=shifts,
                        data_root=data_root,
                        offline=offline,
                        reports=reports,
                    )
            finally:
                display.close()
    document, failure = judgement.document, None
    if not is_spec:
        try:
            document = keep_judgement(judgement, run, notice=reports.notice)
        except UsageError as error:
            failure = error  # a run that can only be read, whose judgement is shown all the same
    with as_long_as_it_is_read():
        _print(document, output)
    if failure is not None:
        raise failure


def _require_sense(
    *,
    is_spec: bool,
    checkpoint: str | None,
    overrides: list[str] | None,
    root: Path | None,
    data: str | None,
) -> None:
    """Makes sure that the options go with what is judged.

    Raises:
        UsageError: They do not.
    """
    if is_spec and checkpoint is not None:
        raise UsageError(
            "--checkpoint is a file of a run, and a spec is to be judged",
            hint="name a run, or the weights with --set model.weights=FILE",
        )
    if is_spec and data is not None:
        raise UsageError(
            "--data is other data for a run, and a spec is to be judged",
            hint="say which data with --set data.source=…, or name a run",
        )
    if not is_spec and (overrides or root):
        given = "--set" if overrides else "--root"
        raise UsageError(
            f"{given} is for a spec, and a run is judged as it was trained", hint="leave it out"
        )


def _analysed(file: Path, overrides: list[str] | None, root: Path | None) -> Analysis:
    """What is known of a spec, whose warnings are told.

    Raises:
        SpecError: It has errors.
    """
    from netspec.analysis import analyse
    from netspec.cli.output import print_findings

    analysis = analyse(file, tuple(overrides or ()), root=root)
    if analysis.failed:
        raise SpecError(analysis.findings)
    print_findings(analysis.findings, to_stderr=True)
    return analysis


def _print(document: EvaluationDocument, output: ResultFormat) -> None:
    from netspec.report.console import console_for
    from netspec.report.evaluation import evaluation_json
    from netspec.report.evaluation_text import evaluation_text
    from netspec.report.streams import is_terminal

    if output is ResultFormat.JSON:
        typer.echo(evaluation_json(document))
        return
    console = console_for(sys.stdout)
    width = console.width if is_terminal(sys.stdout) else None
    for part in evaluation_text(document, width=width):
        console.print(part)
