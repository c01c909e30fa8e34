"""What the files of an evaluation on other data are called in their run."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from netspec.evaluation.keeping import as_name
from netspec.runs.listed.untrusted import content, mapping
from netspec.runs.saved import MODEL

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.evaluation import EvaluationDocument

# What the names of files of a run's own evaluations go on with, after what kind of file it is.
_RESERVED = {"normalized", "test", "train", "validation"}
_DIGITS = 8
# A matrix of a thousand classes takes 20 MB.
_LARGEST = 2**26


def ending_of_other(document: EvaluationDocument, name: str, run: Path) -> str:
    """What the names of the files end with, before their suffix.

    That is the data's name, and the checkpoint's where it is not the model; and eight digits of the data's fingerprint
    where an evaluation of other images has that name already, or one of the run's own splits may have it.

    Args:
        document: The evaluation.
        name: What files' names call the data.
        run: The run's directory.
    """
    ending = f"-{name}"
    if document["checkpoint"] != MODEL:
        ending += f"-{as_name(document['checkpoint'])}"
    is_reserved = name.partition("-")[0].lower() in _RESERVED
    if is_reserved or _is_taken(run / f"evaluation{ending}.json", document):
        ending += f"-{document['data']['fingerprint'][:_DIGITS]}"
    return ending


def _is_taken(file: Path, document: EvaluationDocument) -> bool:
    """Whether a file holds something else than an earlier evaluation of the same images by the same weights."""
    if not os.path.lexists(file):
        return False
    try:
        kept = mapping(json.loads(content(file, largest=_LARGEST)))
    except (OSError, ValueError, RecursionError):
        return True
    data = mapping(kept.get("data"))
    before = (data.get("fingerprint"), kept.get("split"), kept.get("checkpoint"))
    return before != (document["data"]["fingerprint"], document["split"], document["checkpoint"])
