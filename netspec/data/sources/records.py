"""Pictures in TFRecord files: their places and labels, after one pass through files that are not known yet."""

from __future__ import annotations

import os
from array import array
from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from netspec.data.files.listed import ListedFiles
from netspec.data.records.kept import known
from netspec.data.records.labels import LabelReader, read_weights
from netspec.data.records.scanning import WantedFeatures
from netspec.data.records.shards import DAMAGED, Shard, unreadable
from netspec.data.source import ImageSource, Reports
from netspec.data.sources.classes import some
from netspec.errors import DataError
from netspec.report.escape import printable
from netspec.spec.facts import DataFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netspec.data.images import Images
    from netspec.data.records.images import RecordPlaces
    from netspec.data.records.scanning import Scan
    from netspec.data.sources.place import Place
    from netspec.things.records import TFRecord


def open_records(thing: TFRecord, find: Callable[[str], Place]) -> ImageSource:
    """The files that a spec names, passed through; no picture is read."""
    return RecordSource(thing, find(thing.path))


class RecordSource(ImageSource):
    """Pictures in TFRecord files."""

    is_encoded = True

    def __init__(self, thing: TFRecord, place: Place) -> None:
        """Finds the files, and passes through those that are not known.

        Raises:
            DataError: There are none, they are damaged, or no record has what the spec describes.
        """
        self._thing = thing
        self._shards = find_shards(thing.shards, place)
        wanted = _wanted(thing)
        self._scans = {
            split: [known(shard, wanted) for shard in shards]
            for split, shards in self._shards.items()
        }
        self._check_some(place)
        self._labels = {
            name: LabelReader(name, label, where=place.path, splits=self._scans)
            for name, label in thing.all_labels().items()
        }
        self.title = f"{place.path}/"
        self.facts = DataFacts(
            name=f"the records in {place.path}",
            labels={name: reader.facts for name, reader in self._labels.items()},
            splits={split: sum(map(len, scans)) for split, scans in self._scans.items()},
        )
        self.record = {"source": "TFRecord", "root": str(place.root), "path": place.path}
        self._listed = {
            split: _listed(place, shards, self._scans[split], what=_what(thing))
            for split, shards in self._shards.items()
        }
        self.files = self._listed

    def names(self, split: str) -> Sequence[str]:
        """What the records call their images, or their files and numbers."""
        names = self._listed[split].names
        return self._titles(self._scans[split], names) or names

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The pictures' places, labels and weights; no picture is read."""
        del reports, offline
        return {split: self._images(split) for split in self._shards}

    def _images(self, split: str) -> Images:
        import numpy as np

        from netspec.data.records.images import RecordImages

        scans, thing = self._scans[split], self._thing
        problems: dict[int, str] = {}
        damaged = {at for at, problem in _problems(scans).items() if problem == DAMAGED}
        labels, unlabelled = {}, {}
        for name, reader in self._labels.items():
            values, wrong = reader.read(scans)
            type_ = np.int64 if reader.facts.kind == "class" else np.float32
            labels[name] = np.array(values, type_)
            unlabelled[name] = tuple(sorted(damaged.union(wrong)))
            problems = {**wrong, **problems}
        weights = None
        if thing.weight is not None:
            found, wrong = read_weights(thing.weight, scans)
            weights = np.array(found, np.float32)
            problems = {**wrong, **problems}
        # What a record lacks is the reason of what else is wrong with it.
        problems = {**problems, **_problems(scans)}
        listed = self._listed[split]
        return RecordImages(
            root=listed.root,
            names=listed.names,
            places=_places(self._shards[split], scans),
            labels=labels,
            weights=weights,
            titles=self._titles(scans, listed.names),
            raw=thing.raw,
            sizes=np.array(listed.sizes, np.int64),
            mtimes=np.array(listed.mtimes, np.int64),
            problems=dict(sorted(problems.items())),
            unlabelled=unlabelled,
        )

    def _titles(self, scans: Sequence[Scan], names: Sequence[str]) -> tuple[str, ...]:
        """What the records call their images, if they do; what several are called has their places in it."""
        if self._thing.name is None:
            return ()
        columns = ((scan.columns[self._thing.name], len(scan)) for scan in scans)
        titles = [
            " ".join(map(str, column.of(record)))
            for column, count in columns
            for record in range(count)
        ]
        count_of = Counter(titles)
        return tuple(
            title if title and count_of[title] == 1 else f"{title} ({name})".lstrip()
            for title, name in zip(titles, names, strict=True)
        )

    def _check_some(self, place: Place) -> None:
        """There are records, and not all of them lack what the spec describes."""
        for split, shards in self._shards.items():
            scans = self._scans[split]
            if not any(map(len, scans)):
                files = some(shard.name for shard in shards)
                raise DataError(f"{place.path} has no records for {split}: {files} are empty")
            if all(len(scan.problems) == len(scan) for scan in scans):
                shard, scan = next(pair for pair in zip(shards, scans, strict=True) if len(pair[1]))
                raise DataError(
                    printable(f"{place.path}/{shard.record_name(0)}: {scan.problems[0]}"),
                    hint=f"no record for {split} has what data.source describes: correct its features",
                )


