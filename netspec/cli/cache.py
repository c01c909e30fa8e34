"""`netspec cache` and `netspec cache clear [KEY…]`."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from netspec.data.features.entries import Entry

app = typer.Typer(add_completion=False, rich_markup_mode=None, invoke_without_command=True)

_SHORT = 12


class CacheFormat(StrEnum):
    """How the cache is shown."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def cache(
    context: typer.Context,
    *,
    output: Annotated[
        CacheFormat, typer.Option("--format", help="How it is shown.")
    ] = CacheFormat.TABLE,
) -> None:
    """Show the features of frozen parts that are kept.

    `clear` removes them. Each entry is of one part with its weights, and of images of one size; training on the same
    again reads it instead of computing it. The environment's NETSPEC_FEATURE_CACHE says how much all may take, such as
    50 GB.

    Exit status: 0, 2 usage, 3 the folder cannot be read.
    """
    if context.invoked_subcommand is not None:
        return
    from netspec.data.features.listing import cache_document
    from netspec.data.features.store import FeatureStore
    from netspec.report.cache import cache_json, cache_text
    from netspec.report.console import console_for

    document = cache_document(FeatureStore())
    if output is CacheFormat.JSON:
        typer.echo(cache_json(document))
    else:
        console_for(sys.stdout).print(cache_text(document), soft_wrap=True)


@app.command()
def clear(
    keys: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY…", help="The entries' keys, or how they begin; all without."),
    ] = None,
) -> None:
    """Remove features that are kept, and say what that freed. What a running process uses stays.

    Exit status: 0, 2 usage (a key that is none, too), 3 they cannot be removed.
    """
    from netspec.data.features.entries import default_folder, entries, remove
    from netspec.errors import DataError
    from netspec.wording import spoken_bytes

    folder = default_folder()
    freed, removed = 0, 0
    kept: list[Entry] = []
    failed: list[tuple[Entry, OSError]] = []
    for entry in _chosen(entries(folder), keys):
        try:
            size = remove(entry.path)
        except OSError as error:
            failed.append((entry, error))
            continue
        if size is None:
            kept.append(entry)
        else:
            freed, removed = freed + size, removed + 1
    noun = "entry" if removed == 1 else "entries"
    typer.echo(f"removed {removed} {noun}, {spoken_bytes(freed)}")
    for entry in kept:
        why = "a process uses it" if entry.in_use is not None else "its file system has no locks"
        typer.echo(f"kept {entry.name[:_SHORT]}, {spoken_bytes(entry.size)}: {why}")
    if failed:
        several = f"{len(failed)} entries cannot be removed, such as " if failed[1:] else ""
        entry, why_not = failed[0]
        raise DataError(
            f"{several or 'cannot remove '}{entry.path}: {why_not.strerror or why_not}",
            hint="remove the folder by hand, or see to it that it may be written",
        )


def _chosen(there: list[Entry], keys: list[str] | None) -> list[Entry]:
    """The entries of some keys.

    Raises:
        UsageError: A key begins none of theirs, or several.
    """
    from netspec.errors import UsageError
    from netspec.report.escape import printable

    if not keys:
        return there
    chosen = {}
    for key in keys:
        found = [entry for entry in there if entry.name == key] or [
            entry for entry in there if key and entry.name.startswith(key)
        ]
        if len(found) != 1:
            many = f"{len(found)} entries begin" if found else "no entry begins"
            raise UsageError(
                f"{many} with '{printable(key[:80])}'", hint="`netspec cache` lists their keys"
            )
        chosen[found[0].name] = found[0]
    return list(chosen.values())
