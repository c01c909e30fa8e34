"""`netspec validate FILE…`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import (  # noqa: TC001 - Typer reads it
    NoIgnore,
    Notes,
    Overrides,
    SpecRoot,
)
from netspec.cli.output import (
    FindingsFormat,
    as_long_as_it_is_read,
    print_error,
    print_findings,
)

if TYPE_CHECKING:
    from netspec.diagnostics import Finding

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def validate(  # noqa: PLR0913 - one a flag
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE…", help="The specs to check.")
    ] = None,
    overrides: Overrides = None,
    root: SpecRoot = None,
    output: Annotated[
        FindingsFormat, typer.Option("--format", help="How findings are written.")
    ] = FindingsFormat.TEXT,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail, too.")] = False,
    notes: Notes = False,
    no_ignore: NoIgnore = False,
    changed: Annotated[
        bool,
        typer.Option(
            "--changed",
            help="FILEs are what a commit changes: others than specs are left out, specs that extend one come in, "
            "or one that the commit takes away.",
        ),
    ] = False,
) -> None:
    """Check everything that can be known without data or TensorFlow.

    Exit status: 0 clean, 1 findings that are errors (with --strict, warnings too), 2 a file cannot be read.
    """
    from netspec.analysis import analyse
    from netspec.diagnostics import has_errors
    from netspec.errors import UsageError
    from netspec.settings import settings

    replace(settings(), silences=not no_ignore).enable()
    named = list(files or ())
    if changed:
        from netspec.source.changed import concerned, removed
        from netspec.source.files import Disk

        top = Disk().top(Path("here"))
        named = concerned([*named, *removed(top)], root or settings().root or top)
    elif not named:
        raise UsageError("no spec is named", hint="such as `netspec validate specs/*.yaml`")
    findings: list[Finding] = []
    unreadable = 0
    for file in named:
        try:
            found = analyse(file, tuple(overrides or ()), root=root).findings
            findings += found if notes else [each for each in found if each.severity != "note"]
        except UsageError as error:
            unreadable = error.exit_code
            print_error(error)
    findings = list(dict.fromkeys(findings))  # a base's are those of each spec that extends it
    with as_long_as_it_is_read():
        if output is not FindingsFormat.TEXT:
            _write(findings, output)
        elif findings:
            print_findings(findings, notes=notes)
        elif not unreadable:
            typer.echo(f"{len(named)} spec{'s' * (len(named) != 1)} checked, no findings")
    warned = any(finding.severity == "warning" for finding in findings)
    failing = has_errors(findings) or (strict and warned)
    raise typer.Exit(unreadable or int(failing))


def _write(findings: list[Finding], output: FindingsFormat) -> None:
    """Writes findings for a program."""
    if output is FindingsFormat.SARIF:
        from netspec.report.sarif import findings_sarif

        typer.echo(findings_sarif(findings))
    elif output is FindingsFormat.JSON:
        from netspec.report.findings import findings_json

        typer.echo(findings_json(findings))
    elif findings:
        from netspec.report.github import findings_github

        typer.echo(findings_github(findings))
