"""What `netspec look` has kept in a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.report.html.document import Absent
from netspec.report.html.looked import LayerPicture, Look, Looks
from netspec.report.spoken import spoken_number
from netspec.runs.account.again import by_checkpoint
from netspec.runs.account.values import clipped, items, share
from netspec.runs.listed.untrusted import mapping, number, text, whole
from netspec.runs.outdated import BEFORE, is_outdated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from netspec.runs.account.files import RunFiles

FOLDER, RECORD, FILTERS = "look", "look.json", "filters.json"
_MOST = 50
_MOST_LAYERS = 50
_MOST_ANSWERS = 3
_MOST_LABELS = 8
_DRAWN = {
    "colours": "as colours, gray is 0",
    "signs": "blue below 0, red above",
    "mean signs": "the mean over all inputs, blue below 0, red above",
}


def looks_of(
    files: RunFiles, path: Path, command: str | None, record: Mapping[str, object]
) -> Looks | Absent:
    """What `netspec look` has kept.

    Args:
        files: The run's.
        path: The run, as the user named it.
        command: The one that looks inside, without its image; None where the run has no weights.
        record: What `run.json` holds; empty where it cannot be read.
    """
    names = [name for name in files.names(FOLDER) if files.has(f"{FOLDER}/{name}/{RECORD}")]
    filters = _filters(files)
    if not names and isinstance(filters, Absent):
        return Absent("no image was looked at", command and f"{command} IMAGE")

    def outdated(name: str) -> Absent | None:
        """Why a look may be of other weights than the run has now, by its record's file."""
        if not files.has(name) or not is_outdated(files.run / name, record):
            return None
        read = files.mapping(name)
        by = None if isinstance(read, Absent) else read.get("checkpoint")
        again = by_checkpoint("netspec look", files, path, by, otherwise=command)
        return Absent(BEFORE, again and f"{again} IMAGE")

    return Looks(
        filters,
        tuple(
            replace(_look(files, name), outdated=outdated(f"{FOLDER}/{name}/{RECORD}"))
            for name in names[:_MOST]
        ),
        outdated(f"{FOLDER}/{FILTERS}"),
    )


def _filters(files: RunFiles) -> LayerPicture | Absent:
    record = files.mapping(f"{FOLDER}/{FILTERS}")
    if isinstance(record, Absent):
        return record
    some = _some(whole(record.get("shown")), whole(record.get("filters")))
    drawn = _DRAWN.get(str(record.get("drawn")), "")
    parts = [f"{some} filters", _size(*items(record.get("kernel"), most=2)), drawn]
    return LayerPicture(
        clipped(text(record.get("layer"))) or "?",
        ", ".join(filter(None, parts)),
        files.picture(_beside(record.get("picture"), FOLDER)),
    )


def _look(files: RunFiles, name: str) -> Look:
    folder = f"{FOLDER}/{name}"
    read = files.mapping(f"{folder}/{RECORD}")
    record = {} if isinstance(read, Absent) else read
    cam = mapping(record.get("grad_cam"))
    return Look(
        name=name,
        image=clipped(text(record.get("image"))) or name,
        answers=tuple(_answers(mapping(record.get("said")))),
        picture=files.picture(_beside(record.get("picture"), folder)),
        grad_cam=files.picture(_beside(cam.get("picture"), folder)),
        grad_cam_of=read.why if isinstance(read, Absent) else _cam(cam),
        layers=tuple(
            _layer(each, folder, files)
            for each in map(mapping, items(record.get("maps"), most=_MOST_LAYERS))
        ),
    )


def _layer(record: dict[str, object], folder: str, files: RunFiles) -> LayerPicture:
    channels = whole(record.get("channels"))
    some = _some(len(items(record.get("shown"), most=10_000)) or None, channels)
    size = _size(record.get("height"), record.get("width"))
    kind = clipped(text(record.get("kind"))) or ""
    parts = [kind, f"{some} channels of {size}" if size else f"{some} channels"]
    return LayerPicture(
        clipped(text(record.get("layer"))) or "?",
        ", ".join(filter(None, parts)),
        files.picture(_beside(record.get("picture"), folder)),
    )


def _cam(record: dict[str, object]) -> str | None:
    """What Grad-CAM's picture shows, or why there is none."""
    name, layer = clipped(text(record.get("name"))), clipped(text(record.get("layer")))
    reason = clipped(text(record.get("reason")))
    if reason is not None:
        return f"no Grad-CAM: {reason}"
    if name is None or layer is None:
        return None
    size = _size(record.get("height"), record.get("width"))
    return f"what speaks for {name} at {layer}{f', {size}' if size else ''}"


def _answers(said: dict[str, object]) -> Iterator[str]:
    """What the network says, a sentence an output; with its key where there are several."""
    for key, value in list(said.items())[:_MOST_LABELS]:
        record = mapping(value)
        told = ", ".join(_told(record))
        if told:
            yield told if len(said) == 1 else f"{clipped(key)}: {told}"


def _told(record: dict[str, object]) -> Iterator[str]:
    predictions = map(mapping, items(record.get("predictions"), most=_MOST_ANSWERS))
    labels = (
        each for each in map(mapping, items(record.get("labels"), most=1000)) if each.get("told")
    )
    for each in (*predictions, *list(labels)[:_MOST_LABELS]):
        label, probability = text(each.get("label")), share(each.get("probability"))
        if label is not None:
            yield clipped(label) if probability is None else f"{clipped(label)} {probability:.1%}"
    for each in map(mapping, items(record.get("values"), most=_MOST_LABELS)):
        name, value = text(each.get("name")), number(each.get("value"))
        if name is not None and value is not None:
            yield f"{clipped(name)} {spoken_number(value)}"


def _beside(name: object, folder: str) -> str | None:
    """A picture's path from the run; None where nothing is called so."""
    return f"{folder}/{name}" if isinstance(name, str) else None


def _some(shown: int | None, count: int | None) -> str:
    if shown is None or count is None or shown == count:
        return str(count if count is not None else shown if shown is not None else "?")
    return f"{shown} of {count}"


def _size(*sides: object) -> str:
    known = [str(found) for each in sides if (found := whole(each)) is not None]
    return " x ".join(known)
