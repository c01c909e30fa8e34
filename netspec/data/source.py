"""Where a run's images come from: one small interface, whatever the data is kept in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.data import folder
from netspec.errors import UsageError
from netspec.extension import imported
from netspec.things.datasets import DATASETS
from netspec.things.sources import DataSource, ImageFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netspec.data.checking import Checked
    from netspec.data.images import Images
    from netspec.data.splits import Split
    from netspec.spec.data import DataFacts, DataSection
    from netspec.things.datasets import NamedDataset


@dataclass(frozen=True)
class Reports:
    """Whom a source tells what it does.

    Attributes:
        notice: Something worth a line.
        fetching: A download's label, bytes so far, and bytes in all where that is known.
        checking: How many files have been looked at, and how many there are.
    """

    notice: Callable[[str], None]
    fetching: Callable[[str, int, int | None], None]
    checking: Callable[[int, int], None]

    @classmethod
    def to_nobody(cls) -> Reports:
        """For who does not want to know."""
        return cls(lambda *_: None, lambda *_: None, lambda *_: None)


class ImageSource(ABC):
    """Images with labels, in splits of which one is called `train`.

    Attributes:
        title: What people call it.
        facts: What is known of it before anything is read.
        record: What a run keeps of it, to find it again.
    """

    title: str
    facts: DataFacts
    record: dict[str, Any]

    @abstractmethod
    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The given splits by name.

        Raises:
            DataError: They cannot be had.
        """

    @abstractmethod
    def check(self, splits: Mapping[str, Split], reports: Reports, *, channels: int) -> Checked:
        """Makes sure that every image of some splits can be used.

        Raises:
            DataError: Some cannot; they are named.
        """


class NamedSource(ImageSource):
    """A data set that goes by a name."""

    def __init__(self, dataset: NamedDataset, facts: DataFacts) -> None:
        self._dataset = dataset
        self._fingerprint = ""
        self.title = dataset.title
        self.facts = facts
        self.record = {"source": dataset.name}

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The arrays, from this machine or the network."""
        from netspec.data import named
        from netspec.data.images import ArrayImages

        arrays = named.load(
            self._dataset.name, offline=offline, notify=reports.notice, progress=reports.fetching
        )
        self._fingerprint = arrays.fingerprint
        return {
            "train": ArrayImages(arrays.x_train, arrays.y_train),
            "test": ArrayImages(arrays.x_test, arrays.y_test),
        }

    def check(self, splits: Mapping[str, Split], reports: Reports, *, channels: int) -> Checked:
        """Nothing is left to check: the whole was proved when it was loaded."""
        del reports, channels
        from netspec.data.checking import Checked

        return Checked(dict(splits), self._fingerprint, {})


class FolderSource(ImageSource):
    """Pictures in folders."""

    def __init__(self, place: folder.Place) -> None:
        self._listing = folder.look(place.folder, within=place.root)
        self.title = f"{place.path}/"
        self.facts = self._listing.facts
        self.record = {"source": "ImageFolder", "root": str(place.root), "path": place.path}

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The files' names and labels; no file is opened."""
        del reports, offline
        import numpy as np

        from netspec.data.images import FileImages

        return {
            name: FileImages(
                self._listing.root,
                tuple(file for file, _ in files),
                np.array([number for _, number in files], np.int64),
            )
            for name, files in self._listing.splits.items()
        }

    def check(self, splits: Mapping[str, Split], reports: Reports, *, channels: int) -> Checked:
        """Looks at every file."""
        from netspec.data.checking import check_files

        return check_files(splits, channels=channels, progress=reports.checking)


def open_source(
    data: DataSection, facts: DataFacts, *, find: Callable[[str], folder.Place]
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


def _open_with_plugin(thing: DataSource, find: Callable[[str], folder.Place]) -> ImageSource:
    name = f"the data source {thing.kind()}"
    source = imported(thing.opener, of=name)(thing, find)
    if not isinstance(source, ImageSource):
        raise UsageError(f"{name} opens as {source!r}, which is no ImageSource")
    if not source.facts.folders or "train" not in (source.facts.splits or {}):
        raise UsageError(f"{name} does not say its classes, or has no split called train")
    return source
