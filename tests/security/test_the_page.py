"""The page docs/security.md and the tests say the same: each row has a test, and each test of this folder a row."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!netspec promises|---)(.+) \| (.+) \|$", PAGE, re.MULTILINE)
NAMED = [name for _, tests in ROWS for name in re.findall(r"`(tests/[^`]+)`", tests)]


@cache
def functions_of(path: Path) -> frozenset[str]:
    """The names of a file's test functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize(("promise", "tests"), ROWS)
def test_each_row_is_held_by_tests_that_are_there(promise: str, tests: str) -> None:
    assert promise
    assert re.fullmatch(r"(`tests/[\w/]+\.py::test_\w+`(?: |$))+", tests)
    for name in re.findall(r"`([^`]+)`", tests):
        file, _, test = name.partition("::")
        assert test in functions_of(ROOT / file), name


def test_each_test_of_this_folder_holds_a_row() -> None:
    assert len(ROWS) > 30
    here = Path(__file__)
    written = {
        f"{file.relative_to(ROOT).as_posix()}::{test}"
        for file in here.parent.glob("test_*.py")
        if file != here
        for test in functions_of(file)
    }
    assert written - set(NAMED) == set()
