"""From what a spec says to the source that it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.data.source import ImageSource
from netspec.data.sources.named import NamedSource
from netspec.errors import UsageError
from netspec.extension import imported
from netspec.things.datasets import DATASETS
from netspec.things.sources import DataSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.sources.place import Place
    from netspec.spec.data import DataSection
    from netspec.spec.facts import DataFacts


def open_source(
    data: DataSection, facts: DataFacts, *, find: Callable[[str], Place]
) -> ImageSource:
    """The source that a spec names.

    Args:
        data: The section.
        facts: What its text says of the images.
        find: Where a path of the spec leads.

    Raises:
        DataError: What it names is not there, or is not laid out as it should be.
        UsageError: A plugin's source cannot be opened, or is none.
    """
    if isinstance(data.source, str):
        return NamedSource(DATASETS[data.source], facts)
    thing = data.source
    assert isinstance(thing, DataSource)  # noqa: S101 - the registry has no other
    name = f"the data source {thing.kind()}"
    source = imported(thing.opener, of=name)(thing, find)
    if not isinstance(source, ImageSource):
        raise UsageError(f"{name} opens as {source!r}, which is no ImageSource")
    nameless = any(label.names is None for label in source.facts.labels.values())
    if nameless or not source.facts.labels or "train" not in (source.facts.splits or {}):
        raise UsageError(f"{name} does not say its classes, or has no split called train")
    return source
