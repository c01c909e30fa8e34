"""Data sources as a run opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.data.source import Reports
from netspec.data.sources.opening import open_source
from netspec.data.sources.place import locate
from netspec.spec.data import DataSection
from netspec.spec.facts import facts_of

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.images import Images
    from netspec.data.source import ImageSource


def opened(folder: Path, source: dict[str, Any]) -> ImageSource:
    """A source of a spec that lies in a folder."""
    data = DataSection(source=source)

    def find(path: str) -> Any:
        return locate(path, spec_file=folder / "spec.yaml", data_root=None)

    return open_source(data, facts_of(data), find=find)


def loaded(source: ImageSource) -> dict[str, Images]:
    """Its splits."""
    return source.load(Reports.to_nobody(), offline=True)
