"""`patch` changes what a path leads to; what it cannot change is told at its step, and does not stop the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from netspec.diagnostics import Code
from netspec.source.inherit import load
from netspec.source.nodes import find
from tests.source.bases import merged, write

if TYPE_CHECKING:
    from pathlib import Path

BASE = """model:
  input: [8]
  blocks: {pair: {params: {rate: 0.5}, layers: [{Dense: {units: 4}}, {Dropout: {rate: "${rate}"}}]}}
  layers: [Flatten, pair, {Dense: {name: head, units: 10}}]
compile: {optimizer: {Adam: {learning_rate: 0.1}}, loss: mse}
callbacks: [{EarlyStopping: {monitor: loss}}]"""


@pytest.mark.parametrize(
    ("patch", "path", "expected"),
    [
        ("model.layers.head.units: 100", ("model", "layers", 2, "Dense", "units"), 100),
        ("model.layers.head: ReLU", ("model", "layers", 2), "ReLU"),
        ("model.blocks.pair.layers.Dropout.rate: 0.3",
         ("model", "blocks", "pair", "layers", 1, "Dropout", "rate"), 0.3),
        ("callbacks.EarlyStopping.patience: 3", ("callbacks", 0, "EarlyStopping"), {"monitor": "loss", "patience": 3}),
        ("compile.optimizer: {SGD: {momentum: 1}}", ("compile", "optimizer"), {"SGD": {"momentum": 1}}),
        ("model.layers.Flatten.name: flat", ("model", "layers", 0), {"Flatten": {"name": "flat"}}),
        ("data.source: mnist", ("data",), {"source": "mnist"}),
        ("model.blocks.pair: {layers: [ReLU]}", ("model", "blocks", "pair"), {"layers": ["ReLU"]}),
    ],
)  # fmt: skip
def test_a_patch_changes_what_a_path_leads_to(
    folder: Path, patch: str, path: tuple[str | int, ...], expected: object
) -> None:
    spec = write(folder, spec=f"extends: base.yaml\npatch:\n  {patch}", base=BASE)
    value: Any = merged(spec)
    for step in path:
        value = value[step]
    assert value == expected


@pytest.mark.parametrize(
    ("patch", "code", "column", "words"),
    [
        ("model.layers.hed.units: 1", Code.OVERRIDE, 16, "no element is called 'hed'"),
        ('"model.layers.hed.units": 1', Code.OVERRIDE, 17, "no element is called 'hed'"),
        ("model.layers.1.units: 1", Code.OVERRIDE, 16, "no element is called '1'"),
        ("compile.loss.delta: 1", Code.OVERRIDE, 16, "compile.loss is a single value"),
        ("model..layers: 1", Code.OVERRIDE, 3, "is no path"),
        ("extends: other.yaml", Code.OVERRIDE, 3, "extends"),
        ("patch: {seed: 1}", Code.OVERRIDE, 3, "patch"),
    ],
)
def test_a_patch_that_cannot_be_applied_is_told_at_its_step(
    folder: Path, patch: str, code: Code, column: int, words: str
) -> None:
    path = write(folder, spec=f"extends: base.yaml\npatch:\n  {patch}", base=BASE)
    (finding,) = load(path).findings
    assert (finding.code, finding.line, finding.column) == (code, 4, column)
    assert words in finding.message


def test_a_patch_that_cannot_be_applied_does_not_stop_the_others(folder: Path) -> None:
    path = write(folder, spec="patch: {a.b: 1, model.layers.x: 2, seed: 5}", base=BASE)
    path.write_text(path.read_text() + BASE + "\n")
    loaded = load(path)
    assert [(f.code, f.column) for f in loaded.findings] == [(Code.OVERRIDE, 30)]
    assert loaded.root is not None
    assert find(loaded.root, ("seed",))[0].value() == 5


@pytest.mark.parametrize("patch", ["[a]", "3", "text"])
def test_a_patch_is_a_mapping(folder: Path, patch: str) -> None:
    (finding,) = load(write(folder, spec=f"patch: {patch}")).findings
    assert (finding.code, finding.line, finding.column) == (Code.VALUE, 2, 8)
    assert finding.message.startswith("patch takes a mapping of paths to values, not ")


@pytest.mark.parametrize("assignment", ["extends=base.yaml", "patch.seed=1", "patch={seed: 1}"])
def test_an_assignment_cannot_extend_or_patch(folder: Path, assignment: str) -> None:
    (finding,) = load(write(folder, spec="seed: 1", base="seed: 2"), (assignment,)).findings
    assert (finding.code, finding.file) == (Code.OVERRIDE, "--set[1]")
