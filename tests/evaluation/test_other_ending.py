"""Files of evaluations on other data have names of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from netspec.evaluation.other.ending import ending_of_other

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.evaluation import EvaluationDocument

A, B = "a" * 64, "b" * 64


def judged(
    fingerprint: str = A, split: str = "all", checkpoint: str = "model.keras"
) -> EvaluationDocument:
    return {
        "split": split,
        "images": 1,
        "checkpoint": checkpoint,
        "metrics": {},
        "data": {"source": "photos", "fingerprint": fingerprint},
    }


@pytest.mark.parametrize(
    ("document", "name", "ending"),
    [
        (judged(), "photos", "-photos"),
        (judged(checkpoint="state/best.keras"), "photos", "-photos-state-best"),
        # What may be a name of the run's own.
        (judged(), "validation", "-validation-aaaaaaaa"),
        (judged(), "Test-set", "-Test-set-aaaaaaaa"),
        (judged(), "normalized", "-normalized-aaaaaaaa"),
        (judged(), "tests", "-tests"),
    ],
)
def test_the_data_s_name_is_in_the_files(
    tmp_path: Path, document: EvaluationDocument, name: str, ending: str
) -> None:
    assert ending_of_other(document, name, tmp_path) == ending


@pytest.mark.parametrize(
    ("kept", "is_same"),
    [
        (judged(), True),
        (judged(B), False),
        (judged(split="train"), False),
        (judged(checkpoint="state/best.keras"), False),
        ("{", False),
        ("[" * 100_000, False),
        ([], False),
    ],
)
def test_another_evaluation_of_that_name_stays(
    tmp_path: Path, kept: object, *, is_same: bool
) -> None:
    text = kept if isinstance(kept, str) else json.dumps(kept)
    (tmp_path / "evaluation-photos.json").write_text(text)

    ending = ending_of_other(judged(), "photos", tmp_path)

    assert ending == ("-photos" if is_same else "-photos-aaaaaaaa")


def test_a_link_or_a_pipe_of_that_name_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_text(json.dumps(judged()))
    (tmp_path / "evaluation-photos.json").symlink_to("elsewhere.json")

    assert ending_of_other(judged(), "photos", tmp_path) == "-photos-aaaaaaaa"
