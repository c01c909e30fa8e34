"""`netspec fix FILE…`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import SpecRoot  # noqa: TC001 - Typer reads it
from netspec.cli.output import as_long_as_it_is_read, print_error, print_findings

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.fixing import Fixing

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def fix(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="The specs to repair.")],
    root: SpecRoot = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Only show what would change; write nothing.")
    ] = False,
    notes: Annotated[
        bool, typer.Option("--notes", help="Repair what notes are about, too.")
    ] = False,
) -> None:
    """Repair mistakes that have one certain repair.

    The others are told. Only the wrong words change, in FILE and in the files that it extends. On a terminal it shows
    them and asks; elsewhere it writes nothing without --yes.

    Exit status: 0 nothing is left to repair and no error, 1 something is, 2 a file cannot be read or written.
    """
    from netspec.errors import UsageError

    if yes and diff:
        raise UsageError("--yes writes, and --diff does not", hint="leave one of them out")
    status = 0
    with as_long_as_it_is_read():
        for file in files:
            try:
                status = max(status, _fix(file, root, yes=yes, diff=diff, notes=notes))
            except UsageError as error:
                status = error.exit_code
                print_error(error)
    raise typer.Exit(status)


def _fix(file: str, root: Path | None, *, yes: bool, diff: bool, notes: bool) -> int:
    """Repairs one spec; gives the exit status."""
    from netspec.fixing import fix, write

    fixing = fix(file, root=root, notes=notes)
    _show(fixing)
    written = bool(fixing.changes) and not diff and (yes or _asked(fixing))
    if written:
        write(fixing.changes)
    typer.echo(f"{_named(file)}: {_told(fixing, written=written, diff=diff)}")
    print_findings(fixing.left, notes=notes)
    undone = bool(fixing.changes) and not written
    return int(fixing.analysis.failed or undone or bool(fixing.withheld))


def _show(fixing: Fixing) -> None:
    from netspec.report.changes import changes_text
    from netspec.report.console import console_for

    console = console_for(sys.stdout)
    for change in fixing.changes:
        console.print(changes_text(change.name, change.before, change.after), soft_wrap=True)


def _asked(fixing: Fixing) -> bool:
    """Whether the user says yes; nobody does without a terminal."""
    from netspec.report.streams import is_terminal

    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return False
    return typer.confirm(f"write {_listed(fixing)}?", default=False)


def _told(fixing: Fixing, *, written: bool, diff: bool) -> str:
    """What was done, in a sentence."""
    count = len(fixing.made)
    repairs = f"{count} repair{'s' * (count != 1)}"
    names = [change.name for change in fixing.changes]
    where = "" if names == [fixing.analysis.path] else f" in {_listed(fixing)}"
    if not fixing.changes:
        told = "nothing to repair"
    elif written:
        told = f"{repairs} made{where}"
    elif diff:
        told = f"{repairs} to be made{where}"
    else:
        told = f"{repairs} not made{where}; --yes makes them without asking"
    if fixing.withheld:
        told += f"; {len(fixing.withheld)} left out, which would lead to more errors"
    if fixing.left and fixing.changes:
        told += ". What is left:" if written else ". What would be left:"
    return told


def _listed(fixing: Fixing) -> str:
    return " and ".join(_named(change.name) for change in fixing.changes)


def _named(name: str) -> str:
    from netspec.report.escape import printable

    return printable(name)
