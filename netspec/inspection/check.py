"""A look at all the data of a spec: what there is, and what is wrong with it."""

from __future__ import annotations

import importlib.util
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netspec.checks.silences import silenced
from netspec.data.counts import splitting
from netspec.data.files.checking import look_at
from netspec.data.files.looking import Indexes
from netspec.data.images import EncodedImages
from netspec.data.preparing import split_good
from netspec.data.splits import Split
from netspec.diagnostics import Code, in_order
from netspec.errors import DataError, MissingExtraError
from netspec.inspection.amounts import (
    LabelCounts,
    Pixels,
    Sizes,
    Weights,
    bytes_of,
    counted,
    counts_of,
    sizes_of,
    weights_of,
)
from netspec.inspection.classes import check_classes
from netspec.inspection.copies import check_copies
from netspec.inspection.files import (
    check_layout,
    check_names,
    check_passed_over,
    check_readable,
    check_sizes,
    headers_of,
)
from netspec.inspection.found import Finder, ImageFinding
from netspec.inspection.groups import check_groups
from netspec.inspection.looks import Looks, Spread, look
from netspec.inspection.numbers import check_numbers
from netspec.inspection.population import Population
from netspec.inspection.subject import open_subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from netspec.analysis import Analysis
    from netspec.data.files.header import Header
    from netspec.data.images import Images
    from netspec.data.source import Reports
    from netspec.inspection.subject import Subject


@dataclass(frozen=True)
class Inspection:
    """What a look at the data of a spec gave.

    Attributes:
        title: What the data is called.
        splits: How many images each split of a run has.
        unused: The source's splits that serve for nothing, with their images.
        labels: How each label is spread.
        weights: How much the training images count; None where all count alike.
        sizes: How large images are; None where there are none.
        formats, modes: How many images are of each; empty for arrays.
        bytes: How large the files are together; None where there are none.
        pixels: How pixels are spread; None where no image can be read.
        seconds: How long it took.
        findings: What is wrong, or worth knowing.
    """

    title: str
    splits: dict[str, int]
    unused: dict[str, int]
    labels: tuple[LabelCounts, ...]
    weights: Weights | None
    sizes: Sizes | None
    formats: dict[str, int]
    modes: dict[str, int]
    bytes: int | None
    pixels: Pixels | None
    seconds: float
    findings: tuple[ImageFinding, ...]


def inspect_data(
    analysis: Analysis,
    *,
    reports: Reports,
    looking: Callable[[int, int], None],
    data_root: Path | None = None,
    offline: bool = False,
) -> Inspection:
    """Looks at every image that a run of a spec would use.

    Args:
        analysis: What is known of the spec; `compile` and `training` may be missing.
        reports: Is told what goes on while images are fetched and files are read.
        looking: Is told how many images have been looked at, and how many there are.
        data_root: The folder that paths are relative to, if not the spec's own.
        offline: Whether nothing may be fetched.

    Raises:
        SpecError: The spec has errors, or names no data.
        DataError: The data cannot be had at all.
        MissingExtraError: What hashes images is not installed.
    """
    if importlib.util.find_spec("imagehash") is None:
        raise MissingExtraError(
            "this needs imagehash, which is not installed",
            hint="pip install 'netspec-keras[tensorflow]'",
        )
    begun = time.monotonic()
    subject = open_subject(analysis, data_root=data_root, tolerant=True)
    finder = Finder(subject.place)
    indexes = Indexes(reports.notice)
    given = _looked_at(subject, indexes, reports, offline=offline)
    findings = [
        *check_layout(subject.faults, finder),
        *check_passed_over(getattr(subject.source, "passed_over", ()), finder),
        *check_readable(given, finder, skipped=subject.data.on_error == "skip"),
    ]
    splits = _splits(given, subject, finder, findings)
    population = Population.of(splits, given, subject.labels)
    looks, spread, headers = _looks(population, subject, indexes, looking)
    indexes.close()
    findings += [
        *check_names(population, headers, finder),
        *check_sizes(population, headers, subject.form, finder),
        *_once(
            check_classes(population, looks, headers, finder, weighable=subject.weighable), findings
        ),
        *check_copies(population, looks, finder),
        *_grouped(population, subject, finder, findings),
        *check_numbers(population, subject, finder),
    ]
    told = in_order(silenced(findings, subject.document))
    seen = [header for header in headers if header is not None]
    return Inspection(
        title=subject.source.title,
        splits={name: len(places) for name, places in population.splits.items()},
        unused={
            name: images
            for name, images in (subject.source.facts.splits or {}).items()
            if name not in given
        },
        labels=tuple(
            counts_of(name, facts, population) for name, facts in population.names.items()
        ),
        weights=weights_of(population),
        sizes=sizes_of(seen, population),
        formats=counted(header.format for header in seen),
        modes=counted(header.mode for header in seen),
        bytes=bytes_of(population),
        pixels=Pixels(subject.form.size, spread.images, spread.mean, spread.variance)
        if spread.images
        else None,
        seconds=time.monotonic() - begun,
        # And not that what silences other commands is idle.
        findings=tuple(finding for finding in told if isinstance(finding, ImageFinding)),
    )


