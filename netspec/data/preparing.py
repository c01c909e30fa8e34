"""From a source to splits that are fit to train on: loaded, looked at, what is bad refused or left out, and split."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from netspec.data.files.checking import look_at
from netspec.data.images import ArrayImages, EncodedImages, Images
from netspec.data.splits import Split, split
from netspec.data.unusable import (
    Skipped,
    left_out,
    place_of,
    refused,
    skipped_of,
    spoken_problems,
)
from netspec.data.weights import balanced_weights
from netspec.errors import DataError, UsageError
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from netspec.data.counts import SplitCounts, Splitting
    from netspec.data.files.looking import Closeness, Look
    from netspec.data.source import ImageSource, Reports

_SHOWN = 10


@dataclass(frozen=True)
class Wanted:
    """What a run makes of a source.

    Attributes:
        splitting: How the source's splits become the run's.
        counts: How many images each split will have, as far as that was known before they were looked at.
        stratum: The label of which every split has its share of each class; None where no class is learned.
        classes: What the data calls the classes of the stratum, in label order.
        seed: What the splits follow from.
        channels: 3 or 1, those that are wanted.
        on_error: `stop` where an image cannot be used, or `skip` it.
        look: How closely files are looked at; None where the images are not files.
        balanced: Whether every class is to count alike.
    """

    splitting: Splitting
    counts: SplitCounts
    stratum: str | None
    classes: tuple[str, ...]
    seed: int
    channels: int
    on_error: str = "stop"
    look: Look | None = None
    balanced: bool = False


@dataclass(frozen=True)
class Prepared:
    """Splits that are fit to train on.

    Attributes:
        splits: The splits; each file with its decoder.
        counts: How many images they have.
        fingerprint: SHA-256 (hexadecimal) over the data.
        fingerprints: The same for each split, over its images' names, labels and contents (sizes where these are not
            read); empty for a source that is proved as a whole.
        skipped: What was left out.
        class_weights: How much an image of each class counts, where all classes are to count alike; else None.
    """

    splits: dict[str, Split]
    counts: SplitCounts
    fingerprint: str
    fingerprints: dict[str, str]
    skipped: tuple[Skipped, ...] = ()
    class_weights: tuple[float, ...] | None = None


def prepare(
    source: ImageSource,
    wanted: Wanted,
    reports: Reports,
    *,
    offline: bool,
    chosen: Callable[[Mapping[str, Images]], dict[str, Split]] | None = None,
) -> Prepared:
    """Makes the splits of a run.

    Args:
        source: Where the images come from.
        wanted: What is made of them.
        reports: Is told what goes on.
        offline: Whether nothing may be fetched.
        chosen: Finds the splits among the images where they are known already; then no others are looked at, and none
            may be bad.

    Raises:
        DataError: The images cannot be had, some are bad and may not be skipped, or too few are left.
    """
    given = source.load(reports, offline=offline)
    rule = wanted.splitting
    used = ["train", rule.validation_from, rule.test_from]
    given = {name: given[name] for name in dict.fromkeys(used) if name is not None}
    for images in given.values():
        require_known(images, source)
    looking = _Looking(wanted, reports)
    try:
        if chosen is None:
            given, splits = _split_looked_at(given, wanted, looking)
        else:
            splits = looking.at_splits(chosen(given))
            given = {str(number): part.images for number, part in enumerate(splits.values())}
            _refuse(given)
    finally:
        looking.close()
    skipped = skipped_of(given)
    if skipped:
        reports.notice(left_out(skipped))
    fingerprint, fingerprints = source.fingerprint, {}
    if not fingerprint or skipped:
        fingerprints = split_fingerprints(splits)
        whole = "".join(f"{name} {digest}\n" for name, digest in fingerprints.items())
        fingerprint = sha256(whole.encode()).hexdigest()
    return Prepared(
        splits,
        wanted.counts.made(splits),
        fingerprint,
        fingerprints,
        skipped,
        _balanced(splits, wanted) if wanted.balanced and chosen is None else None,
    )


def require_known(images: Images, source: ImageSource) -> None:
    """Makes sure that a source has given images that batches can be made of, as a plugin's may not have.

    Raises:
        UsageError: It has not.
    """
    if not isinstance(images, ArrayImages | EncodedImages):
        raise UsageError(
            f"{source.title} gives {type(images).__name__}, and a source gives ArrayImages or EncodedImages",
            hint="netspec.data.images has both",
        )


class _Looking:
    """The look at the files among some images."""

    def __init__(self, wanted: Wanted, reports: Reports) -> None:
        self._look, self._channels, self._reports = wanted.look, wanted.channels, reports

    def at(
        self,
        given: Mapping[str, Images],
        *,
        how: Closeness | None = None,
        chosen: Mapping[str, NDArray[np.int64]] | None = None,
    ) -> dict[str, Images]:
        """The same images, the files among them looked at."""
        files = {
            name: images for name, images in given.items() if isinstance(images, EncodedImages)
        }
        if self._look is None or not files:
            return dict(given)
        looked = look_at(
            files,
            how=how or self._look.closeness,
            channels=self._channels,
            indexes=self._look.indexes,
            progress=self._reports.checking,
            chosen=chosen,
        )
        return {name: looked.get(name, images) for name, images in given.items()}

    def at_splits(self, splits: Mapping[str, Split]) -> dict[str, Split]:
        """The same splits, their own images looked at as closely as it is wished, and no others."""
        how = None if self._look is None else self._look.verify
        given = {name: part.images for name, part in splits.items()}
        looked = self.at(
            given, how=how, chosen={name: part.indices for name, part in splits.items()}
        )
        return {name: Split(looked[name], part.indices) for name, part in splits.items()}

    def close(self) -> None:
        """Tells what there is to tell of the indexes, and lets go of them."""
        if self._look is not None:
            self._look.indexes.close()
            for message in self._look.notices:
                self._reports.notice(message)
            self._look.notices.clear()


def _split_looked_at(
    given: dict[str, Images], wanted: Wanted, looking: _Looking
) -> tuple[dict[str, Images], dict[str, Split]]:
    """Images that were looked at, and the splits of those that are good."""
    given = looking.at(given)
    limited = wanted.look is not None and wanted.look.limited
    while True:
        if wanted.on_error == "stop":
            _refuse(given)
        _require_classes(given["train"], wanted)
        splits = split_good(given, wanted)
        if not limited:
            return given, splits
        # What is chosen is decoded; where some of it is bad, others take its place.
        chosen = {name: _chosen(images, splits) for name, images in given.items()}
        bad = sum(len(images.problems) for images in given.values())
        decoded = looking.at(given, how="decode", chosen=chosen)
        if sum(len(images.problems) for images in decoded.values()) == bad:
            now = {id(images): decoded[name] for name, images in given.items()}
            return decoded, {
                name: Split(now[id(part.images)], part.indices) for name, part in splits.items()
            }
        given = decoded


def _chosen(images: Images, splits: Mapping[str, Split]) -> NDArray[np.int64]:
    own = [part.indices for part in splits.values() if part.images is images]
    return np.unique(np.concatenate(own)) if own else np.zeros(0, np.int64)


def split_good(given: Mapping[str, Images], wanted: Wanted) -> dict[str, Split]:
    """The splits of the images that are good."""
    good = {name: _Good(images) if images.problems else images for name, images in given.items()}
    splits = split(
        good,
        wanted.splitting,
        seed=wanted.seed,
        stratum=wanted.stratum,
        classes=wanted.classes,
    )
    for name, part in splits.items():
        if not len(part):
            raise DataError(
                f"no {name} image is left of those that can be used",
                hint="repair what skipped files there are, or hold out more",
            )
    return {name: _Good.back(part) for name, part in splits.items()}


class _Good(Images):
    """The images among some that have no problem."""

    def __init__(self, images: Images) -> None:
        self._images, self._places = images, images.usable
        self.labels = {name: each[self._places] for name, each in images.labels.items()}
        self.weights = None if images.weights is None else images.weights[self._places]

    @classmethod
    def back(cls, part: Split) -> Split:
        """A split of these as one of all images."""
        images = part.images
        if not isinstance(images, cls):
            return part
        return Split(images._images, images._places[part.indices])  # noqa: SLF001 - its own

    @property
    def keys(self) -> NDArray[np.int64]:
        """As of all images."""
        keys: NDArray[np.int64] = self._images.keys[self._places]
        return keys

    def name(self, index: int) -> str:
        """As of all images."""
        return self._images.name(int(self._places[index]))

    def digests(self) -> list[bytes]:
        """As of all images."""
        digests = self._images.digests()
        return [digests[place] for place in self._places.tolist()] if digests else digests


def _refuse(given: Mapping[str, Images]) -> None:
    """Makes sure that every image can be used.

    Raises:
        DataError: Some cannot; the first ten are named.
    """
    bad = [each for images in given.values() for each in spoken_problems(images)]
    for name, images in given.items():
        reasons = set(images.problems.values())
        if 1 < len(images.problems) == len(images) and len(reasons) == 1:
            first = f"{place_of(images, 0)}: {printable(reasons.pop())}"
            raise DataError(
                f"no {name} image can be trained on, all for the same reason\n{first}",
                hint="look whether data.source describes the images as they are",
            )
    if bad:
        raise refused(bad)


def _require_classes(train: Images, wanted: Wanted) -> None:
    """Makes sure that no class of the training images was lost with what is left out."""
    if wanted.stratum is None or not train.problems:
        return
    labels = train.labels[wanted.stratum]
    unlabelled = set(train.unlabelled.get(wanted.stratum, ()))
    bad = [index for index in sorted(train.problems) if index not in unlabelled]
    lost = np.setdiff1d(labels[bad], labels[train.usable]).tolist()
    if lost:
        names = ", ".join(_class_name(number, wanted) for number in lost[:_SHOWN])
        index = next(index for index in bad if labels[index] == lost[0])
        raise DataError(
            f"of {names} no training image can be used; the first is {place_of(train, index)}: "
            f"{printable(train.problems[index])}",
            hint="repair or replace them, or remove the class",
        )


def _class_name(number: int, wanted: Wanted) -> str:
    return printable(wanted.classes[number]) if number < len(wanted.classes) else str(number)


def split_fingerprints(splits: Mapping[str, Split]) -> dict[str, str]:
    """For each split SHA-256 (hexadecimal) over its images' names, labels and contents, as far as these are known."""
    contents = {id(part.images): part.images.digests() for part in splits.values()}
    prints = {}
    for name, part in splits.items():
        images, digests = part.images, contents[id(part.images)]
        rows = [images.labels[label].tolist() for label in sorted(images.labels)]
        digest = sha256()
        for index in part.indices.tolist():
            labels = " ".join(str(row[index]) for row in rows)
            content = digests[index].hex() if digests else ""
            digest.update(f"{images.name(index)!a} {labels} {content}\n".encode())
        prints[name] = digest.hexdigest()
    return prints


def _balanced(splits: Mapping[str, Split], wanted: Wanted) -> tuple[float, ...] | None:
    if wanted.stratum is None:
        return None
    return balanced_weights(splits["train"].labels(wanted.stratum), len(wanted.classes))
