"""`netspec data …`: what concerns images alone, one thin module a command."""

from __future__ import annotations

import typer

from netspec.cli.lazy import LazyGroup


class _DataGroup(LazyGroup):
    """The commands of `netspec data`."""

    package = "netspec.cli.data"
    names = ("check", "preview", "fetch")
    # It reads no spec.
    without_plugins = frozenset({"fetch"})


app = typer.Typer(
    cls=_DataGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Look at images before they are trained on, or fetch them.",
)


@app.callback()
def _options() -> None:
    """Makes a group of it, however many commands there are."""
