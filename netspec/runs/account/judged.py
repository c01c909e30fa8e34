"""How a run was judged, from each `evaluation*.json` and the tables beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from netspec.report.html.document import Absent
from netspec.report.html.judged import (
    Evaluation,
    LabelsOutput,
    NumbersOutput,
    Shifts,
    UnreadOutput,
    ValueRow,
)
from netspec.runs.account.again import by_checkpoint
from netspec.runs.account.judged_classes import class_output, class_rows, confusion_output
from netspec.runs.account.values import clipped, items, share
from netspec.runs.listed.untrusted import mapping, number, numbers, text, whole
from netspec.runs.outdated import BEFORE, is_outdated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from netspec.report.html.judged import OutputAccount
    from netspec.runs.account.files import RunFiles

_BEGINNING, _ENDING = "evaluation", ".json"
_FIRST = f"{_BEGINNING}{_ENDING}"
_SPLITS = frozenset({"train", "validation", "test"})
_MOST = 20
_MOST_OUTPUTS = 50
_MOST_VALUES = 2000
_MOST_SHIFTS = 101
_MOST_BYTES = 100 * 2**20
# A matrix of a thousand classes takes 20 MB.
_LARGEST = 2**26


def evaluations_of(
    files: RunFiles, path: Path, command: str | None, record: Mapping[str, object]
) -> tuple[Evaluation, ...] | Absent:
    """How a run was judged: on the test split first, then by the files' names.

    Args:
        files: The run's.
        path: The run, as the user named it.
        command: The one that judges it; None where it has no weights to be judged.
        record: What `run.json` holds; empty where it cannot be read.
    """
    names = [name for name in files.names() if _is_evaluation(name)]
    if not names:
        return Absent("the run was not judged", command)
    if _FIRST not in names and _has_test(record):
        names.append(_FIRST)
    names.sort(key=lambda name: (len(name) > len(_BEGINNING + _ENDING), name))
    return tuple(_evaluation(files, name, path, command, record) for name in names[:_MOST])


def _is_evaluation(name: str) -> bool:
    middle = name.removeprefix(_BEGINNING).removesuffix(_ENDING)
    return name == f"{_BEGINNING}{middle}{_ENDING}" and middle[:1] in {"", "-"}


def _evaluation(
    files: RunFiles, name: str, path: Path, command: str | None, record: Mapping[str, object]
) -> Evaluation:
    ending = name[len(_BEGINNING) : -len(_ENDING)]
    read = files.mapping(name, largest=_LARGEST)
    document = {} if isinstance(read, Absent) else read
    judged = document.get("checkpoint")
    judging = by_checkpoint("netspec evaluate", files, path, judged, otherwise=command)
    again = _again(document, judging)
    outputs: tuple[OutputAccount, ...]
    if isinstance(read, Absent):
        table = files.table(f"confusion{ending}.csv")
        kept = None if isinstance(table, Absent) else confusion_output(table)
        outputs = () if kept is None else (kept,)
    else:
        outputs = _outputs(document, files, again)
    return Evaluation(
        file=name,
        split=clipped(text(document.get("split"))) or ending.strip("-") or "test",
        images=whole(document.get("images")),
        checkpoint=clipped(text(document.get("checkpoint"))),
        source=clipped(text(mapping(document.get("data")).get("source"))),
        metrics=numbers(document.get("metrics")),
        outputs=outputs,
        shifts=_shifts(document.get("shifts")),
        predictions=_predictions(files, f"predictions{ending}.csv"),
        unread=Absent(read.why, _of_ending(ending, command)) if isinstance(read, Absent) else None,
        outdated=Absent(BEFORE, again)
        if files.has(name) and is_outdated(files.run / name, record)
        else None,
    )


def _has_test(record: Mapping[str, object]) -> bool:
    """Whether there were test images, or nobody knows."""
    data = mapping(record.get("data"))
    return not data or bool(whole(data.get("test")))


def _of_ending(ending: str, command: str | None) -> str | None:
    """The command that writes an evaluation anew, by what its file's name says of it."""
    split = ending.strip("-") or "test"
    return _again({"split": split}, command)


def _again(document: dict[str, object], command: str | None) -> str | None:
    """The command that judges the same images again; None where other data than the run's own was judged."""
    split = text(document.get("split"))
    if command is None or split not in _SPLITS or "data" in document:
        return None
    return command if split == "test" else f"{command} --split {split}"


def _outputs(
    document: dict[str, object], files: RunFiles, command: str | None
) -> tuple[OutputAccount, ...]:
    if "outputs" not in document:
        return (class_output(document, None, files, command),)
    each = list(mapping(document["outputs"]).items())[:_MOST_OUTPUTS]
    return tuple(_output(value, key, files, command) for key, value in each)


def _output(value: object, key: str, files: RunFiles, command: str | None) -> OutputAccount:
    record = mapping(value)
    match record.get("kind"):
        case "class":
            return class_output(record, key, files, command)
        case "multi_label":
            return LabelsOutput(key, class_rows(record.get("labels")))
        case "number":
            return NumbersOutput(key, _values(record.get("values")))
    return UnreadOutput(key, Absent("what it says of this output is not what netspec writes"))


def _values(value: object) -> tuple[ValueRow, ...] | Absent:
    rows = [
        ValueRow(
            clipped(text(each.get("name"))) or "?",
            number(each.get("mean_absolute_error")),
            number(each.get("root_mean_squared_error")),
            number(each.get("bias")),
        )
        for each in map(mapping, items(value, most=_MOST_VALUES))
    ]
    return tuple(rows) if rows else Absent("there is no table of its numbers")


def _shifts(value: object) -> Shifts | Absent:
    if value is None:
        return Absent("it was not judged on images that are moved")
    record = mapping(value)
    pixels, rows = record.get("pixels"), record.get("accuracy")
    if not _are_pixels(pixels) or not isinstance(rows, list) or len(rows) != len(pixels):
        return Absent("what it says of images that are moved is not what netspec writes")
    if not all(isinstance(row, list) and len(row) == len(pixels) for row in rows):
        return Absent("what it says of images that are moved is not what netspec writes")
    accuracy = tuple(tuple(share(each) for each in row) for row in rows)
    return Shifts(tuple(pixels), whole(record.get("images")), accuracy)


def _are_pixels(value: object) -> TypeGuard[Sequence[int]]:
    return (
        isinstance(value, list)
        and 0 < len(value) <= _MOST_SHIFTS
        and all(type(each) is int and abs(each) < 2**31 for each in value)
    )


def _predictions(files: RunFiles, name: str) -> int | None:
    """How many rows a table has below its head; within quotes, as in an image's name, a line's end ends no row."""
    if not files.has(name):
        return None
    try:
        content = files.read(name, largest=_MOST_BYTES)
    except (OSError, ValueError):
        return None
    return max(sum(each.count(b"\n") for each in content.split(b'"')[::2]) - 1, 0)
