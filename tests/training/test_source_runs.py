"""Runs on tables, named files and arrays, each found again by what the run keeps of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from netspec.analysis import analyse
from netspec.data.source import Reports
from netspec.evaluation.evaluate import evaluate_run
from netspec.runs.plan import make_plan
from netspec.training.run import run_analysis

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

SPEC = """netspec: 1
seed: 5
data: {source: {SOURCE}, test: 0.25}
model:
  input: [8, 8, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Flatten: {name: seen}
    - Dense: {name: tone, inputs: seen, units: 1, activation: sigmoid}
    LEVEL
  output: OUTPUT
compile: COMPILE
training: {epochs: 1, batch_size: 8}
"""
BOTH = {
    "LEVEL": "- Dense: {name: level, inputs: seen, units: 1}",
    "OUTPUT": "[tone, level]",
    "COMPILE": "{optimizer: adam, loss: {tone: binary_crossentropy, level: mse}, "
    "metrics: {tone: [accuracy], level: [mae]}}",
}
ONE = {
    "LEVEL": "",
    "OUTPUT": "tone",
    "COMPILE": "{optimizer: adam, loss: binary_crossentropy, metrics: [accuracy]}",
}


def pictures(folder: Path) -> np.ndarray[Any, Any]:
    """24 pictures in files, dark and light ones in turn, and the same in an array with labels."""
    generator = np.random.default_rng(0)
    levels = np.where(np.arange(24) % 2, 200, 40)[:, None, None] + generator.integers(
        0, 40, (24, 8, 8)
    )
    images = levels.astype(np.uint8)
    (folder / "data" / "flat").mkdir(parents=True)
    rows = ["file,tone,level,weight"]
    for number, image in enumerate(images):
        name = f"{'light' if number % 2 else 'dark'}.{number:02}.png"
        Image.fromarray(image).save(folder / "data" / "flat" / name)
        rows.append(
            f"flat/{name},{name.split('.', maxsplit=1)[0]},{image.mean() / 255:.4f},{1 + number % 2}"
        )
    (folder / "data" / "photos.csv").write_text("\n".join(rows))
    np.savez(
        folder / "data" / "photos.npz",
        x=images,
        y=np.arange(24) % 2,
        level=images.mean((1, 2)) / 255,
    )
    return images


def made(folder: Path, source: str, values: dict[str, str]) -> Path:
    text = SPEC.replace("SOURCE", source)
    for name, value in values.items():
        text = text.replace(name, value)
    (folder / "spec.yaml").write_text(text)
    return folder / "spec.yaml"


@pytest.mark.parametrize(
    ("source", "values", "outputs"),
    [
        (
            (
                "Csv: {path: data/photos.csv, image: file, weight: weight, labels: {tone: tone, "
                "level: {column: level, kind: number}}}"
            ),
            BOTH,
            {"tone_accuracy", "level_mae"},
        ),
        (r"ImageFiles: {path: data/flat, label: '^(\w+)\.'}", ONE, {"accuracy"}),
        (
            "Arrays: {path: data/photos.npz, labels: {tone: y, level: {array: level, kind: number}}}",
            BOTH,
            {"tone_accuracy", "level_mae"},
        ),
    ],
    ids=["Csv", "ImageFiles", "Arrays"],
)
def test_a_run_learns_is_judged_again_and_its_resolved_spec_finds_the_same(
    source: str,
    values: dict[str, str],
    outputs: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    pictures(tmp_path)
    spec = made(tmp_path, source, values)

    result = run_analysis(analyse(spec), output=tmp_path / "first")

    record = json.loads((tmp_path / "first" / "run.json").read_text())
    assert record["data"]["source"] == source.split(":", maxsplit=1)[0]
    assert record["data"]["root"] == str(tmp_path)
    assert outputs <= set(result.metrics)
    judgement = evaluate_run(tmp_path / "first", offline=True, reports=Reports.to_nobody())
    assert judgement.metrics["loss"] == pytest.approx(result.metrics["loss"], rel=1e-4)
    again = make_plan(analyse(tmp_path / "first" / "resolved.yaml"), data_root=tmp_path)
    assert again.data.facts == make_plan(analyse(spec)).data.facts
    assert again.data.record == {name: record["data"][name] for name in ("source", "root", "path")}
