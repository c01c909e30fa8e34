"""Arguments and options that several commands have, each in the same words."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="The run directory.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Replace one value of the spec."),
]
SpecRoot = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help="The folder below which `extends` may read; by default the spec's repository.",
    ),
]
Notes = Annotated[bool, typer.Option("--notes", help="Notes are shown, too.")]
NoIgnore = Annotated[
    bool,
    typer.Option(
        "--no-ignore", help="Silences of specs, comments and pyproject.toml do not count."
    ),
]
Checkpoint = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Another file of the run than its model.keras."),
]
DataRoot = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Where an image folder's path begins, instead of at the spec."
    ),
]
Offline = Annotated[bool, typer.Option("--offline", help="Fetch nothing.")]


class ResultFormat(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"


Format = Annotated[ResultFormat, typer.Option("--format", help="How it is written.")]
