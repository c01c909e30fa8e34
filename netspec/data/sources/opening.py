"""From what a spec says to the source that it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.data.source import ImageSource
from netspec.data.sources.folder import FolderSource
from netspec.data.sources.named import NamedSource
from netspec.errors import UsageError
from netspec.extension import imported
from netspec.things.datasets import DATASETS
from netspec.things.sources import DataSource, ImageFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.sources.place import Place
    from netspec.spec.data import DataFacts, DataSection


def open_source(
    data: DataSection, facts: DataFacts, *, find: Callable[[str], Place]
) -> ImageSource:
    """The source that a spec names.

    Args:
        data: The section.
        facts: What its text says of the images.
        find: Where a path of the spec leads.

    Raises:
        DataError: A folder is not there, or is not laid out as it should be.
        UsageError: A plugin's source cannot be opened, or is none.
    """
    if isinstance(data.source, ImageFolder):
        return FolderSource(find(data.source.path))
    if isinstance(data.source, DataSource):
        return _open_with_plugin(data.source, find)
    assert isinstance(data.source, str)  # noqa: S101 - the registry has no other source
    return NamedSource(DATASETS[data.source], facts)


def _open_with_plugin(thing: DataSource, find: Callable[[str], Place]) -> ImageSource:
    name = f"the data source {thing.kind()}"
    source = imported(thing.opener, of=name)(thing, find)
    if not isinstance(source, ImageSource):
        raise UsageError(f"{name} opens as {source!r}, which is no ImageSource")
    if not source.facts.folders or "train" not in (source.facts.splits or {}):
        raise UsageError(f"{name} does not say its classes, or has no split called train")
    return source
