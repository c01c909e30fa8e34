"""The page of a summary is whole in itself, readable without scripts, and small."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netspec.analysis import analyse
from netspec.report.html.summary_page import summary_page
from tests.report.html.networks import RESIDUAL, Page, written
from tests.spec.corpora import SHIPPED, VALID

RESNET = Path(__file__).parents[3] / "specs" / "zoo" / "resnet50.yaml"
NAMED = {"cifar10", "several-outputs-mapping", "unknown-sizes", "language-extends-several"}
SPECS = [RESNET, *(path for path in [*SHIPPED, *VALID] if path.stem in NAMED)]


def page_of(path: Path, **options: object) -> str:
    analysis = analyse(path)
    document, graph = analysis.require()
    return summary_page(graph, document, analysis.findings, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_page_leads_only_to_its_own_places(path: Path) -> None:
    text = page_of(path)
    page = Page(text)
    ids = page.ids()
    assert len(set(ids)) == len(ids)
    assert {link.removeprefix("#") for link in page.links()} <= set(ids)
    assert "architecture-data" in page.data
    assert len(text.encode()) < 1_500_000
    assert "src=" not in text.split("<script")[0]


def test_all_is_said_without_scripts(tmp_path: Path) -> None:
    path = written(
        tmp_path / "small.yaml",
        "residual: {name: block}",
        "Flatten",
        "Dense: {units: 3}",
        blocks=RESIDUAL,
    )
    page = Page(page_of(path).split("<script")[0])
    for said in (
        "block.unit.0.conv2d",
        "3,387",
        "MACs per sample",
        "memory to train",
        "NS731",
        "kernel_size",
    ):
        assert said in page.said


def test_what_each_stage_trains_is_told_beside_the_most(tmp_path: Path) -> None:
    path = written(tmp_path / "a.yaml", "Flatten", "Dense: {name: d, units: 1, trainable: false}")
    stages = "{stages: [{name: none, epochs: 1}, {name: tune, epochs: 1, trainable: [d]}]}"
    path.write_text(f"{path.read_text()}training: {stages}\n")
    said = " ".join(Page(page_of(path).split("<script")[0]).said.split())
    assert "by stage: 0 in none, 1,025 in tune" in said
    assert "are not" not in said


def test_a_depth_folds_table_and_graph_and_a_sort_sorts_the_table(tmp_path: Path) -> None:
    layers = ("residual: {name: block}", "Flatten", "Dense: {name: large, units: 300}")
    path = written(tmp_path / "small.yaml", *layers, blocks=RESIDUAL)
    folded = page_of(path, depth=1, sort="parameters")
    page = Page(folded)
    assert page.data["architecture-data"]["open"] == []
    named = [each["data-layer"] for _, each in page.elements if "data-layer" in each]
    assert named == ["large", "block", "flatten"]


def test_a_hostile_text_stays_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.yaml", "Flatten")
    hostile = "</script><img src=x onerror=alert(1)>"
    path.write_text(f'# {hostile}\n{path.read_text()}vars: {{x: "{hostile}"}}\n')
    page = Page(page_of(path))
    assert not any(tag == "img" or "onerror" in each for tag, each in page.elements)
    assert page.said.count(hostile) == 2


def test_nothing_heavy_is_loaded_for_it() -> None:
    code = (
        "import sys; from netspec.cli import main; main(['summary', sys.argv[1], '--format', 'html']);"
        "print({'numpy', 'keras', 'tensorflow', 'h5py', 'PIL'} & {*sys.modules}, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, str(SPECS[0])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1:] == ["set()"], done.stderr