def find_shards(patterns: Mapping[str, str], place: Place) -> dict[str, tuple[Shard, ...]]:
    """The files of each split, sorted by name.

    Args:
        patterns: For each split, what its files' names match.
        place: The folder.

    Raises:
        DataError: A split has none, two splits have the same, or one is a link that leads elsewhere.
    """
    folder = place.folder
    try:
        with os.scandir(folder) as entries:
            files = sorted(entry.name for entry in entries if not entry.is_dir())
    except OSError as error:
        raise unreadable(folder, error) from None
    found: dict[str, tuple[Shard, ...]] = {}
    split_of: dict[str, str] = {}
    for split, pattern in patterns.items():
        names = [
            name
            for name in files
            if fnmatchcase(name, pattern) and name.startswith(".") <= pattern.startswith(".")
        ]
        if not names:
            there = f"it has {some(files)}" if files else "it is empty"
            raise DataError(
                f"no file in {folder} matches {pattern}, which data.source has for {split}",
                hint=there,
            )
        for name in names:
            other = split_of.setdefault(name, split)
            if other != split:
                raise DataError(
                    f"{printable(name)} would be for {other} and for {split}: both patterns match it",
                    hint="write patterns of which one only matches each file",
                )
        found[split] = tuple(Shard.at(place.beside(name).at) for name in names)
    return found


def _wanted(thing: TFRecord) -> WantedFeatures:
    types: dict[str, str | None] = {}
    if thing.weight is not None:
        types[thing.weight] = None
    if thing.name is not None:
        types[thing.name] = "bytes"
    for label in thing.all_labels().values():
        types[label.feature] = types.get(label.feature) or label.type
    return WantedFeatures(thing.image, types)


def _problems(scans: Sequence[Scan]) -> dict[int, str]:
    """What is wrong with some records, by their places among all."""
    found: dict[int, str] = {}
    before = 0
    for scan in scans:
        found |= {before + record: problem for record, problem in scan.problems.items()}
        before += len(scan)
    return found


def _listed(
    place: Place, shards: Sequence[Shard], scans: Sequence[Scan], *, what: str
) -> ListedFiles:
    """The pictures as if they were files: the index knows them by their files' names and their numbers."""
    pairs = list(zip(shards, scans, strict=True))
    sizes = array("q")
    mtimes = array("q")
    for shard, scan in pairs:
        sizes.extend(scan.picture_lengths)
        mtimes.extend([shard.mtime_ns] * len(scan))
    names = tuple(
        f"{shard.record_name(number)}{what}" for shard, scan in pairs for number in range(len(scan))
    )
    return ListedFiles(place.folder, names, sizes, mtimes)


def _what(thing: TFRecord) -> str:
    """What of a record the picture is, where that is not as usual: another of the same record has another name."""
    is_usual = thing.image == type(thing).model_fields["image"].default
    feature = "" if is_usual and thing.raw is None else f" {thing.image}"
    return feature if thing.raw is None else f"{feature} {'x'.join(map(str, thing.raw))}"


def _places(shards: Sequence[Shard], scans: Sequence[Scan]) -> RecordPlaces:
    import numpy as np

    from netspec.data.records.images import RecordPlaces

    def joined(parts: Sequence[array[int]]) -> np.ndarray:
        return np.concatenate([np.frombuffer(part, np.int64) for part in parts if len(part)])

    return RecordPlaces(
        shards=tuple(shards),
        files=np.repeat(np.arange(len(scans)), [len(scan) for scan in scans]),
        starts=joined([scan.starts for scan in scans]),
        lengths=joined([scan.lengths for scan in scans]),
        picture_starts=joined([scan.picture_starts for scan in scans]),
    )
