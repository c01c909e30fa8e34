"""As many planted mistakes are found as benchmarks/RESULTS.md says, or more."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINE = re.compile(
    r"\d+ mistakes in (\d+) specs: [\d,]+ planted, ([\d,]+) found \([\d.]+%\).*?not seen"
)


def recorded() -> list[re.Match[str]]:
    """The lines of RESULTS.md, of all specs and of a few."""
    return [*LINE.finditer((ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8"))]


ALL = pytest.mark.skipif(
    "NETSPEC_DRAWS" not in os.environ,
    reason="all specs take a minute; NETSPEC_DRAWS asks for wide runs",
)


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        pytest.param([], 0, marks=[pytest.mark.slow, ALL], id="all"),
        pytest.param(["--quick"], 1, id="few"),
    ],
)
def test_no_fewer_are_found_than_recorded(arguments: list[str], number: int) -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/planted_mistakes.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (line,) = LINE.finditer(done.stdout)
    before = recorded()[number]
    assert line[1] == before[1], "run: python benchmarks/planted_mistakes.py --write"
    assert count(line) >= count(before)


def test_the_page_of_mistakes_says_what_is_recorded() -> None:
    page = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")
    everything, _, weighty = (line[0] for line in recorded())
    assert f"> {everything}." in page, "copy the line of benchmarks/RESULTS.md"
    assert f"> Without slips of the pen: {weighty}." in page


def count(line: re.Match[str]) -> int:
    """How many were found."""
    return int(line[2].replace(",", ""))
