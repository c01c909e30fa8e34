"""A repository is asked for its state, and none of the programs that it names is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from netspec.runs.repository import commit, is_dirty

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    told = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return told.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of one committed file."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "net.yaml").write_text("netspec: 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "a net")
    return folder


def test_a_file_that_was_changed_makes_it_dirty(repository: Path) -> None:
    assert commit(repository) == git(repository, "rev-parse", "HEAD")
    assert is_dirty(repository) is False
    (repository / "new.yaml").write_text("is not kept")
    assert is_dirty(repository) is False
    (repository / "net.yaml").write_text("netspec: 2\n")
    assert is_dirty(repository) is True


def test_outside_of_one_nothing_is_known(tmp_path: Path) -> None:
    assert commit(tmp_path) is None
    assert is_dirty(tmp_path) is None


def test_none_of_the_programs_that_it_names_runs(repository: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program = tmp_path / "program.sh"
    program.write_text(f"#!/bin/sh\necho $0 >> {ran}\ncat\n")
    program.chmod(0o755)
    (repository / ".gitattributes").write_text("*.yaml filter=evil\n*.txt filter=streamed\n")
    (repository / "a.txt").write_text("text\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "attributes")
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "query-watchman", "fsmonitor-watchman"):
        shutil.copy(program, hooks / hook)
    for key in (
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.streamed.process",
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.external",
        "credential.helper",
    ):
        git(repository, "config", key, str(program))
    git(repository, "config", "filter.evil.required", "true")
    git(repository, "config", "status.submoduleSummary", "true")
    for name in ("net.yaml", "a.txt"):  # git looks again into a file whose time has changed
        os.utime(repository / name, (1, 1))

    assert commit(repository) is not None
    assert is_dirty(repository) is False
    assert not ran.exists()
    # The trap is one: without these options a program runs.
    git(repository, "status", "--porcelain")
    assert ran.exists()


def test_a_filter_whose_name_git_cannot_be_told_leaves_it_unknown(
    repository: Path, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    (repository / ".gitattributes").write_text("*.yaml filter=a=b\n")
    git(repository, "config", "filter.a=b.clean", f"touch {ran}; cat")
    os.utime(repository / "net.yaml", (1, 1))

    assert is_dirty(repository) is None
    assert not ran.exists()
