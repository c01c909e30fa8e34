"""Whatever comes from a base keeps its place there, and a mistake of a base is told there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.analysis import analyse
from netspec.diagnostics import Code
from netspec.source.inherit import load
from tests.source.bases import place_of, write

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_every_value_keeps_its_place_in_the_file_it_came_from(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: deep/base.yaml\nvars: {b: 2}\npatch: {vars.c: 3}",
        **{"deep/base": "vars:\n  a: 1\n  b: 1\n  c: 1\n  d: 1"},
    )
    loaded = load(path, ("vars.d=4",))
    base = str(folder / "deep" / "base.yaml")
    found = {
        name: (place.source.name, place.line, place.column)
        for name in "abcd"
        for place in [place_of(loaded, "vars", name)]
    }
    assert found == {
        "a": (base, 3, 6),
        "b": (str(path), 3, 11),
        "c": (str(path), 4, 17),
        "d": ("--set[1]", 1, 8),
    }
    assert [place.source.name for place in loaded.patches] == [str(path)]
    assert loaded.file is not None
    assert loaded.file.source.name == str(path)


def test_a_finding_about_a_base_names_the_base_s_file_as_it_was_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        folder,
        **{
            "specs/spec": "extends: ../bases/base.yaml",
            "bases/base": "model: {input: [3], layers: [{Dense: {unts: 3}}]}",
        },
    )
    monkeypatch.chdir(folder / "specs")
    (finding,) = analyse("spec.yaml").findings
    assert (finding.file, finding.line, finding.column) == ("../bases/base.yaml", 2, 39)
    monkeypatch.chdir(folder)
    (finding,) = analyse("specs/spec.yaml").findings
    assert finding.file == "bases/base.yaml"


def test_a_mistake_in_the_text_of_a_base_is_told_there_and_nothing_else(folder: Path) -> None:
    path = write(folder, spec="extends: base.yaml\nseed: x", base="model: {input: [")
    findings = analyse(path).findings
    assert [finding.code for finding in findings] == [Code.SYNTAX]
    assert findings[0].file == str(folder / "base.yaml")


def test_a_base_in_another_version_of_the_language_is_told(folder: Path) -> None:
    path = write(folder, spec="extends: base.yaml", base="")
    (folder / "base.yaml").write_text("netspec: 2\n")
    (finding,) = load(path).findings
    assert (finding.code, finding.file, finding.line, finding.column) == (
        Code.EXTENDS, str(folder / "base.yaml"), 1, 10,
    )  # fmt: skip


def test_a_base_that_is_missing_hides_what_would_follow_from_it(folder: Path) -> None:
    path = write(folder, spec="extends: none.yaml\ntraining: {epochs: 3}")
    findings = analyse(path).findings
    assert [finding.code for finding in findings] == [Code.EXTENDS]
    assert findings[0].message == "extends cannot read 'none.yaml': there is no such file"
