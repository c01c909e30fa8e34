"""The networks that a run's own builds on, written into the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.spec.backbone import RESOLVED
from netspec.spec.kept import ORIGIN, origin_text

if TYPE_CHECKING:
    from netspec.runs.directory import RunDirectory
    from netspec.spec.kept import Kept


def keep_network(directory: RunDirectory, kept: Kept, *, within: str = "") -> None:
    """Writes what a run keeps of a network that its own builds on, with those that this one builds on.

    A run that is continued by its own spec has it already.

    Args:
        directory: The run.
        kept: The network.
        within: The folder of the network that builds on it, relative to the run.
    """
    folder = f"{within}{kept.path}"
    place = directory.path / folder
    if place.resolve() == kept.folder.resolve():
        return
    place.mkdir(parents=True, exist_ok=True)
    for each in kept.nested.values():
        keep_network(directory, each, within=f"{folder}/")
    directory.write_text(f"{folder}/{ORIGIN}", origin_text(kept.folder, place))
    directory.write_text(f"{folder}/{RESOLVED}", kept.text)
