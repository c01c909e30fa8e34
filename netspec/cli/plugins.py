"""`--plugin NAME` and the user's pyproject.toml, for every command that reads a spec or tells of the language."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

_alone = typer.Typer(add_completion=False)


def _enable(context: typer.Context, names: list[str] | None) -> None:
    """Enables what the command line and the user's pyproject.toml name, and says so; and that file's settings."""
    if context.resilient_parsing:
        return
    from netspec.project import read_project

    project = read_project()
    project.settings.enable()
    named = [*((name, "--plugin") for name in names or ()), *project.plugins]
    if not named:
        return
    from netspec.plugins.loading import load_plugins
    from netspec.report.escape import printable

    plugins = load_plugins(named)
    plugins.enable()
    told = ", ".join(f"{plugin} ({plugin.origin})" for plugin in plugins.each)
    sys.stderr.write(f"plugins: {printable(told)}\n")


@_alone.command()
def _option(
    plugins: Annotated[
        list[str] | None,
        typer.Option(
            "--plugin",
            metavar="NAME",
            help="Enable an installed plugin by its package's name.",
            callback=_enable,
            expose_value=False,
        ),
    ] = None,
) -> None:
    """Holds the option, which Typer makes for a function only."""
    del plugins


def add_option(command: Any) -> None:
    """Gives a command the option, or each command of a group."""
    for each in getattr(command, "commands", {"": command}).values():
        each.params += typer.main.get_command(_alone).params
