"""Other data than a run's own, made ready to judge the run by it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.files.checking import look_at
from netspec.data.files.looking import plan_look
from netspec.data.form import image_form
from netspec.data.images import EncodedImages
from netspec.data.preparing import require_known, split_fingerprints
from netspec.data.sources.classes import only_judged
from netspec.data.sources.opening import open_source
from netspec.data.sources.place import locate_again
from netspec.data.splits import Split
from netspec.data.unusable import left_out, refused, skipped_of, spoken_problems
from netspec.errors import DataError, NetspecError, UsageError
from netspec.evaluation.other.labels import find_learned
from netspec.evaluation.other.naming import read_data
from netspec.evaluation.other.renumbered import with_labels
from netspec.report.escape import printable
from netspec.spec.facts import facts_of
from netspec.spec.labels import target
from netspec.spec.shares import as_trained
from netspec.things.labels import LabelFacts
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from netspec.data.form import ImageForm
    from netspec.data.images import Images
    from netspec.data.source import ImageSource, Reports
    from netspec.report.evaluation import JudgedDataRecord
    from netspec.runs.saved import SavedRun
    from netspec.spec.data import DataSection
    from netspec.spec.facts import DataFacts
    from netspec.spec.labels import Target

_TEST, _TRAIN = "test", "train"
# What the split is called of data that has one only.
_ALL = "all"


@dataclass(frozen=True)
class OtherData:
    """Images that a run is judged by.

    Attributes:
        part: All images of a split that can be used, labelled as the run's network counts.
        split: What the data calls the split; `all` where it has one only.
        targets: What each output of the network learned, by the labels of `part`.
        record: What the judgement says of the data.
        name: The data, and the split where it is not the one that is taken without a word, as a part of a file's name.
    """

    part: Split
    split: str
    targets: tuple[Target, ...]
    record: JudgedDataRecord
    name: str


def open_other(  # noqa: PLR0913 - each has a name
    run: SavedRun,
    text: str,
    *,
    split_name: str | None,
    data_root: Path | None,
    offline: bool,
    reports: Reports,
) -> OtherData:
    """Other data for a run, whose classes are the run's or some of them, in any order.

    Args:
        run: The run.
        text: What `--data` says, as `netspec.evaluation.other.naming` reads it.
        split_name: Which of the data's splits; without, `test` where it has one, else `train`.
        data_root: The folder that paths are relative to; the current one without.
        offline: Whether nothing may be fetched.
        reports: Is told what goes on.

    Raises:
        UsageError: The text names no data, or the data has no such split.
        DataError: The data cannot be had, has images that cannot be used and may not be skipped, or says something else
            of its images than the network has learned.
    """
    document, graph = run.analysis.require()
    section = document.data
    assert section is not None  # noqa: S101 - a run has one
    named = read_data(text, like=section.source, data_root=data_root)
    other = section.model_copy(update={"source": named.source, "classes": None})
    with only_judged():
        source = open_source(other, facts_of(other), find=named.find)
    form = image_form(document, graph)
    _require_form(source.facts, form)
    assert document.facts is not None  # noqa: S101 - a run has them
    if (change := what_changes(source.facts, form, own=document.facts)) is not None:
        reports.notice(f"{printable(named.called)}: {change}")
    split = _split(source.facts, split_name, where=named.called)
    targets = learned_targets(run)
    learned = find_learned(
        source.facts, targets, labels=section.labels or {}, where=printable(named.called)
    )
    for each in dict.fromkeys(each.notice for each in learned.values()):
        if each is not None:
            reports.notice(each)
    part, fingerprint = _usable(
        source,
        split,
        on_error=section.on_error,
        images=_looked_at(source, split, section, form.channels, reports, offline=offline),
        reports=reports,
    )
    labels = {output: each.values(part.images) for output, each in learned.items()}
    default = _TEST if _TEST in (source.facts.splits or {}) else _TRAIN
    return OtherData(
        part=Split(with_labels(part.images, labels), part.indices),
        split=split if len(source.facts.splits or ()) > 1 else _ALL,
        targets=tuple(replace(each, label=each.output) for each in targets),
        record={"source": named.called, "fingerprint": fingerprint},
        name=named.name if split == default else f"{named.name}-{split}",
    )


def learned_targets(run: SavedRun) -> tuple[Target, ...]:
    """What a run's outputs learned, as its network is compiled, with what its own data calls it as far as is known."""
    document, graph = run.analysis.require()
    assert document.compile and document.spec  # noqa: S101, PT018 - a run has one
    loss = as_trained(document.compile, document.spec.augmentation).loss
    shapes = graph.output_shapes()
    targets = []
    for each in run.targets:
        shape = shapes[each.output]
        made = target(
            each.output,
            each.label,
            LabelFacts(each.kind, each.names),
            loss=loss[each.output] if isinstance(loss, dict) else loss,
            units=shape[-1] if shape else None,
        )
        targets.append(replace(made, own_names=_own_names(run, each)))
    return tuple(targets)


