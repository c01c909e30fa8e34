"""Which specs a change concerns."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from netspec.source.changed import concerned, removed

if TYPE_CHECKING:
    from pathlib import Path

MODEL = "model: {input: [4], layers: [{Dense: {units: 2}}]}\n"


def written(folder: Path) -> None:
    """`leaf` extends `middle`, which extends `base`; `alone` extends nothing; `notes` is no spec."""
    texts = {
        "specs/base.yaml": f"netspec: 1\n{MODEL}",
        "specs/deep/middle.yml": "netspec: 1\nextends: [../base.yaml]\n",
        "specs/leaf.yaml": "netspec: 1\nextends: deep/middle.yml\n",
        "specs/alone.yaml": f"netspec: 1\n{MODEL}",
        "specs/broken.yaml": "netspec: 1\nmodel: [\n",
        "notes.yaml": "extends: specs/base.yaml\n",
        ".hidden/leaf.yaml": "netspec: 1\nextends: ../specs/base.yaml\n",
        "env/pyvenv.cfg": "",
        "env/leaf.yaml": "netspec: 1\nextends: ../specs/base.yaml\n",
        "latin.yaml": "netspec: 1\n",
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "latin.yaml").write_bytes(b"netspec: 1\n# \xe9\n")


def test_those_that_extend_one_directly_or_not_are_concerned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert concerned(["specs/base.yaml"], tmp_path) == [
        "specs/base.yaml",
        "specs/deep/middle.yml",
        "specs/leaf.yaml",
    ]
    assert concerned(["specs/leaf.yaml", "./specs/alone.yaml"], tmp_path) == [
        "specs/leaf.yaml",
        "./specs/alone.yaml",
    ]


def test_what_is_no_spec_is_left_out_and_what_cannot_be_read_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert concerned(["notes.yaml", "specs/broken.yaml"], tmp_path) == ["specs/broken.yaml"]
    assert concerned(["latin.yaml", "gone.yaml"], tmp_path) == ["latin.yaml"]


def test_a_removed_base_concerns_those_that_extend_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "specs/base.yaml").unlink()
    found = concerned(["specs/base.yaml"], tmp_path)
    assert found == ["specs/deep/middle.yml", "specs/leaf.yaml"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_what_the_next_commit_takes_away_is_known_renamed_files_among_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = {
        f"GIT_{role}_{what}": "user"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }

    def git(*arguments: str) -> None:
        environment = os.environ | who | {"GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *arguments], cwd=tmp_path, env=environment, check=True)

    monkeypatch.chdir(tmp_path)
    assert removed(tmp_path) == []  # no repository
    git("init", "-q")
    assert removed(tmp_path) == []  # nothing committed
    written(tmp_path)
    git("add", "-A")
    git("commit", "-qm", "specs")
    assert removed(tmp_path) == []
    git("rm", "-q", "specs/alone.yaml")
    git("mv", "specs/base.yaml", "specs/other.yaml")
    assert removed(tmp_path) == ["specs/alone.yaml", "specs/base.yaml"]
