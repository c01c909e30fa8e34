"""The workflows for pull requests: what they may do, and the page that they write."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

CI = Path(__file__).parents[2] / "examples" / "ci"
WORKFLOWS = sorted(CI.glob("*.yml"))
SPEC = "netspec: 1\nmodel: {input: [4], layers: [{Dense: {name: head, units: 2}}]}\n"
USER = {
    "GIT_AUTHOR_NAME": "user",
    "GIT_AUTHOR_EMAIL": "user@localhost",
    "GIT_COMMITTER_NAME": "user",
    "GIT_COMMITTER_EMAIL": "user@localhost",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def read(path: Path) -> dict[Any, Any]:
    workflow: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return workflow


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_hash(path: Path) -> None:
    steps = [step for job in read(path)["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}", each) for each in used)


def test_what_runs_a_pull_request_may_only_read() -> None:
    workflow = read(CI / "review.yml")
    assert set(workflow[True]) == {"pull_request"}  # YAML 1.1 reads `on` as true
    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())
    assert "secrets." not in (CI / "review.yml").read_text()


def test_what_may_write_runs_nothing_of_it() -> None:
    text = (CI / "comment.yml").read_text()
    workflow = read(CI / "comment.yml")
    assert set(workflow[True]) == {"workflow_run"}
    assert workflow[True]["workflow_run"]["workflows"] == [read(CI / "review.yml")["name"]]
    assert workflow["permissions"] == {}
    assert "checkout" not in text
    assert not any("run" in step for job in workflow["jobs"].values() for step in job["steps"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_text_of_a_pull_request_becomes_a_command(path: Path) -> None:
    for job in read(path)["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "") + str(step.get("with", {}).get("script", ""))


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_page_shows_what_changes(tmp_path: Path) -> None:
    environment = os.environ | USER
    environment["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{environment['PATH']}"
    environment["PYTHONPATH"] = str(Path.cwd())
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "netspec"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m netspec "$@"\n')
    command.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()

    def run(*arguments: str) -> str:
        done = subprocess.run(
            arguments, cwd=work, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    run("git", "init", "-q", "-b", "main")
    for name in ("a.yaml", "same.yaml", "gone.yaml"):
        (work / name).write_text(SPEC)
    run("git", "add", "-A")
    run("git", "commit", "-qm", "specs")
    run("git", "checkout", "-qb", "change")
    (work / "a.yaml").write_text(SPEC.replace("units: 2", "units: 3"))
    (work / "new $(touch x).yaml").write_text(SPEC)
    (work / "wrong.yaml").write_text(SPEC.replace("Dense", "Dens"))
    (work / "notes.yaml").write_text("no: spec\n")
    (work / "base.yaml").write_text(f"abstract: true\n{SPEC}")
    (work / "gone.yaml").unlink()
    run("git", "add", "-A")
    run("git", "commit", "-qm", "change")

    run("sh", str(CI / "review.sh"), "main", "page.md")
    page = (work / "page.md").read_text()
    titles = [line for line in page.splitlines() if line.startswith("## ")]
    assert titles == ["## a.yaml", "## base.yaml", "## new $(touch x).yaml", "## wrong.yaml"]
    assert "units" in page.split("## base")[0]
    assert "A base for other specs" in page.split("## new")[0]
    assert "It has errors; see the findings." in page.split("## wrong")[1]
    assert not (work / "x").exists()

    with pytest.raises(subprocess.CalledProcessError):
        run("sh", str(CI / "review.sh"), "no-such-branch", "page.md")
    run("sh", str(CI / "review.sh"), "change", "page.md")
    assert (work / "page.md").read_text() == "No spec changes.\n"
