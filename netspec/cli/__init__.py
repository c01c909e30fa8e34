"""The command line: one thin module a command, loaded only when it is called."""

from __future__ import annotations

import errno
import traceback
from contextvars import copy_context
from typing import Any

import typer

from netspec.cli.lazy import LazyGroup
from netspec.cli.output import as_long_as_it_is_read, prepare_streams, print_error
from netspec.errors import NetspecError, UsageError
from netspec.extension import enabled
from netspec.report.escape import printable

COMMANDS = (
    "init",
    "validate",
    "fix",
    "summary",
    "diff",
    "render",
    "layers",
    "explain",
    "data",
    "run",
    "resume",
    "evaluate",
    "predict",
    "look",
    "export",
    "features",
    "runs",
    "report",
    "cache",
    "schema",
    "lsp",
)
# Commands that neither read a spec nor tell of the language, one that reads each workspace's own settings, and a group
# whose commands say it themselves.
_WITHOUT_PLUGINS = frozenset({"cache", "data", "init", "lsp", "runs"})
INTERNAL_ERROR = 70
INTERRUPTED = 130


class _Commands(LazyGroup):
    """All commands."""

    package = "netspec.cli"
    names = COMMANDS
    without_plugins = _WITHOUT_PLUGINS

    def invoke(self, ctx: Any) -> Any:
        with as_long_as_it_is_read():
            return super().invoke(ctx)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Describe an image model in one YAML file; check it, look at it, train it.",
)


def _version(*, value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"netspec {version('netspec-keras')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: bool = typer.Option(
        False,  # noqa: FBT003 - Typer's way to declare a flag
        "--version",
        callback=_version,
        is_eager=True,
        help="Show the version and exit.",
    ),
) -> None:
    del version


def main(arguments: list[str] | None = None) -> int:
    """Runs one command line and returns its exit status.

    Args:
        arguments: What stands after `netspec`; the process's own without.
    """
    # What it enables, it enables for itself.
    return copy_context().run(_main, arguments)


def _main(arguments: list[str] | None) -> int:
    prepare_streams()
    try:
        status = app(args=arguments, standalone_mode=False)
    except NetspecError as error:
        print_error(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # Click's: a misused option
            from netspec.cli.misuse import clearer

            if isinstance(getattr(error, "message", None), str):
                error.message = clearer(error.message)  # type: ignore[attr-defined]
            error.show()
            return int(error.exit_code)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            print_error(UsageError(f"cannot write: {error.strerror}"))
            return UsageError.exit_code
        return _internal_error(error)
    return int(status or 0)


def _internal_error(error: Exception) -> int:
    plugin = enabled().at_fault(error)
    whose = "netspec" if plugin is None else f"the plugin {plugin}"
    typer.echo(f"internal error: this is a defect of {whose}, not of your spec", err=True)
    # An exception may hold the spec's words.
    typer.echo("\n".join(map(printable, traceback.format_exc().split("\n"))), err=True)
    return INTERNAL_ERROR
