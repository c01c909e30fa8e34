"""What a folder was found to hold is held against the spec."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.checks import check_rules
from netspec.data.sources.folder import look
from netspec.diagnostics import Code
from tests.data.made_pictures import class_folders

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """netspec: 1
data: {source: {ImageFolder: {path: pets}}, FIELDS}
model:
  input: [8, 8, 3]
  layers: [{Rescaling: {scale: 1/255}}, GlobalAveragePooling2D, {Dense: {units: 3, activation: softmax}}]
compile: {optimizer: adam, loss: categorical_crossentropy}
training: {epochs: 1, batch_size: 2}
"""


@pytest.mark.parametrize(
    ("fields", "code", "message", "hint"),
    [
        (
            "validation: val",
            Code.SPLIT,
            "the folder pets has no split 'val'",
            "it has extra, test; ",
        ),
        ("test: tests", Code.SPLIT, "the folder pets has no split 'tests'", "did you mean test?"),
        (
            "validation: 4, test: 2",
            Code.SPLIT,
            "6 of the 6 training images of the folder pets are held out, and none is left to train on",
            "hold out fewer",
        ),
        ("validation: test, classes: [Bee, Cat, Dog]", None, "", ""),
    ],
)
def test_a_spec_is_held_against_the_folder_that_was_looked_at(
    fields: str, code: Code | None, message: str, hint: str, tmp_path: Path
) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC.replace("FIELDS", fields), encoding="utf-8")
    for split in ("train", "test", "extra"):
        class_folders(tmp_path / "pets" / split, {"bee": 2, "cat": 2, "dog": 2})
    document, graph = analyse(tmp_path / "spec.yaml").require()

    findings = [
        each
        for each in check_rules(replace(document, facts=look(tmp_path / "pets").facts), graph)
        if each.severity != "note"
    ]

    assert [finding.code for finding in findings] == ([code] if code else [])
    for finding in findings:
        assert finding.message == message
        assert (finding.hint or "").startswith(hint)


def test_names_and_units_are_held_against_the_classes_that_were_found(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(
        SPEC.replace("FIELDS", "classes: [x, y, z]"), encoding="utf-8"
    )
    class_folders(tmp_path / "pets", {"ant": 1, "bee": 1, "cat": 1, "dog": 1})
    document, graph = analyse(tmp_path / "spec.yaml").require()

    findings = check_rules(replace(document, facts=look(tmp_path / "pets").facts), graph)

    told = {each.code: each.message for each in findings if each.severity != "note"}
    assert told == {
        Code.CLASS_NAMES: "3 names are given, and the folder pets has 4 classes",
        Code.CLASS_COUNT: "the network gives 3 values, and the folder pets has 4 classes",
    }
