"""`netspec schema`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class SchemaName(StrEnum):
    """The documents that have a schema."""

    SPEC = "spec"
    SUMMARY = "summary"
    DIFF = "diff"
    FINDINGS = "findings"
    LAYERS = "layers"
    EVALUATION = "evaluation"
    PREDICTIONS = "predictions"
    LOOK = "look"
    CODES = "codes"
    DATA_CHECK = "data-check"
    EVENTS = "events"
    RUNS = "runs"
    RUNS_COMPARISON = "runs-comparison"
    CACHE = "cache"


@app.command()
def schema(
    name: Annotated[SchemaName, typer.Argument(help="Whose schema.")] = SchemaName.SPEC,
    write: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write every schema into a directory instead."),
    ] = None,
) -> None:
    """Print a JSON Schema.

    It is that of the language, or of what --format json prints.
    """
    from netspec.errors import UsageError
    from netspec.report.schemas import SCHEMAS, schema_text

    if write is None:
        typer.echo(schema_text(name), nl=False)
        return
    try:
        write.mkdir(parents=True, exist_ok=True)
        for key, file_name in SCHEMAS.items():
            (write / file_name).write_text(schema_text(key), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write into {write}: {error.strerror}") from None
