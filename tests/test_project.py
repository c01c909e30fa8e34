"""`[tool.netspec]` of the pyproject.toml where one works: root, severities, silences, budgets, through the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netspec.errors import UsageError
from netspec.project import read_project

SPEC = """netspec: 1
vars: {width: 32}
model: {input: [4], layers: [{Dense: {units: 2}}]}
"""


def validate(folder: Path, table: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "pyproject.toml").write_text(f"[tool.netspec]\n{table}\n")
    (folder / "spec.yaml").write_text(SPEC)
    return subprocess.run(
        [sys.executable, "-m", "netspec", "validate", "spec.yaml", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )


def found(done: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
    return [
        (finding["code"], finding["severity"]) for finding in json.loads(done.stdout)["findings"]
    ]


@pytest.mark.parametrize(
    ("table", "expected", "status"),
    [
        ("", [("NS601", "warning")], 0),
        ("severities = {NS601 = 'error'}", [("NS601", "error")], 1),
        ("severities = {NS601 = 'note'}", [], 0),
        ("ignore = ['NS601']", [], 0),
        ("budget = {parameters = 9}", [("NS601", "warning"), ("NS535", "error")], 1),
        ("budget = {parameters = 10, weights = '40 B'}", [("NS601", "warning")], 0),
    ],
)
def test_a_repository_sets_what_is_told(
    table: str, expected: list[tuple[str, str]], status: int, tmp_path: Path
) -> None:
    done = validate(tmp_path, table, "--format", "json")
    assert (found(done), done.returncode) == (expected, status), done.stderr


def test_no_ignore_overrules(tmp_path: Path) -> None:
    done = validate(tmp_path, "ignore = ['NS601']", "--no-ignore", "--format", "json")
    assert found(done) == [("NS601", "warning")]
    done = validate(tmp_path, "severities = {NS601 = 'note'}", "--notes", "--format", "json")
    assert found(done) == [("NS601", "note")]


def test_the_root_is_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("netspec: 1\nseed: 3\n")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "one.yaml").write_text(f"extends: ../base.yaml\n{SPEC}")
    inside = validate(tmp_path, "", "specs/one.yaml", "--format", "json")
    assert "NS306" in dict(found(inside))  # without a repository, the spec's own folder is the root
    below = validate(tmp_path, "root = '.'", "specs/one.yaml", "--format", "json")
    assert "NS306" not in dict(found(below))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("severities = {NS402 = 'note'}", "'NS402' cannot be a name here"),
        ("severities = {NS601 = 'fatal'}", "severities.NS601 takes error, warning or note"),
        ("severities = {NS999 = 'note'}", "'NS999' cannot be a name here"),
        ("ignore = 'NS601'", "ignore takes a list of codes"),
        ("budget = {parameter = 5}", "did you mean parameters?"),
        ("budget = {weights = '5 MiBs'}", "takes a size, such as 20 MiB"),
        ("root = 'nowhere'", "there is no such folder"),
        ("severity = {}", "did you mean severities?"),
    ],
)
def test_a_mistake_in_it_is_a_usage_error_that_says_where(
    table: str, message: str, tmp_path: Path
) -> None:
    done = validate(tmp_path, table)
    assert done.returncode == 2
    assert message in done.stderr
    assert "pyproject.toml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("table", "hint"),
    [
        ("ignore = 'NS734'", 'write ["NS734"]'),
        ("plugins = 'netspec-shapes'", 'write ["netspec-shapes"]'),
        ("budget = {parameters = '5M'}", "write 5e6"),
        ("ignore = ['NS6O1']", "did you mean NS601?"),
    ],
)
def test_a_hint_is_valid_toml(table: str, hint: str, tmp_path: Path) -> None:
    assert f"hint: {hint}" in validate(tmp_path, table).stderr


def test_a_text_instead_of_the_table_is_told_in_toml(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nnetspec = 'specs'\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_project(tmp_path)
    assert caught.value.hint == 'write `netspec = {root = "specs"}`'