def _own_names(run: SavedRun, learned: Target) -> tuple[str, ...]:
    """What the run's own data calls the classes; what they are called when shown where that is not known."""
    document, graph = run.analysis.require()
    data, facts = document.data, document.facts
    assert data and facts  # noqa: S101, PT018 - a run has them
    if data.classes is None:
        return learned.names
    root, path = run.data.get("root"), run.data.get("path")
    if isinstance(root, str) and isinstance(path, str):
        # The data may be gone, and the names that are shown will do.
        with suppress(NetspecError):
            place = locate_again(path, root=Path(root), run=run.path)
            facts = open_source(data, facts, find=lambda _: place).facts
    label = facts.learned(data, graph.output_shapes())
    names = label.names if label is not None else None
    return names if names is not None and len(names) == len(learned.names) else learned.names


def _require_form(facts: DataFacts, form: ImageForm) -> None:
    """Makes sure that the network takes such images.

    Raises:
        DataError: It does not.
    """
    if facts.are_images != form.are_images:
        has, takes = ("pictures", "features") if facts.are_images else ("features", "pictures")
        raise DataError(
            f"{printable(facts.name)} has {has}, and the network takes {takes}",
            hint="name data of the kind that it was trained with",
        )
    if not form.are_images and facts.image_shape != form.size:
        raise DataError(
            f"the features of {printable(facts.name)} are {facts.image_shape}, and the network takes {form.size}",
            hint="make them with the same network",
        )


def what_changes(facts: DataFacts, form: ImageForm, *, own: DataFacts) -> str | None:
    """What becomes of pictures in colour for a network whose own data are gray; None where nothing does."""
    if form.channels != 1 or own.image_shape is None:
        return None
    if facts.image_shape is not None and facts.image_shape[2:] == (1,):
        return None
    height, width = form.size
    sized = (
        ""
        if facts.image_shape == (*form.size, 3)
        else f", and all are brought to {height} x {width}"
    )
    return f"pictures in colour are made gray{sized}"


def _split(facts: DataFacts, name: str | None, *, where: str) -> str:
    splits = facts.splits or {}
    if name is None:
        return _TEST if _TEST in splits else _TRAIN
    if name not in splits:
        others = f"it has {', '.join(splits)}: say --split" if len(splits) > 1 else None
        raise UsageError(
            f"{printable(where)} has no {printable(short(name))} images",
            hint=nearest(name, list(splits))
            or others
            or "its images have no splits: leave --split out",
        )
    return name


def _looked_at(  # noqa: PLR0913 - each is another thing
    source: ImageSource,
    split: str,
    section: DataSection,
    channels: int,
    reports: Reports,
    *,
    offline: bool,
) -> Images:
    """A split's images, the files among them looked at as closely as the run's spec wants."""
    images = source.load(reports, offline=offline)[split]
    require_known(images, source)
    files = source.files
    look = plan_look(
        [files[split]] if split in files else [],
        verify=section.verify,
        limit=None,
        channels=channels,
    )
    if look is None or not isinstance(images, EncodedImages):
        return images
    try:
        return look_at(
            {split: images},
            how=look.closeness,
            channels=channels,
            indexes=look.indexes,
            progress=reports.checking,
        )[split]
    finally:
        look.indexes.close()
        for message in look.notices:
            reports.notice(message)


def _usable(
    source: ImageSource, split: str, *, images: Images, on_error: str, reports: Reports
) -> tuple[Split, str]:
    """The images without those that cannot be used, and what proves them.

    Raises:
        DataError: Some cannot be used and may not be skipped, or none can.
    """
    if images.problems and on_error == "stop":
        raise refused(
            spoken_problems(images),
            use="judged",
            hint="correct, replace or remove what is named; a run whose spec says `on_error: skip` goes without",
        )
    part = Split(images, images.usable)
    if not len(part):
        reason = next(iter(spoken_problems(images)), "it is empty")
        raise DataError(f"no image of {printable(source.title)} can be judged; {reason}")
    skipped = skipped_of({split: images})
    if skipped:
        reports.notice(left_out(skipped))
    if source.fingerprint and not skipped:
        return part, source.fingerprint
    return part, split_fingerprints({split: part})[split]
