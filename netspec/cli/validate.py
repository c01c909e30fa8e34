"""`netspec validate FILE…`."""

from __future__ import annotations

from typing import Annotated

import typer

from netspec.cli.options import Overrides, SpecRoot  # noqa: TC001 - Typer reads it
from netspec.cli.output import (
    FindingsFormat,
    as_long_as_it_is_read,
    print_error,
    print_findings,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="The specs to check.")],
    overrides: Overrides = None,
    root: SpecRoot = None,
    output: Annotated[
        FindingsFormat, typer.Option("--format", help="How findings are written.")
    ] = FindingsFormat.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail, too.")] = False,  # noqa: FBT002 - Typer's way to declare a flag
) -> None:
    """Check everything that can be known without data or TensorFlow.

    Exit status: 0 clean, 1 findings that are errors (with --strict, warnings too), 2 a file cannot be read.
    """
    from netspec.analysis import analyse
    from netspec.diagnostics import Finding, has_errors
    from netspec.errors import UsageError

    findings: list[Finding] = []
    unreadable = 0
    for file in files:
        try:
            findings += analyse(file, tuple(overrides or ()), root=root).findings
        except UsageError as error:
            unreadable = error.exit_code
            print_error(error)
    with as_long_as_it_is_read():
        if output is FindingsFormat.JSON:
            from netspec.report.findings import findings_json

            typer.echo(findings_json(findings))
        elif findings:
            print_findings(findings)
        elif not unreadable:
            typer.echo(f"{len(files)} spec{'s' * (len(files) != 1)} checked, no findings")
    warned = any(finding.severity == "warning" for finding in findings)
    failing = has_errors(findings) or (strict and warned)
    raise typer.Exit(unreadable or int(failing))
