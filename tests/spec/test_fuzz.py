"""Whatever is done to a spec, what comes of it is a finding or a network, never an error of netspec's own.

A wide run draws others each time: NETSPEC_DRAWS=100000 pytest tests/spec/test_fuzz.py
"""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import Analysis, analyse
from netspec.diagnostics import MAX_FINDINGS
from tests.spec.fuzzing import MAX_SIZE, REPOSITORY, SEEDS, WAYS, Case, case, copy_of_seeds

if TYPE_CHECKING:
    from pathlib import Path

WIDE = "NETSPEC_DRAWS" in os.environ
DRAWS = int(os.environ.get("NETSPEC_DRAWS", "400"))


def analysed(drawn: Case, folder: Path) -> Analysis:
    """Analyses a changed spec among its neighbours, which stay as they were."""
    changed = folder / drawn.changed
    changed.write_text(drawn.text, encoding="utf-8", newline="")
    try:
        return analyse(folder / drawn.spec, root=folder)
    finally:
        changed.write_bytes((REPOSITORY / drawn.changed).read_bytes())


def hold_sound(analysis: Analysis) -> None:
    """Findings that a person can read, at places that are there; or a network that is whole."""
    assert len(analysis.findings) <= 3 * MAX_FINDINGS
    for finding in analysis.findings:
        assert finding.message
        assert finding.message == finding.message.strip()
        assert len(finding.message) < 300
        for text in (finding.message, finding.hint or ""):
            assert "\n" not in text
            assert "UNKNOWN" not in text
            assert "object at 0x" not in text
        lines = finding.place.source.lines
        assert 1 <= finding.line <= len(lines)
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
    if analysis.failed or (analysis.document is not None and analysis.document.abstract):
        return
    document, graph = analysis.require()
    assert document.spec is not None
    assert graph.complete
    assert graph.nodes
    assert graph.outputs
    assert all(node.inference is not None for node in graph.nodes.values())


def test_a_changed_spec_is_told_of_or_understood(tmp_path: Path) -> None:
    folder = copy_of_seeds(tmp_path)
    first = Random().randrange(10**12) if WIDE else 0  # noqa: S311 - no secret
    for number in range(first, first + DRAWS):
        drawn = case(Random(number))  # noqa: S311 - no secret
        try:
            hold_sound(analysed(drawn, folder))
        except Exception as error:  # noqa: BLE001 - whatever it is, the draw must be known
            pytest.fail(
                f"draw {number}, {drawn.spec}, {drawn.changed} {drawn.ways}: {error!r}\n{drawn.text[:3000]}"
            )


def test_the_draws_are_the_same_each_time_and_of_every_kind() -> None:
    drawn = [case(Random(number)) for number in range(300)]  # noqa: S311 - no secret
    assert drawn == [case(Random(number)) for number in range(300)]  # noqa: S311
    assert {way for each in drawn for way in each.ways} == {w.__name__.strip("_") for w in WAYS}
    assert max(len(each.text) for each in drawn) <= MAX_SIZE
    assert len({each.spec for each in drawn}) > len(SEEDS) // 2
