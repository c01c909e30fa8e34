"""The hook for pre-commit, with the real pre-commit in a user's repository; it installs netspec, and no TensorFlow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BASE = "netspec: 1\nmodel: {input: [4], layers: [{Dense: {name: head, units: 2}}]}\n"
LEAF = "netspec: 1\nextends: base.yaml\npatch: {model.layers.head.units: 3}\n"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]


def command(*arguments: str, cwd: Path, status: int = 0) -> str:
    done = subprocess.run(
        arguments, cwd=cwd, capture_output=True, text=True, check=False, env=os.environ | _HOME
    )
    text = done.stdout + done.stderr
    assert done.returncode == status, text
    return text


_HOME: dict[str, str] = {}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A user's repository that names the hook of this netspec, as it is in the working tree."""
    _HOME.update(
        PRE_COMMIT_HOME=str(tmp_path / "cache"),
        GIT_AUTHOR_NAME="user",
        GIT_AUTHOR_EMAIL="user@localhost",
        GIT_COMMITTER_NAME="user",
        GIT_COMMITTER_EMAIL="user@localhost",
        GIT_CONFIG_GLOBAL=os.devnull,
    )
    netspec = tmp_path / "netspec"
    names = command("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT).split("\0")
    for name in filter(None, names):
        if name.startswith(("netspec/", "pyproject", "README", "LICENSE", ".pre-commit-hooks")):
            (netspec / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, netspec / name)
    command("git", "init", "-q", cwd=netspec)
    command("git", "add", "-A", cwd=netspec)
    command("git", "commit", "-qm", "netspec", cwd=netspec)
    revision = command("git", "rev-parse", "HEAD", cwd=netspec).strip()

    user = tmp_path / "user"
    user.mkdir()
    (user / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {netspec}\n    rev: {revision}\n    hooks:\n      - id: netspec-validate\n"
    )
    (user / "base.yaml").write_text(BASE)
    (user / "leaf.yaml").write_text(LEAF)
    (user / "notes.yaml").write_text("no: spec\n")
    command("git", "init", "-q", cwd=user)
    command("git", "add", "-A", cwd=user)
    return user


def test_it_checks_changed_specs_and_those_that_extend_them(repository: Path) -> None:
    pytest.importorskip("pre_commit")
    hook = (sys.executable, "-m", "pre_commit", "run")
    assert "Passed" in command(*hook, "--all-files", cwd=repository)
    command("git", "commit", "-qnm", "specs", cwd=repository)

    (repository / "base.yaml").write_text(BASE.replace("head", "top"))
    command("git", "add", "-A", cwd=repository)
    text = command(*hook, cwd=repository, status=1)
    assert "leaf.yaml:3" in text
    assert "no element is called 'head'" in text

    command("git", "checkout", "-q", "HEAD", "--", "base.yaml", cwd=repository)
    command("git", "mv", "base.yaml", "renamed.yaml", cwd=repository)
    text = command(*hook, cwd=repository, status=1)
    assert "extends cannot read 'base.yaml'" in text

    environments = list(Path(_HOME["PRE_COMMIT_HOME"]).rglob("site-packages"))
    assert environments
    assert not any((each / "tensorflow").exists() for each in environments)
