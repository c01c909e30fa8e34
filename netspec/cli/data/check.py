"""`netspec data check FILE`."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import (  # noqa: TC001 - Typer reads it
    DataRoot,
    NoIgnore,
    Offline,
    Overrides,
    SpecRoot,
)
from netspec.cli.output import FindingsFormat

if TYPE_CHECKING:
    from netspec.inspection.check import Inspection

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def check(  # noqa: PLR0913 - one a flag
    file: Annotated[str, typer.Argument(metavar="FILE", help="The spec.")],
    *,
    overrides: Overrides = None,
    root: SpecRoot = None,
    data_root: DataRoot = None,
    output: Annotated[
        FindingsFormat, typer.Option("--format", help="How it is written.")
    ] = FindingsFormat.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail, too.")] = False,
    no_ignore: NoIgnore = False,
    offline: Offline = False,
) -> None:
    """Look at every image that a run would use.

    It tells what there is, and what is wrong with it. Only `data` and `model` are needed. Every file is decoded to see
    whether it is whole, but not again while it does not change. What images look like is looked at each time.

    Exit status: 0 clean, 1 findings that are errors (with --strict, warnings too), 2 usage, 3 data.
    """
    from netspec.analysis import analyse
    from netspec.cli.capture import Screen, hushed
    from netspec.cli.display import Display
    from netspec.cli.output import as_long_as_it_is_read, findings_printed, print_findings
    from netspec.diagnostics import has_errors
    from netspec.runs.environment import require_tensorflow
    from netspec.settings import settings
    from netspec.training.events import Checking, reports_to

    replace(settings(), silences=not no_ignore).enable()
    analysis = analyse(file, tuple(overrides or ()), root=root)
    if analysis.failed:
        print_findings(analysis.findings, to_stderr=True)
        raise typer.Exit(1)
    require_tensorflow()
    gc.enable()
    # Standard output is the result's alone, so that JSON can be read from it.
    stream = Screen(sys.stderr).stream
    display = Display(stream)
    with findings_printed(), hushed():
        from netspec.inspection.check import inspect_data

        try:
            inspection = inspect_data(
                analysis,
                reports=reports_to(display),
                looking=lambda done, total: display(Checking(done, total)),
                data_root=data_root,
                offline=offline,
            )
        finally:
            display.close()
            stream.close()
    with as_long_as_it_is_read():
        _print(inspection, output)
    warned = any(finding.severity == "warning" for finding in inspection.findings)
    raise typer.Exit(int(has_errors(inspection.findings) or (strict and warned)))


def _print(inspection: Inspection, output: FindingsFormat) -> None:
    from netspec.inspection.document import document_of
    from netspec.report import data_check

    findings = inspection.findings
    if output is FindingsFormat.JSON:
        typer.echo(data_check.data_check_json(document_of(inspection)))
    elif output is FindingsFormat.SARIF:
        from netspec.report.sarif import findings_sarif

        typer.echo(findings_sarif(findings))
    elif output is FindingsFormat.GITHUB:
        if findings:
            from netspec.report.github import findings_github

            typer.echo(findings_github(findings))
    else:
        from netspec.report.console import console_for

        console = console_for(sys.stdout)
        for part in data_check.data_check_text(document_of(inspection)):
            console.print(part)
        console.print()
        if findings:
            console.print(data_check.data_findings_text(findings, width=console.width))
        else:
            console.print("no findings")
