"""A group of commands, each a module that is loaded when the command is asked for."""

from __future__ import annotations

import importlib
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup

from netspec.cli.plugins import add_option
from netspec.wording import nearest


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

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Finds the command that is asked for; of a name that there is not it says which was probably meant.

        Raises:
            UsageError: There is none of that name (Click's own error).
        """
        try:
            return super().resolve_command(ctx, args)
        except Exception as error:
            meant = nearest(args[0], self.names) if args else None
            message = getattr(error, "message", None)
            if meant is not None and isinstance(message, str) and "mean" not in message:
                error.message = f"{message} Did you mean {meant.instead}?"  # type: ignore[attr-defined]
            raise

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
