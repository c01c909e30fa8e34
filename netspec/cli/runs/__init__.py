"""`netspec runs [DIR]`, and `netspec runs compare A B …`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from netspec.report.runs import RunsDocument
    from netspec.runs.listed.selection import Selection

_COMPARE = "compare"


class _Runs(TyperCommand):
    """The listing; `compare` as the first word stands for the other command."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """The context of the command that is meant."""
        if args[:1] == [_COMPARE]:
            from netspec.cli.runs.compare import app as compare

            command = typer.main.get_command(compare)
            return command.make_context(f"{info_name} {_COMPARE}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Names the other command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(f"{_COMPARE} RUN…", "Lay runs side by side.")])


app = typer.Typer(add_completion=False, rich_markup_mode=None)


class RunsFormat(StrEnum):
    """How runs are listed, and how they are compared."""

    TABLE = "table"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


class RunStatus(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    KILLED = "killed"
    UNKNOWN = "unknown"
    DAMAGED = "damaged"
    FOREIGN = "foreign"


@app.command(cls=_Runs)
def runs(  # noqa: PLR0913 - a command's options
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that holds the runs, or one run.")
    ] = Path("runs"),
    *,
    status: Annotated[
        list[RunStatus] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help=f"Only runs of this status, one of {', '.join(RunStatus)}; may be repeated.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="GLOB",
            help="Only runs whose folder or spec is called so, as in 'cifar10*'.",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="GLOB", help="Only runs whose data is called so."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="CONDITION",
            help="Only runs of which this holds, as in 'val_accuracy>=0.9'; may be repeated.",
        ),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort",
            metavar="KEY",
            help="The order: by name, status, started, or a number as in --where; -KEY turns it round.",
        ),
    ] = None,
    last: Annotated[
        int | None, typer.Option("--last", metavar="N", min=1, help="Only the last so many.")
    ] = None,
    output: Annotated[
        RunsFormat, typer.Option("--format", help="How they are listed.")
    ] = RunsFormat.TABLE,
) -> None:
    """List runs, or compare them; the newest is last.

    It tells how each ended, how good it was, how large, how long, and on what data. A run that the system ended is
    `killed`, one that goes on is `running`; a folder that is no run is `foreign`, one whose record cannot be read is
    `damaged`. On a narrow terminal some columns are left out; other formats have all.

    A CONDITION is a name, one of < <= > >= = != and a number. Names are those that training logs, of the best epoch
    (loss, val_accuracy), those of the test split after test_ (test_accuracy), and epochs, parameters, trainable, macs,
    seconds, images, best.

    Exit status: 0, 2 usage (a folder that is not there, too).
    """
    from netspec.runs.listed.listing import list_runs
    from netspec.runs.listed.selection import read_selection

    wanted = read_selection(
        statuses=status or (),
        name=name,
        data=data,
        conditions=where or (),
        sort=sort,
        last=last,
    )
    _print(_selected(list_runs(folder, now=datetime.now(UTC)), wanted), output)


def _selected(document: RunsDocument, wanted: Selection) -> RunsDocument:
    """The runs that are wanted; says what is not shown."""
    from netspec.report.escape import printable
    from netspec.runs.listed.selection import select

    found = select(document["runs"], wanted)
    count = len(document["runs"])
    if not count:
        typer.echo(f"no runs were found in the folder {printable(document['folder'])}", err=True)
    elif len(found) < count:
        typer.echo(f"{len(found):,} of {count:,} runs", err=True)
    return {**document, "runs": found}


def _print(document: RunsDocument, output: RunsFormat) -> None:
    from netspec.report.runs import runs_csv, runs_json, runs_markdown

    if output is RunsFormat.JSON:
        typer.echo(runs_json(document))
    elif output is RunsFormat.CSV:
        typer.echo(runs_csv(document), nl=False)
    elif output is RunsFormat.MARKDOWN:
        typer.echo(runs_markdown(document), nl=False)
    elif document["runs"]:
        from netspec.report.console import console_for
        from netspec.report.runs_table import runs_text
        from netspec.report.streams import is_terminal

        console = console_for(sys.stdout)
        width = console.width if is_terminal(sys.stdout) else None
        console.print(runs_text(document["runs"], width=width), soft_wrap=True)
