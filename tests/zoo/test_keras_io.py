"""The networks of keras.io's image examples: no error, no warning, and as many parameters as they have there.

A comment `# parameters: 34,826` says what the example's page prints.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import netspec

PATHS = sorted(Path("tests/specs/keras_io").glob("*.yaml"))


def test_there_are_more_than_thirty_and_of_many_the_count_is_known() -> None:
    assert len(PATHS) > 30
    assert sum(known(path) is not None for path in PATHS) >= 12


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_network_of_keras_io_has_nothing_but_notes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "netspec: ignore" not in text
    assert "ignore:" not in text
    assert re.search(r"^# https://keras\.io/examples/\S+/$", text, re.MULTILINE)
    graver = [str(finding) for finding in netspec.check(path) if finding.severity != "note"]
    assert graver == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_it_has_as_many_parameters_as_its_page_says(path: Path) -> None:
    assert known(path) in (None, netspec.summarize(path).total_parameters)


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_keras_builds_it_with_as_many(path: Path) -> None:
    assert netspec.build(path).count_params() == netspec.summarize(path).total_parameters


def known(path: Path) -> int | None:
    """What the example's page says; None where the spec does not tell."""
    found = re.search(r"^# parameters: ([\d,]+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return None if found is None else int(found[1].replace(",", ""))
