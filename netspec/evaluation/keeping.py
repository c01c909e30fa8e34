"""A judgement kept in its run: its document, tables, drawings, and the pictures of mistakes."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.evaluation.kept_shifts import with_kept_shifts
from netspec.evaluation.pictures import write_picture
from netspec.runs.folders import make_folder, remove_folder
from netspec.runs.listed.untrusted import content, mapping
from netspec.runs.saved import MODEL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from netspec.evaluation.judge import Judgement
    from netspec.evaluation.pictures import Picture
    from netspec.report.evaluation import EvaluationDocument, MistakeRecord
    from netspec.runs.directory import RunDirectory

# Where pictures lie that belong to evaluations.
FOLDER = "evaluation"
_DIGITS = 8
# A matrix of a thousand classes takes 20 MB.
_LARGEST = 2**26


def keep(
    judgement: Judgement,
    directory: RunDirectory,
    *,
    ending: str | None = None,
    notice: Callable[[str], object] | None = None,
) -> EvaluationDocument:
    """Writes a judgement into the run.

    Pictures of mistakes are `evaluation/mistakes/0001.png` and so on, and `0001-look.png` where the network looked.
    Where the network has several outputs, that of the mistakes is in the folder's name. Those of an evaluation before
    this one go; its shift test stays where it is of the same judgement. A kill at any moment leaves a document that
    names only pictures that are there and its own.

    Args:
        judgement: What `judge` gave.
        directory: The run's.
        ending: What the names of all files end with before their suffix, such as `-validation`; that of the run's
            own data without.
        notice: Is told where a shift test is lost.

    Returns:
        The document, in which mistakes have the paths of their pictures.

    Raises:
        OSError: Something cannot be written.
    """
    ending = _own_ending(judgement.document, directory.path) if ending is None else ending
    name = f"evaluation{ending}.json"
    whole, lost = with_kept_shifts(judgement.document, directory.path / name)
    judgement = replace(judgement, document=whole)
    if lost and notice is not None:
        notice(lost)
    if (directory.path / name).exists():  # it may name pictures that go
        directory.write_json(name, judgement.document)
    for table in judgement.tables:
        directory.write_table(f"{table.stem}{ending}.csv", table.columns, table.rows)
    for drawing in judgement.drawings:
        directory.write_text(f"{drawing.stem}{ending}.svg", drawing.svg)
    document = _with_pictures(judgement, directory, ending)
    directory.write_json(name, document)
    return document


def _own_ending(document: EvaluationDocument, run: Path) -> str:
    """See `ending_of`; where another checkpoint has that already, with digits of this one's hash.

    `a/b.keras` and `a-b.keras` are called alike.
    """
    ending, checkpoint = ending_of(document), document["checkpoint"]
    if checkpoint == MODEL:
        return ending
    try:
        kept = mapping(json.loads(content(run / f"evaluation{ending}.json", largest=_LARGEST)))
    except (OSError, ValueError, RecursionError):
        return ending
    other = kept.get("checkpoint")
    if not isinstance(other, str) or other == checkpoint or "data" in kept:
        return ending
    return f"{ending}-{hashlib.sha256(os.fsencode(checkpoint)).hexdigest()[:_DIGITS]}"


def ending_of(document: EvaluationDocument) -> str:
    """What the names of an evaluation's files end with.

    The test split's by the run's own model have none; another split's have its name, and those by another checkpoint
    the split's and its own.
    """
    split, checkpoint = document["split"], document["checkpoint"]
    if checkpoint != MODEL:
        return f"-{split}-{as_name(checkpoint)}"
    return "" if split == "test" else f"-{split}"


def as_name(checkpoint: str) -> str:
    """A checkpoint's path as a part of a file's name: `state/best.keras` is `state-best`."""
    stem = checkpoint.removesuffix(".keras")
    if stem.endswith(".weights.h5"):  # `best.keras` may lie beside `best.weights.h5`
        stem = f"{stem.removesuffix('.weights.h5')}-weights"
    return stem.replace("/", "-")


def _with_pictures(
    judgement: Judgement, directory: RunDirectory, ending: str
) -> EvaluationDocument:
    """Writes the pictures; gives the document with their paths."""
    document = judgement.document
    if "outputs" not in document:
        if "mistakes" not in document:
            return document
        (key,) = judgement.mistakes or ("",)
        folder = f"{FOLDER}/mistakes{ending}"
        shown = _shown(document["mistakes"], key, judgement, directory, folder)
        return {**document, "mistakes": shown}
    outputs = dict(document["outputs"])
    for key, record in outputs.items():
        if record["kind"] == "class" and "mistakes" in record:
            folder = f"{FOLDER}/mistakes-{key}{ending}"
            shown = _shown(record["mistakes"], key, judgement, directory, folder)
            outputs[key] = {**record, "mistakes": shown}
    return {**document, "outputs": outputs}


def _shown(
    records: Sequence[MistakeRecord],
    key: str,
    judgement: Judgement,
    directory: RunDirectory,
    folder: str,
) -> list[MistakeRecord]:
    """Writes the pictures of an output's mistakes into a folder; gives the mistakes with their paths."""
    remove_folder(directory.path, folder)
    shown: list[MistakeRecord] = []
    for number, (record, mistake) in enumerate(
        zip(records, judgement.mistakes.get(key, ()), strict=True), start=1
    ):
        picture = judgement.pictures.get(mistake.place)
        look = judgement.looks.get((key, mistake.place))
        shown.append(
            {
                **record,
                "picture": _written(picture, f"{folder}/{number:04}.png", directory),
                "look": _written(look, f"{folder}/{number:04}-look.png", directory),
            }
        )
    return shown


def _written(picture: Picture | None, name: str, directory: RunDirectory) -> str | None:
    """Writes a picture, if there is one, and gives its path from the run's directory."""
    if picture is None:
        return None
    make_folder(directory.path, name.rpartition("/")[0])
    directory.write_with(name, lambda path: write_picture(picture, path))
    return name
