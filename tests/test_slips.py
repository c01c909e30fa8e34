"""One slip of the hand is told once, with what to write instead, and repaired where that is certain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from netspec.analysis import analyse

if TYPE_CHECKING:
    from netspec.diagnostics import Finding

WRITTEN = yaml.safe_load(Path("tests/slips.yaml").read_text(encoding="utf-8"))
SPECS = {
    "cifar10": Path("specs/cifar10.yaml").read_text(encoding="utf-8"),
    "blocks": WRITTEN["blocks"],
    "labels": WRITTEN["labels"],
}


def told(folder: Path, text: str) -> list[Finding]:
    """What is found besides notes."""
    path = folder / "slip.yaml"
    path.write_text(text, encoding="utf-8")
    return [finding for finding in analyse(path).findings if finding.severity != "note"]


@pytest.mark.parametrize("slip", WRITTEN["slips"], ids=lambda slip: slip["slip"])
def test_a_slip_is_told_once(tmp_path: Path, slip: dict[str, Any]) -> None:
    (finding,) = told(tmp_path, SPECS[slip["spec"]].replace(slip["right"], slip["slip"], 1))
    assert (finding.code, finding.hint) == (slip["code"], slip.get("hint"))
    repair = finding.repair
    assert (None if repair is None else repair.edits[0].text) == slip.get("writes")
    place = finding.defined
    assert (None if place is None else place.line) == slip.get("line")


@pytest.mark.parametrize("name", SPECS)
def test_the_spec_is_right_without_a_slip(tmp_path: Path, name: str) -> None:
    assert told(tmp_path, SPECS[name]) == []
