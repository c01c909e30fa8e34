"""`netspec render` prints the resolved spec; findings go to standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.spec.resolved import resolved_yaml
from tests.cli.commands import ROOT, here
from tests.spec.corpora import INVALID

if TYPE_CHECKING:
    from pathlib import Path

QUICKSTART = ROOT / "specs" / "quickstart.yaml"


def test_it_prints_what_a_run_keeps(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "render", str(QUICKSTART), "--set", "training.epochs=2")
    document, _ = analyse(QUICKSTART, ("training.epochs=2",)).require()
    assert (done.status, done.err) == (0, "")
    assert done.out == resolved_yaml(document)
    assert "epochs: 2\n" in done.out


def test_options_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "render", "--expand", "--provenance", str(QUICKSTART), "--set", "seed=3")
    assert (done.status, done.err) == (0, "")
    assert "  # --set[1]\n" in done.out
    assert "  # default\n" in done.out


@pytest.mark.parametrize("options", [[], ["--expand"], ["--provenance"]])
def test_a_spec_with_errors_has_findings_and_no_text(
    capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    done = here(capsys, "render", str(INVALID[0]), *options)
    assert (done.status, done.out) == (1, "")
    assert "error[NS" in done.err


def test_a_base_cannot_be_expanded(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "base.yaml"
    path.write_text("netspec: 1\nabstract: true\nmodel: {layers: [Flatten]}\n")
    assert here(capsys, "render", str(path)).out == (
        "netspec: 1\nabstract: true\n\nmodel:\n  layers:\n    - Flatten\n"
    )
    done = here(capsys, "render", str(path), "--expand")
    assert (done.status, done.out) == (1, "")
    assert "error[NS312]" in done.err


def test_a_file_that_is_not_there_is_a_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert here(capsys, "render", "nowhere.yaml").status == 2
