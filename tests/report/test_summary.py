"""A summary's columns add up to its totals, in every format, and its JSON is what the schema says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import jsonschema
import pytest

import netspec
from netspec.layers.registry import LAYERS
from netspec.report.schemas import schema_text
from tests.spec.corpora import SHIPPED, VALID

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netspec.report.summary import Summary

GOLDEN = ["several-outputs-list", "residual", "unknown-sizes", "every-section", "several-inputs"]
SPECS = [path for path in [*VALID, *SHIPPED] if path in SHIPPED or path.stem in GOLDEN]


def name(path: Path) -> str:
    return path.stem


def summary_of(path: Path) -> Summary:
    return netspec.summarize(netspec.load(path))


def number(cell: str) -> int:
    return int(cell.replace(",", ""))


def rows_of_table(text: str) -> list[list[str]]:
    rows = [line for line in text.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in rows]


def rows_of_markdown(text: str) -> list[list[str]]:
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in rows]


@pytest.mark.parametrize("path", SPECS, ids=name)
def test_a_summary_looks_as_it_did(path: Path, golden: Callable[[str, str], None]) -> None:
    summary = summary_of(path)
    golden(f"{path.stem}.txt", f"{summary}\n")
    golden(f"{path.stem}.md", f"{summary.to_markdown()}\n")
    golden(f"{path.stem}.json", f"{summary.to_json()}\n")


@pytest.mark.parametrize("path", [*VALID, *SHIPPED], ids=name)
def test_the_columns_add_up_to_the_totals(path: Path) -> None:
    summary = summary_of(path)
    parameters = sum(layer.parameters for layer in summary.layers)
    trainable = sum(layer.trainable_parameters for layer in summary.layers)
    macs = [layer.macs for layer in summary.layers]
    assert summary.total_parameters == parameters
    assert summary.trainable_parameters == trainable
    assert summary.non_trainable_parameters == parameters - trainable
    assert summary.macs == (None if None in macs else sum(filter(None, macs)))
    assert summary.flops == (None if summary.macs is None else 2 * summary.macs)
    assert summary.weight_bytes == 4 * parameters

    document = json.loads(summary.to_json())
    assert sum(layer["parameters"] for layer in document["layers"]) == document["total_parameters"]
    assert (
        document["trainable_parameters"] + document["non_trainable_parameters"]
        == document["total_parameters"]
    )

    text, page = str(summary), summary.to_markdown()
    for rows, total in (
        (rows_of_table(text), re.search(r"^parameters +([\d,]+)$", text, re.MULTILINE)),
        (
            rows_of_markdown(page),
            re.search(r"^- parameters: \*\*([\d,]+)\*\*$", page, re.MULTILINE),
        ),
    ):
        assert total is not None
        assert len(rows) == len(summary.inputs) + len(summary.layers)
        assert sum(number(row[3]) for row in rows) == number(total[1]) == parameters
        shares = [float(row[4].rstrip("%")) for row in rows if row[4]]
        assert not shares or sum(shares) == pytest.approx(100, abs=0.051 * len(shares))
    if summary.macs is not None:
        assert sum(number(row[5]) for row in rows_of_table(text)) == summary.macs


@pytest.mark.parametrize("path", [*VALID, *SHIPPED], ids=name)
def test_the_json_document_is_what_its_schema_says(path: Path) -> None:
    document = json.loads(summary_of(path).to_json())
    jsonschema.validate(document, json.loads(schema_text("summary")))
    lines = path.read_text(encoding="utf-8").splitlines()
    for layer in document["layers"]:
        names = [layer["type"], *(k for k, v in LAYERS.strings.items() if v == layer["type"])]
        assert any(kind in lines[layer["line"] - 1] for kind in names)


def test_a_document_without_its_totals_is_none() -> None:
    document = json.loads(summary_of(SHIPPED[0]).to_json())
    schema = json.loads(schema_text("summary"))
    for key in ("name", "total_parameters", "layers", "macs"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({k: v for k, v in document.items() if k != key}, schema)


def test_the_course_s_networks_have_the_course_s_numbers() -> None:
    totals = {path.stem: summary_of(path).total_parameters for path in SHIPPED}
    assert totals["mnist"] == 93_322
    assert totals["cifar10"] == 1_250_858


def test_memory_to_train_grows_with_the_batch_and_the_optimizer(tmp_path: Path) -> None:
    def bytes_of(batch: int, optimizer: str) -> int:
        path = tmp_path / "spec.yaml"
        path.write_text(
            "netspec: 1\nmodel: {input: [4], layers: [{Dense: {units: 3}}]}\n"
            f"compile: {{optimizer: {optimizer}, loss: mse}}\n"
            f"training: {{epochs: 1, batch_size: {batch}}}\n"
        )
        size = summary_of(path).training_bytes
        assert size is not None
        return size

    weights, activations = 4 * 3 + 3, 4 + 3
    # Weights, gradients and two slots; every output twice for each image of the batch.
    assert bytes_of(1, "adam") == 4 * (4 * weights + 2 * activations)
    assert bytes_of(64, "adam") == 4 * (4 * weights + 2 * 64 * activations)
    assert bytes_of(1, "sgd") == 4 * (2 * weights + 2 * activations)
    assert bytes_of(1, "{SGD: {momentum: 0.9}}") == 4 * (3 * weights + 2 * activations)
