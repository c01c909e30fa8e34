"""`netspec data fetch NAME…`."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import Offline  # noqa: TC001 - Typer reads it

if TYPE_CHECKING:
    from netspec.data.named.loading import Found

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def fetch(
    *,
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME…", help="Data sets that netspec knows, such as cifar10."),
    ],
    offline: Offline = False,
) -> None:
    """Fetch data sets ahead of time.

    They are proved to be the published ones, and it is said where they are. What is on this machine already is not
    fetched again. With --offline, it is only said whether it is there.

    Exit status: 0, 2 usage (a name that is none, too), 3 a data set could not be had.
    """
    from netspec.cli.display import Display
    from netspec.cli.output import print_error
    from netspec.data.named.loading import find, require_known
    from netspec.errors import DataError
    from netspec.training.events import Fetching, Notice

    wanted = list(dict.fromkeys(names))
    for name in wanted:
        require_known(name)
    # Standard output is the result's alone.
    display = Display(sys.stderr)
    missing = False
    for name in wanted:
        try:
            # What moves is gone before anything else is said.
            with closing(display):
                found = find(
                    name,
                    offline=offline,
                    notify=lambda message: display(Notice(message)),
                    progress=lambda label, done, total: display(Fetching(label, done, total)),
                )
        except DataError as error:
            print_error(error)
            missing = True
        else:
            typer.echo(_line(name, found))
    if missing:
        raise typer.Exit(DataError.exit_code)


def _line(name: str, found: Found) -> str:
    from netspec.report.escape import printable

    arrays = found.arrays
    images = f"{len(arrays.x_train):,} and {len(arrays.x_test):,} images as published"
    return f"{name}: {found.place}: {printable(str(found.path))} ({images})"
