"""A spec is repaired as far as that is certain, is never made worse, and is written whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from netspec import fixing
from netspec.analysis import analyse
from netspec.errors import UsageError
from netspec.fixing import Fixing, fix, write
from tests.spec.corpora import INVALID

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "netspec: 1\nmodel:\n  input: [4]\n  layers:\n    - Dense: {units: 3}\n"


def spec(folder: Path, text: str, name: str = "a.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def after(fixing: Fixing) -> dict[str, str]:
    """What the files become, by their names alone."""
    return {change.path.name: change.after for change in fixing.changes}


def test_what_is_right_is_left(tmp_path: Path) -> None:
    found = fix(spec(tmp_path, GOOD))
    assert (found.changes, found.made, found.left, found.withheld) == ((), (), (), ())


def test_one_repair_brings_the_next_mistake_to_light(tmp_path: Path) -> None:
    wrong = GOOD.replace("Dense: {units: 3}", "dence: {unit: '3'}")
    assert len(analyse(spec(tmp_path, wrong)).findings) == 1
    found = fix(spec(tmp_path, wrong))
    assert after(found) == {"a.yaml": GOOD}
    assert len(found.made) == 3
    assert found.left == ()


def test_what_is_not_certain_is_left_and_told(tmp_path: Path) -> None:
    wrong = GOOD.replace("Dense: {units: 3}", "Dense: {unit: 3, activation: foo}")
    found = fix(spec(tmp_path, wrong))
    assert after(found) == {"a.yaml": wrong.replace("unit", "units")}
    assert [finding.message for finding in found.left] == ["there is no activation 'foo'"]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n  \n"])
def test_layout_comments_and_bytes_stay(
    tmp_path: Path, mark: str, line_break: str, end: str
) -> None:
    text = f"{mark}# ä🙂\n{GOOD.strip()}   # three\t{end}".replace("\n", line_break)
    path = spec(tmp_path, text.replace("units", "unit"))
    write(fix(path).changes)
    assert path.read_bytes() == text.encode()


def test_a_base_is_repaired_where_it_stands(tmp_path: Path) -> None:
    base = spec(tmp_path, GOOD.replace("units", "unit"), "bases/base.yaml")
    path = spec(tmp_path, "netspec: 1\nextends: bases/bse.yaml\nsed: 3\n")
    found = fix(path)
    assert after(found) == {
        "a.yaml": "netspec: 1\nextends: bases/base.yaml\nseed: 3\n",
        "base.yaml": GOOD,
    }
    assert found.left == ()
    write(found.changes)
    assert base.read_text() == GOOD


def test_a_base_outside_of_the_root_is_neither_read_nor_written(tmp_path: Path) -> None:
    outside = spec(tmp_path, GOOD.replace("units", "unit"), "base.yaml")
    path = spec(tmp_path, "netspec: 1\nextends: ../base.yaml\n", "in/a.yaml")
    (tmp_path / "in" / ".git").mkdir()
    found = fix(path)
    assert (found.changes, [finding.code for finding in found.left]) == ((), ["NS306"])
    assert "unit:" in outside.read_text()
    # Where the user says that it may be read, it is repaired.
    assert after(fix(path, root=tmp_path)) == {"base.yaml": GOOD}


def test_what_would_be_worse_is_not_written_and_the_rest_is(tmp_path: Path) -> None:
    # With its name right, the layer is there, and three mistakes of what takes it come to light.
    wrong = (
        "netspec: 1\nsed: 3\nmodel:\n  input: [8, 8, 3]\n  layers:\n"
        "    - Convv2D: {filters: 4, kernel_size: 3, name: head}\n"
        "    - Conv2D: {filters: 4, kernel_size: 9, inputs: head}\n"
        "    - Conv2D: {filters: 4, kernel_size: 8, inputs: head}\n"
        "    - Conv2D: {filters: 4, kernel_size: 7, inputs: head}\n"
    )
    found = fix(spec(tmp_path, wrong))
    assert after(found) == {"a.yaml": wrong.replace("sed", "seed")}
    assert [finding.message for finding in found.withheld] == ["there is no layer 'Convv2D'"]
    assert [finding.message for finding in found.left] == ["there is no layer 'Convv2D'"]


def test_a_key_is_not_written_twice(tmp_path: Path) -> None:
    path = spec(tmp_path, GOOD.replace("{units: 3}", "{units: 3, unit: 4}"))
    found = fix(path)
    assert (found.changes, len(found.left)) == ((), 1)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_no_spec_of_the_corpus_gets_worse(path: Path) -> None:
    before = [each for each in analyse(path).findings if each.severity == "error"]
    found = fix(path)
    assert sum(each.severity == "error" for each in found.left) <= len(before)
    told = {each.message for each in (*found.made, *found.withheld)}
    assert {each.message for each in before if each.repair is not None} <= told


def test_notes_are_repaired_where_they_are_wanted(tmp_path: Path) -> None:
    text = (
        "netspec: 1\nmodel:\n  input: [8, 8, 3]\n  layers:\n"
        "    - Conv2D: {filters: 4, kernel_size: 3}\n    - BatchNormalization\n"
    )
    path = spec(tmp_path, text)
    assert fix(path).changes == ()
    (change,) = fix(path, notes=True).changes
    assert "use_bias: false" in change.after


def test_rounds_and_checks_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = GOOD.replace("Dense: {units: 3}", "dence: {unit: '3'}")
    monkeypatch.setattr(fixing, "MAX_ROUNDS", 1)
    assert len(fix(spec(tmp_path, wrong)).made) == 1
    monkeypatch.setattr(fixing, "MAX_CHECKS", 0)
    found = fix(spec(tmp_path, wrong))
    assert (found.changes, len(found.withheld)) == ((), 1)


def test_a_file_that_has_changed_meanwhile_is_refused_with_all_others(tmp_path: Path) -> None:
    spec(tmp_path, GOOD.replace("units", "unit"), "base.yaml")
    path = spec(tmp_path, "netspec: 1\nextends: base.yaml\nsed: 3\n")
    found = fix(path)
    before = path.read_text()
    (tmp_path / "base.yaml").write_text("netspec: 1\n")
    with pytest.raises(UsageError, match=r"base\.yaml has changed since it was read"):
        write(found.changes)
    assert path.read_text() == before
    (tmp_path / "base.yaml").unlink()
    with pytest.raises(UsageError, match="is no file"):
        write(found.changes)


def test_a_link_stays_one_and_permissions_stay(tmp_path: Path) -> None:
    path = spec(tmp_path, GOOD.replace("units", "unit"), "real/a.yaml")
    path.chmod(0o640)
    (tmp_path / ".git").mkdir()
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    write(fix(link).changes)
    assert link.is_symlink()
    assert path.read_text() == GOOD
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_a_link_out_of_its_repository_is_not_followed(tmp_path: Path) -> None:
    path = spec(tmp_path, GOOD.replace("units", "unit"), "mine.yaml")
    (tmp_path / "stranger" / ".git").mkdir(parents=True)
    link = tmp_path / "stranger" / "a.yaml"
    link.symlink_to(path)
    with pytest.raises(UsageError, match="leads out of its folder"):
        fix(link)
    assert "unit:" in path.read_text()


def test_where_nothing_can_be_written_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = spec(tmp_path, GOOD.replace("units", "unit"))
    found = fix(path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match=r"cannot write .*: No space left"):
        write(found.changes)
    assert list(tmp_path.iterdir()) == [path]
    assert "unit:" in path.read_text()