def _looked_at(
    subject: Subject, indexes: Indexes, reports: Reports, *, offline: bool
) -> dict[str, Images]:
    """The images that a run would use, by the source's splits; every file decoded once."""
    loaded = subject.source.load(reports, offline=offline)
    rule = splitting(subject.data, _numbers(loaded))
    used = dict.fromkeys(["train", rule.validation_from, rule.test_from])
    given = {name: loaded[name] for name in used if name is not None}
    files = {name: images for name, images in given.items() if isinstance(images, EncodedImages)}
    if not files:
        return given
    looked = look_at(
        files,
        how="decode",
        channels=subject.form.channels,
        indexes=indexes,
        progress=reports.checking,
    )
    return {name: looked.get(name, images) for name, images in given.items()}


def _numbers(given: Mapping[str, Images]) -> dict[str, int]:
    return {name: len(images) for name, images in given.items()}


def _splits(
    given: Mapping[str, Images],
    subject: Subject,
    finder: Finder,
    findings: list[ImageFinding],
) -> dict[str, Split]:
    """The splits of a run, without what cannot be read; the source's own where those cannot be made."""
    try:
        return split_good(given, subject.wanted(_numbers(given)))
    except DataError as error:
        findings.append(finder.found(Code.DATA_LAYOUT, error.message, error.hint or ""))
    return {name: Split(images, images.usable) for name, images in given.items()}


def _looks(
    population: Population,
    subject: Subject,
    indexes: Indexes,
    looking: Callable[[int, int], None],
) -> tuple[Looks, Spread, list[Header | None]]:
    """What every image looks like, how the training images' pixels are spread, and what files say of themselves."""
    looks, spread = Looks.room(len(population)), Spread(subject.form.channels)
    headers: list[Header | None] = []
    train = population.splits["train"]
    done = 0

    def seen(images: int) -> None:
        nonlocal done
        done += images
        looking(done, len(population))

    at = 0
    for part in population.parts:
        headers += headers_of(part, indexes)
        places = np.arange(at, at + len(part))
        trained = np.isin(places, train)
        # Those that are trained on are looked at apart, as their pixels alone are counted.
        for which, into in ((trained, spread), (~trained, None)):
            look(
                Split(part.images, part.indices[which]),
                subject.form,
                into=looks,
                at=places[which],
                spread=into,
                progress=seen,
            )
        at += len(part)
    return looks, spread, headers


def _once(found: Iterator[ImageFinding], before: Sequence[ImageFinding]) -> Iterator[ImageFinding]:
    """Findings without those of an empty class where its folder has been told of."""
    told = any(finding.code == Code.EMPTY_CLASS for finding in before)
    for finding in found:
        if not (told and finding.code == Code.EMPTY_CLASS):
            yield finding


def _grouped(
    population: Population, subject: Subject, finder: Finder, before: Sequence[ImageFinding]
) -> Iterator[ImageFinding]:
    """What is found in groups, unless they have been told of as splits could not be made by them."""
    told = any("data.group" in finding.message for finding in before)
    if subject.data.group:
        for finding in check_groups(population, subject.data.group, finder):
            if not (told and finding.code == Code.DATA_LAYOUT):
                yield finding
