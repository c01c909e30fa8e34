"""`[tool.netspec] plugins`: the user's own pyproject.toml, never one that a spec brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.errors import UsageError
from netspec.project import read_project
from tests.plugins.installing import command

if TYPE_CHECKING:
    from pathlib import Path

TABLE = '[tool.netspec]\nplugins = ["acme-netspec"]\n'
SPEC = "netspec: 1\nmodel: {input: [4], layers: [ChannelScale]}\n"


def written(folder: Path, text: str = TABLE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "pyproject.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_working_directory_s_counts(site: Path, tmp_path: Path) -> None:
    file = written(tmp_path)
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    done = command("validate", "spec.yaml", site=site, cwd=tmp_path)
    assert done.err == f"plugins: acme-netspec 1.2 ({file})\n"
    done = command("validate", "spec.yaml", "--plugin", "acme-netspec", site=site, cwd=tmp_path)
    assert done.err == "plugins: acme-netspec 1.2 (--plugin)\n"


def test_one_that_lies_beside_a_spec_does_not(site: Path, tmp_path: Path) -> None:
    written(tmp_path / "strange")
    (tmp_path / "strange" / "spec.yaml").write_text(SPEC, encoding="utf-8")
    done = command("validate", "strange/spec.yaml", site=site, cwd=tmp_path, status=1)
    assert "there is no layer 'ChannelScale'" in done.out
    assert done.err == ""


def test_help_enables_nothing(site: Path, tmp_path: Path) -> None:
    written(tmp_path, TABLE.replace("acme", "not-there"))
    assert command("validate", "--help", site=site, cwd=tmp_path).err == ""


def test_the_nearest_with_a_table_counts_within_the_repository(tmp_path: Path) -> None:
    outside, top = written(tmp_path, TABLE.replace("acme", "outside")), tmp_path / "top"
    (top / ".git").mkdir(parents=True)
    below = top / "a" / "b"
    written(below, "[project]\nname = 'netspec-user'\n")
    assert read_project(below).plugins == ()
    file = written(top)
    assert read_project(below).plugins == (("acme-netspec", str(file)),)
    nearer = written(top / "a", '[tool.netspec]\nplugins = ["nearer"]\n')
    assert read_project(below).plugins == (("nearer", str(nearer)),)
    assert read_project(tmp_path).plugins == (("outside-netspec", str(outside)),)


def test_outside_of_a_repository_nothing_above_counts(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "below").mkdir()
    assert read_project(tmp_path / "below").plugins == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.netspec]\nplugins = 'acme'\n", "takes a list of names"),
        ("[tool.netspec]\nplugins = [1]\n", r"plugins\[0\] takes a package's name, not 1"),
        ("[tool.netspec]\nplugin = ['acme']\n", "has no (field|key) 'plugin'"),
        ("[tool]\nnetspec = 1\n", "takes a mapping"),
        ("[tool.netspec\n", "cannot read"),
        ("# netspec\n" + "#" * 2**20, "larger than"),
    ],
)
def test_a_table_that_is_wrong_is_told(text: str, message: str, tmp_path: Path) -> None:
    written(tmp_path, text)
    with pytest.raises(UsageError, match=message):
        read_project(tmp_path)


@pytest.mark.parametrize("text", ["", "[tool.netspec]\n", "[tool.ruff]\n", "[[[ no TOML", "\xff"])
def test_one_that_says_nothing_of_it_enables_nothing(text: str, tmp_path: Path) -> None:
    written(tmp_path, text)
    assert read_project(tmp_path).plugins == ()
