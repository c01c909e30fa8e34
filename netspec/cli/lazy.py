"""A group of commands, each a module that is loaded when the command is asked for."""

from __future__ import annotations

import importlib
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup

from netspec.cli.plugins import add_option


class LazyGroup(TyperGroup):
    """A group whose commands are modules of a package, each with its Typer `app`.

    Attributes:
        package: The package.
        names: The commands, which are the modules' names too.
        without_plugins: Those that take no `--plugin`.
    """

    package: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    without_plugins: ClassVar[frozenset[str]] = frozenset()

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands in their order."""
        del ctx
        return list(self.names)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Loads a command."""
        del ctx
        if cmd_name not in self.names:
            return None
        app = importlib.import_module(f"{self.package}.{cmd_name}").app
        command = typer.main.get_command(app)
        command.name = cmd_name
        if cmd_name not in self.without_plugins:
            add_option(command)
        return command
