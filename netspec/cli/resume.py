"""`netspec resume RUN`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from netspec.cli.options import DataRoot, Offline, Overrides, RunArgument  # noqa: TC001 - Typer reads them
from netspec.cli.output import findings_printed
from netspec.cli.training_display import Force, JsonEvents, Quiet, Watched

if TYPE_CHECKING:
    from netspec.training.events import Listener
    from netspec.training.interruption import Interruption
    from netspec.training.job import RunResult

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def resume(  # noqa: PLR0913 - one a flag
    run: RunArgument,
    *,
    overrides: Overrides = None,
    data_root: DataRoot = None,
    offline: Offline = False,
    force: Force = False,
    quiet: Quiet = False,
    json_lines: JsonEvents = False,
) -> None:
    """Continue a run that was interrupted or killed.

    In the end it is what it would have been without. More epochs can be trained with `--set training.epochs=N`. A run
    that is finished stays as it is.

    Exit status: 0, 1 findings, 2 usage (a run that is none, too), 3 data, 4 training failed, 130 and 143 interrupted.
    """
    watched = Watched(quiet=quiet, json_lines=json_lines)

    def begin(interruption: Interruption, listener: Listener) -> RunResult:
        from netspec.cli.capture import captured
        from netspec.training.resume import resume_run

        return resume_run(
            run,
            overrides=tuple(overrides or ()),
            data_root=data_root,
            offline=offline,
            force=force,
            interruption=interruption,
            listener=listener,
            capture=captured,
            command=["netspec", *sys.argv[1:]],
        )

    with findings_printed(), watched.told():
        watched.train(begin)
